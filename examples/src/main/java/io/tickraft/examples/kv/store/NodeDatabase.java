package io.tickraft.examples.kv.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The RocksDB of a node: checks it for damage, opens it, and writes it.
 *
 * <p>Log and map share one database, because the column families of a database share one
 * write-ahead log:
 *
 * <ul>
 *   <li>A write never survives a crash without all earlier writes. So even though writes of the map
 *       are not synced, after a power failure the log is never compacted beyond the map's applied
 *       index, and the map is never ahead of the log.
 *   <li>A snapshot from the leader replaces log and map in one atomic write, so a crash cannot
 *       leave one without the other.
 *   <li>One sync for each Ready is enough.
 * </ul>
 *
 * <p>Column families: the default one for single values, {@code log} for the entries, and {@code
 * map-N} for the map. N counts the received snapshots: each is staged in its own column family
 * while the node uses the previous one.
 */
class NodeDatabase implements AutoCloseable {

  static final String IDENTITY = "identity";
  static final String HARD_STATE = "hard-state";
  static final String COMPACTED = "compacted";
  static final String APPLIED = "applied";
  static final String CONFIGURATION = "configuration";
  static final String MEMBERS = "members";

  /** The number of the last synced write, for {@link SyncedWrites}. */
  static final String SYNCED = "synced-writes";

  /** Is there while {@link Survivor#recover} has begun to change the map, and is not done. */
  static final String RECOVERING = "recovering";

  private static final String BOOTS = "boots";

  private final Path dir;
  private final SyncedWrites syncedWrites;
  private final Rocks rocks;
  private final RocksDB db;
  private final WriteOptions synced = new WriteOptions().setSync(true);
  private final WriteOptions unsynced = new WriteOptions().setSync(false);
  private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
  private LongConsumer syncListener = nanos -> {};

  static {
    RocksDB.loadLibrary();
  }

  /**
   * Opens the database in a directory that exists. A damaged one is left as it is.
   *
   * @param change changes the options, for a test
   */
  NodeDatabase(Path dir, Consumer<DBOptions> change) throws RocksDBException {
    this.dir = dir;
    syncedWrites = SyncedWrites.open(dir);
    rocks = open(dir, change, syncedWrites);
    db = rocks.db();
  }

  private static Rocks open(Path dir, Consumer<DBOptions> change, SyncedWrites syncedWrites)
      throws RocksDBException {
    try {
      DamageCheck.check(dir, syncedWrites);
      return Rocks.open(dir, change);
    } catch (RocksDBException | StoreException e) {
      syncedWrites.close();
      throw e;
    }
  }

  Path dir() {
    return dir;
  }

  /**
   * Opens the database in a directory, which is created if it does not exist.
   *
   * @throws StoreException if it cannot be opened: it is in use or damaged, it holds the files of
   *     something else, or the disk fails
   */
  static NodeDatabase open(Path dir) {
    try {
      Files.createDirectories(dir);
      DamageCheck.checkIsOwn(dir);
      return new NodeDatabase(dir, options -> {});
    } catch (RocksDBException | StoreException e) {
      throw new StoreException("cannot open " + dir, e);
    } catch (IOException e) {
      throw new StoreException("cannot use the directory " + dir, e);
    }
  }

  /**
   * Looks up a value of a node that does not run. Reads no more than that, unless it is not found:
   * then the directory is checked for damage.
   *
   * @param identity the node that the directory must belong to
   * @return the value; empty if the directory belongs to no node
   * @throws StoreException if the directory belongs to another node, is in use or damaged, or
   *     cannot be read
   */
  static Optional<byte[]> look(Path dir, Identity identity, String name) {
    if (!DamageCheck.hasTraces(dir)) {
      return Optional.empty();
    }
    try (SyncedWrites synced = SyncedWrites.open(dir)) {
      return look(dir, identity, name, synced);
    } catch (RocksDBException | StoreException e) {
      throw new StoreException("cannot open " + dir, e);
    }
  }

  private static Optional<byte[]> look(
      Path dir, Identity identity, String name, SyncedWrites synced) throws RocksDBException {
    Optional<byte[]> found = Optional.empty();
    try {
      if (DamageCheck.hasDatabase(dir) && Rocks.isComplete(dir)) {
        found = value(dir, identity, name);
      }
    } catch (RocksDBException e) {
      DamageCheck.check(dir, synced); // Names the file, which the database often does not.
      throw e;
    }
    if (found.isEmpty()) {
      DamageCheck.check(dir, synced);
    }
    return found;
  }

  private static Optional<byte[]> value(Path dir, Identity identity, String name)
      throws RocksDBException {
    try (Rocks rocks = Rocks.openReadOnly(dir)) {
      return isOf(rocks, identity) ? rocks.value(name) : Optional.empty();
    }
  }

  /**
   * Returns whether the directory belongs to this node; if not, it belongs to no node.
   *
   * @throws StoreException if the directory belongs to another node, or is of the old group no more
   *     and of the new one not yet
   */
  private static boolean isOf(Rocks rocks, Identity identity) {
    if (rocks.value(RECOVERING).isPresent()) {
      throw new StoreException("recover was interrupted, and has to be run again");
    }
    Optional<byte[]> owner = rocks.value(IDENTITY);
    if (owner.isEmpty()) {
      return false;
    }
    Identity found = Identity.decode(owner.get());
    if (!found.equals(identity)) {
      throw new StoreException("the directory belongs to " + found + ", and this is " + identity);
    }
    return true;
  }

  /**
   * Checks that the directory belongs to this node. A new directory is made to belong to it.
   *
   * @param firstState adds the first state to the write of the identity, if the directory is new
   * @return whether the directory is new
   * @throws StoreException if the directory belongs to another node
   */
  boolean claim(Identity identity, BatchFiller firstState) {
    if (isOf(rocks, identity)) {
      return false;
    }
    write(
        true,
        batch -> {
          putIdentity(batch, identity);
          firstState.fill(batch);
        });
    return true;
  }

  /** Adds to a write that the directory belongs to a node. */
  void putIdentity(WriteBatch batch, Identity identity) throws RocksDBException {
    putValue(batch, IDENTITY, identity.encode());
  }

  /**
   * Increments the number of starts of the node, durably, and returns it: the node's incarnation,
   * which must never be used twice.
   */
  long countBoot() {
    long boots = value(BOOTS).map(bytes -> ByteBuffer.wrap(bytes).getLong()).orElse(0L) + 1;
    write(true, batch -> putValue(batch, BOOTS, ByteBuffer.allocate(8).putLong(boots).array()));
    return boots;
  }

  // Single values.

  Optional<byte[]> value(String name) {
    return rocks.value(name);
  }

  void putValue(WriteBatch batch, String name, byte[] value) throws RocksDBException {
    batch.put(rocks.values(), Rocks.bytes(name), value);
  }

  void removeValue(WriteBatch batch, String name) throws RocksDBException {
    batch.delete(rocks.values(), Rocks.bytes(name));
  }

  // Writing.

  /** Adds the operations of one atomic write to its batch. */
  @FunctionalInterface
  interface BatchFiller {
    void fill(WriteBatch batch) throws RocksDBException;
  }

  /** Has a listener get the time, in nanoseconds, that each synced write takes. */
  void observeSyncs(LongConsumer listener) {
    syncListener = listener;
  }

  void write(boolean sync, BatchFiller filler) {
    if (sync) {
      writeSynced(filler);
    } else {
      write(unsynced, filler);
    }
  }

  private void writeSynced(BatchFiller filler) {
    long startNanos = System.nanoTime();
    long number = syncedWrites.count() + 1;
    write(
        synced,
        batch -> {
          putValue(batch, SYNCED, ByteBuffer.allocate(Long.BYTES).putLong(number).array());
          filler.fill(batch);
        });
    // Before anything that is sent acknowledges the write.
    syncedWrites.synced(number);
    syncListener.accept(System.nanoTime() - startNanos);
  }

  /** Writes without the write-ahead log: a crash loses the write unless {@link #flush} follows. */
  void writeUnlogged(BatchFiller filler) {
    write(unlogged, filler);
  }

  private void write(WriteOptions options, BatchFiller filler) {
    try (WriteBatch batch = new WriteBatch()) {
      filler.fill(batch);
      db.write(options, batch);
    } catch (RocksDBException e) {
      throw new StoreException("cannot write", e);
    }
  }

  /** Writes the memtable of a column family to the disk. */
  void flush(ColumnFamilyHandle family) {
    try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
      db.flush(options, family);
    } catch (RocksDBException e) {
      throw new StoreException("cannot flush", e);
    }
  }

  // Reading.

  byte @Nullable [] get(ColumnFamilyHandle family, byte[] key) {
    return rocks.get(family, key);
  }

  /**
   * {@return the length of a value; empty if there is none} Copies no value, which may be large.
   */
  OptionalInt length(ColumnFamilyHandle family, byte[] key) {
    return rocks.length(family, key);
  }

  /** {@return about the size of the keys and values of a column family, in bytes} */
  long bytes(ColumnFamilyHandle family) {
    return rocks.bytes(family);
  }

  /** Adds to a write that all keys of a column family are deleted. */
  void deleteAll(WriteBatch batch, ColumnFamilyHandle family) throws RocksDBException {
    try (RocksIterator it = iterator(family)) {
      it.seekToLast();
      if (it.isValid()) {
        byte[] last = it.key();
        // The end of a range is not a part of it: the smallest key after the last one.
        batch.deleteRange(family, new byte[0], Arrays.copyOf(last, last.length + 1));
      }
      it.status();
    }
  }

  /** {@return an iterator over the current state; the caller must close it} */
  RocksIterator iterator(ColumnFamilyHandle family) {
    return rocks.iterator(family);
  }

  // Column families.

  ColumnFamilyHandle log() {
    return rocks.log();
  }

  /** {@return the column family of a map, created if it does not exist} */
  ColumnFamilyHandle map(long generation) {
    return rocks.mapOrNew(generation);
  }

  /** {@return the highest generation of the existing maps; 0 if there is none} */
  long lastGeneration() {
    return rocks.maps().stream().mapToLong(Rocks::generation).max().orElse(0);
  }

  /** Drops every map but one. */
  void keepOnlyMap(long generation) {
    for (ColumnFamilyHandle map : rocks.maps()) {
      if (Rocks.generation(map) != generation) {
        dropMap(map);
      }
    }
  }

  void dropMap(ColumnFamilyHandle map) {
    rocks.dropMap(map);
  }

  /** Syncs all writes, and closes the database. A second call has no effect. */
  @Override
  public void close() {
    if (!db.isOwningHandle()) {
      return;
    }
    try {
      db.syncWal();
    } catch (RocksDBException e) {
      throw new StoreException("cannot sync", e);
    } finally {
      rocks.close();
      synced.close();
      unsynced.close();
      unlogged.close();
      syncedWrites.close();
    }
  }
}
