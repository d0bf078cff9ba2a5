package io.tickraft.examples.kv.store;

import io.tickraft.testkit.sim.Choices;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;

/**
 * A database that can lose what is not synced, as a machine does that loses its power. RocksDB
 * keeps unsynced writes in its own memory here, so its files hold what is synced and nothing else.
 */
class PowerLossDatabase extends NodeDatabase {

  private final Path dir;

  PowerLossDatabase(Path dir) throws RocksDBException {
    super(dir, options -> options.setManualWalFlush(true));
    this.dir = dir;
  }

  static PowerLossDatabase open(Path dir) {
    return opened(dir, PowerLossDatabase::new);
  }

  /** Opens a database. */
  @FunctionalInterface
  interface Opening {
    PowerLossDatabase open(Path dir) throws RocksDBException;
  }

  static PowerLossDatabase opened(Path dir, Opening opening) {
    try {
      Files.createDirectories(dir);
      return opening.open(dir);
    } catch (RocksDBException e) {
      throw new StoreException("cannot open " + dir, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens another database of this kind. */
  PowerLossDatabase reopened(Path left) {
    return open(left);
  }

  /** Copies what is synced; returns where it is. */
  Path synced() {
    return StoredNode.image(dir, dir.resolveSibling(dir.getFileName() + "+"));
  }

  /**
   * Adds to a copy some of the writes that were not synced when it was made: the oldest ones, and
   * perhaps a part of the next. This database was closed, which syncs everything.
   */
  void keepSome(Path copy, Choices choices) {
    Optional<Path> newest = newestWriteAheadLog(copy);
    try {
      if (newest.isEmpty() || !Files.exists(dir.resolve(newest.get().getFileName()))) {
        return; // Closing has moved everything to other files.
      }
      byte[] written = Files.readAllBytes(dir.resolve(newest.get().getFileName()));
      int unsynced = written.length - (int) Files.size(newest.get());
      int lost = choices.next("unsynced bytes lost", unsynced + 1);
      Files.write(newest.get(), Arrays.copyOf(written, written.length - lost));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Path> newestWriteAheadLog(Path dir) {
    try (Stream<Path> files = Files.list(dir)) {
      return files
          .filter(file -> file.toString().endsWith(".log"))
          .max(Comparator.comparing(Path::toString));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
