package io.tickraft.testkit.sim;

import io.tickraft.core.Storage;
import io.tickraft.proto.HardState;
import java.util.function.Predicate;

/**
 * A storage that answers some reads of entries and snapshots with {@code NotYet}, as if the data
 * had to be fetched from a remote machine first. One fetch runs at a time. After a fetch, the next
 * read is answered from the disk.
 */
final class SlowReads implements Storage {

  private final Storage disk;
  private final Predicate<Runnable> fetching;
  private final Troubles troubles;

  /** Whether the node is open; reads during {@code RawNode.open} are never slow. */
  private boolean isOpen;

  private boolean isFetching;
  private boolean isFetched;

  /**
   * Creates a storage on a disk.
   *
   * @param disk has the data
   * @param fetching decides whether the next read has to wait; if so, runs its argument some time
   *     later, when the data is fetched
   * @param troubles counts the reads that had to wait
   */
  SlowReads(Storage disk, Predicate<Runnable> fetching, Troubles troubles) {
    this.disk = disk;
    this.fetching = fetching;
    this.troubles = troubles;
  }

  /** The node is open: from now on, reads may have to wait. */
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
