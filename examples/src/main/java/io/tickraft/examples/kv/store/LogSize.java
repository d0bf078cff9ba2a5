package io.tickraft.examples.kv.store;

/**
 * Counts what the log takes on the disk, and says up to where it is to be compacted.
 *
 * <p>The log is seen as two halves, and a mark stands between them. When the newer half has grown
 * to half of the limit, the older one goes and a new mark is set at what is applied by then.
 */
final class LogSize {

  private long bytesSinceMark;
  private long mark;

  /**
   * Starts to count.
   *
   * @param bytes what the log takes now
   * @param applied up to where it is applied
   */
  LogSize(long bytes, long applied) {
    this.bytesSinceMark = bytes;
    this.mark = applied;
  }

  /** Entries were appended. */
  void added(long bytes) {
    bytesSinceMark += bytes;
  }

  /** The log was replaced. */
  void reset(long last) {
    bytesSinceMark = 0;
    mark = last;
  }

  /** Returns the last index that is to go; 0: none. */
  long compactable(long limit, long applied) {
    if (bytesSinceMark <= limit / 2) {
      return 0;
    }
    long index = mark;
    bytesSinceMark = 0;
    mark = applied;
    return index;
  }
}
