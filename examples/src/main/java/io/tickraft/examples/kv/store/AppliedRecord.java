package io.tickraft.examples.kv.store;

import java.nio.ByteBuffer;

/**
 * The stored state of the map besides its keys and values.
 *
 * @param index the applied index: that of the last entry applied to the map
 * @param term the term of that entry
 * @param size the number of keys
 * @param generation the number of the column family that holds the keys and values
 */
record AppliedRecord(long index, long term, long size, long generation) {

  byte[] encode() {
    return ByteBuffer.allocate(4 * Long.BYTES)
        .putLong(index)
        .putLong(term)
        .putLong(size)
        .putLong(generation)
        .array();
  }

  static AppliedRecord decode(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new AppliedRecord(
        buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
  }
}
