package io.tickraft.examples.kv.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Finds the first damaged record of a file of RocksDB's write-ahead log, or of a MANIFEST, which
 * has the same form: blocks of 32 KiB with records that do not cross blocks. A record has a
 * checksum of 4 bytes, its length in 2 bytes, a type of 1 byte, and its bytes.
 *
 * @param size the size of the file
 * @param intact the number of bytes up to the first record that is damaged or incomplete
 * @param type the type of that record; 0 if it is too short to have one, or there is none
 */
record RecordFile(long size, long intact, int type) {

  private static final int BLOCK_BYTES = 32 << 10;
  private static final int HEADER_BYTES = 7;
  private static final int LENGTH_AT = 4;
  private static final int TYPE_AT = 6;

  /** The whole of a write, or its first, a middle or its last part. */
  private static final int LAST_TYPE = 4;

  static RecordFile read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      long size = channel.size();
      for (long start = 0; start < size; start += BLOCK_BYTES) {
        block.clear();
        while (block.hasRemaining() && channel.read(block) >= 0) {
          // A read may return less than there is.
        }
        block.flip();
        skipIntact(block);
        if (block.hasRemaining()) {
          int type = block.remaining() > TYPE_AT ? block.get(block.position() + TYPE_AT) & 0xff : 0;
          return new RecordFile(size, start + block.position(), type);
        }
      }
      return new RecordFile(size, size, 0);
    }
  }

  private static void skipIntact(ByteBuffer block) {
    while (block.remaining() >= HEADER_BYTES && isIntact(block)) {
      block.position(block.position() + HEADER_BYTES + length(block));
    }
    if (block.limit() == BLOCK_BYTES && block.remaining() < HEADER_BYTES) {
      block.position(BLOCK_BYTES); // Too short for a record: never used.
    }
  }

  private static int length(ByteBuffer record) {
    return record.getShort(record.position() + LENGTH_AT) & 0xffff;
  }

  private static boolean isIntact(ByteBuffer record) {
    int length = length(record);
    if (HEADER_BYTES + length > record.remaining()) {
      return false;
    }
    CRC32C crc = new CRC32C();
    crc.update(
        record
            .duplicate()
            .position(record.position() + TYPE_AT)
            .limit(record.position() + HEADER_BYTES + length));
    int sum = (int) crc.getValue();
    // As in RocksDB, whose checksums may be stored within data that has a checksum.
    int masked = ((sum >>> 15) | (sum << 17)) + 0xa282ead8;
    return masked == record.getInt(record.position());
  }

  boolean isDamaged() {
    return intact < size;
  }

  /**
   * {@return whether the damaged record says that it is of a kind that no node writes} RocksDB 11.8
   * never comes to an end if it reads a record whose type was changed to that of a recycled file.
   */
  boolean isOfUnknownType() {
    return type > LAST_TYPE;
  }
}
