package io.tickraft.core.fuzz;

import io.tickraft.proto.Entry;
import io.tickraft.proto.Snapshot;
import java.util.ArrayList;
import java.util.List;

/** A log as a list on top of the last entry that a snapshot covers. Never compacted. */
final class NaiveLog {

  private long base;
  private long baseTerm;
  private final List<Entry> entries = new ArrayList<>();

  NaiveLog() {}

  NaiveLog(NaiveLog other) {
    base = other.base;
    baseTerm = other.baseTerm;
    entries.addAll(other.entries);
  }

  /** The index before the first entry. */
  long base() {
    return base;
  }

  long last() {
    return base + entries.size();
  }

  boolean holds(long index) {
    return index > base && index <= last();
  }

  /** The entry at an index that the log holds. */
  Entry get(long index) {
    return entries.get((int) (index - base - 1));
  }

  /** The term of an entry; -1 if the log does not know it. */
  long term(long index) {
    if (index == base) {
      return baseTerm;
    }
    return holds(index) ? get(index).getTerm() : -1;
  }

  /** Does what a Ready says. */
  void write(Taken ready) {
    ready.snapshot().ifPresent(this::restore);
    if (!ready.entries().isEmpty()) {
      cutFrom(ready.entries().get(0).getIndex());
      entries.addAll(ready.entries());
    }
  }

  void restore(Snapshot snapshot) {
    base = snapshot.getMetadata().getIndex();
    baseTerm = snapshot.getMetadata().getTerm();
    entries.clear();
  }

  void add(Entry entry) {
    entries.add(entry);
  }

  void cutFrom(long index) {
    if (index <= last()) {
      entries.subList((int) Math.max(0, index - base - 1), entries.size()).clear();
    }
  }
}
