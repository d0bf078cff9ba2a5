package io.tickraft.core.fuzz;

import io.tickraft.core.MemoryStorage;
import io.tickraft.core.Storage;
import io.tickraft.proto.HardState;

/** A memory storage whose reads can be told to be slow: "not yet" until they are told otherwise. */
final class FuzzStorage implements Storage {

  final MemoryStorage memory;
  boolean slowEntries;
  boolean slowSnapshot;

  FuzzStorage(MemoryStorage memory) {
    this.memory = memory;
  }

  @Override
  public HardState initialState() {
    return memory.initialState();
  }

  @Override
  public EntriesResult entries(long lo, long hi, long maxBytes) {
    return slowEntries ? new EntriesResult.NotYet() : memory.entries(lo, hi, maxBytes);
  }

  @Override
  public long term(long index) {
    return memory.term(index);
  }

  @Override
  public long firstIndex() {
    return memory.firstIndex();
  }

  @Override
  public long lastIndex() {
    return memory.lastIndex();
  }

  @Override
  public SnapshotResult snapshot() {
    return slowSnapshot ? new SnapshotResult.NotYet() : memory.snapshot();
  }
}
