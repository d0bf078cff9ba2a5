package io.tickraft.core;

/**
 * Thrown by every call but {@link RawNode#status()} once a node has failed: its {@link Storage}
 * threw or contradicted itself, its {@link RaftObserver} threw or called the node, or an invariant
 * of the node was violated.
 *
 * <p>A failed node never recovers: its state in memory may be only half updated. Drop it and, after
 * the cause has been fixed, {@linkplain RawNode#open open} a new node on the storage. The
 * {@linkplain #getCause() cause} is the first failure.
 */
public final class NodeFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NodeFailedException(long id, Throwable cause) {
    super("node " + id + " has failed: " + cause, cause);
  }
}
