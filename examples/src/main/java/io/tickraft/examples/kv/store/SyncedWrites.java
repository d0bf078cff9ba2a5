package io.tickraft.examples.kv.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The number of synced writes of a database, in a file beside it.
 *
 * <p>The end of a write-ahead log cannot tell by itself whether writes are missing after it: a log
 * that lost synced writes looks like one whose last, unsynced write was torn by a crash. So each
 * synced write carries its number, and the number is written here after the sync. A database whose
 * last number is below the one in this file has lost synced writes.
 *
 * <p>After the first write the file is not synced. If the process is killed, the file is exact. If
 * the machine loses its power, the file may name an earlier write, by default at most half a minute
 * old on Linux; it never names a write that was not synced.
 *
 * <p>An open file holds a lock, so only one process uses the directory.
 */
final class SyncedWrites implements AutoCloseable {

  static final String FILE = "SYNCED";

  private static final int BYTES = Long.BYTES + Integer.BYTES;

  private final Path file;
  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
  private long count;

  private SyncedWrites(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    if (channel.size() > 0) {
      count = read();
    } else {
      write(0);
      channel.force(true);
      syncDirectory(file.resolveSibling("."));
    }
  }

  /**
   * Opens the file of a directory; creates it, durably, if it does not exist.
   *
   * @throws StoreException if the directory is in use, cannot be written to, or the file is damaged
   */
  static SyncedWrites open(Path dir) {
    Path file = dir.resolve(FILE);
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (!isLocked(channel)) {
        throw new StoreException("the directory is in use");
      }
      return new SyncedWrites(file, channel);
    } catch (IOException e) {
      close(channel);
      throw new StoreException("cannot use " + file, e);
    } catch (StoreException e) {
      close(channel);
      throw e;
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // Another node of this process has the lock.
    }
  }

  /** Makes the entry of a new file in its directory durable. */
  private static void syncDirectory(Path dir) throws IOException {
    try (FileChannel directory = FileChannel.open(dir, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  private long read() throws IOException {
    int read = channel.read(buffer.clear(), 0);
    if (read != BYTES || channel.size() != BYTES || buffer.getInt(Long.BYTES) != crc()) {
      throw StoreException.damaged(file + " is not what was written");
    }
    return buffer.getLong(0);
  }

  /** {@return the number of the last synced write; 0 if there was none} */
  long count() {
    return count;
  }

  /** Records that a write was synced. */
  void synced(long number) {
    try {
      write(number);
      if (count == 0) {
        channel.force(false); // From here on the file can be missed.
      }
    } catch (IOException e) {
      throw new StoreException("cannot write " + file, e);
    }
    count = number;
  }

  // Overwrites one sector of the file, which a disk writes as a whole or not at all.
  private void write(long number) throws IOException {
    buffer.clear().putLong(number).putInt(crc()).flip();
    channel.write(buffer, 0);
  }

  private int crc() {
    CRC32C crc = new CRC32C();
    crc.update(buffer.duplicate().position(0).limit(Long.BYTES));
    return (int) crc.getValue();
  }

  private static void close(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // Nothing was written since the last sync that must not be lost.
    }
  }

  @Override
  public void close() {
    close(channel);
  }
}
