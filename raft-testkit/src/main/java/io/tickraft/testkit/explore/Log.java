package io.tickraft.testkit.explore;

import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import java.util.Arrays;
import java.util.List;

/**
 * All entries of a log, compacted ones included: for each index the term, and a hash of all entries
 * up to it. Two logs are equal up to an index exactly if their hashes at that index are equal.
 * Immutable.
 */
final class Log {

  /** A log without entries. */
  static final Log EMPTY = new Log(new long[1], new long[] {0x2545f4914f6cdd1dL});

  private final long[] terms;
  private final long[] hashes;

  private Log(long[] terms, long[] hashes) {
    this.terms = terms;
    this.hashes = hashes;
  }

  /**
   * Returns the log in a storage.
   *
   * @param known logs, one of which has the compacted entries
   */
  static Log of(Storage storage, List<Log> known) {
    int base = (int) storage.firstIndex() - 1;
    int last = (int) storage.lastIndex();
    Log before = with(base, storage.term(base), known);
    List<Entry> entries = last > base ? entries(storage, base + 1, last + 1) : List.of();
    if (known.size() > 0 && known.get(0).equalTo(before, entries, last)) {
      return known.get(0);
    }
    long[] terms = Arrays.copyOf(before.terms, last + 1);
    long[] hashes = Arrays.copyOf(before.hashes, last + 1);
    for (Entry entry : entries) {
      int index = (int) entry.getIndex();
      terms[index] = entry.getTerm();
      hashes[index] = hash(hashes[index - 1], entry);
    }
    return new Log(terms, hashes);
  }

  private boolean equalTo(Log before, List<Entry> entries, int last) {
    if (before != this || last() != last) {
      return false;
    }
    for (Entry entry : entries) {
      int index = (int) entry.getIndex();
      if (hashes[index] != hash(hashes[index - 1], entry)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns a known log that has the entry with this index and term. If there is none, as for the
   * bootstrap of a group, returns a log that stands for the unknown entries up to it.
   */
  private static Log with(int index, long term, List<Log> known) {
    if (index == 0) {
      return EMPTY;
    }
    for (Log log : known) {
      if (index <= log.last() && log.terms[index] == term) {
        return log;
      }
    }
    long[] terms = new long[index + 1];
    long[] hashes = new long[index + 1];
    Arrays.fill(terms, term);
    for (int i = 0; i <= index; i++) {
      hashes[i] = mix(mix(i, term), index);
    }
    return new Log(terms, hashes);
  }

  private static List<Entry> entries(Storage storage, int from, int to) {
    return ((Storage.EntriesResult.Available) storage.entries(from, to, Long.MAX_VALUE)).entries();
  }

  int last() {
    return terms.length - 1;
  }

  long term(int index) {
    return terms[index];
  }

  /** {@return the hash of all entries up to an index} */
  long hash(int index) {
    return hashes[index];
  }

  /** {@return whether both logs have the same entries up to an index} */
  boolean holds(Log other, int index) {
    return index == 0
        || (index <= last() && index <= other.last() && hashes[index] == other.hashes[index]);
  }

  /** {@return the log up to an index} */
  Log to(int index) {
    return index == last()
        ? this
        : new Log(Arrays.copyOf(terms, index + 1), Arrays.copyOf(hashes, index + 1));
  }

  /** {@return the entries that both logs have, up to the first one that differs} */
  Log common(Log other) {
    int index = Math.min(last(), other.last());
    while (!holds(other, index)) {
      index--;
    }
    return to(index);
  }

  /**
   * {@return the last index at which both logs have an entry of the same term, but differ at this
   * index or before; 0 if log matching holds}
   */
  int mismatch(Log other) {
    for (int i = Math.min(last(), other.last()); i > 0; i--) {
      if (hashes[i] == other.hashes[i]) {
        return 0;
      }
      if (terms[i] == other.terms[i]) {
        return i;
      }
    }
    return 0;
  }

  private static long hash(long before, Entry entry) {
    long hash = mix(mix(before, entry.getTerm()), entry.getTypeValue());
    // Without the size, the last bytes of an entry could count as the next entry.
    hash = mix(hash, entry.getData().size());
    for (int i = 0; i < entry.getData().size(); i++) {
      hash = mix(hash, entry.getData().byteAt(i));
    }
    return hash;
  }

  /**
   * Returns a hash of the terms. It is the same under each naming of the nodes; the data of
   * membership changes would not be.
   */
  long shape() {
    long shape = last();
    for (long term : terms) {
      shape = mix(shape, term);
    }
    return shape;
  }

  /** Adds a number to a hash. The order of the numbers matters. */
  static long mix(long hash, long number) {
    long z = hash * 0x9fb21c651e98df25L + number + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  @Override
  public String toString() {
    return Arrays.toString(terms);
  }
}
