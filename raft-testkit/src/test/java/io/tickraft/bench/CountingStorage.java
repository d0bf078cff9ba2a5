package io.tickraft.bench;

import io.tickraft.core.Storage;
import io.tickraft.proto.HardState;

/** A storage that counts how often a node reads from it after the start. */
final class CountingStorage implements Storage {

  private final Storage storage;
  private long entries;
  private long terms;
  private long bounds;
  private long snapshots;

  CountingStorage(Storage storage) {
    this.storage = storage;
  }

  /**
   * How often nodes have read from their storages.
   *
   * @param entries how often entries were read
   * @param terms how often the term of an entry was read
   * @param bounds how often the first or the last index was read
   * @param snapshots how often the snapshot was read
   */
  record Reads(long entries, long terms, long bounds, long snapshots) {

    static final Reads NONE = new Reads(0, 0, 0, 0);

    Reads plus(Reads other) {
      return new Reads(
          entries + other.entries,
          terms + other.terms,
          bounds + other.bounds,
          snapshots + other.snapshots);
    }

    Reads minus(Reads other) {
      return plus(other.times(-1));
    }

    Reads times(long factor) {
      return new Reads(factor * entries, factor * terms, factor * bounds, factor * snapshots);
    }
  }

  Reads reads() {
    return new Reads(entries, terms, bounds, snapshots);
  }

  @Override
  public HardState initialState() {
    return storage.initialState();
  }

  @Override
  public EntriesResult entries(long lo, long hi, long maxBytes) {
    entries++;
    return storage.entries(lo, hi, maxBytes);
  }

  @Override
  public long term(long index) {
    terms++;
    return storage.term(index);
  }

  @Override
  public long firstIndex() {
    bounds++;
    return storage.firstIndex();
  }

  @Override
  public long lastIndex() {
    bounds++;
    return storage.lastIndex();
  }

  @Override
  public SnapshotResult snapshot() {
    snapshots++;
    return storage.snapshot();
  }
}
