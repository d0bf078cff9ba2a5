package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;

/**
 * The hash slots of Redis Cluster, by which cluster clients find the server of a key. Here the
 * leader serves all slots, but a redirection must name the slot of the key.
 */
final class Slots {

  static final int COUNT = 16_384;

  private static final int POLYNOMIAL = 0x1021;
  private static final int[] TABLE = table();

  private Slots() {}

  /** {@return the slot of a key: the hash of the part in its first braces, if that is not empty} */
  static int of(ByteString key) {
    int from = 0;
    int to = key.size();
    int open = indexOf(key, '{', 0);
    if (open >= 0) {
      int close = indexOf(key, '}', open + 1);
      if (close > open + 1) {
        from = open + 1;
        to = close;
      }
    }
    int crc = 0;
    for (int i = from; i < to; i++) {
      crc = ((crc << 8) ^ TABLE[((crc >>> 8) ^ key.byteAt(i)) & 0xff]) & 0xffff;
    }
    return crc % COUNT;
  }

  private static int indexOf(ByteString key, char c, int from) {
    for (int i = from; i < key.size(); i++) {
      if (key.byteAt(i) == c) {
        return i;
      }
    }
    return -1;
  }

  /** CRC-16/XMODEM, byte by byte. */
  private static int[] table() {
    int[] table = new int[256];
    for (int i = 0; i < table.length; i++) {
      int crc = i << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) != 0 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
      }
      table[i] = crc & 0xffff;
    }
    return table;
  }
}
