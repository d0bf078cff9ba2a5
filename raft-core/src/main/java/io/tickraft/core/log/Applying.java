package io.tickraft.core.log;

import io.tickraft.core.Digest;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Snapshot;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives a log to the state machine and tracks how far it is applied (Raft paper, section 5.3,
 * "lastApplied"): batches of committed entries and snapshots, each once and in order. A limit in
 * bytes bounds what is given and not applied yet.
 *
 * <p>Always {@code appliedIndex() <= applyingIndex()}. {@code applyingIndex()} is never above the
 * commit index and, except for a snapshot, never above the persisted index.
 */
public final class Applying {

  private final RaftLog log;

  /** The limit of {@link #unapplied} in bytes. */
  private final long maxUnapplied;

  /** The highest index that was given to the state machine. Never falls, never below applied. */
  private long applying;

  /** The highest index that the host has acknowledged as applied. Never falls. */
  private long applied;

  /** The sizes of the batches that are not applied, each at its last index. */
  private final IndexedBytes unapplied;

  /** The next batch of committed entries; null if it has not been read from the storage. */
  private @Nullable List<Entry> batch;

  /** The serialized size of the entries of {@link #batch}. */
  private long batchBytes;

  /** The storage could not deliver the next batch, and is not asked again before it may be. */
  private boolean waitsForStorage;

  /** The boundaries of the snapshots that are not applied, oldest first. */
  private final ArrayDeque<SnapshotBoundary> snapshots = new ArrayDeque<>(1);

  /**
   * The range that a snapshot replaces: entries after {@code before} and before {@code at} are not
   * given to the state machine.
   *
   * @param before the highest index that was given to the state machine before the snapshot
   * @param at the index of the snapshot
   */
  private record SnapshotBoundary(long before, long at) {}

  Applying(RaftLog log, long applied, long maxUnapplied) {
    this.log = log;
    this.maxUnapplied = maxUnapplied;
    this.applying = applied;
    this.applied = applied;
    this.unapplied = new IndexedBytes();
  }

  /** Makes an independent copy for a copy of the log. */
  Applying(Applying other, RaftLog log) {
    this.log = log;
    this.maxUnapplied = other.maxUnapplied;
    this.applying = other.applying;
    this.applied = other.applied;
    this.unapplied = other.unapplied.copy();
    this.batch = other.batch;
    this.batchBytes = other.batchBytes;
    this.waitsForStorage = other.waitsForStorage;
    this.snapshots.addAll(other.snapshots);
  }

  /** Adds what the state machine was given, and what it is given next. */
  void digest(Digest digest) {
    digest.number(applying).number(applied);
    unapplied.digest(digest);
    // A batch that was read stays as it is, whatever is committed meanwhile.
    digest.number(batch == null ? 0 : batch.size());
    digest.flag(waitsForStorage);
    digest.ordered(snapshots, (snapshot, d) -> d.number(snapshot.before).number(snapshot.at));
  }

  /** {@return the highest index that was given to the state machine} */
  public long applyingIndex() {
    return applying;
  }

  /** {@return the highest index that is acknowledged as applied} */
  public long appliedIndex() {
    return applied;
  }

  /**
   * Returns whether there is a batch for the state machine, and reads it: entries that are
   * committed and persisted, within the limit of unapplied bytes.
   */
  public boolean hasBatch() {
    // A single entry may be larger than what is left of the limit. The batch is kept until it fits:
    // if it was read again at each acknowledgement, an entry of 4 MiB after 14,000 small ones would
    // cost 56 GiB of reads.
    return (batch != null || readBatch())
        && (unapplied.count() == 0 || unapplied.bytes() + batchBytes <= maxUnapplied);
  }

  private boolean readBatch() {
    long to = Math.min(log.committed(), log.persisted());
    if (applying >= to
        || waitsForStorage
        || log.unwrittenSnapshot() != null
        || unapplied.bytes() >= maxUnapplied) {
      return false;
    }
    // A batch ends at a membership change: the Ready reports the configuration after it.
    long end = Math.min(to, log.changeAbove(applying));
    List<Entry> read = log.read(applying + 1, end + 1, maxUnapplied - unapplied.bytes());
    if (read.isEmpty()) {
      waitsForStorage = true;
      return false;
    }
    batch = read;
    batchBytes = log.bytesRead();
    return true;
  }

  /** Gives the batch of {@link #hasBatch} to the state machine; empty if there is none. */
  public List<Entry> takeBatch() {
    if (!hasBatch()) {
      return List.of();
    }
    List<Entry> taken = batch;
    if (taken == null) {
      throw new IllegalStateException("invariant: a batch of committed entries was read");
    }
    batch = null;
    applying = taken.get(taken.size() - 1).getIndex();
    unapplied.add(applying, batchBytes);
    return taken;
  }

  /** Gives a snapshot to the state machine, which replaces its state. */
  public void takeSnapshot(Snapshot snapshot) {
    long at = snapshot.getMetadata().getIndex();
    snapshots.addLast(new SnapshotBoundary(applying, at));
    applying = at;
    unapplied.add(at, 0);
  }

  /** {@return how many snapshots were given to the state machine and are not applied} */
  public int unappliedSnapshots() {
    return snapshots.size();
  }

  /** The state machine has applied everything up to {@code index}, at most the applying index. */
  public void appliedTo(long index) {
    applied = Math.max(applied, index);
    unapplied.freeTo(applied);
    log.changesAppliedTo(applied);
    while (!snapshots.isEmpty() && snapshots.getFirst().at <= applied) {
      snapshots.removeFirst();
    }
  }

  /**
   * Returns whether an entry was not given to the state machine because a later snapshot replaced
   * it. Always false once that snapshot is applied: its range is forgotten.
   */
  public boolean isReplacedBySnapshot(long index) {
    if (snapshots.isEmpty()) {
      return false; // Nearly always, and without an iterator.
    }
    for (SnapshotBoundary snapshot : snapshots) {
      if (snapshot.before < index && index < snapshot.at) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether the storage could not deliver the next batch. */
  public boolean isWaitingForStorage() {
    return waitsForStorage;
  }

  /** The storage may be asked again for what it could not deliver. */
  public void askStorageAgain() {
    waitsForStorage = false;
  }

  /** A snapshot replaces the log: the batch that was read is not given to the state machine. */
  void logReplaced() {
    batch = null;
  }
}
