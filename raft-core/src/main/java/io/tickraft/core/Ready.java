package io.tickraft.core;

import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the host has to do next: messages to send, state to persist, entries to apply. Immutable,
 * and so are its lists.
 *
 * <p>The host does this, in this order:
 *
 * <ol>
 *   <li>send {@link #messages()}, at once or in parallel with the write;
 *   <li>persist {@link #snapshot()}, {@link #entries()} and {@link #hardState()}: in one atomic
 *       write, or in this order; synced to the disk if {@link #mustSync()};
 *   <li>when that is done, send {@link #messagesAfterPersist()};
 *   <li>restore the state machine from {@link #snapshot()} if there is one;
 *   <li>apply {@link #committedEntries()}; store the index of the last one, and {@link
 *       #confState()} if there is one, together with the data;
 *   <li>answer the reads of {@link #readStates()} whose index is applied, and handle {@link
 *       #outcomes()};
 *   <li>acknowledge with {@link RawNode#advance}.
 * </ol>
 *
 * <p>A host that does not wait for its disk or its state machine takes the next Ready meanwhile. It
 * acknowledges with {@link RawNode#persisted} and {@link RawNode#applied} instead.
 *
 * <p>Messages may be lost, late, duplicated and reordered.
 */
public final class Ready {

  /** What the node that made this shares with its copies: only they accept the acknowledgement. */
  private final Object owner;

  private final long number;
  private final @Nullable HardState hardState;
  private final List<Entry> entries;
  private final boolean mustSync;
  private final List<Message> messages;
  private final List<Message> messagesAfterPersist;
  private final List<Entry> committedEntries;
  private final Rest rest;

  /**
   * What few Readys hold. In an object of its own, most often a constant, because a proposal costs
   * six Readys in a group of three.
   */
  private record Rest(
      @Nullable Snapshot snapshot,
      @Nullable ConfState confState,
      List<ReadState> readStates,
      List<Outcome> outcomes) {

    private static final Rest EMPTY = new Rest(null, null, List.of(), List.of());

    static Rest of(
        @Nullable Snapshot snapshot,
        @Nullable ConfState confState,
        List<ReadState> readStates,
        List<Outcome> outcomes) {
      return snapshot == null && confState == null && readStates.isEmpty() && outcomes.isEmpty()
          ? EMPTY
          : new Rest(snapshot, confState, readStates, outcomes);
    }
  }

  Ready(
      Object owner,
      long number,
      @Nullable HardState hardState,
      List<Entry> entries,
      @Nullable Snapshot snapshot,
      boolean mustSync,
      List<Message> messages,
      List<Message> messagesAfterPersist,
      List<Entry> committedEntries,
      @Nullable ConfState confState,
      List<ReadState> readStates,
      List<Outcome> outcomes) {
    this.owner = owner;
    this.number = number;
    this.hardState = hardState;
    this.entries = entries;
    this.mustSync = mustSync;
    this.messages = messages;
    this.messagesAfterPersist = messagesAfterPersist;
    this.committedEntries = committedEntries;
    this.rest = Rest.of(snapshot, confState, readStates, outcomes);
  }

  /** {@return the number of this Ready: 1 for a node's first, then one more each time} */
  public long number() {
    return number;
  }

  /** {@return the hard state, which replaces the persisted one; empty if it has not changed} */
  public Optional<HardState> hardState() {
    return Optional.ofNullable(hardState);
  }

  /**
   * {@return the entries to persist, contiguous; may be empty} They replace everything that the
   * storage holds from the first entry's index on.
   */
  public List<Entry> entries() {
    return entries;
  }

  /**
   * {@return a snapshot from the leader; empty if there is none} It replaces the whole log and the
   * state machine's state.
   */
  public Optional<Snapshot> snapshot() {
    return Optional.ofNullable(rest.snapshot);
  }

  /**
   * Returns whether the host must acknowledge this Ready with {@link RawNode#persisted} or {@link
   * RawNode#advance}. If not, this Ready is acknowledged with the one before it; a host that does
   * not wait for its disk then need not pass this Ready to its writer.
   *
   * @return whether there is something to persist, or a message in {@link #messagesAfterPersist()}
   */
  public boolean mustPersist() {
    return hardState != null
        || !entries.isEmpty()
        || rest.snapshot != null
        || !messagesAfterPersist.isEmpty();
  }

  /**
   * Returns whether the write must be synced to the disk before it is acknowledged. If not, a crash
   * loses at most a newer commit index, which the node learns again.
   *
   * @return whether term, vote, entries or snapshot changed, or the commit index passed a
   *     membership change, or the node was opened with an applied index above the stored commit
   *     index
   */
  public boolean mustSync() {
    return mustSync;
  }

  /** {@return the messages that depend on no unpersisted state; may be empty} */
  public List<Message> messages() {
    return messages;
  }

  /**
   * {@return the messages to send only after this Ready and all earlier ones are persisted; may be
   * empty} These messages contain votes and acknowledgements, which must survive a crash of this
   * node.
   */
  public List<Message> messagesAfterPersist() {
    return messagesAfterPersist;
  }

  /**
   * {@return the next entries to apply, all of them committed and persisted on this node; may be
   * empty} The state machine gets each index once, in order, without a gap. An entry that is not a
   * {@linkplain io.tickraft.proto.EntryType#ENTRY_TYPE_COMMAND command} only advances the applied
   * index. If there is a membership change, it is the last entry of the list.
   */
  public List<Entry> committedEntries() {
    return committedEntries;
  }

  /**
   * {@return the configuration after {@link #snapshot()} and {@link #committedEntries()}; empty if
   * it has not changed} The host stores it in the same write as the applied index, and passes it as
   * {@link AppliedState#confState()} at the next start.
   */
  public Optional<ConfState> confState() {
    return Optional.ofNullable(rest.confState);
  }

  /**
   * {@return the results of reads that {@link RawNode#readIndex} accepted, each reported once; may
   * be empty} The host can answer a confirmed read when the state machine has applied the read
   * index.
   */
  public List<ReadState> readStates() {
    return rest.readStates;
  }

  /**
   * {@return the outcomes of leadership transfers that the node accepted, and of committed
   * membership changes that could not be made, each reported once; may be empty}
   */
  public List<Outcome> outcomes() {
    return rest.outcomes;
  }

  /** {@return whether a node made this, or the node that it is a copy of} */
  boolean isOf(Object origin) {
    return owner == origin;
  }

  /** {@return the last index that this gives to the state machine; 0 if it gives nothing} */
  long lastGiven() {
    if (!committedEntries.isEmpty()) {
      return committedEntries.get(committedEntries.size() - 1).getIndex();
    }
    return rest.snapshot == null ? 0 : rest.snapshot.getMetadata().getIndex();
  }

  @Override
  public String toString() {
    return "Ready #"
        + number
        + (hardState == null
            ? ""
            : ", hard state (term "
                + hardState.getTerm()
                + ", vote "
                + hardState.getVote()
                + ", commit "
                + hardState.getCommit()
                + ")")
        + (rest.snapshot == null ? "" : ", snapshot at " + rest.snapshot.getMetadata().getIndex())
        + range(", entries ", entries)
        + range(", committed ", committedEntries)
        + (rest.readStates.isEmpty() ? "" : ", " + rest.readStates.size() + " reads")
        + (rest.outcomes.isEmpty() ? "" : ", " + rest.outcomes.size() + " outcomes")
        + (messages.isEmpty() ? "" : ", " + messages.size() + " messages")
        + (messagesAfterPersist.isEmpty()
            ? ""
            : ", " + messagesAfterPersist.size() + " messages after the write")
        + (mustSync ? ", must sync" : "");
  }

  private static String range(String label, List<Entry> entries) {
    return entries.isEmpty()
        ? ""
        : label + entries.get(0).getIndex() + ".." + entries.get(entries.size() - 1).getIndex();
  }
}
