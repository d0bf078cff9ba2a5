package io.tickraft.core.membership;

import io.tickraft.core.Digest;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import java.util.ArrayDeque;
import java.util.List;

/**
 * The indexes of the membership changes in the log that are not applied. Usually there is none, and
 * rarely more than one.
 */
public final class PendingChanges {

  /** Ascending. */
  private final ArrayDeque<Long> indexes;

  /** Begins without changes. */
  public PendingChanges() {
    indexes = new ArrayDeque<>(1);
  }

  private PendingChanges(PendingChanges other) {
    indexes = new ArrayDeque<>(other.indexes);
  }

  /** Returns an independent copy. */
  public PendingChanges copy() {
    return new PendingChanges(this);
  }

  /** Adds the indexes. */
  public void digest(Digest digest) {
    digest.ordered(indexes, (index, d) -> d.number(index));
  }

  /** Entries are appended. */
  public void add(List<Entry> entries) {
    for (int i = 0; i < entries.size(); i++) {
      add(entries.get(i));
    }
  }

  /** An entry is appended. */
  public void add(Entry entry) {
    if (entry.getTypeValue() == EntryType.ENTRY_TYPE_CONF_CHANGE_VALUE) {
      indexes.addLast(entry.getIndex());
    }
  }

  /** The entries from {@code index} on are removed. */
  public void truncateFrom(long index) {
    while (!indexes.isEmpty() && indexes.getLast() >= index) {
      indexes.removeLast();
    }
  }

  /** All entries up to {@code index} are applied. */
  public void appliedTo(long index) {
    while (!indexes.isEmpty() && indexes.getFirst() <= index) {
      indexes.removeFirst();
    }
  }

  /** The log is replaced. */
  public void clear() {
    indexes.clear();
  }

  /** Returns whether there is none. */
  public boolean isEmpty() {
    return indexes.isEmpty();
  }

  /**
   * Returns the index of the first change above {@code index}; {@link Long#MAX_VALUE} if there is
   * none.
   */
  public long firstAbove(long index) {
    if (indexes.isEmpty()) {
      return Long.MAX_VALUE; // Nearly always, and without an iterator.
    }
    for (long change : indexes) {
      if (change > index) {
        return change;
      }
    }
    return Long.MAX_VALUE;
  }
}
