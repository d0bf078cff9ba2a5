package io.tickraft.core.membership;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tickraft.core.Digest;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.SnapshotMetadata;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The configuration in effect, and those that the host is applying. A configuration takes effect
 * when the host acknowledges its index as applied.
 */
public final class Membership {

  /** The configuration after {@code index}. */
  private record Change(long index, Configuration configuration) {}

  private Configuration inEffect;

  /** The index after which it is in effect: of a change, or the applied index at the start. */
  private long changeIndex;

  /** The configurations that the host is applying, by ascending index. */
  private final ArrayDeque<Change> applying = new ArrayDeque<>(1);

  /** The configuration after the last of {@code applying}, until a Ready has reported it. */
  private @Nullable ConfState unreported;

  /**
   * Begins with the configuration at the applied index.
   *
   * @param changeIndex the index after which the configuration is in effect, or any later one up to
   *     the applied index
   */
  public Membership(Configuration inEffect, long changeIndex) {
    this.inEffect = inEffect;
    this.changeIndex = changeIndex;
  }

  /** Returns an independent copy. */
  public Membership copy() {
    Membership copy = new Membership(inEffect, changeIndex);
    copy.applying.addAll(applying);
    copy.unreported = unreported;
    return copy;
  }

  /** Adds what decides which configuration is in effect when. */
  public void digest(Digest digest) {
    digest.message(inEffect.confState()).number(changeIndex);
    digest.ordered(
        applying, (change, d) -> d.number(change.index).message(change.configuration.confState()));
    digest.message(Optional.ofNullable(unreported));
  }

  /** {@return the configuration in effect} */
  public Configuration inEffect() {
    return inEffect;
  }

  /** {@return the index of the last applied change, or the applied index at the start} */
  public long changeIndex() {
    return changeIndex;
  }

  /** {@return whether the host is applying a configuration} */
  public boolean isApplying() {
    return !applying.isEmpty();
  }

  /** The host begins to apply a snapshot, with the configuration that it brings. */
  public void beginApplying(SnapshotMetadata snapshot) {
    beginApplying(snapshot.getIndex(), Configuration.of(snapshot.getConfState()));
  }

  /**
   * The host begins to apply a committed change.
   *
   * @return why the change is impossible, so that the configuration stays; empty if it is possible
   */
  public Optional<String> beginApplying(Entry entry) {
    Optional<String> unknown = NewerVersion.unknownChangeOf(entry);
    if (unknown.isPresent()) {
      throw new IllegalStateException(unknown.get());
    }
    Configuration before = applying.isEmpty() ? inEffect : applying.getLast().configuration;
    ConfChanger.Result result = change(before, entry);
    beginApplying(
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
      return new ConfChanger.Result.Impossible("the entry's data is not a ConfChange");
    }
  }

  private void beginApplying(long index, Configuration configuration) {
    applying.addLast(new Change(index, configuration));
    unreported = configuration.confState();
  }

  /** Returns the latest configuration, for the host to store; null if it was returned before. */
  public @Nullable ConfState takeUnreported() {
    ConfState taken = unreported;
    unreported = null;
    return taken;
  }

  /**
   * The host has applied all entries up to {@code index}.
   *
   * @return whether another configuration is in effect now
   */
  public boolean appliedTo(long index) {
    Configuration before = inEffect;
    while (!applying.isEmpty() && applying.getFirst().index <= index) {
      Change change = applying.removeFirst();
      inEffect = change.configuration;
      changeIndex = change.index;
    }
    return !inEffect.equals(before);
  }
}
