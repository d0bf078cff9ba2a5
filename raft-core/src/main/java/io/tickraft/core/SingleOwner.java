package io.tickraft.core;

import org.jspecify.annotations.Nullable;

/**
 * Notices calls of a node that arrive while another one is under way: of its storage or its
 * observer, or of a second thread.
 *
 * <p>Nothing is synchronized, so that a second thread is noticed most of the time and not always: a
 * node with two threads in it is broken in any case, and this names the mistake where a host would
 * otherwise find a violated invariant.
 */
@SuppressForbidden(
    reason = "Which thread calls decides on nothing but the message of an exception for misuse.")
final class SingleOwner {

  private final long id;

  /** The thread whose call is under way; null if there is none. */
  private @Nullable Thread inside;

  SingleOwner(long id) {
    this.id = id;
  }

  /**
   * A call begins.
   *
   * @throws IllegalStateException if another one is under way
   */
  void enter() {
    check();
    inside = Thread.currentThread();
  }

  /** A call ends. */
  void leave() {
    inside = null;
  }

  /** Returns whether a call is under way. */
  boolean isInside() {
    return inside != null;
  }

  /**
   * Checks that no call is under way.
   *
   * @throws IllegalStateException if one is
   */
  void check() {
    Thread other = inside;
    if (other != null) {
      checkThread();
      throw new IllegalStateException("an observer or a storage must not call the node");
    }
  }

  /**
   * Checks that no call of another thread is under way.
   *
   * @throws IllegalStateException if one is
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
