package io.tickraft.core.log;

import io.tickraft.proto.Entry;
import java.util.List;

/**
 * A range of a log: entries, and the id of the entry right before them.
 *
 * @param prevIndex the index before the first entry
 * @param prevTerm the term of the entry at {@code prevIndex}
 * @param entries contiguous entries from {@code prevIndex + 1} on; may be empty
 */
public record LogSlice(long prevIndex, long prevTerm, List<Entry> entries) {

  /** Returns the index of the last entry; {@code prevIndex} if there is none. */
  public long lastIndex() {
    return prevIndex + entries.size();
  }

  /** Returns the term at an index of {@code prevIndex() .. lastIndex()}. */
  public long term(long index) {
    return index == prevIndex ? prevTerm : entries.get(position(index)).getTerm();
  }

  /** Returns the same range without the entries up to {@code index}, which must be part of it. */
  public LogSlice after(long index) {
    return index == prevIndex
        ? this
        : new LogSlice(index, term(index), entries.subList(position(index) + 1, entries.size()));
  }

  private int position(long index) {
    return (int) (index - prevIndex - 1);
  }
}
