package io.tickraft.examples.kv.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WALRecoveryMode;

/** The options with which a database is opened. Closed after the database. */
final class DatabaseOptions implements AutoCloseable {

  static final String LOG = "log";
  static final String MAP = "map-";

  private static final long MEMTABLE_BYTES = 32L << 20;
  private static final long CACHE_BYTES = 32L << 20;
  private static final long MAX_WAL_BYTES = 64L << 20;
  private static final int BLOOM_BITS_PER_KEY = 10;

  /**
   * Writes the sizes of the synced files of the write-ahead log to the MANIFEST. A start notices
   * that one of them is missing or was cut, except the newest one. Java has no method for it.
   */
  private static final String TRACK_WALS = "track_and_verify_wals_in_manifest";

  private final LRUCache cache = new LRUCache(CACHE_BYTES);
  private final BloomFilter bloom = new BloomFilter(BLOOM_BITS_PER_KEY);
  private final ColumnFamilyOptions family =
      new ColumnFamilyOptions()
          .setWriteBufferSize(MEMTABLE_BYTES)
          .setTableFormatConfig(
              new BlockBasedTableConfig().setBlockCache(cache).setFilterPolicy(bloom));
  private final DBOptions database;

  /**
   * Creates the options.
   *
   * @param change changes them
   */
  DatabaseOptions(Consumer<DBOptions> change) {
    Properties properties = new Properties();
    properties.setProperty(TRACK_WALS, "true");
    database =
        DBOptions.getDBOptionsFromProps(properties)
            .setCreateIfMissing(true)
            .setCreateMissingColumnFamilies(true)
            // Up to the first damaged record: SyncedWrites tells whether that record matters. The
            // stricter modes refuse what a power failure leaves of writes that were never synced.
            .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
            .setMaxTotalWalSize(MAX_WAL_BYTES)
            .setMaxBackgroundJobs(2)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setKeepLogFileNum(4);
    change.accept(database);
  }

  DBOptions database() {
    return database;
  }

  ColumnFamilyDescriptor family(byte[] name) {
    return new ColumnFamilyDescriptor(name, family);
  }

  /** {@return the column families of a database: that of the values, the log, and all maps} */
  List<ColumnFamilyDescriptor> families(Path dir) throws RocksDBException {
    List<ColumnFamilyDescriptor> families = new ArrayList<>();
    families.add(family(RocksDB.DEFAULT_COLUMN_FAMILY));
    families.add(family(LOG.getBytes(StandardCharsets.US_ASCII)));
    try (Options options = new Options()) {
      for (byte[] name : RocksDB.listColumnFamilies(options, dir.toString())) {
        if (new String(name, StandardCharsets.US_ASCII).startsWith(MAP)) {
          families.add(family(name));
        }
      }
    }
    return families;
  }

  @Override
  public void close() {
    database.close();
    family.close();
    bloom.close();
    cache.close();
  }
}
