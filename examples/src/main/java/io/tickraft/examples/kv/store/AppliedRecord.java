package io.tickraft.examples.kv.store;

import java.nio.ByteBuffer;

/**
 * What is stored of the map beside its keys and values.
 *
 * @param index the index of the last entry that was applied
 * @param term its term
 * @param size how many keys have a value
 * @param generation which column family holds them
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
