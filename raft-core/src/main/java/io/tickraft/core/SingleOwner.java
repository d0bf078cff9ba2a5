package io.tickraft.core;

import org.jspecify.annotations.Nullable;

/**
 * Remembers which thread is calling a node, to name both threads when two call it at once.
 *
 * <p>Nothing is synchronized, so a second thread is detected usually but not always. Calls of two
 * threads at once break a node in any case; this class names the mistake where the host would
 * otherwise see a violated invariant.
 */
@SuppressForbidden(reason = "The calling thread only affects exceptions for misuse.")
final class SingleOwner {

  private final long id;

  /** The thread of the current call, or else of the last one; null before the first call. */
  private @Nullable Thread caller;

  SingleOwner(long id) {
    this.id = id;
  }

  /** A call begins. */
  void enter() {
    Thread current = Thread.currentThread();
    // Usually the same thread again. Storing a reference costs more than comparing it: the garbage
    // collector records the store, with a memory fence in G1.
    if (caller != current) {
      caller = current;
    }
  }

  /**
   * Checks, during a call, that it is not the call of another thread.
   *
   * @throws IllegalStateException if it is
   */
  void checkThread() {
    Thread other = caller;
    if (other != null && other != Thread.currentThread()) {
      throw new IllegalStateException(
          "node "
              + id
              + " is called by thread '"
              + Thread.currentThread().getName()
              + "' during a call of thread '"
              + other.getName()
              + "'; a node has one owner");
    }
  }
}
