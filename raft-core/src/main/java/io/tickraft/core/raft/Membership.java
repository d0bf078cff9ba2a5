package io.tickraft.core.raft;

import io.tickraft.core.membership.Configuration;
import java.util.ArrayDeque;

/**
 * The configuration in effect, and those that are handed to the host and take effect when it
 * acknowledges their index as applied.
 */
final class Membership {

  private record Change(long index, Configuration configuration) {}

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

  /** The host is told that {@code configuration} holds after {@code index}. */
  void handOut(long index, Configuration configuration) {
    handedOut.addLast(new Change(index, configuration));
  }

  /** The host has applied all up to {@code index}. */
  void appliedTo(long index) {
    while (!handedOut.isEmpty() && handedOut.getFirst().index <= index) {
      inEffect = handedOut.removeFirst().configuration;
    }
  }
}
