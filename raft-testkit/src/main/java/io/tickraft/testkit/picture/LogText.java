package io.tickraft.testkit.picture;

import io.tickraft.core.Storage;
import io.tickraft.proto.HardState;

/**
 * The terms of a log in short: {@code 2:1*3,4*2} has the indexes 2 to 4 in term 1 and the indexes 5
 * and 6 in term 4; {@code 2:} is empty, and its next entry has the index 2.
 */
final class LogText {

  /** Of a longer log, the last entries are shown. */
  private static final int MAX_ENTRIES = 2_000;

  private LogText() {}

  /**
   * Returns the text of a log.
   *
   * @param storage the storage of the log
   * @return the text; the given one before if the storage cannot be read now
   */
  static String of(Storage storage, String before) {
    try {
      return of(storage);
    } catch (RuntimeException e) {
      // A storage of the user's may be closed, or fail as a test wants it: a picture changes
      // nothing.
      return before;
    }
  }

  private static String of(Storage storage) {
    long last = storage.lastIndex();
    long first = Math.max(storage.firstIndex(), last - MAX_ENTRIES + 1);
    StringBuilder text = new StringBuilder().append(first).append(':');
    long index = first;
    while (index <= last) {
      long term = storage.term(index);
      long end = index + 1;
      while (end <= last && storage.term(end) == term) {
        end++;
      }
      text.append(index == first ? "" : ",").append(term).append('*').append(end - index);
      index = end;
    }
    return text.toString();
  }

  /** Returns the term, the vote and the commit index of a storage, as {@link #of} does the log. */
  static String hardState(Storage storage, String before) {
    try {
      HardState hard = storage.initialState();
      return hard.getTerm() + "," + hard.getVote() + "," + hard.getCommit();
    } catch (RuntimeException | AssertionError e) {
      return before;
    }
  }
}
