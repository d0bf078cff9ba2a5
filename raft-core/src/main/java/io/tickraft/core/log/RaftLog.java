package io.tickraft.core.log;

import io.tickraft.core.Digest;
import io.tickraft.core.LogId;
import io.tickraft.core.Storage;
import io.tickraft.core.membership.NewerVersion;
import io.tickraft.core.membership.PendingChanges;
import io.tickraft.core.validate.MessageSizes;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The replicated log of one node: its stable entries, its unstable entries, and its commit index.
 * {@link Applying} tracks which of them the state machine was given.
 *
 * <p>Always {@code applied <= applying <= committed <= lastIndex()}. Also {@code firstIndex() - 1
 * <= applying <= persisted}, except for a snapshot from the leader: its index is above {@code
 * applying} until a Ready contains it, and above {@code persisted} while it is written. The log
 * asks the storage only for entries that the host has acknowledged as persisted.
 */
public final class RaftLog {

  /** The limit of one read when the log is opened, in bytes. */
  private static final long OPENING_BYTES = 1 << 20;

  private final CheckedStorage storage;
  private final UnstableTail tail;
  private final OutstandingWrites writes;
  private final Applying applying;

  /** The commit index. Never falls, never above {@link #lastIndex}. */
  private long committed;

  /** The last index when {@link #termOfLast} was looked up or appended; -1: not known. */
  private long knownLast = -1;

  /** The term of the entry at {@link #knownLast}. Nearly each append is compared with it. */
  private long termOfLast;

  /** The latest term of an entry that is or was in the log. Never falls. */
  private long latestTerm;

  /** The membership changes above the applied index. */
  private final PendingChanges changes;

  /**
   * Opens the log of a storage, all of which is persisted. Reads the entries that are not applied,
   * to find the membership changes among them.
   *
   * @param committed the commit index
   * @param applied the applied index
   * @param maxUnapplied how many bytes of entries the state machine may be given before they are
   *     applied, at least 1
   * @throws IllegalArgumentException if the storage cannot deliver the entries at once, if the
   *     entries contradict its other answers, or if one of them is a committed membership change
   *     that this version does not know
   */
  public RaftLog(Storage storage, long committed, long applied, long maxUnapplied) {
    this.storage = new CheckedStorage(storage, false);
    this.tail = new UnstableTail(storage.lastIndex());
    this.writes = new OutstandingWrites();
    this.latestTerm = storage.term(lastIndex());
    this.committed = committed;
    this.changes = new PendingChanges();
    this.applying = new Applying(this, applied, maxUnapplied);
    readUnapplied(applied);
    this.storage.opened();
  }

  private void readUnapplied(long applied) {
    long term = term(applied);
    for (long next = applied + 1; next <= lastIndex(); ) {
      List<Entry> entries =
          storage.entries(next, lastIndex() + 1, OPENING_BYTES, term, latestTerm, applied);
      if (entries.isEmpty()) {
        throw storage.wrong("entry " + next + " must be available when a node is opened");
      }
      checkCommittedChanges(entries);
      changes.add(entries);
      next += entries.size();
      term = entries.get(entries.size() - 1).getTerm();
    }
    if (term != latestTerm) {
      throw storage.wrong(
          "the last entry, "
              + lastIndex()
              + ", is of term "
              + term
              + ", but term("
              + lastIndex()
              + ") returned "
              + latestTerm);
    }
  }

  /**
   * A committed change that only a newer version understands would fail the node later. An
   * uncommitted one may still be replaced.
   */
  private void checkCommittedChanges(List<Entry> entries) {
    for (Entry entry : entries) {
      if (entry.getType() == EntryType.ENTRY_TYPE_CONF_CHANGE && entry.getIndex() <= committed) {
        Optional<String> unknown = NewerVersion.unknownChangeOf(entry);
        if (unknown.isPresent()) {
          throw storage.wrong(unknown.get());
        }
      }
    }
  }

  private RaftLog(RaftLog other, Storage storage) {
    this.storage = other.storage.copy(storage);
    this.latestTerm = other.latestTerm;
    this.knownLast = other.knownLast;
    this.termOfLast = other.termOfLast;
    this.tail = other.tail.copy();
    this.writes = other.writes.copy();
    this.committed = other.committed;
    this.changes = other.changes.copy();
    this.applying = new Applying(other.applying, this);
  }

  /** Returns an independent copy, on a storage in the same state. */
  public RaftLog copy(Storage itsStorage) {
    return new RaftLog(this, itsStorage);
  }

  /**
   * Adds the log without its stable entries, which the storage holds.
   *
   * @param lastTaken the number of the last Ready
   * @param now the node's tick
   * @param maxPersistTicks for how long the disk of a leader may make no progress, in ticks
   */
  public void digest(Digest digest, long lastTaken, long now, int maxPersistTicks) {
    tail.digest(digest);
    writes.digest(digest, lastTaken, now, maxPersistTicks);
    applying.digest(digest);
    digest.number(committed);
    changes.digest(digest);
  }

  // First, last, persisted and committed.

  /** {@return the index of the first entry that is not compacted} */
  public long firstIndex() {
    Snapshot snapshot = tail.snapshot();
    return snapshot != null
        ? snapshot.getMetadata().getIndex() + 1
        : storage.firstIndex(applying.applyingIndex());
  }

  /** {@return the index of the last entry, persisted or not} */
  public long lastIndex() {
    return tail.entries().lastIndex();
  }

  /** {@return the id of the last entry} */
  public LogId last() {
    return id(lastIndex());
  }

  /** {@return the index up to which the host has acknowledged the log as persisted} */
  public long persisted() {
    return tail.persistedIndex();
  }

  /** {@return the commit index} */
  public long committed() {
    return committed;
  }

  /** {@return the id of the entry at the commit index} */
  public LogId committedId() {
    return id(committed);
  }

  /** {@return what the state machine was given of this log} */
  public Applying applying() {
    return applying;
  }

  /** {@return the serialized size of the unstable entries in bytes} */
  public long unstableBytes() {
    return tail.entries().bytes();
  }

  // Terms.

  /**
   * Returns the term of the entry at an index; 0 for index 0, and if the entry is compacted or
   * missing.
   */
  public long term(long index) {
    long last = lastIndex();
    if (index >= last) {
      return index == last ? lastTerm(last) : 0;
    }
    return findTerm(index);
  }

  private long lastTerm(long last) {
    if (knownLast != last) {
      termOfLast = findTerm(last);
      knownLast = last;
    }
    return termOfLast;
  }

  private long findTerm(long index) {
    if (index >= tail.entries().firstIndex()) {
      return tail.entries().get(index).getTerm();
    }
    Snapshot snapshot = tail.snapshot();
    if (snapshot != null) {
      SnapshotMetadata metadata = snapshot.getMetadata();
      return index == metadata.getIndex() ? metadata.getTerm() : 0;
    }
    return index < storage.firstIndex(applying.applyingIndex()) - 1
        ? 0
        : storage.term(index, latestTerm);
  }

  /** Returns the id of the entry at an index whose term the log knows. */
  public LogId id(long index) {
    return index == 0 ? LogId.NONE : new LogId(term(index), index);
  }

  /** Returns whether the log holds the entry (term, index); the start of the log always matches. */
  public boolean matches(long index, long term) {
    return index == 0 || (term > 0 && term(index) == term);
  }

  /**
   * Returns the last entry at or before {@code index} whose term is not above {@code term}: the
   * last entry that can match a log with an entry of that term at that index, as terms never fall
   * along a log. The result is never below {@code firstIndex() - 1}.
   */
  public LogId lastNotAbove(long index, long term) {
    long low = firstIndex() - 1;
    long high = Math.min(index, lastIndex());
    while (low < high) {
      long middle = low + (high - low + 1) / 2;
      if (term(middle) <= term) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return id(low);
  }

  // Appending, truncating and committing.

  /** Appends an entry that this node creates as the leader. */
  public void append(Entry entry) {
    tail.entries().append(entry);
    knownLast = entry.getIndex();
    termOfLast = entry.getTerm();
    latestTerm = Math.max(latestTerm, entry.getTerm());
    changes.add(entry);
  }

  /**
   * Appends commands that this node creates as the leader.
   *
   * @param commands at least one, in an array that nobody changes afterwards
   */
  public void append(Entry[] commands) {
    tail.entries().append(commands);
    Entry last = commands[commands.length - 1];
    knownLast = last.getIndex();
    termOfLast = last.getTerm();
    latestTerm = Math.max(latestTerm, last.getTerm());
  }

  /**
   * Returns whether a leader's entries would replace an entry that is committed here. That can only
   * happen if a node has lost state. By Log Matching it is enough to compare the last index that is
   * both in the slice and committed.
   *
   * <p>If that entry is compacted here, its term is not known, but it is no later than that of the
   * last compacted entry: terms never fall along a log. The first entry of a leader that has lost
   * what is committed here is of a later term, as this node has taken part in no such term.
   */
  public boolean contradictsCommitted(LogSlice slice) {
    long index = Math.min(slice.lastIndex(), committed);
    if (index == 0 || index < slice.prevIndex()) {
      return false;
    }
    long compacted = firstIndex() - 1;
    return index < compacted
        ? slice.term(index) > term(compacted)
        : slice.term(index) != term(index);
  }

  /**
   * Takes over a leader's entries (Raft paper, figure 2, AppendEntries, rules 3 and 4): replaces
   * the entries of the log that conflict with them, and keeps those that match, with the entries
   * after them, as the append may be an old one.
   *
   * @param slice entries whose predecessor the log holds, and which do not contradict a committed
   *     entry
   * @return the index from which entries were removed; 0 if none were
   */
  public long append(LogSlice slice) {
    long index = firstDifference(slice);
    if (index > slice.lastIndex()) {
      return 0;
    }
    long truncated = 0;
    if (index <= lastIndex()) {
      truncateFrom(index);
      truncated = index;
    }
    List<Entry> news = slice.after(index - 1).entries();
    tail.entries().append(news);
    knownLast = slice.lastIndex();
    termOfLast = slice.term(knownLast);
    latestTerm = Math.max(latestTerm, termOfLast);
    changes.add(news);
    return truncated;
  }

  /**
   * Returns the index of the first entry of a slice that the log does not hold. By Log Matching the
   * log holds all entries before one that it holds (Raft paper, section 5.3), so a duplicate of
   * many entries costs one comparison of the last one, and a conflict is found by binary search.
   */
  private long firstDifference(LogSlice slice) {
    long high = Math.min(slice.lastIndex(), lastIndex());
    if (high <= slice.prevIndex() || matches(high, slice.term(high))) {
      return high + 1;
    }
    long low = slice.prevIndex();
    // The log holds the slice's entry at low, and another one at high.
    while (high - low > 1) {
      long middle = low + (high - low) / 2;
      if (matches(middle, slice.term(middle))) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  private void truncateFrom(long index) {
    if (index <= committed) {
      throw new IllegalStateException(
          "invariant: the committed entry " + index + " of " + committed + " would be removed");
    }
    tail.truncateFrom(index);
    knownLast = -1;
    writes.truncateFrom(index);
    changes.truncateFrom(index);
  }

  /** Replaces the whole log with a snapshot, whose index is above the commit index. */
  public void restore(Snapshot snapshot) {
    long index = snapshot.getMetadata().getIndex();
    if (index <= committed) {
      throw new IllegalStateException(
          "invariant: a snapshot at " + index + " is not beyond the commit index " + committed);
    }
    tail.restore(snapshot, committed);
    knownLast = -1;
    writes.truncateAll();
    latestTerm = Math.max(latestTerm, snapshot.getMetadata().getTerm());
    committed = index;
    changes.clear();
    applying.logReplaced();
  }

  /** Raises the commit index to {@code index}; never lowers it. */
  public void commitTo(long index) {
    if (index > lastIndex()) {
      throw new IllegalStateException(
          "invariant: commit index " + index + " beyond the last entry " + lastIndex());
    }
    committed = Math.max(committed, index);
  }

  // Reading for followers.

  /**
   * Returns entries from {@code index} on, at least one, of at most {@code maxBytes} unless the
   * first is larger.
   *
   * @param index an index from {@code firstIndex()} to {@code lastIndex()}
   * @return the entries; empty if the storage cannot deliver now
   */
  public List<Entry> entries(long index, long maxBytes) {
    if (index >= tail.entries().firstIndex()) {
      return tail.entries().view(index, lastIndex() + 1, maxBytes);
    }
    List<Entry> stored = read(index, persisted() + 1, maxBytes);
    // Only the first entry may exceed maxBytes.
    if (!stored.isEmpty() && MessageSizes.isTooLarge(stored.get(0).getData())) {
      throw storage.wrong(
          "entry "
              + index
              + " has "
              + stored.get(0).getData().size()
              + " bytes, which no message can carry to a follower");
    }
    return stored;
  }

  /** Returns whether the entry at an index is read from the storage. */
  public boolean isStored(long index) {
    return index < tail.entries().firstIndex();
  }

  /** Returns a snapshot for a follower; null if the storage cannot deliver now. */
  public @Nullable Snapshot snapshot() {
    Snapshot unstable = tail.snapshot();
    if (unstable != null) {
      return unstable;
    }
    Snapshot stored = storage.snapshot();
    if (stored != null) {
      check(stored.getMetadata());
    }
    return stored;
  }

  private void check(SnapshotMetadata metadata) {
    long compacted = storage.firstIndex(applying.applyingIndex()) - 1;
    if (metadata.getIndex() < Math.max(1, compacted) || metadata.getIndex() > committed) {
      throw storage.wrong(
          "its snapshot is at "
              + metadata.getIndex()
              + ", which is not between what is compacted, "
              + compacted
              + ", and what is committed, "
              + committed);
    }
    long term = term(metadata.getIndex());
    if (metadata.getTerm() != term || metadata.getConfState().getVotersCount() == 0) {
      throw storage.wrong(
          "its snapshot at "
              + metadata.getIndex()
              + " is of term "
              + metadata.getTerm()
              + ", and the log says "
              + term
              + "; it has "
              + metadata.getConfState().getVotersCount()
              + " voters");
    }
    Optional<String> unknown = NewerVersion.unknownIn(metadata.getConfState());
    if (unknown.isPresent()) {
      throw storage.wrong(
          NewerVersion.needed(
              "the configuration of its snapshot at "
                  + metadata.getIndex()
                  + " has "
                  + unknown.get()));
    }
  }

  List<Entry> read(long lo, long hi, long maxBytes) {
    return storage.entries(lo, hi, maxBytes, 1, latestTerm, applying.appliedIndex());
  }

  /** Returns the serialized size of the entries that were read from the storage last, in bytes. */
  long bytesRead() {
    return storage.bytesRead();
  }

  // Persisting.

  /** Returns whether there are entries or a snapshot that no Ready has asked the host to write. */
  public boolean hasUnwritten() {
    return tail.hasUnwritten();
  }

  /** Returns the snapshot that no Ready has asked the host to write; null if there is none. */
  public @Nullable Snapshot unwrittenSnapshot() {
    return tail.unwrittenSnapshot();
  }

  /** Returns the entries that no Ready has asked the host to write. */
  public List<Entry> unwrittenEntries() {
    return tail.unwrittenEntries();
  }

  /**
   * A Ready asks the host to write everything unwritten.
   *
   * @param ready the number of the Ready
   * @param term the term that is persisted with it
   * @param vote the vote that is persisted with it; 0: none
   * @param tick the node's tick
   */
  public void write(long ready, long term, long vote, long tick) {
    Snapshot snapshot = tail.unwrittenSnapshot();
    writes.add(
        ready,
        term,
        vote,
        tick,
        tail.hasUnwritten() ? lastIndex() : 0,
        snapshot == null ? 0 : snapshot.getMetadata().getIndex());
    tail.write();
  }

  /**
   * Looks for writes that the host is about to acknowledge although it has not made them. The last
   * and the first index of the storage show most of them. A writer may be ahead: it lowers the last
   * index only to a truncation, which the outstanding writes know.
   *
   * @param ready the number of the Ready that is acknowledged with all before it
   * @return what the storage lacks; empty if nothing is seen to be missing
   */
  public Optional<String> notStored(long ready) {
    long snapshot = hasUnstableSnapshot() ? writes.snapshotUpTo(ready) : 0;
    if (snapshot > 0 && storage.first() <= snapshot) {
      return Optional.of(
          "the snapshot at "
              + snapshot
              + " is not in the storage, whose first index is "
              + storage.first());
    }
    long last = writes.lastIndexUpTo(ready);
    return last == 0 || storage.last() >= last
        ? Optional.empty()
        : Optional.of(
            "the entries up to "
                + last
                + " are not in the storage, whose last index is "
                + storage.last());
  }

  /**
   * The host has persisted the oldest outstanding write.
   *
   * @param tick the node's tick
   * @return the write, which is valid until the next one is made
   */
  public OutstandingWrites.Write writePersisted(long tick) {
    OutstandingWrites.Write write = writes.acknowledgeOldest(tick);
    tail.persisted(write.lastIndex(), write.snapshotIndex());
    return write;
  }

  /** {@return the outstanding writes} */
  public OutstandingWrites writes() {
    return writes;
  }

  /** Returns whether there is a snapshot that the host has not acknowledged as persisted. */
  public boolean hasUnstableSnapshot() {
    return tail.snapshot() != null;
  }

  // Membership changes.

  /** Returns whether there is a membership change above the applied index. */
  public boolean hasPendingChange() {
    return !changes.isEmpty();
  }

  /**
   * Returns the index of the first membership change above the applied index; 0 if there is none.
   */
  public long pendingChange() {
    return changes.isEmpty() ? 0 : changes.firstAbove(applying.appliedIndex());
  }

  /** Returns whether there is a committed membership change above an index. */
  public boolean hasCommittedChangeAbove(long index) {
    return changes.firstAbove(index) <= committed;
  }

  /**
   * Returns the index of the first membership change above an index; {@link Long#MAX_VALUE} if
   * there is none.
   */
  long changeAbove(long index) {
    return changes.firstAbove(index);
  }

  /** All entries up to {@code index} are applied. */
  void changesAppliedTo(long index) {
    changes.appliedTo(index);
  }
}
