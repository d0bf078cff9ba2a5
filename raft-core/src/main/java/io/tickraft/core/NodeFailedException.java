package io.tickraft.core;

/**
 * Thrown by every call but {@link RawNode#status()} once a node has failed: its {@link Storage}
 * threw or contradicted itself, or an invariant of the node was found broken.
 *
 * <p>A failed node never goes on: what it holds in memory may be half a step. Drop it and, once the
 * cause is mended, {@linkplain RawNode#open open} another one on the storage. The {@linkplain
 * #getCause() cause} is the first failure.
 */
public final class NodeFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NodeFailedException(long id, Throwable cause) {
    super("node " + id + " has failed: " + cause, cause);
  }
}
