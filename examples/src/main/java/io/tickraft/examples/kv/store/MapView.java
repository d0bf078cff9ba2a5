package io.tickraft.examples.kv.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import org.rocksdb.RocksIterator;

/**
 * The whole map as it was at one index, in the order of the keys, to be sent to another node or
 * digested. Entries that are applied later do not change the view. For one reader, on any thread.
 */
public final class MapView implements AutoCloseable {

  private final RocksIterator it;
  private final long index;
  private final long size;
  private final Set<MapView> open;
  private boolean closed;

  MapView(RocksIterator it, long index, long size, Set<MapView> open) {
    this.it = it;
    this.index = index;
    this.size = size;
    this.open = open;
    it.seekToFirst();
  }

  /** {@return the index of the last entry that is applied in this view} */
  public long index() {
    return index;
  }

  /** {@return the number of keys} */
  public long size() {
    return size;
  }

  /**
   * Reads the next pairs.
   *
   * @param bytes the limit of the keys and values together, in bytes; a single pair may exceed it
   * @return the next pairs, for {@link SnapshotStaging#add}; empty at the end
   */
  public ByteString nextChunk(int bytes) {
    ByteString.Output out = ByteString.newOutput();
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    try {
      int written = 0;
      while (it.isValid()) {
        byte[] key = it.key();
        byte[] value = it.value();
        written += key.length + value.length;
        if (written > bytes && written > key.length + value.length) {
          break;
        }
        coded.writeByteArrayNoTag(key);
        coded.writeByteArrayNoTag(value);
        it.next();
      }
      Rocks.checkEnd(it);
      coded.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("in memory", e);
    }
    return out.toByteString();
  }

  /**
   * Digests all pairs that were not read yet: SHA-256 over each key and each value, each preceded
   * by its length in four bytes.
   *
   * @return the digest in hexadecimal digits
   */
  public String digest() {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    for (; it.isValid(); it.next()) {
      update(digest, it.key());
      update(digest, it.value());
    }
    Rocks.checkEnd(it);
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void update(MessageDigest digest, byte[] bytes) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      open.remove(this);
      it.close();
    }
  }
}
