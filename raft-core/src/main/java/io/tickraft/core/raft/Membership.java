package io.tickraft.core.raft;

import io.tickraft.core.membership.Configuration;
import java.util.ArrayDeque;

/**
 * The configuration in effect, and those that are handed to the host and take effect when it
 * acknowledges their index as applied; with it, which indexes their snapshots skip.
 */
final class Membership {

  /** The configuration after {@code index}, before which {@code after} was handed out last. */
  private record Change(long after, long index, Configuration configuration) {}

  private Configuration inEffect;
  private final ArrayDeque<Change> handedOut = new ArrayDeque<>(1);

  Membership(Configuration inEffect) {
    this.inEffect = inEffect;
  }

  Membership copy() {
    Membership copy = new Membership(inEffect);
    copy.handedOut.addAll(handedOut);
    return copy;
  }

  Configuration inEffect() {
    return inEffect;
  }

  /** Returns whether a configuration waits to take effect. */
  boolean isChanging() {
    return !handedOut.isEmpty();
  }

  /**
   * The host is told that {@code configuration} holds after {@code index}.
   *
   * @param after the last index that was handed out before
   */
  void handOut(long after, long index, Configuration configuration) {
    handedOut.addLast(new Change(after, index, configuration));
  }

  /** Returns whether an index is one of those which a snapshot that is handed out skips. */
  boolean isSkipped(long index) {
    if (handedOut.isEmpty()) {
      return false; // Nearly always, and without an iterator.
    }
    for (Change change : handedOut) {
      if (change.after < index && index < change.index) {
        return true;
      }
    }
    return false;
  }

  /** The host has applied all up to {@code index}. */
  void appliedTo(long index) {
    while (!handedOut.isEmpty() && handedOut.getFirst().index <= index) {
      inEffect = handedOut.removeFirst().configuration;
    }
  }
}
