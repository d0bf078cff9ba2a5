package io.tickraft.core;

/**
 * The unique id of a log entry: no two entries are ever created with the same term and index (Raft
 * paper, section 5.3, Log Matching).
 *
 * @param term the term of the leader that created the entry, from 1; 0 exactly if {@code index} is
 *     0
 * @param index the entry's position in the log, from 1; 0 is the position before the first entry
 */
public record LogId(long term, long index) {

  /** The position before the first entry of every log. */
  public static final LogId NONE = new LogId(0, 0);

  /**
   * Creates an id.
   *
   * @param term the term of the leader that created the entry
   * @param index the entry's position in the log
   * @throws IllegalArgumentException if term or index is negative, or only one of them is 0
   */
  public LogId {
    if (term < 0 || index < 0 || (term == 0) != (index == 0)) {
      throw new IllegalArgumentException(
          "an entry id is (0, 0) or has a positive term and index: term "
              + term
              + ", index "
              + index);
    }
  }

  /**
   * Compares two logs by their last entries: the log with the later term is more up to date; if the
   * terms are equal, the log with the higher index is (Raft paper, section 5.4.1).
   *
   * @param other the last entry of the other log
   * @return whether a log that ends with this entry is at least as up to date as the other log
   */
  public boolean isUpToDateWith(LogId other) {
    return term != other.term ? term > other.term : index >= other.index;
  }
}
