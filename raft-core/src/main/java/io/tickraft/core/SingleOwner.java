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

  /** The thread that is inside a call; null if there is none. */
  private @Nullable Thread inside;

  SingleOwner(long id) {
    this.id = id;
  }

  /**
   * A call begins.
   *
   * @throws IllegalStateException if the node is inside another call
   */
  void enter() {
    check();
    inside = Thread.currentThread();
  }

  /** A call ends. */
  void leave() {
    inside = null;
  }

  boolean isInside() {
    return inside != null;
  }

  /**
   * Checks that the node is not inside a call.
   *
   * @throws IllegalStateException if it is
   */
  void check() {
    Thread other = inside;
    if (other != null) {
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
    Thread other = inside;
    if (other != null && other != Thread.currentThread()) {
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
