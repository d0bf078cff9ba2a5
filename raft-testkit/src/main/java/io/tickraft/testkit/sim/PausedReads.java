package io.tickraft.testkit.sim;

import io.tickraft.core.Digest;
import io.tickraft.core.Storage;
import io.tickraft.proto.HardState;

/**
 * The storage that a node reads from, which can be told to answer {@code NotYet}, as if the data
 * had to be fetched from elsewhere first.
 */
final class PausedReads implements Storage {

  private final Storage storage;
  private boolean areEntriesPaused;
  private boolean isSnapshotPaused;

  PausedReads(Storage storage) {
    this.storage = storage;
  }

  /** Returns the same on a copy of the storage. */
  PausedReads copy(Storage itsStorage) {
    PausedReads copy = new PausedReads(itsStorage);
    copy.areEntriesPaused = areEntriesPaused;
    copy.isSnapshotPaused = isSnapshotPaused;
    return copy;
  }

  void pauseEntries() {
    areEntriesPaused = true;
  }

  void pauseSnapshot() {
    isSnapshotPaused = true;
  }

  void resume() {
    areEntriesPaused = false;
    isSnapshotPaused = false;
  }

  boolean isPaused() {
    return areEntriesPaused || isSnapshotPaused;
  }

  void digest(Digest digest) {
    digest.flag(areEntriesPaused).flag(isSnapshotPaused);
  }

  @Override
  public HardState initialState() {
    return storage.initialState();
  }

  @Override
  public EntriesResult entries(long lo, long hi, long maxBytes) {
    return areEntriesPaused ? new EntriesResult.NotYet() : storage.entries(lo, hi, maxBytes);
  }

  @Override
  public long term(long index) {
    return storage.term(index);
  }

  @Override
  public long firstIndex() {
    return storage.firstIndex();
  }

  @Override
  public long lastIndex() {
    return storage.lastIndex();
  }

  @Override
  public SnapshotResult snapshot() {
    return isSnapshotPaused ? new SnapshotResult.NotYet() : storage.snapshot();
  }
}
