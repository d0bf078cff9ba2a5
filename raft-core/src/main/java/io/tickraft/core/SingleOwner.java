package io.tickraft.core;

import org.jspecify.annotations.Nullable;

/**
 * Detects a call of a node during another call: from its storage or observer, or from a second
 * thread.
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

  private boolean inside;

  SingleOwner(long id) {
    this.id = id;
  }

  /** A call begins, after {@link #check()}. */
  void enter() {
    Thread current = Thread.currentThread();
    // Usually the same thread again. Storing a reference costs more than comparing it: the garbage
    // collector records the store, with a memory fence in G1.
    if (caller != current) {
      caller = current;
    }
    inside = true;
  }

  /** A call ends. */
  void leave() {
    inside = false;
  }

  boolean isInside() {
    return inside;
  }

  /**
   * Checks that the node is not inside a call.
   *
   * @throws IllegalStateException if it is
   */
  void check() {
    if (inside) {
      checkThread();
      throw new IllegalStateException("an observer or a storage must not call the node");
    }
  }

  /**
   * Checks that the node is not inside a call of another thread.
   *
   * @throws IllegalStateException if it is
   */
  void checkThread() {
    Thread other = caller;
    if (inside && other != null && other != Thread.currentThread()) {
      throw new IllegalStateException(
          "node "
              + id
              + " is called by thread '"
              + Thread.currentThread().getName()
              + "' while thread '"
              + other.getName()
              + "' is inside; a node has one owner");
    }
  }
}
