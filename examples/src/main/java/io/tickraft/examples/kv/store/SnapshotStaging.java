package io.tickraft.examples.kv.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import io.tickraft.proto.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.ColumnFamilyHandle;

/**
 * Stages the map of another node while it is received, in its own column family beside the current
 * map.
 *
 * <p>Not thread-safe: used by one thread at a time.
 */
public final class SnapshotStaging {

  private static final int REFERENCE_BYTES = 2 * Long.BYTES;

  private final NodeDatabase database;
  private final long generation;
  private final ColumnFamilyHandle map;
  private long size;

  SnapshotStaging(NodeDatabase database, long generation) {
    this.database = database;
    this.generation = generation;
    this.map = database.map(generation);
  }

  long generation() {
    return generation;
  }

  /** {@return the number of pairs received} */
  public long size() {
    return size;
  }

  /**
   * Adds pairs that {@link MapView#nextChunk} has read.
   *
   * @throws IOException if the bytes do not have that form
   */
  public void add(ByteString chunk) throws IOException {
    CodedInputStream in = chunk.newCodedInput();
    List<byte[]> pairs = new ArrayList<>();
    while (!in.isAtEnd()) {
      pairs.add(in.readByteArray());
      pairs.add(in.readByteArray());
    }
    // Without the write-ahead log, which would store all data a second time.
    database.writeUnlogged(
        batch -> {
          for (int i = 0; i < pairs.size(); i += 2) {
            batch.put(map, pairs.get(i), pairs.get(i + 1));
          }
        });
    size += pairs.size() / 2;
  }

  /**
   * Makes the received pairs durable.
   *
   * @param members the data of the snapshot as it was sent
   * @return the data of the snapshot on this node: a reference to the staged map, and the members
   */
  public ByteString complete(ByteString members) {
    database.flush(map);
    return ByteString.copyFrom(
            ByteBuffer.allocate(REFERENCE_BYTES).putLong(size).putLong(generation).flip())
        .concat(members);
  }

  /** Drops the received pairs. */
  public void abandon() {
    database.dropMap(map);
  }

  /** {@return the record of a staged map that was {@linkplain #complete completed}} */
  static AppliedRecord record(Snapshot snapshot) {
    ByteBuffer reference = snapshot.getData().asReadOnlyByteBuffer();
    return new AppliedRecord(
        snapshot.getMetadata().getIndex(),
        snapshot.getMetadata().getTerm(),
        reference.getLong(),
        reference.getLong());
  }

  /** {@return the members of a snapshot that was {@linkplain #complete completed}} */
  static Members members(Snapshot snapshot) {
    return Members.decode(snapshot.getData().substring(REFERENCE_BYTES));
  }
}
