package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import java.security.SecureRandom;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The keys at which scans go on, by the cursors that clients got for them: many clients read a
 * cursor as a number of 64 bits, which cannot hold a key.
 *
 * <p>This is only a cache of the newest cursors. A scan with a cursor that is not in it, because it
 * is old or another node's, starts again at the first key. That is correct: a scan may return a key
 * more than once, but must not miss any.
 */
final class ScanCursors {

  private static final int MAX_CURSORS = 4_096;
  private static final int MAX_BYTES = 4 << 20;

  private final Map<Long, ByteString> keys = new LinkedHashMap<>();
  private long bytes;

  /** Differs from those of other nodes, and of this one before its restart. */
  private long last = new SecureRandom().nextLong() >>> 2;

  /** {@return a new cursor, which is never 0} */
  long after(ByteString key) {
    last++;
    keys.put(last, key);
    bytes += key.size();
    Iterator<ByteString> oldest = keys.values().iterator();
    while (keys.size() > MAX_CURSORS || (bytes > MAX_BYTES && keys.size() > 1)) {
      bytes -= oldest.next().size();
      oldest.remove();
    }
    return last;
  }

  /** {@return the key after which the scan goes on; empty: at the first key} */
  Optional<ByteString> key(long cursor) {
    return Optional.ofNullable(keys.get(cursor));
  }
}
