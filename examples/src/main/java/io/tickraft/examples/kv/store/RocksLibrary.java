package io.tickraft.examples.kv.store;

import org.rocksdb.RocksDB;

/**
 * Loads RocksDB's native library, which is copied from the jar to a temporary directory first:
 * there must be room for it, and programs may have to be allowed there.
 */
public final class RocksLibrary {

  private RocksLibrary() {}

  /** {@return the version of RocksDB, or that it cannot be loaded} */
  public static String version() {
    try {
      load();
      return RocksDB.rocksdbVersion().toString();
    } catch (StoreException e) {
      return "(cannot be loaded)";
    }
  }

  /**
   * Loads the library, unless it is loaded.
   *
   * @throws StoreException if it cannot be loaded
   */
  static void load() {
    try {
      RocksDB.loadLibrary();
    } catch (RuntimeException | UnsatisfiedLinkError e) {
      throw new StoreException(
          "cannot load RocksDB by a copy in "
              + System.getProperty("java.io.tmpdir")
              + " (the environment variable ROCKSDB_SHAREDLIB_DIR names another directory)",
          e.getCause() == null ? e : e.getCause());
    }
  }
}
