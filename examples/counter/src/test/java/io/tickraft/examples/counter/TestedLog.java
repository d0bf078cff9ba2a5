package io.tickraft.examples.counter;

import io.tickraft.core.Bootstrap;
import io.tickraft.proto.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A node's file on a machine that can lose its power. Without it, nothing waits for the disk. */
class TestedLog extends CounterLog {

  private final Path file;
  private long forcedBytes;

  TestedLog(Path dir) {
    super(dir);
    this.file = dir.resolve("log");
  }

  /** Creates the file of a first member, or without voters of a node that joins. */
  void create(List<Long> voters) throws IOException {
    long[] ids = voters.stream().mapToLong(Long::longValue).toArray();
    create(
        1, 7, "host:1", ids.length == 0 ? Snapshot.getDefaultInstance() : Bootstrap.snapshot(ids));
  }

  @Override
  void force(FileChannel channel) throws IOException {
    forcedBytes = channel.size();
  }

  @Override
  void forceNames(Path directory) throws IOException {}

  /**
   * The power fails while a record is written.
   *
   * @param tornBytes how many bytes of the record are on the disk, not all of them
   */
  void loseThePower(int tornBytes) throws IOException {
    close();
    try (FileChannel disk =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer record = ByteBuffer.allocate(tornBytes); // The begin of an old one will do.
      disk.read(record, 0);
      disk.truncate(forcedBytes);
      disk.write(record.flip(), disk.size());
    }
  }
}
