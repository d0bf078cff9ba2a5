package io.tickraft.examples.kv.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * An open RocksDB with the column families of a node: reads it, and turns its exceptions into
 * unchecked ones. {@link NodeDatabase} writes it.
 */
final class Rocks implements AutoCloseable {

  private static final byte[] NO_ROOM = {};

  private static final String FILE_BYTES = "rocksdb.estimate-live-data-size";
  private static final String MEMORY_BYTES = "rocksdb.cur-size-all-mem-tables";

  private final DatabaseOptions options;
  private final RocksDB db;
  private final ColumnFamilyHandle values;
  private final ColumnFamilyHandle log;
  private final List<ColumnFamilyHandle> maps = new ArrayList<>();

  static {
    RocksDB.loadLibrary();
  }

  /** Opens a database in one of the ways that RocksDB has. */
  @FunctionalInterface
  private interface Opener {
    RocksDB open(
        DBOptions options,
        String dir,
        List<ColumnFamilyDescriptor> families,
        List<ColumnFamilyHandle> handles)
        throws RocksDBException;
  }

  private Rocks(DatabaseOptions options, RocksDB db, List<ColumnFamilyHandle> handles) {
    this.options = options;
    this.db = db;
    this.values = handles.get(0);
    this.log = handles.get(1);
    maps.addAll(handles.subList(2, handles.size()));
  }

  /**
   * Opens the database in a directory; creates it if there is none.
   *
   * @param change changes the options
   */
  static Rocks open(Path dir, Consumer<DBOptions> change) throws RocksDBException {
    return open(dir, new DatabaseOptions(change), RocksDB::open);
  }

  /** Opens the database in a directory without writing anything that a later start reads. */
  static Rocks openReadOnly(Path dir) throws RocksDBException {
    return open(dir, new DatabaseOptions(options -> {}), RocksDB::openReadOnly);
  }

  /**
   * {@return whether a database has been created completely} If not, the first start was cut short,
   * by a full disk perhaps, and nothing has been written to the database.
   */
  static boolean isComplete(Path dir) throws RocksDBException {
    try (Options options = new Options()) {
      return RocksDB.listColumnFamilies(options, dir.toString()).stream()
          .anyMatch(name -> Arrays.equals(name, bytes(DatabaseOptions.LOG)));
    }
  }

  private static Rocks open(Path dir, DatabaseOptions options, Opener opener)
      throws RocksDBException {
    try {
      List<ColumnFamilyHandle> handles = new ArrayList<>();
      RocksDB db = opener.open(options.database(), dir.toString(), options.families(dir), handles);
      return new Rocks(options, db, handles);
    } catch (RocksDBException e) {
      options.close();
      throw e;
    }
  }

  // Reading.

  Optional<byte[]> value(String name) {
    return Optional.ofNullable(get(values, bytes(name)));
  }

  byte @Nullable [] get(ColumnFamilyHandle family, byte[] key) {
    try {
      return db.get(family, key);
    } catch (RocksDBException e) {
      throw new StoreException("cannot read", e);
    }
  }

  /**
   * {@return the length of a value; empty if there is none} Copies no value, which may be large.
   */
  OptionalInt length(ColumnFamilyHandle family, byte[] key) {
    try {
      // Not keyExists(), which takes a failure to read for a missing key.
      int length = db.get(family, key, NO_ROOM);
      return length == RocksDB.NOT_FOUND ? OptionalInt.empty() : OptionalInt.of(length);
    } catch (RocksDBException e) {
      throw new StoreException("cannot read", e);
    }
  }

  /** {@return about the size of the keys and values of a column family, in bytes} */
  long bytes(ColumnFamilyHandle family) {
    try {
      return db.getLongProperty(family, FILE_BYTES) + db.getLongProperty(family, MEMORY_BYTES);
    } catch (RocksDBException e) {
      throw new StoreException("cannot read", e);
    }
  }

  /** {@return an iterator over the current state; the caller must close it} */
  RocksIterator iterator(ColumnFamilyHandle family) {
    return db.newIterator(family);
  }

  /** Called when an iterator is not valid: it also ends at a read error. */
  static void checkEnd(RocksIterator it) {
    try {
      it.status();
    } catch (RocksDBException e) {
      throw new StoreException("cannot read", e);
    }
  }

  /** Reads all files and checks their checksums. */
  void verifyChecksums() {
    try {
      db.verifyChecksum();
    } catch (RocksDBException e) {
      throw new StoreException("cannot read", e);
    }
  }

  // Column families.

  RocksDB db() {
    return db;
  }

  ColumnFamilyHandle values() {
    return values;
  }

  ColumnFamilyHandle log() {
    return log;
  }

  /** {@return the column families of the maps} */
  synchronized List<ColumnFamilyHandle> maps() {
    return List.copyOf(maps);
  }

  /** {@return the column family of a map; empty if it does not exist} */
  synchronized Optional<ColumnFamilyHandle> map(long generation) {
    return maps.stream().filter(map -> generation(map) == generation).findFirst();
  }

  /** {@return the column family of a map, created if it does not exist} */
  synchronized ColumnFamilyHandle mapOrNew(long generation) {
    return map(generation).orElseGet(() -> createMap(generation));
  }

  private ColumnFamilyHandle createMap(long generation) {
    try {
      ColumnFamilyHandle created =
          db.createColumnFamily(options.family(bytes(DatabaseOptions.MAP + generation)));
      maps.add(created);
      return created;
    } catch (RocksDBException e) {
      throw new StoreException("cannot create a column family", e);
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

  static long generation(ColumnFamilyHandle map) {
    try {
      String name = new String(map.getName(), StandardCharsets.US_ASCII);
      return Long.parseLong(name.substring(DatabaseOptions.MAP.length()));
    } catch (RocksDBException e) {
      throw new StoreException("cannot read a column family's name", e);
    }
  }

  static byte[] bytes(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public synchronized void close() {
    maps.forEach(ColumnFamilyHandle::close);
    log.close();
    values.close();
    db.close();
    options.close();
  }
}
