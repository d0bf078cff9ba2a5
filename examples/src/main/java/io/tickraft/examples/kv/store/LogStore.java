package io.tickraft.examples.kv.store;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tickraft.core.Ready;
import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * The Raft log and the hard state on the disk.
 *
 * <p>No snapshot is stored here: the map on the disk <em>is</em> the snapshot, always at the
 * applied index. So the log is compacted without building a snapshot first, and a follower that
 * needs a snapshot gets the current map.
 */
public final class LogStore implements Storage {

  private static final long TAIL_BYTES = 16L << 20;

  private final NodeDatabase database;
  private final ColumnFamilyHandle log;
  private final KvMachine machine;
  private final LogTail tail;
  private final LogSize size;
  private EntryId compacted;
  private long last;

  private LogStore(NodeDatabase database, KvMachine machine, EntryId compacted) {
    this.database = database;
    this.log = database.log();
    this.machine = machine;
    this.compacted = compacted;
    this.last = compacted.getIndex();
    long bytes = 0;
    try (RocksIterator it = database.iterator(log)) {
      for (it.seek(key(firstIndex())); it.isValid(); it.next()) {
        last = index(it.key());
        bytes += it.value().length;
      }
      Rocks.checkEnd(it);
    }
    this.tail = new LogTail(last + 1, TAIL_BYTES);
    this.size = new LogSize(bytes, machine.appliedIndex());
  }

  /** Opens the log of a node that was {@linkplain NodeDatabase#claim claimed}. */
  static LogStore open(NodeDatabase database, KvMachine machine) {
    byte[] compacted =
        database
            .value(NodeDatabase.COMPACTED)
            .orElseThrow(() -> new StoreException("the log has no beginning"));
    try {
      return new LogStore(database, machine, EntryId.parseFrom(compacted));
    } catch (InvalidProtocolBufferException e) {
      throw new StoreException("cannot read where the log begins", e);
    }
  }

  /** Writes the first state of a node. */
  static void begin(NodeDatabase database, WriteBatch batch, Snapshot snapshot, HardState hardState)
      throws RocksDBException {
    putCompacted(database, batch, id(snapshot.getMetadata()));
    database.putValue(batch, NodeDatabase.HARD_STATE, hardState.toByteArray());
  }

  // Writing.

  /**
   * Adds to a write that the log is empty after a snapshot. The log must be opened anew after the
   * write.
   */
  void putEmpty(WriteBatch batch, Snapshot snapshot, HardState hardState) throws RocksDBException {
    batch.deleteRange(log, key(firstIndex()), key(Long.MAX_VALUE));
    begin(database, batch, snapshot, hardState);
  }

  /**
   * Persists the snapshot, entries and hard state of a Ready, in one write. The data of a snapshot
   * was {@linkplain KvMachine#stage staged} before; the same write makes that data the map. So no
   * crash can leave a log that starts after the map's applied index.
   */
  public void persist(Ready ready) {
    if (ready.snapshot().isEmpty() && ready.entries().isEmpty() && ready.hardState().isEmpty()) {
      return;
    }
    database.write(
        ready.mustSync(),
        batch -> {
          if (ready.snapshot().isPresent()) {
            replaceBySnapshot(batch, ready.snapshot().get());
          }
          if (!ready.entries().isEmpty()) {
            append(batch, ready.entries());
          }
          if (ready.hardState().isPresent()) {
            database.putValue(
                batch, NodeDatabase.HARD_STATE, ready.hardState().get().toByteArray());
          }
        });
  }

  private void replaceBySnapshot(WriteBatch batch, Snapshot snapshot) throws RocksDBException {
    batch.deleteRange(log, key(firstIndex()), key(Long.MAX_VALUE));
    compacted = id(snapshot.getMetadata());
    putCompacted(database, batch, compacted);
    machine.putRestored(batch, snapshot);
    last = compacted.getIndex();
    tail.reset(last + 1);
    size.reset(last);
  }

  private void append(WriteBatch batch, List<Entry> entries) throws RocksDBException {
    long from = entries.get(0).getIndex();
    if (from <= last) {
      batch.deleteRange(log, key(from), key(Long.MAX_VALUE));
    }
    long bytes = 0;
    for (Entry entry : entries) {
      byte[] encoded = entry.toByteArray();
      bytes += encoded.length;
      batch.put(log, key(entry.getIndex()), encoded);
    }
    last = entries.get(entries.size() - 1).getIndex();
    tail.append(entries);
    size.added(bytes);
  }

  /**
   * Compacts the older half of the log if the log exceeds a limit. The rest is kept for followers
   * that are slightly behind.
   *
   * <p>The write is not synced: if a crash undoes it, the log is only longer. The write cannot
   * survive a crash without the state of the map that it depends on, which was written before it.
   *
   * @param limit the limit of the log, in bytes
   * @param upTo the last index that may be compacted, whatever the size of the log
   * @return whether entries were compacted
   */
  public boolean compactBeyond(long limit, long upTo) {
    long index = Math.min(size.compactable(limit, machine.appliedIndex()), upTo);
    if (index < firstIndex()) {
      return false;
    }
    EntryId to = EntryId.newBuilder().setIndex(index).setTerm(term(index)).build();
    database.write(
        false,
        batch -> {
          batch.deleteRange(log, key(firstIndex()), key(index + 1));
          putCompacted(database, batch, to);
        });
    compacted = to;
    return true;
  }

  private static void putCompacted(NodeDatabase database, WriteBatch batch, EntryId id)
      throws RocksDBException {
    database.putValue(batch, NodeDatabase.COMPACTED, id.toByteArray());
  }

  private static EntryId id(SnapshotMetadata metadata) {
    return EntryId.newBuilder().setIndex(metadata.getIndex()).setTerm(metadata.getTerm()).build();
  }

  // Reading.

  @Override
  public HardState initialState() {
    try {
      return HardState.parseFrom(database.value(NodeDatabase.HARD_STATE).orElse(new byte[0]));
    } catch (InvalidProtocolBufferException e) {
      throw new StoreException("cannot read the hard state", e);
    }
  }

  @Override
  public EntriesResult entries(long lo, long hi, long maxBytes) {
    if (lo < firstIndex()) {
      return new EntriesResult.Compacted();
    }
    return new EntriesResult.Available(
        lo >= tail.first()
            ? tail.read(lo, hi, maxBytes)
            : read(lo, Math.min(hi, tail.first()), maxBytes));
  }

  /** Reads entries from the disk, within the limits of {@link Storage#entries}. */
  List<Entry> read(long lo, long hi, long maxBytes) {
    List<Entry> entries = new ArrayList<>();
    long bytes = 0;
    try (RocksIterator it = database.iterator(log)) {
      for (it.seek(key(lo)); it.isValid() && lo + entries.size() < hi; it.next()) {
        byte[] value = it.value();
        bytes += value.length;
        if (bytes > maxBytes && !entries.isEmpty()) {
          break;
        }
        entries.add(entry(value));
      }
      Rocks.checkEnd(it);
    }
    return entries;
  }

  @Override
  public long term(long index) {
    if (index == compacted.getIndex()) {
      return compacted.getTerm();
    }
    if (index < firstIndex() || index > last) {
      return 0;
    }
    if (index >= tail.first()) {
      return tail.get(index).getTerm();
    }
    byte[] value = database.get(log, key(index));
    if (value == null) {
      throw new StoreException("entry " + index + " is missing");
    }
    return entry(value).getTerm();
  }

  @Override
  public long firstIndex() {
    return compacted.getIndex() + 1;
  }

  @Override
  public long lastIndex() {
    return last;
  }

  /** {@return about the size of the entries, in bytes} */
  public long bytes() {
    return size.bytes();
  }

  /** {@return a snapshot at the applied index; the host sends the map with it} */
  @Override
  public SnapshotResult snapshot() {
    return new SnapshotResult.Available(machine.snapshot());
  }

  private static Entry entry(byte[] value) {
    try {
      return Entry.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new StoreException("cannot read an entry", e);
    }
  }

  /** Big-endian, so that the order of the keys is that of the indexes. */
  static byte[] key(long index) {
    return ByteBuffer.allocate(Long.BYTES).putLong(index).array();
  }

  private static long index(byte[] key) {
    return ByteBuffer.wrap(key).getLong();
  }
}
