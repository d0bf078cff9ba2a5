package io.tickraft.examples.kv;

import io.tickraft.examples.kv.net.Uncaught;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a node, by its first failure or because it is closed. Logs the reason, and tells those
 * who wait. May be used on any thread.
 */
final class NodeEnd {

  private static final Logger LOG = LoggerFactory.getLogger(NodeEnd.class);

  private final long id;
  private final Consumer<Throwable> onFailure;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  /** Whether the node has failed or is being closed: further failures are of no concern. */
  private final AtomicBoolean begun = new AtomicBoolean();

  /**
   * Creates it.
   *
   * @param id the node's id
   * @param onFailure called at most once, as soon as the node has failed. No memory may be left
   */
  NodeEnd(long id, Consumer<Throwable> onFailure) {
    this.id = id;
    this.onFailure = onFailure;
  }

  /**
   * Ends the node by a failure, unless it ends already. Its state in memory may be inconsistent
   * now. The state on the disk is not.
   *
   * @param stop stops the node, or schedules that
   */
  void failed(Throwable why, Runnable stop) {
    if (begun.getAndSet(true)) {
      LOG.debug("node {}: ends already", id, why);
      return;
    }
    onFailure.accept(why);
    try {
      log(why);
      stop.run();
    } finally {
      ended.completeExceptionally(why);
    }
  }

  private void log(Throwable failure) {
    for (@Nullable Throwable why = failure; why != null; why = why.getCause()) {
      if (why instanceof Uncaught.Fatal) {
        LOG.error("node {}: stops: {}", id, why.getMessage());
        return;
      }
    }
    LOG.error("node {}: failed, and stops", id, failure);
  }

  /** Called when the node is being closed. */
  void begin() {
    begun.set(true);
  }

  /** Called when the node is closed. */
  void closed() {
    ended.complete(null);
  }

  /** Called when the node cannot be closed. */
  void notClosed(RuntimeException why) {
    if (ended.completeExceptionally(why)) { // Otherwise the first failure is already logged.
      LOG.error("node {}: {}", id, why.getMessage());
    }
  }

  /** {@return a future that completes when the node has stopped, exceptionally if it has failed} */
  CompletableFuture<Void> future() {
    return ended;
  }
}
