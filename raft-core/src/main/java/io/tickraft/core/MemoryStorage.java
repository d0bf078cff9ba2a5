package io.tickraft.core;

import com.google.protobuf.ByteString;
import io.tickraft.core.log.EntryBuffer;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongUnaryOperator;

/**
 * A {@link Storage} in memory, for tests and examples, and as a cache in front of a storage that is
 * slow to read.
 *
 * <p>Every method checks its arguments before it changes anything. Not thread-safe.
 */
public final class MemoryStorage implements Storage {

  private HardState hardState = HardState.getDefaultInstance();
  private Snapshot snapshot = Snapshot.getDefaultInstance();

  private final EntryBuffer log;

  /** The term of the entry at {@code firstIndex() - 1}; 0 if nothing was ever compacted. */
  private long compactedTerm;

  /** Creates an empty storage, for a node that will join a group. */
  public MemoryStorage() {
    this.log = new EntryBuffer(1);
  }

  private MemoryStorage(MemoryStorage other) {
    this.hardState = other.hardState;
    this.snapshot = other.snapshot;
    this.log = other.log.copy();
    this.compactedTerm = other.compactedTerm;
  }

  /** {@return an independent copy} */
  public MemoryStorage copy() {
    return new MemoryStorage(this);
  }

  /**
   * Adds the content of this storage to a digest.
   *
   * @param digest the digest
   */
  public void digest(Digest digest) {
    digest.message(hardState).message(snapshot);
    digest.number(log.firstIndex()).number(compactedTerm).messages(log());
  }

  /**
   * Creates the storage of one of a group's first voters.
   *
   * @param voters the ids of all first voters
   * @return a storage that holds {@link Bootstrap#snapshot(long...)} and {@link
   *     Bootstrap#hardState()}
   * @throws IllegalArgumentException as {@link Bootstrap#snapshot(long...)} says
   */
  public static MemoryStorage bootstrapped(long... voters) {
    MemoryStorage storage = new MemoryStorage();
    storage.installSnapshot(Bootstrap.snapshot(voters));
    storage.setHardState(Bootstrap.hardState());
    return storage;
  }

  /**
   * Persists the snapshot, entries and hard state of a Ready.
   *
   * @param ready the Ready
   * @throws IllegalArgumentException if the Ready does not fit the content of this storage
   */
  public void persist(Ready ready) {
    if (ready.snapshot().isPresent()) {
      SnapshotMetadata metadata = ready.snapshot().get().getMetadata();
      long index = metadata.getIndex();
      check(ready.entries(), index + 1, index, before -> metadata.getTerm());
      installSnapshot(ready.snapshot().get());
    }
    append(ready.entries());
    Optional<HardState> newHardState = ready.hardState();
    if (newHardState.isPresent()) {
      setHardState(newHardState.get());
    }
  }

  /**
   * Replaces the hard state.
   *
   * @param hardState the new hard state
   */
  public void setHardState(HardState hardState) {
    this.hardState = Objects.requireNonNull(hardState, "hardState");
  }

  /**
   * Appends entries. They replace all entries of the log from the first new index on.
   *
   * @param newEntries contiguous entries whose terms never fall, the first of them at {@code
   *     firstIndex() .. lastIndex() + 1}; may be empty
   * @throws IllegalArgumentException if the entries do not fit the log
   */
  public void append(List<Entry> newEntries) {
    if (newEntries.isEmpty()) {
      return;
    }
    check(newEntries, firstIndex(), lastIndex(), this::term);
    log.truncateFrom(newEntries.get(0).getIndex());
    log.append(newEntries);
  }

  /** Checks that entries fit a log of {@code first .. last}. */
  private static void check(
      List<Entry> newEntries, long first, long last, LongUnaryOperator termAt) {
    if (newEntries.isEmpty()) {
      return;
    }
    long from = newEntries.get(0).getIndex();
    if (from < first || from > last + 1) {
      throw new IllegalArgumentException(
          "entries from " + from + " do not fit a log of " + first + ".." + last);
    }
    long term = Math.max(1, termAt.applyAsLong(from - 1));
    for (int i = 0; i < newEntries.size(); i++) {
      Entry entry = newEntries.get(i);
      if (entry.getIndex() != from + i || entry.getTerm() < term) {
        throw new IllegalArgumentException(
            "entries must be contiguous and their terms must not fall: expected entry "
                + (from + i)
                + " of term "
                + term
                + " or later, got entry "
                + entry.getIndex()
                + " of term "
                + entry.getTerm());
      }
      term = entry.getTerm();
    }
  }

  /**
   * Replaces the snapshot and the log with a snapshot from a leader.
   *
   * @param newSnapshot a snapshot whose index is not below that of the stored snapshot
   * @throws IllegalArgumentException if the snapshot is older than the stored one, or its index or
   *     term is below 1
   */
  public void installSnapshot(Snapshot newSnapshot) {
    SnapshotMetadata metadata = newSnapshot.getMetadata();
    check(metadata);
    snapshot = newSnapshot;
    compactedTerm = metadata.getTerm();
    log.reset(metadata.getIndex() + 1);
  }

  /** Checks that a snapshot may replace the stored one. */
  private void check(SnapshotMetadata metadata) {
    if (metadata.getIndex() < 1 || metadata.getTerm() < 1) {
      throw new IllegalArgumentException("a snapshot has a positive index and term");
    }
    if (metadata.getIndex() < snapshot.getMetadata().getIndex()) {
      throw new IllegalArgumentException(
          "a snapshot at "
              + metadata.getIndex()
              + " is older than the one at "
              + snapshot.getMetadata().getIndex());
    }
  }

  /**
   * Stores a snapshot that the host's own state machine made. The log does not change until it is
   * {@linkplain #compact compacted}.
   *
   * @param index the last index that the state machine has applied
   * @param confState the configuration after that index, with at least one voter
   * @param data the state of the state machine
   * @throws IllegalArgumentException if the index is not above that of the last snapshot, or is
   *     above the last index of the log, or if the configuration has no voters
   */
  public void createSnapshot(long index, ConfState confState, ByteString data) {
    if (index <= snapshot.getMetadata().getIndex() || index > lastIndex()) {
      throw new IllegalArgumentException(
          "index: above the index of the last snapshot, "
              + snapshot.getMetadata().getIndex()
              + ", and at most the last index, "
              + lastIndex()
              + ": "
              + index);
    }
    if (confState.getVotersCount() == 0) {
      throw new IllegalArgumentException(
          "confState: a configuration has at least one voter, and this has none");
    }
    snapshot =
        Snapshot.newBuilder()
            .setMetadata(
                SnapshotMetadata.newBuilder()
                    .setIndex(index)
                    .setTerm(term(index))
                    .setConfState(confState))
            .setData(data)
            .build();
  }

  /**
   * Removes the entries up to an index.
   *
   * @param index the last index to remove; nothing happens if it was removed already
   * @throws IllegalArgumentException if the index is above that of the last snapshot
   */
  public void compact(long index) {
    if (index > snapshot.getMetadata().getIndex()) {
      throw new IllegalArgumentException(
          "index: at most the index of the last snapshot, "
              + snapshot.getMetadata().getIndex()
              + ": "
              + index);
    }
    if (index >= firstIndex()) {
      compactedTerm = term(index);
      log.removeTo(index);
    }
  }

  @Override
  public HardState initialState() {
    return hardState;
  }

  @Override
  public EntriesResult entries(long lo, long hi, long maxBytes) {
    if (lo < firstIndex()) {
      return new EntriesResult.Compacted();
    }
    if (hi <= lo || hi > lastIndex() + 1) {
      throw new IllegalArgumentException(
          "entries " + lo + " to " + hi + " of a log of " + firstIndex() + ".." + lastIndex());
    }
    return new EntriesResult.Available(log.view(lo, hi, maxBytes));
  }

  @Override
  public long term(long index) {
    if (index == firstIndex() - 1) {
      return compactedTerm;
    }
    return index < firstIndex() || index > lastIndex() ? 0 : log.get(index).getTerm();
  }

  @Override
  public long firstIndex() {
    return log.firstIndex();
  }

  @Override
  public long lastIndex() {
    return log.lastIndex();
  }

  /** {@inheritDoc} The snapshot is always available. */
  @Override
  public SnapshotResult.Available snapshot() {
    return new SnapshotResult.Available(snapshot);
  }

  /**
   * {@return all entries that are not compacted, as an immutable list that later writes do not
   * change; may be empty}
   */
  public List<Entry> log() {
    return log.view(firstIndex(), lastIndex() + 1);
  }
}
