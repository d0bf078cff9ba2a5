package io.tickraft.examples.kv.store;

/** Thrown if the store cannot be used: the disk fails, or holds the data of another node. */
public final class StoreException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Describes a failure found by this package. */
  public StoreException(String message) {
    super(message);
  }

  /** Describes a failure of the database. */
  public StoreException(String message, Throwable cause) {
    super(message + ": " + cause.getMessage(), cause);
  }
}
