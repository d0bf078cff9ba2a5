package io.tickraft.testkit.contract;

import io.tickraft.core.Ready;
import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a storage has to hold: the simplest implementation of {@link Storage}, a list. Others are
 * compared with it, so it shares no code with them.
 */
final class ModelStorage implements Storage {

  private static final long PAGE_BYTES = 1 << 20;

  private HardState hardState = HardState.getDefaultInstance();
  private Snapshot snapshot = Snapshot.getDefaultInstance();

  /** The index and the term of the last compacted entry; 0 if nothing is compacted. */
  private long base;

  private long baseTerm;

  /** The entries after {@link #base}. */
  private final List<Entry> log = new ArrayList<>();

  /** Copies all that a storage holds, except for entries that it cannot deliver now. */
  static ModelStorage of(Storage storage) {
    ModelStorage copy = new ModelStorage();
    copy.hardState = storage.initialState();
    if (storage.snapshot() instanceof SnapshotResult.Available available) {
      copy.snapshot = available.snapshot();
    }
    copy.base = storage.firstIndex() - 1;
    copy.baseTerm = storage.term(copy.base);
    long last = storage.lastIndex();
    while (copy.lastIndex() < last) {
      long next = copy.lastIndex() + 1;
      if (storage.entries(next, last + 1, PAGE_BYTES) instanceof EntriesResult.Available available
          && !available.entries().isEmpty()) {
        copy.log.addAll(available.entries());
      } else {
        // It is not available yet: know only what comes after it.
        copy.base = next;
        copy.baseTerm = storage.term(next);
        copy.log.clear();
      }
    }
    return copy;
  }

  ModelStorage copy() {
    ModelStorage copy = new ModelStorage();
    copy.hardState = hardState;
    copy.snapshot = snapshot;
    copy.base = base;
    copy.baseTerm = baseTerm;
    copy.log.addAll(log);
    return copy;
  }

  /** Copies the log up to an index, with another hard state. */
  ModelStorage copyUpTo(long last, HardState itsHardState) {
    ModelStorage copy = copy();
    copy.log.subList((int) (last - base), copy.log.size()).clear();
    copy.hardState = itsHardState;
    return copy;
  }

  /** Becomes equal to another one, which is not used afterwards. */
  void replaceBy(ModelStorage other) {
    hardState = other.hardState;
    snapshot = other.snapshot;
    base = other.base;
    baseTerm = other.baseTerm;
    log.clear();
    log.addAll(other.log);
  }

  // Writing.

  void persist(Ready ready) {
    ready.snapshot().ifPresent(this::install);
    append(ready.entries());
    ready.hardState().ifPresent(this::set);
  }

  void install(Snapshot newSnapshot) {
    SnapshotMetadata metadata = newSnapshot.getMetadata();
    snapshot = newSnapshot;
    base = metadata.getIndex();
    baseTerm = metadata.getTerm();
    log.clear();
  }

  void append(List<Entry> entries) {
    if (!entries.isEmpty()) {
      long from = entries.get(0).getIndex();
      log.subList((int) (from - base - 1), log.size()).clear();
      log.addAll(entries);
    }
  }

  void set(HardState newHardState) {
    hardState = newHardState;
  }

  /** Stores a snapshot of the host's own state machine, without a change to the log. */
  void setSnapshot(Snapshot newSnapshot) {
    snapshot = newSnapshot;
  }

  /** Removes the entries up to an index; nothing happens if they were removed already. */
  void compact(long index) {
    if (index > base) {
      baseTerm = term(index);
      log.subList(0, (int) (index - base)).clear();
      base = index;
    }
  }

  // Reading.

  @Override
  public HardState initialState() {
    return hardState;
  }

  @Override
  public EntriesResult entries(long lo, long hi, long maxBytes) {
    if (lo <= base) {
      return new EntriesResult.Compacted();
    }
    List<Entry> result = new ArrayList<>();
    long bytes = 0;
    for (long i = lo; i < hi; i++) {
      Entry entry = entry(i);
      bytes += entry.getSerializedSize();
      if (bytes > maxBytes && !result.isEmpty()) {
        break;
      }
      result.add(entry);
    }
    return new EntriesResult.Available(List.copyOf(result));
  }

  /** {@return the entry at an index from {@code firstIndex()} to {@code lastIndex()}} */
  Entry entry(long index) {
    return log.get(Math.toIntExact(index - base - 1));
  }

  @Override
  public long term(long index) {
    if (index == base) {
      return baseTerm;
    }
    return index < base || index > lastIndex() ? 0 : entry(index).getTerm();
  }

  @Override
  public long firstIndex() {
    return base + 1;
  }

  @Override
  public long lastIndex() {
    return base + log.size();
  }

  @Override
  public SnapshotResult.Available snapshot() {
    return new SnapshotResult.Available(Objects.requireNonNull(snapshot));
  }
}
