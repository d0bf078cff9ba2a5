package io.tickraft.core.raft;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tickraft.core.membership.ConfChanger;
import io.tickraft.core.membership.Configuration;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.SnapshotMetadata;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

  /** The configuration that was handed out last, if the host was not told of it. */
  private @Nullable ConfState untold;

  Membership(Configuration inEffect, long since) {
    this.inEffect = inEffect;
    this.since = since;
  }

  Membership copy() {
    Membership copy = new Membership(inEffect, since);
    copy.handedOut.addAll(handedOut);
    copy.untold = untold;
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

  /** The host is given a snapshot, with the configuration that it brings. */
  void handOut(SnapshotMetadata snapshot) {
    handOut(snapshot.getIndex(), Configuration.of(snapshot.getConfState()));
  }

  /**
   * The host is given a committed change.
   *
   * @return why it cannot be made, and the configuration stays; empty if it can
   */
  Optional<String> handOut(Entry entry) {
    Configuration before = handedOut.isEmpty() ? inEffect : handedOut.getLast().configuration;
    ConfChanger.Result result = change(before, entry);
    handOut(
        entry.getIndex(),
        result instanceof ConfChanger.Result.Changed changed ? changed.configuration() : before);
    return result instanceof ConfChanger.Result.Impossible impossible
        ? Optional.of(impossible.problem())
        : Optional.empty();
  }

  private static ConfChanger.Result change(Configuration before, Entry entry) {
    try {
      return ConfChanger.change(before, ConfChange.parseFrom(entry.getData()));
    } catch (InvalidProtocolBufferException e) {
      return new ConfChanger.Result.Impossible("the entry's data is no ConfChange");
    }
  }

  private void handOut(long index, Configuration configuration) {
    handedOut.addLast(new Change(index, configuration));
    untold = configuration.confState();
  }

  /** Tells the host of the configuration that was handed out last; null if it knows of it. */
  @Nullable ConfState takeUntold() {
    ConfState taken = untold;
    untold = null;
    return taken;
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
