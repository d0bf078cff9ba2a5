package io.tickraft.testkit.contract;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which thread owns a node. Unlike the check in the node itself, it notices each call of
 * another thread, not only those at the same time.
 */
@SuppressForbidden(reason = "The calling thread only affects the errors of a wrong host.")
final class SingleOwner {

  /** The owner; null before the first call, and after the node was handed over. */
  private @Nullable Thread owner;

  /** {@return what is wrong with a call of this thread; empty if it may call} */
  Optional<String> enter() {
    Thread current = Thread.currentThread();
    if (owner == null) {
      owner = current;
    }
    return owner == current
        ? Optional.empty()
        : Optional.of(
            "a call of thread '"
                + current.getName()
                + "', although thread '"
                + owner.getName()
                + "' owns the node");
  }

  /** The next thread that calls becomes the owner. */
  void handOver() {
    owner = null;
  }
}
