package io.tickraft.core.raft;

import com.google.protobuf.ByteString;
import io.tickraft.core.RaftConfig;
import java.util.List;

/** The limits of a single proposal, which hold however little is uncommitted. */
final class Batch {

  /** In place of a size: the proposal is too large, and would be however often it is made. */
  static final long TOO_LARGE = -1;

  private Batch() {}

  /**
   * Returns the payload bytes of a proposal. One payload is bounded by {@code maxEntryBytes} alone,
   * so that the limits of what is uncommitted never exclude it; several are bounded by those too.
   * They are not looked at if there are too many of them.
   *
   * @return bytes, or {@link #TOO_LARGE}
   */
  static long bytes(RaftConfig config, List<ByteString> payloads) {
    int count = payloads.size();
    if (count > 1 && count > config.maxUncommittedEntries()) {
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
