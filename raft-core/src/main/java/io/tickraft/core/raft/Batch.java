package io.tickraft.core.raft;

import com.google.protobuf.ByteString;
import io.tickraft.core.RaftConfig;
import java.util.List;

/** The limits of a single proposal, independent of how much is uncommitted. */
final class Batch {

  /** Returned instead of a size: the proposal is too large, and a retry would be too. */
  static final long TOO_LARGE = -1;

  private Batch() {}

  /**
   * Returns the payload bytes of a proposal. One payload is bounded by {@code maxEntryBytes} alone,
   * so the limits of what is uncommitted never exclude it. Several payloads are bounded by those
   * limits too. If there are too many payloads, their sizes are not read.
   *
   * @return bytes, or {@link #TOO_LARGE}
   */
  static long bytes(RaftConfig config, List<ByteString> payloads) {
    int count = payloads.size();
    if (count > config.maxUncommittedEntries()) { // which is at least 1
      return TOO_LARGE;
    }
    long bytes = 0;
    for (int i = 0; i < count; i++) {
      int size = payloads.get(i).size();
      if (size > config.maxEntryBytes()) {
        return TOO_LARGE;
      }
      bytes += size;
    }
    return count > 1 && bytes > config.maxUncommittedBytes() ? TOO_LARGE : bytes;
  }
}
