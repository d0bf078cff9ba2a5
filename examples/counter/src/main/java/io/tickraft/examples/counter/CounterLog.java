package io.tickraft.examples.counter;

import com.google.protobuf.ByteString;
import io.tickraft.core.Bootstrap;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.Ready;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Snapshot;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What a node has persisted: a file of records, and the same in memory for reading.
 *
 * <p>A record holds all that one Ready persists, and is forced to the disk before the next record
 * is written. So after a crash each record is whole, except that the last one may be torn. A torn
 * record was never acknowledged: it is cut off at the next start. A record that is not whole and
 * comes before a whole one is no torn write, as it was forced: the disk is damaged, and the node
 * does not start. Damage to the last record alone looks like a torn write, and cannot be told.
 *
 * <p>When a write fails, the process must end. Nobody knows what is on the disk then, and a second
 * {@code force} can succeed without writing what the first one could not.
 */
class CounterLog implements Closeable {

  private static final int HEADER_BYTES = 12; // The body's size, the record's position, a checksum.
  private static final Snapshot NO_SNAPSHOT = Snapshot.getDefaultInstance();

  /** What the file holds. */
  final MemoryStorage stored = new MemoryStorage();

  // Part of each record, so that a start needs only the directory.
  long id;
  long group;
  String address = "";
  long incarnation; // The number of starts.

  private final Path dir;
  private FileChannel lock;
  private FileChannel file;

  CounterLog(Path dir) {
    this.dir = dir;
  }

  /**
   * Creates the file of a new node, with the first snapshot of its group, or with none if it joins.
   *
   * <p>This happens only on request, never because the file is missing. A node that has lost its
   * file has forgotten its votes and what it acknowledged: it must not come back under its id.
   */
  void create(long newId, long newGroup, String newAddress, Snapshot first) throws IOException {
    createDirectory(dir.toAbsolutePath());
    lock();
    if (Files.exists(dir.resolve("log"))) { // Not asked before: another process may create it, too.
      throw new IOException(dir + " holds a node: to start it, give the directory alone");
    }
    id = newId;
    group = newGroup;
    address = newAddress;
    if (first.hasMetadata()) {
      stored.installSnapshot(first);
      stored.setHardState(Bootstrap.hardState());
    }
    rewrite();
  }

  /** Reads the file if this has not just created it, and counts the start before the node opens. */
  void open() throws IOException {
    if (file == null) {
      if (!Files.exists(dir.resolve("log"))) {
        throw new IOException(dir + " holds no node. Is its file lost? Then join with another id");
      }
      lock();
      read();
      forceNames(dir);
    }
    incarnation++;
    append(NO_SNAPSHOT, List.of()); // Also forces what a killed process had not forced.
  }

  /** Creates a directory and those above it that are missing, so that a crash keeps their names. */
  private void createDirectory(Path path) throws IOException {
    if (!Files.exists(path)) {
      createDirectory(path.getParent());
      Files.createDirectories(path);
      forceNames(path.getParent());
    }
  }

  /** Two processes that write one file would destroy it. */
  private void lock() throws IOException {
    lock = channel("lock", StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (lock.tryLock() == null) {
      throw new IOException(dir + " is in use by another process");
    }
  }

  private FileChannel channel(String name, StandardOpenOption... options) throws IOException {
    return FileChannel.open(dir.resolve(name), options);
  }

  void persist(Ready ready) throws IOException {
    stored.persist(ready);
    if (ready.mustSync()) {
      append(ready.snapshot().orElse(NO_SNAPSHOT), ready.entries());
    } // Else only the commit index is new: a crash may lose it, and the next record will hold it.
  }

  /**
   * Replaces the entries up to an index by a snapshot. A host with large snapshots keeps some of
   * the entries: it need not send the snapshot then to a follower that is a little behind.
   */
  void compact(long index, ConfState confState, ByteString state) throws IOException {
    if (index > snapshotIndex(stored)) { // Else the leader has sent a newer one.
      stored.createSnapshot(index, confState, state);
      stored.compact(index);
      rewrite();
    }
  }

  static long snapshotIndex(MemoryStorage storage) {
    return storage.snapshot().snapshot().getMetadata().getIndex();
  }

  // Writing.

  void append(Snapshot snapshot, List<Entry> entries) throws IOException {
    write(file, snapshot, entries);
  }

  private void write(FileChannel to, Snapshot snapshot, List<Entry> entries) throws IOException {
    ByteString.Output bytes = ByteString.newOutput();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(id);
    out.writeLong(group);
    out.writeUTF(address);
    out.writeLong(incarnation);
    stored.initialState().writeDelimitedTo(out);
    snapshot.writeDelimitedTo(out);
    for (Entry entry : entries) {
      entry.writeDelimitedTo(out);
    }
    byte[] body = bytes.toByteString().toByteArray();
    ByteBuffer record = ByteBuffer.allocate(HEADER_BYTES + body.length);
    record.putInt(body.length).putInt((int) to.position());
    record.putInt(checksum(body, 0, body.length)).put(body).flip();
    while (record.hasRemaining()) {
      to.write(record);
    }
    force(to);
  }

  /** Makes a new file with one record, and puts it in the place of the old file in one step. */
  private void rewrite() throws IOException {
    FileChannel next =
        channel(
            "log.next",
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    write(next, stored.snapshot().snapshot(), stored.log());
    Files.move(dir.resolve("log.next"), dir.resolve("log"), StandardCopyOption.ATOMIC_MOVE);
    forceNames(dir); // Else a crash may bring back the old file, which lacks what is appended now.
    if (file != null) {
      file.close();
    }
    file = next;
  }

  /** Without it, a crash can take back the names of new files in a directory. */
  void forceNames(Path directory) throws IOException {
    try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  void force(FileChannel channel) throws IOException {
    channel.force(false);
  }

  // Reading.

  private void read() throws IOException {
    byte[] bytes = Files.readAllBytes(dir.resolve("log"));
    int end = 0;
    while (isWholeAt(bytes, end)) {
      int size = ByteBuffer.wrap(bytes).getInt(end);
      replay(ByteString.copyFrom(bytes, end + HEADER_BYTES, size).newInput());
      end += HEADER_BYTES + size;
    }
    boolean isDamaged = end == 0; // The first record was forced before the file got its name.
    for (int later = end + 1; later < bytes.length && !isDamaged; later++) {
      isDamaged = isWholeAt(bytes, later);
    }
    if (isDamaged) {
      throw new IOException(dir + ": the record at byte " + end + " of the log is damaged");
    }
    file = channel("log", StandardOpenOption.WRITE);
    file.truncate(end).position(end); // A torn record would hide what is written after it.
  }

  private static boolean isWholeAt(byte[] bytes, int at) {
    int left = bytes.length - at - HEADER_BYTES;
    ByteBuffer header = ByteBuffer.wrap(bytes);
    int size = left > 0 ? header.getInt(at) : 0;
    return size > 0 // Zeros are no record: a file may have grown before its bytes were written.
        && size <= left
        && header.getInt(at + 4) == at // Else it is a copy of a record, within a command.
        && checksum(bytes, at + HEADER_BYTES, size) == header.getInt(at + 8);
  }

  private void replay(InputStream body) throws IOException {
    DataInputStream in = new DataInputStream(body);
    id = in.readLong();
    group = in.readLong();
    address = in.readUTF();
    incarnation = in.readLong();
    HardState hardState = HardState.parseDelimitedFrom(in);
    Snapshot snapshot = Snapshot.parseDelimitedFrom(in);
    List<Entry> entries = new ArrayList<>();
    for (Entry e = Entry.parseDelimitedFrom(in); e != null; e = Entry.parseDelimitedFrom(in)) {
      entries.add(e);
    }
    if (snapshot.hasMetadata()) {
      stored.installSnapshot(snapshot);
    }
    stored.append(entries);
    stored.setHardState(hardState);
  }

  static int checksum(byte[] bytes, int from, int size) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, size);
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    for (FileChannel channel : new FileChannel[] {file, lock}) {
      if (channel != null) {
        channel.close();
      }
    }
  }
}
