package io.tickraft.examples.kv.store;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.HardState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Checks a directory before it is used, and changes nothing in it:
 *
 * <ul>
 *   <li>Every file that the database needs exists, and every checksum is right. RocksDB checks the
 *       others only when it reads them.
 *   <li>No synced write is lost: {@link SyncedWrites}.
 *   <li>The log is without a gap, reaches what is committed and applied, and the map has as many
 *       keys as were counted. A file that is missing as a whole shows nowhere else.
 * </ul>
 *
 * <p>The check reads all data once. It cannot notice that the whole directory is an older copy of
 * itself, or was deleted: the other members notice that, if they know of entries that this node has
 * lost.
 */
final class DamageCheck {

  private static final String CURRENT = "CURRENT";
  private static final String WAL = ".log";
  private static final String TABLE = ".sst";

  /** In the root of a file system. */
  private static final String LOST_AND_FOUND = "lost+found";

  private final Path dir;
  private final Rocks rocks;

  /** The damaged records that were found. */
  private final List<String> damaged;

  private DamageCheck(Path dir, Rocks rocks, List<String> damaged) {
    this.dir = dir;
    this.rocks = rocks;
    this.damaged = damaged;
  }

  /** {@return whether a directory has a database} Does not create one. */
  static boolean hasDatabase(Path dir) {
    return Files.exists(dir.resolve(CURRENT));
  }

  /** {@return whether a directory has something of a database, which need not be all of it} */
  static boolean hasTraces(Path dir) {
    return Files.isDirectory(dir)
        && (hasDatabase(dir)
            || Files.exists(dir.resolve(SyncedWrites.FILE))
            || !files(dir, WAL).isEmpty()
            || !files(dir, TABLE).isEmpty());
  }

  /**
   * Checks that a directory is empty or has a database: its files would be among those of something
   * else, and would be deleted along with them.
   *
   * @throws StoreException if it has other files only
   * @throws IOException if it cannot be read
   */
  static void checkIsOwn(Path dir) throws IOException {
    if (hasTraces(dir)) {
      return;
    }
    try (Stream<Path> files = Files.list(dir)) {
      Optional<Path> other =
          files.filter(file -> !file.getFileName().toString().equals(LOST_AND_FOUND)).findAny();
      if (other.isPresent()) {
        throw new StoreException(
            "it holds other files, such as "
                + other.get().getFileName()
                + ": give the node a directory of its own");
      }
    }
  }

  /**
   * {@return a file that is missing in the directory of an open database, so that a start would
   * find no data, or less than was acknowledged} Empty if there is none, or the disk does not tell.
   */
  static Optional<Path> missing(Path dir) {
    return Stream.of(SyncedWrites.FILE, CURRENT)
        .map(dir::resolve)
        .filter(file -> Files.notExists(file))
        .findFirst();
  }

  /**
   * Checks a directory.
   *
   * @throws StoreException if it is damaged
   * @throws RocksDBException if the database finds damage, or cannot be opened
   */
  static void check(Path dir, SyncedWrites synced) throws RocksDBException {
    if (!hasDatabase(dir)) {
      if (synced.count() > 0 || !files(dir, WAL).isEmpty() || !files(dir, TABLE).isEmpty()) {
        throw StoreException.damaged("the file " + CURRENT + " is missing");
      }
      return;
    }
    if (!Files.exists(manifest(dir))) {
      // RocksDB takes this for a disk that fails.
      throw StoreException.damaged("the file " + manifest(dir) + " is missing");
    }
    List<String> damaged = damagedRecords(dir);
    try {
      if (synced.count() > 0 || Rocks.isComplete(dir)) {
        checkComplete(dir, synced.count(), damaged);
      }
    } catch (RocksDBException e) {
      if (damaged.isEmpty()) {
        throw e;
      }
      throw new StoreException(String.join(", ", damaged), e);
    }
  }

  private static void checkComplete(Path dir, long synced, List<String> damaged)
      throws RocksDBException {
    try (Rocks rocks = Rocks.openReadOnly(dir)) {
      new DamageCheck(dir, rocks, damaged).check(synced);
    }
  }

  /**
   * Finds damaged records, each of which may be one that was never synced. RocksDB's messages often
   * do not name the file.
   */
  private static List<String> damagedRecords(Path dir) {
    List<Path> files = new ArrayList<>(files(dir, WAL));
    files.add(manifest(dir));
    List<String> damaged = new ArrayList<>();
    try {
      for (Path path : files) {
        RecordFile file = RecordFile.read(path);
        if (file.isDamaged()) {
          damaged.add("the record at byte " + file.intact() + " of " + path + " is damaged");
        }
        if (file.isOfUnknownType()) {
          throw StoreException.damaged(String.join(", ", damaged));
        }
      }
    } catch (IOException e) {
      throw new StoreException("cannot read the write-ahead log", e);
    }
    return damaged;
  }

  /** {@return the file that lists the others; CURRENT if that does not name it} */
  private static Path manifest(Path dir) {
    try {
      String name = Files.readString(dir.resolve(CURRENT), StandardCharsets.ISO_8859_1).strip();
      return dir.resolve(name.matches("MANIFEST-\\d+") ? name : CURRENT);
    } catch (IOException e) {
      throw new StoreException("cannot read " + CURRENT, e);
    }
  }

  private static List<Path> files(Path dir, String suffix) {
    try (Stream<Path> files = Files.list(dir)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    } catch (IOException e) {
      throw new StoreException("cannot read the directory", e);
    }
  }

  private void check(long synced) {
    checkSynced(synced);
    rocks.verifyChecksums();
    if (rocks.value(NodeDatabase.APPLIED).isPresent()) {
      AppliedRecord applied = AppliedRecord.decode(value(NodeDatabase.APPLIED));
      checkMap(applied);
      checkLog(applied.index());
    }
  }

  private byte[] value(String name) {
    return rocks.value(name).orElseThrow(() -> StoreException.damaged(name + " is missing"));
  }

  private void checkSynced(long synced) {
    long found =
        rocks.value(NodeDatabase.SYNCED).map(bytes -> ByteBuffer.wrap(bytes).getLong()).orElse(0L);
    if (found < synced) {
      throw incomplete("write " + synced + " was synced, but the last one found is " + found);
    }
    // The first synced write syncs the file, too.
    if (synced == 0 && found > 1) {
      throw StoreException.damaged("the file " + dir.resolve(SyncedWrites.FILE) + " was lost");
    }
  }

  private void checkMap(AppliedRecord applied) {
    ColumnFamilyHandle map =
        rocks.map(applied.generation()).orElseThrow(() -> incomplete("the map is missing"));
    long keys = 0;
    try (RocksIterator it = rocks.iterator(map)) {
      for (it.seekToFirst(); it.isValid(); it.next()) {
        keys++;
      }
      Rocks.checkEnd(it);
    }
    if (keys != applied.size()) {
      throw incomplete("the map has " + keys + " keys instead of " + applied.size());
    }
  }

  private void checkLog(long applied) {
    try (RocksIterator it = rocks.iterator(rocks.log())) {
      EntryId last = EntryId.parseFrom(value(NodeDatabase.COMPACTED));
      for (it.seek(LogStore.key(last.getIndex() + 1)); it.isValid(); it.next()) {
        last = next(last, Entry.parseFrom(it.value()));
      }
      Rocks.checkEnd(it);
      long commit = HardState.parseFrom(value(NodeDatabase.HARD_STATE)).getCommit();
      if (last.getIndex() < Math.max(commit, applied)) {
        throw incomplete(
            "the log ends at "
                + last.getIndex()
                + ", and "
                + Math.max(commit, applied)
                + " was committed");
      }
    } catch (InvalidProtocolBufferException e) {
      throw StoreException.damaged("cannot read the log: " + e.getMessage());
    }
  }

  private EntryId next(EntryId last, Entry entry) {
    if (entry.getIndex() != last.getIndex() + 1 || entry.getTerm() < last.getTerm()) {
      throw incomplete("the log has entry " + entry.getIndex() + " after entry " + last.getIndex());
    }
    return EntryId.newBuilder().setIndex(entry.getIndex()).setTerm(entry.getTerm()).build();
  }

  /** Every file that the database knows is there: it does not know all that it had written. */
  private StoreException incomplete(String what) {
    List<Path> wals = files(dir, WAL);
    String where =
        !damaged.isEmpty()
            ? String.join(", ", damaged)
            : "the end of "
                + manifest(dir)
                + " is missing, or that of "
                + (wals.isEmpty() ? "the write-ahead log, *.log" : wals.get(wals.size() - 1))
                + " or a later file";
    return StoreException.damaged(what + ": " + where);
  }
}
