package io.tickraft.core.raft;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tickraft.core.membership.ConfChanger;
import io.tickraft.core.membership.Configuration;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Entry;
import java.util.ArrayDeque;

/**
 * The configuration in effect, and those that are handed to the host and take effect when it
 * acknowledges their index as applied.
 */
final class Membership {

  /** The configuration after {@code index}. */
  private record Change(long index, Configuration configuration) {}

  private Configuration inEffect;

  /** The index after which it holds: of a change, or where the node was opened. */
  private long since;

  private final ArrayDeque<Change> handedOut = new ArrayDeque<>(1);

  Membership(Configuration inEffect, long since) {
    this.inEffect = inEffect;
    this.since = since;
  }

  Membership copy() {
    Membership copy = new Membership(inEffect, since);
    copy.handedOut.addAll(handedOut);
    return copy;
  }

  Configuration inEffect() {
    return inEffect;
  }

  /** Returns the index of the last change that was applied, or where the node was opened. */
  long since() {
    return since;
  }

  /** Returns whether a configuration waits to take effect. */
  boolean isChanging() {
    return !handedOut.isEmpty();
  }

  /** The host is told that {@code configuration} holds after {@code index}. */
  void handOut(long index, Configuration configuration) {
    handedOut.addLast(new Change(index, configuration));
  }

  /** Returns the configuration that was handed out last, or else the one in effect. */
  Configuration latest() {
    return handedOut.isEmpty() ? inEffect : handedOut.getLast().configuration;
  }

  /** Returns what a committed entry makes of the configuration before it. */
  static ConfChanger.Result change(Configuration before, Entry entry) {
    try {
      return ConfChanger.change(before, ConfChange.parseFrom(entry.getData()));
    } catch (InvalidProtocolBufferException e) {
      return new ConfChanger.Result.Impossible("the entry's data is no ConfChange");
    }
  }

  /**
   * The host has applied all up to {@code index}.
   *
   * @return whether another configuration is in effect now
   */
  boolean appliedTo(long index) {
    Configuration before = inEffect;
    while (!handedOut.isEmpty() && handedOut.getFirst().index <= index) {
      Change change = handedOut.removeFirst();
      inEffect = change.configuration;
      since = change.index;
    }
    return !inEffect.equals(before);
  }
}
