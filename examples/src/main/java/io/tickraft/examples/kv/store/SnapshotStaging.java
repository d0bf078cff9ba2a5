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
 * The map of another node while it arrives, in a column family of its own beside the map that the
 * node works with.
 *
 * <p>Belongs to whoever receives it; no thread but one at a time.
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

  /** Returns how many pairs have arrived. */
  public long size() {
    return size;
  }

  /**
   * Takes pairs that {@link MapView#nextChunk} has read.
   *
   * @throws IOException if they are not of that form
   */
  public void add(ByteString chunk) throws IOException {
    CodedInputStream in = chunk.newCodedInput();
    List<byte[]> pairs = new ArrayList<>();
    while (!in.isAtEnd()) {
      pairs.add(in.readByteArray());
      pairs.add(in.readByteArray());
    }
    // Past the write-ahead log, which would hold everything a second time.
    database.writeUnlogged(
        batch -> {
          for (int i = 0; i < pairs.size(); i += 2) {
            batch.put(map, pairs.get(i), pairs.get(i + 1));
          }
        });
    size += pairs.size() / 2;
  }

  /**
   * Makes what has arrived durable.
   *
   * @param members the data of the snapshot as it was sent
   * @return what stands for that and for the map as the data of the snapshot
   */
  public ByteString complete(ByteString members) {
    database.flush(map);
    return ByteString.copyFrom(
            ByteBuffer.allocate(REFERENCE_BYTES).putLong(size).putLong(generation).flip())
        .concat(members);
  }

  /** Drops what has arrived. */
  public void abandon() {
    database.dropMap(map);
  }

  /** Returns what is stored of a map that was {@linkplain #complete completed}. */
  static AppliedRecord record(Snapshot snapshot) {
    ByteBuffer reference = snapshot.getData().asReadOnlyByteBuffer();
    return new AppliedRecord(
        snapshot.getMetadata().getIndex(),
        snapshot.getMetadata().getTerm(),
        reference.getLong(),
        reference.getLong());
  }

  /** Returns the members as of a snapshot that was {@linkplain #complete completed}. */
  static Members members(Snapshot snapshot) {
    return Members.decode(snapshot.getData().substring(REFERENCE_BYTES));
  }
}
