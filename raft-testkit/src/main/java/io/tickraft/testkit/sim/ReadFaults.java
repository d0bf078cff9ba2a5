package io.tickraft.testkit.sim;

import io.tickraft.core.Storage;
import io.tickraft.proto.HardState;
import java.util.function.Predicate;

/**
 * The storage that a node reads from, with the trouble that reads may have.
 *
 * <ul>
 *   <li>Some reads of entries and snapshots are answered with {@code NotYet}, as if the data had to
 *       be fetched from a remote machine first. One fetch runs at a time. After a fetch, the next
 *       read is answered from the disk.
 *   <li>Entries come in pages: a read returns at most so many of them.
 *   <li>A read fails, once.
 * </ul>
 */
final class ReadFaults implements Storage {

  private final Storage disk;
  private final Predicate<Runnable> fetching;
  private final Runnable failing;
  private final int maxEntries;
  private final FaultCounters faults;

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
   * @param failing throws an exception if this read of entries or of a term fails
   * @param maxEntries how many entries a read returns at most, at least 1
   * @param faults counts the reads that had to wait
   */
  ReadFaults(
      Storage disk,
      Predicate<Runnable> fetching,
      Runnable failing,
      int maxEntries,
      FaultCounters faults) {
    this.disk = disk;
    this.fetching = fetching;
    this.failing = failing;
    this.maxEntries = maxEntries;
    this.faults = faults;
  }

  /** The node is open: from now on, reads may have trouble. */
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
      faults.entriesNotReady++;
      return new EntriesResult.NotYet();
    }
    if (isOpen) {
      failing.run();
    }
    return disk.entries(lo, isOpen ? Math.min(hi, lo + maxEntries) : hi, maxBytes);
  }

  @Override
  public long term(long index) {
    if (isOpen) {
      failing.run();
    }
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
      faults.snapshotsNotReady++;
      return new SnapshotResult.NotYet();
    }
    return disk.snapshot();
  }
}
