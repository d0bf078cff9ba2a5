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
 * with its lists, which throw if something is to be changed through them.
 *
 * <p>In this order:
 *
 * <ol>
 *   <li>send {@link #messages()}, at once or in parallel with the write;
 *   <li>persist {@link #snapshot()}, {@link #entries()} and {@link #hardState()}: in one atomic
 *       write, or in this order; synced to the disk if {@link #mustSync()};
 *   <li>when that is done, send {@link #messagesAfterPersist()};
 *   <li>restore the state machine from {@link #snapshot()} if there is one;
 *   <li>apply {@link #committedEntries()}, storing with the data the index of the last one and
 *       {@link #confState()} if there is one;
 *   <li>answer the reads of {@link #readStates()} whose index is applied, and look at {@link
 *       #outcomes()};
 *   <li>acknowledge with {@link RawNode#advance}.
 * </ol>
 *
 * <p>A host that does not wait for its disk or its state machine takes the next Ready meanwhile,
 * and acknowledges with {@link RawNode#persisted} and {@link RawNode#applied} instead.
 *
 * <p>A message for another node may get lost, and may arrive late, twice and out of order.
 */
public final class Ready {

  /** The node that gave this out, and takes only its own back. */
  private final Object owner;

  private final long number;
  private final @Nullable HardState hardState;
  private final List<Entry> entries;
  private final @Nullable Snapshot snapshot;
  private final boolean mustSync;
  private final List<Message> messages;
  private final List<Message> messagesAfterPersist;
  private final List<Entry> committedEntries;

  /** The last index that this gives to the state machine; 0 if it gives nothing. */
  private final long lastGiven;

  private final @Nullable ConfState confState;
  private final List<ReadState> readStates;
  private final List<Outcome> outcomes;

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
    this.snapshot = snapshot;
    this.mustSync = mustSync;
    this.messages = messages;
    this.messagesAfterPersist = messagesAfterPersist;
    this.committedEntries = committedEntries;
    this.confState = confState;
    this.readStates = readStates;
    this.outcomes = outcomes;
    this.lastGiven = lastOf(committedEntries, snapshot);
  }

  /**
   * Returns the number of this Ready: 1 for a node's first, then one more each time.
   *
   * @return a number, from 1
   */
  public long number() {
    return number;
  }

  /**
   * Returns the hard state, which replaces the one that was persisted before.
   *
   * @return the hard state; empty if it has not changed
   */
  public Optional<HardState> hardState() {
    return Optional.ofNullable(hardState);
  }

  /**
   * Returns the entries to persist. They replace whatever the storage holds from the index of the
   * first of them on.
   *
   * @return the entries, contiguous; may be empty
   */
  public List<Entry> entries() {
    return entries;
  }

  /**
   * Returns a snapshot from the leader. It replaces the whole log, and the state machine's state.
   *
   * @return the snapshot; empty if there is none
   */
  public Optional<Snapshot> snapshot() {
    return Optional.ofNullable(snapshot);
  }

  /**
   * Says whether the write must be on the disk before it is acknowledged. Without it a crash loses
   * at most how far the log is committed, which the node learns again.
   *
   * @return whether term, vote, entries or snapshot changed, or the commit index passed a
   *     membership change
   */
  public boolean mustSync() {
    return mustSync;
  }

  /**
   * Returns the messages that rest on nothing that is not persisted yet.
   *
   * @return messages to other nodes; may be empty
   */
  public List<Message> messages() {
    return messages;
  }

  /**
   * Returns the messages that may leave only when this Ready, and all before it, are persisted:
   * votes and acknowledgements, which must survive a crash of this node.
   *
   * @return messages to other nodes; may be empty
   */
  public List<Message> messagesAfterPersist() {
    return messagesAfterPersist;
  }

  /**
   * Returns the next entries for the state machine, all of them committed and persisted here. Each
   * index is handed out once, in order, without a gap; entries that are no {@linkplain
   * io.tickraft.proto.EntryType#ENTRY_TYPE_COMMAND command} only move the applied index. A
   * membership change is always the last one.
   *
   * @return the entries; may be empty
   */
  public List<Entry> committedEntries() {
    return committedEntries;
  }

  /**
   * Returns the configuration that holds after {@link #snapshot()} and {@link #committedEntries()},
   * to be stored in the same write as the applied index: {@link AppliedState#confState()} at the
   * next start.
   *
   * @return the configuration; empty if it has not changed
   */
  public Optional<ConfState> confState() {
    return Optional.ofNullable(confState);
  }

  /**
   * Returns how reads ended that {@link RawNode#readIndex} had accepted. Each is told once. A
   * confirmed one is done when the state machine has applied its index.
   *
   * @return the ends of reads; may be empty
   */
  public List<ReadState> readStates() {
    return readStates;
  }

  /**
   * Returns what ended that the node had accepted: leadership transfers, and membership changes
   * that could not be made. Each is told once.
   *
   * @return the outcomes; may be empty
   */
  public List<Outcome> outcomes() {
    return outcomes;
  }

  /** Whether a node gave this out. */
  boolean isOf(Object node) {
    return owner == node;
  }

  private static long lastOf(List<Entry> committed, @Nullable Snapshot snapshot) {
    if (!committed.isEmpty()) {
      return committed.get(committed.size() - 1).getIndex();
    }
    return snapshot == null ? 0 : snapshot.getMetadata().getIndex();
  }

  /** The last index that this gives to the state machine; 0 if it gives nothing. */
  long lastGiven() {
    return lastGiven;
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
        + (snapshot == null ? "" : ", snapshot at " + snapshot.getMetadata().getIndex())
        + range(", entries ", entries)
        + range(", committed ", committedEntries)
        + (readStates.isEmpty() ? "" : ", " + readStates.size() + " reads")
        + (outcomes.isEmpty() ? "" : ", " + outcomes.size() + " outcomes")
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
