package io.tickraft.testkit.contract;

import com.google.protobuf.ByteString;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.Ready;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;
import java.util.ArrayList;
import java.util.List;

/**
 * A store in memory that offers all operations: what is written without a sync is lost in a crash,
 * but for the oldest writes. A broken store overrides one of its parts.
 */
class DurableStore implements TestedStore {

  /** The content with all writes. */
  final MemoryStorage written;

  /** The content that every crash leaves. */
  final MemoryStorage synced;

  /** The Readys that only {@link #written} has, oldest first. */
  final List<Ready> unsynced = new ArrayList<>();

  /** How many times a store was opened on this data. */
  final int starts;

  DurableStore(MemoryStorage content) {
    this(content, content.copy(), 1);
  }

  DurableStore(MemoryStorage written, MemoryStorage synced, int starts) {
    this.written = written;
    this.synced = synced;
    this.starts = starts;
  }

  static MemoryStorage content(long... voters) {
    return voters.length == 0 ? new MemoryStorage() : MemoryStorage.bootstrapped(voters);
  }

  /** Opens another store on content that is synced. */
  DurableStore open(MemoryStorage content) {
    return new DurableStore(content, content.copy(), starts + 1);
  }

  @Override
  public Storage storage() {
    return written;
  }

  @Override
  public void persist(Ready ready) {
    writeWithoutSync(ready);
    if (ready.mustSync()) {
      sync();
    }
  }

  void sync() {
    unsynced.forEach(synced::persist);
    unsynced.clear();
  }

  /** Makes a write durable, and all before it. */
  void syncTo(Ready ready) {
    while (!unsynced.isEmpty() && unsynced.get(0).number() <= ready.number()) {
      synced.persist(unsynced.remove(0));
    }
  }

  @Override
  public void writeWithoutSync(Ready ready) {
    written.persist(ready);
    unsynced.add(ready);
  }

  @Override
  public void compact(long index, ConfState confState) {
    sync();
    for (MemoryStorage content : List.of(written, synced)) {
      if (index > content.snapshot().snapshot().getMetadata().getIndex()) {
        content.createSnapshot(index, confState, ByteString.EMPTY);
      }
      content.compact(index - index % 3);
    }
  }

  @Override
  public TestedStore restart() {
    return open(written.copy());
  }

  @Override
  public TestedStore crash() {
    int kept = unsynced.size() / 2;
    unsynced.subList(0, kept).forEach(synced::persist);
    if (kept < unsynced.size()) {
      List<io.tickraft.proto.Entry> torn = unsynced.get(kept).entries();
      synced.append(torn.subList(0, torn.size() / 2));
    }
    return open(synced.copy());
  }

  @Override
  public void close() {}
}
