package io.tickraft.examples.kv.store;

import io.tickraft.proto.Entry;
import java.util.ArrayList;
import java.util.List;

/**
 * The newest entries of the log, in memory: nearly everything that is read is read soon after it
 * was written, to be applied and to be sent to followers.
 */
final class LogTail {

  private final long maxBytes;
  private final List<Entry> entries = new ArrayList<>();
  private long first;
  private long bytes;

  /**
   * Remembers nothing yet.
   *
   * @param next the index of the first entry to come
   * @param maxBytes how much to remember; somewhat more for a short while
   */
  LogTail(long next, long maxBytes) {
    this.first = next;
    this.maxBytes = maxBytes;
  }

  /**
   * Returns the index of the first entry that is remembered, or the next one's if there is none.
   */
  long first() {
    return first;
  }

  /** Returns an entry, which must not be older than the first nor newer than the last. */
  Entry get(long index) {
    return entries.get((int) (index - first));
  }

  /** Forgets what is at and after the first of some entries, and remembers these. */
  void append(List<Entry> added) {
    long from = added.get(0).getIndex();
    if (from < first) {
      reset(from);
    }
    truncate(from);
    for (Entry entry : added) {
      entries.add(entry);
      bytes += entry.getSerializedSize();
    }
    shrink();
  }

  private void truncate(long from) {
    List<Entry> replaced = entries.subList((int) (from - first), entries.size());
    for (Entry entry : replaced) {
      bytes -= entry.getSerializedSize();
    }
    replaced.clear();
  }

  private void shrink() {
    if (bytes <= maxBytes) {
      return;
    }
    // Down to the half at once, as each time moves all that remain.
    int dropped = 0;
    while (dropped < entries.size() && bytes > maxBytes / 2) {
      bytes -= entries.get(dropped).getSerializedSize();
      dropped++;
    }
    entries.subList(0, dropped).clear();
    first += dropped;
  }

  /** Forgets everything. */
  void reset(long next) {
    entries.clear();
    first = next;
    bytes = 0;
  }

  /** Returns entries as {@link io.tickraft.core.Storage#entries} does. */
  List<Entry> read(long lo, long hi, long limit) {
    int from = (int) (lo - first);
    int to = from + 1;
    long size = entries.get(from).getSerializedSize();
    while (to < hi - first) {
      size += entries.get(to).getSerializedSize();
      if (size > limit) {
        break;
      }
      to++;
    }
    // A copy, as what is handed out must not change when the tail does.
    return List.copyOf(entries.subList(from, to));
  }
}
