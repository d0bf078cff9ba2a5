package io.tickraft.core.log;

import io.tickraft.proto.Entry;
import io.tickraft.proto.Snapshot;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the state machine was given of a log, and how much of it is applied (Raft paper, section
 * 5.3, "lastApplied"): batches of committed entries and snapshots, each once and in order, and no
 * more than a limit in bytes that is not applied yet.
 *
 * <p>Always {@code appliedIndex() <= applyingIndex()}, and {@code applyingIndex()} is neither above
 * the commit index nor, but for a snapshot, above what is persisted.
 */
public final class Applying {

  private final RaftLog log;
  private final long maxUnapplied;

  /** The highest index that was given to the state machine. Never falls, never below applied. */
  private long applying;

  /** The highest index that the host has acknowledged as applied. Never falls. */
  private long applied;

  /** The sizes of the batches that are not applied, each at its last index. */
  private final IndexedBytes unapplied;

  /** The next batch of committed entries, if it was read from the storage already. */
  private @Nullable List<Entry> batch;

  /** The serialized size of the entries of {@link #batch}. */
  private long batchBytes;

  /** The storage could not deliver the next batch. */
  private boolean waitsForStorage;

  /** The boundaries of the snapshots that are not applied, oldest first. */
  private final ArrayDeque<SnapshotBoundary> snapshots = new ArrayDeque<>(1);

  /**
   * Where a snapshot takes the place of entries: those after {@code before} and before {@code at}
   * are not given to the state machine.
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

  /** {@return the highest index that was given to the state machine} */
  public long applyingIndex() {
    return applying;
  }

  /** {@return the highest index that is acknowledged as applied} */
  public long appliedIndex() {
    return applied;
  }

  /**
   * Returns whether there is a batch of entries for the state machine, and reads it if so: what is
   * committed and persisted, within the limit of what may be unapplied.
   */
  public boolean hasBatch() {
    // A single entry may be larger than what is left of the limit. It is kept until it fits: read
    // again at each acknowledgement, one of 4 MiB after 14,000 small ones would cost 56 GiB.
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
    // Not beyond a membership change: the host is told of the configuration after it.
    long end = Math.min(to, log.changeAbove(applying));
    List<Entry> read = log.read(applying + 1, end + 1, maxUnapplied - unapplied.bytes());
    if (read.isEmpty()) {
      waitsForStorage = true;
      return false;
    }
    batch = read;
    batchBytes = 0;
    for (int i = 0; i < read.size(); i++) {
      batchBytes += read.get(i).getSerializedSize();
    }
    return true;
  }

  /** Gives the batch of {@link #hasBatch} to the state machine; none if there is none. */
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

  /** Gives a snapshot to the state machine, which it replaces. */
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

  /** The state machine has applied everything up to {@code index}, which it was given. */
  public void appliedTo(long index) {
    applied = Math.max(applied, index);
    unapplied.freeTo(applied);
    log.changesAppliedTo(applied);
    while (!snapshots.isEmpty() && snapshots.getFirst().at <= applied) {
      snapshots.removeFirst();
    }
  }

  /**
   * Returns whether an index was not given to the state machine because a snapshot of a later index
   * was. Unknown, and false, when the snapshot is applied.
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

  /** The storage may be asked again for what it could not deliver. */
  public void askStorageAgain() {
    waitsForStorage = false;
  }

  /** A snapshot replaces the log: the batch that was read is not given to the state machine. */
  void logReplaced() {
    batch = null;
  }
}
