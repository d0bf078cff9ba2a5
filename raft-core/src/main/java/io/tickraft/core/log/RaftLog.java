package io.tickraft.core.log;

import io.tickraft.core.LogId;
import io.tickraft.core.Storage;
import io.tickraft.core.membership.NewerVersion;
import io.tickraft.core.membership.PendingChanges;
import io.tickraft.core.validate.MessageSizes;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The replicated log of one node: what its storage has acknowledged, what is not persisted yet, and
 * how far it is committed. What the state machine was given of it is {@link Applying}.
 *
 * <p>Always {@code firstIndex() - 1 <= applied <= applying <= committed <= lastIndex()} and {@code
 * applying <= persisted}. The storage is asked only for what the host has acknowledged as
 * persisted.
 */
public final class RaftLog {

  /** How much is read at once when the log is opened. */
  private static final long OPENING_BYTES = 1 << 20;

  private final CheckedStorage storage;
  private final UnstableTail tail;
  private final OutstandingWrites writes;
  private final Applying applying;

  private long committed;

  /** No entry of the log is, or ever was, of a later term. Never falls. */
  private long latestTerm;

  /** The membership changes above the applied index. */
  private final PendingChanges changes;

  /**
   * Opens the log of a storage, all of which is persisted. The entries that are not applied are
   * read, to know of the membership changes among them.
   *
   * @param committed the commit index
   * @param applied the applied index
   * @param maxUnapplied how many bytes of entries the state machine may be given before they are
   *     applied, at least 1
   * @throws IllegalArgumentException if the storage cannot deliver the entries at once, they are
   *     not what it says elsewhere, or one of them is a committed membership change that this
   *     version does not know
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
      List<Entry> entries = storage.entries(next, lastIndex() + 1, OPENING_BYTES, term, latestTerm);
      if (entries.isEmpty()) {
        throw storage.wrong("entry " + next + " must be there when a node is opened");
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
              + ", and term("
              + lastIndex()
              + ") answers "
              + latestTerm);
    }
  }

  /**
   * A change that only a newer version understands would fail the node. What is not committed may
   * still be replaced.
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
    this.tail = other.tail.copy();
    this.writes = other.writes.copy();
    this.committed = other.committed;
    this.changes = other.changes.copy();
    this.applying = new Applying(other.applying, this);
  }

  /** Returns a log in the same state, on a storage in the same state, that goes its own way. */
  public RaftLog copy(Storage itsStorage) {
    return new RaftLog(this, itsStorage);
  }

  // Where it begins and ends.

  /** Returns the index of the first entry that is not compacted. */
  public long firstIndex() {
    Snapshot snapshot = tail.snapshot();
    return snapshot != null
        ? snapshot.getMetadata().getIndex() + 1
        : storage.firstIndex(applying.applyingIndex());
  }

  /** Returns the index of the last entry, persisted or not. */
  public long lastIndex() {
    return tail.entries().lastIndex();
  }

  /** Returns the last entry. */
  public LogId last() {
    return id(lastIndex());
  }

  /** Returns the index up to which the log is acknowledged as persisted. */
  public long persisted() {
    return tail.persistedIndex();
  }

  /** Returns the commit index. */
  public long committed() {
    return committed;
  }

  /** Returns the entry at the commit index. */
  public LogId committedId() {
    return id(committed);
  }

  /** {@return what the state machine was given of this log} */
  public Applying applying() {
    return applying;
  }

  /** Returns the serialized size of the entries that are not persisted. */
  public long unstableBytes() {
    return tail.bytes();
  }

  // Terms.

  /** Returns the term of the entry at an index; 0 if it is compacted or not there, and for 0. */
  public long term(long index) {
    if (index > lastIndex()) {
      return 0;
    }
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

  /** Returns the entry at an index, which the log must know. */
  public LogId id(long index) {
    return index == 0 ? LogId.NONE : new LogId(term(index), index);
  }

  /** Returns whether the log holds the entry (term, index); the start of the log always matches. */
  public boolean matches(long index, long term) {
    return index == 0 || (term > 0 && term(index) == term);
  }

  /**
   * Returns the last entry at or before {@code index} whose term is not above {@code term}: the
   * last one that can match a log which has an entry of that term at that index, as terms never
   * fall along a log. Not before the entry right before the first one.
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

  // Growing.

  /** Appends an entry of a leader's own. */
  public void append(Entry entry) {
    tail.append(entry);
    latestTerm = Math.max(latestTerm, entry.getTerm());
    changes.add(entry);
  }

  /**
   * Returns whether a leader's entries would replace one that is committed here, which only a node
   * that has lost state can mean. By Log Matching, the last entry that both have decides for all
   * before it.
   */
  public boolean contradictsCommitted(LogSlice slice) {
    long index = Math.min(slice.lastIndex(), committed);
    return index > 0
        && index >= Math.max(slice.prevIndex(), firstIndex() - 1)
        && term(index) != slice.term(index);
  }

  /**
   * Takes over a leader's entries (Raft paper, figure 2, AppendEntries, rules 3 and 4): those that
   * conflict with the log's are replaced, and those that are there already stay, with what follows
   * them, as the append may be an old one.
   *
   * @param slice entries whose predecessor the log holds, and which do not contradict what is
   *     committed
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
    tail.append(news);
    latestTerm = Math.max(latestTerm, slice.term(slice.lastIndex()));
    changes.add(news);
    return truncated;
  }

  /**
   * Returns the index of the first entry of a slice that the log does not hold. By Log Matching the
   * log holds all entries before one that it holds (Raft paper, section 5.3), so a duplicate of
   * many entries costs one look at the last of them, and a conflict is found by halving.
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
    writes.truncateFrom(index);
    changes.truncateFrom(index);
  }

  /** Replaces log and state with a snapshot, which is beyond the commit index. */
  public void restore(Snapshot snapshot) {
    long index = snapshot.getMetadata().getIndex();
    if (index <= committed) {
      throw new IllegalStateException(
          "invariant: a snapshot at " + index + " is not beyond the commit index " + committed);
    }
    tail.restore(snapshot, committed);
    writes.truncateAll();
    latestTerm = Math.max(latestTerm, snapshot.getMetadata().getTerm());
    committed = index;
    changes.clear();
    applying.logReplaced();
  }

  /** Moves the commit index up, never down. */
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
    // Only the first one may be larger than what was asked for.
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

  /** Returns whether reading at an index asks the storage. */
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
    return storage.entries(lo, hi, maxBytes, 1, latestTerm);
  }

  // Persisting.

  /** Returns whether there is something that the host was not told to write. */
  public boolean hasUnwritten() {
    return tail.hasUnwritten();
  }

  /** Returns the snapshot that the host was not told to write; null if there is none. */
  public @Nullable Snapshot unwrittenSnapshot() {
    return tail.unwrittenSnapshot();
  }

  /** Returns the entries that the host was not told to write. */
  public List<Entry> unwrittenEntries() {
    return tail.unwrittenEntries();
  }

  /**
   * The host is told to write all that is unwritten.
   *
   * @param ready the number of the Ready that says so
   * @param hardState the hard state that is persisted with it
   * @param tick the node's tick
   */
  public void write(long ready, HardState hardState, long tick) {
    Snapshot snapshot = tail.unwrittenSnapshot();
    writes.add(
        new OutstandingWrites.Write(
            ready,
            hardState,
            tick,
            tail.hasUnwritten() ? lastIndex() : 0,
            snapshot == null ? 0 : snapshot.getMetadata().getIndex()));
    tail.write();
  }

  /**
   * The host has made the oldest of the writes that are outstanding.
   *
   * @return the hard state that is persisted now
   */
  public HardState writePersisted() {
    OutstandingWrites.Write write = writes.removeOldest();
    tail.persisted(write.lastIndex(), write.snapshotIndex());
    return write.hardState();
  }

  /** {@return the writes that the host was told to make and has not acknowledged} */
  public OutstandingWrites writes() {
    return writes;
  }

  /** Returns whether a snapshot waits to be written, or for the word that it is. */
  public boolean hasUnstableSnapshot() {
    return tail.snapshot() != null;
  }

  // Membership changes.

  /** Returns whether there is a membership change above the applied index. */
  public boolean hasPendingChange() {
    return !changes.isEmpty();
  }

  /** Returns the index of the first membership change above the applied index; 0: there is none. */
  public long pendingChange() {
    return changes.isEmpty() ? 0 : changes.firstAbove(applying.appliedIndex());
  }

  /** Returns whether there is a membership change above an index that is committed. */
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

  /** Everything up to {@code index} is applied. */
  void changesAppliedTo(long index) {
    changes.appliedTo(index);
  }
}
