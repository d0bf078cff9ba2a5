package io.tickraft.examples.kv.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The RocksDB of a node: opens the database, manages its column families, and turns its exceptions
 * into unchecked ones.
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

  static final String HARD_STATE = "hard-state";
  static final String COMPACTED = "compacted";
  static final String APPLIED = "applied";
  static final String CONFIGURATION = "configuration";
  static final String MEMBERS = "members";
  private static final String IDENTITY = "identity";
  private static final String BOOTS = "boots";

  private static final String LOG = "log";
  private static final String MAP = "map-";

  /** The file that every database of RocksDB has. */
  private static final String ROCKSDB_CURRENT = "CURRENT";

  private static final long MEMTABLE_BYTES = 32L << 20;
  private static final long CACHE_BYTES = 32L << 20;
  private static final long MAX_WAL_BYTES = 64L << 20;
  private static final int BLOOM_BITS_PER_KEY = 10;

  private static final byte[] NO_ROOM = {};

  private final RocksDB db;
  private final DBOptions dbOptions;
  private final LRUCache cache;
  private final BloomFilter bloom;
  private final ColumnFamilyOptions familyOptions;
  private final ColumnFamilyHandle values;
  private final ColumnFamilyHandle log;
  private final List<ColumnFamilyHandle> maps = new ArrayList<>();
  private final WriteOptions synced = new WriteOptions().setSync(true);
  private final WriteOptions unsynced = new WriteOptions().setSync(false);
  private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);

  static {
    RocksDB.loadLibrary();
  }

  /**
   * Opens the database in a directory that exists.
   *
   * @param change changes the options, for a test
   */
  NodeDatabase(Path dir, Consumer<DBOptions> change) throws RocksDBException {
    cache = new LRUCache(CACHE_BYTES);
    bloom = new BloomFilter(BLOOM_BITS_PER_KEY);
    familyOptions =
        new ColumnFamilyOptions()
            .setWriteBufferSize(MEMTABLE_BYTES)
            .setTableFormatConfig(
                new BlockBasedTableConfig().setBlockCache(cache).setFilterPolicy(bloom));
    dbOptions =
        new DBOptions()
            .setCreateIfMissing(true)
            .setCreateMissingColumnFamilies(true)
            .setMaxTotalWalSize(MAX_WAL_BYTES)
            .setMaxBackgroundJobs(2)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setKeepLogFileNum(2);
    change.accept(dbOptions);
    List<ColumnFamilyDescriptor> families = families(dir);
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    db = RocksDB.open(dbOptions, dir.toString(), families, handles);
    values = handles.get(0);
    log = handles.get(1);
    maps.addAll(handles.subList(2, handles.size()));
  }

  private List<ColumnFamilyDescriptor> families(Path dir) throws RocksDBException {
    List<ColumnFamilyDescriptor> families = new ArrayList<>();
    families.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, familyOptions));
    families.add(new ColumnFamilyDescriptor(bytes(LOG), familyOptions));
    try (Options options = new Options()) {
      for (byte[] name : RocksDB.listColumnFamilies(options, dir.toString())) {
        if (new String(name, StandardCharsets.US_ASCII).startsWith(MAP)) {
          families.add(new ColumnFamilyDescriptor(name, familyOptions));
        }
      }
    }
    return families;
  }

  /**
   * Opens the database in a directory, which is created if it does not exist.
   *
   * @throws StoreException if it cannot be opened: another process uses it, or the disk fails
   */
  static NodeDatabase open(Path dir) {
    try {
      Files.createDirectories(dir);
      return new NodeDatabase(dir, options -> {});
    } catch (RocksDBException e) {
      boolean locked = String.valueOf(e.getMessage()).contains("lock");
      throw new StoreException(
          "cannot open " + dir + (locked ? ", perhaps as another process uses it" : ""), e);
    } catch (IOException e) {
      throw new StoreException("cannot create " + dir, e);
    }
  }

  /** {@return whether a directory may contain a database} Does not create one. */
  static boolean isIn(Path dir) {
    return Files.exists(dir.resolve(ROCKSDB_CURRENT));
  }

  /**
   * Returns whether the directory belongs to this node; if not, it belongs to no node.
   *
   * @throws StoreException if the directory belongs to another node
   */
  boolean isOf(Identity identity) {
    Optional<byte[]> owner = value(IDENTITY);
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
    if (isOf(identity)) {
      return false;
    }
    write(
        true,
        batch -> {
          batch.put(values, bytes(IDENTITY), identity.encode());
          firstState.fill(batch);
        });
    return true;
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
    try {
      return Optional.ofNullable(db.get(values, bytes(name)));
    } catch (RocksDBException e) {
      throw new StoreException("cannot read " + name, e);
    }
  }

  void putValue(WriteBatch batch, String name, byte[] value) throws RocksDBException {
    batch.put(values, bytes(name), value);
  }

  // Writing.

  /** Adds the operations of one atomic write to its batch. */
  @FunctionalInterface
  interface BatchFiller {
    void fill(WriteBatch batch) throws RocksDBException;
  }

  void write(boolean sync, BatchFiller filler) {
    write(sync ? synced : unsynced, filler);
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
    try {
      return db.get(family, key);
    } catch (RocksDBException e) {
      throw new StoreException("cannot read", e);
    }
  }

  /** {@return whether a column family has a key} Copies no value, which may be large. */
  boolean has(ColumnFamilyHandle family, byte[] key) {
    try {
      // Not keyExists(), which takes a failure to read for a missing key.
      return db.get(family, key, NO_ROOM) != RocksDB.NOT_FOUND;
    } catch (RocksDBException e) {
      throw new StoreException("cannot read", e);
    }
  }

  /** {@return an iterator over the current state; the caller must close it} */
  RocksIterator iterator(ColumnFamilyHandle family) {
    return db.newIterator(family);
  }

  // Column families.

  ColumnFamilyHandle log() {
    return log;
  }

  /** {@return the column family of a map, created if it does not exist} */
  synchronized ColumnFamilyHandle map(long generation) {
    byte[] name = bytes(MAP + generation);
    try {
      for (ColumnFamilyHandle map : maps) {
        if (Arrays.equals(map.getName(), name)) {
          return map;
        }
      }
      ColumnFamilyHandle created =
          db.createColumnFamily(new ColumnFamilyDescriptor(name, familyOptions));
      maps.add(created);
      return created;
    } catch (RocksDBException e) {
      throw new StoreException("cannot create a column family", e);
    }
  }

  /** {@return the highest generation of the existing maps; 0 if there is none} */
  synchronized long lastGeneration() {
    long last = 0;
    for (ColumnFamilyHandle map : maps) {
      last = Math.max(last, generation(map));
    }
    return last;
  }

  /** Drops every map but one. */
  synchronized void keepOnlyMap(long generation) {
    for (ColumnFamilyHandle map : List.copyOf(maps)) {
      if (generation(map) != generation) {
        dropMap(map);
      }
    }
  }

  synchronized void dropMap(ColumnFamilyHandle map) {
    try {
      db.dropColumnFamily(map);
    } catch (RocksDBException e) {
      throw new StoreException("cannot drop a column family", e);
    }
    maps.remove(map);
    map.close();
  }

  private static long generation(ColumnFamilyHandle map) {
    try {
      return Long.parseLong(
          new String(map.getName(), StandardCharsets.US_ASCII).substring(MAP.length()));
    } catch (RocksDBException e) {
      throw new StoreException("cannot read a column family's name", e);
    }
  }

  @Override
  public synchronized void close() {
    try {
      db.syncWal();
    } catch (RocksDBException e) {
      throw new StoreException("cannot sync", e);
    } finally {
      maps.forEach(ColumnFamilyHandle::close);
      log.close();
      values.close();
      db.close();
      synced.close();
      unsynced.close();
      unlogged.close();
      dbOptions.close();
      familyOptions.close();
      bloom.close();
      cache.close();
    }
  }

  private static byte[] bytes(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }
}
