package io.tickraft.examples.kv.store;

/** The disk cannot be used: it fails, or holds what this node must not touch. */
public final class StoreException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Describes a failure that is ours to explain. */
  public StoreException(String message) {
    super(message);
  }

  /** Describes a failure of the database. */
  public StoreException(String message, Throwable cause) {
    super(message + ": " + cause.getMessage(), cause);
  }
}
