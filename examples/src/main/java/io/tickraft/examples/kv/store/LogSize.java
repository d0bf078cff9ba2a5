package io.tickraft.examples.kv.store;

/**
 * Counts the bytes of the log on the disk, and decides up to which index to compact the log.
 *
 * <p>A mark, an applied index, divides the log into an older and a newer part. When the newer part
 * exceeds half of the limit, the older part is compacted, and the mark moves to the applied index.
 */
final class LogSize {

  private long bytesBeforeMark;
  private long bytesSinceMark;
  private long mark;

  /**
   * Starts to count.
   *
   * @param bytes the size of the log
   * @param applied the applied index
   */
  LogSize(long bytes, long applied) {
    this.bytesSinceMark = bytes;
    this.mark = applied;
  }

  /** Called when entries were appended. */
  void added(long bytes) {
    bytesSinceMark += bytes;
  }

  /** Called when a snapshot at an index has replaced the log. */
  void reset(long last) {
    bytesBeforeMark = 0;
    bytesSinceMark = 0;
    mark = last;
  }

  /**
   * {@return about the size of the log, in bytes} Entries that were replaced count until the next
   * compaction; those that are kept for a follower do not count after it.
   */
  long bytes() {
    return bytesBeforeMark + bytesSinceMark;
  }

  /** {@return the index up to which to compact the log; 0: do not compact it} */
  long compactable(long limit, long applied) {
    if (bytesSinceMark <= limit / 2) {
      return 0;
    }
    long index = mark;
    bytesBeforeMark = bytesSinceMark;
    bytesSinceMark = 0;
    mark = applied;
    return index;
  }
}
