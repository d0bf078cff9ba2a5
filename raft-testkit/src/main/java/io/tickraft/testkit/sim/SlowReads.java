package io.tickraft.testkit.sim;

import io.tickraft.core.Storage;
import io.tickraft.proto.HardState;
import java.util.function.Predicate;

/**
 * Reads of a disk for a node, which has to wait for some of them: entries, or a snapshot, that are
 * to be fetched from far away first. One thing is fetched at a time. Once it is there the next read
 * gets its answer.
 */
final class SlowReads implements Storage {

  private final Storage disk;
  private final Predicate<Runnable> fetching;
  private final Troubles troubles;

  /** A node that is being opened need not wait. */
  private boolean isOpen;

  private boolean isFetching;
  private boolean isFetched;

  /**
   * Reads of a disk.
   *
   * @param disk what answers in the end
   * @param fetching decides whether the next read has to wait, and if so runs what it is given some
   *     time later
   * @param troubles counts the reads that had to wait
   */
  SlowReads(Storage disk, Predicate<Runnable> fetching, Troubles troubles) {
    this.disk = disk;
    this.fetching = fetching;
    this.troubles = troubles;
  }

  /** The node is open: from now on it may have to wait. */
  void opened() {
    isOpen = true;
  }

  private boolean mustWait() {
    if (!isOpen) {
      return false;
    }
    if (isFetched) {
      isFetched = false;
      return false;
    }
    if (!isFetching) {
      isFetching = fetching.test(this::fetched);
    }
    return isFetching;
  }

  private void fetched() {
    isFetching = false;
    isFetched = true;
  }

  @Override
  public HardState initialState() {
    return disk.initialState();
  }

  @Override
  public EntriesResult entries(long lo, long hi, long maxBytes) {
    if (mustWait()) {
      troubles.entriesNotReady++;
      return new EntriesResult.NotYet();
    }
    return disk.entries(lo, hi, maxBytes);
  }

  @Override
  public long term(long index) {
    return disk.term(index);
  }

  @Override
  public long firstIndex() {
    return disk.firstIndex();
  }

  @Override
  public long lastIndex() {
    return disk.lastIndex();
  }

  @Override
  public SnapshotResult snapshot() {
    if (mustWait()) {
      troubles.snapshotsNotReady++;
      return new SnapshotResult.NotYet();
    }
    return disk.snapshot();
  }
}
