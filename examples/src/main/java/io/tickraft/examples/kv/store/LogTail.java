package io.tickraft.examples.kv.store;

import io.tickraft.proto.Entry;
import java.util.ArrayList;
import java.util.List;

/**
 * A cache of the newest entries of the log. Nearly all entries are read soon after they were
 * written, to be applied and to be sent to followers.
 */
final class LogTail {

  private final long maxBytes;
  private final List<Entry> entries = new ArrayList<>();

  /** The index of the first cached entry; if there is none, of the next entry of the log. */
  private long first;

  private long bytes;

  /**
   * Creates an empty cache.
   *
   * @param next the index of the next entry of the log
   * @param maxBytes the limit of the cache in bytes; an append exceeds it for a moment
   */
  LogTail(long next, long maxBytes) {
    this.first = next;
    this.maxBytes = maxBytes;
  }

  long first() {
    return first;
  }

  /** {@return a cached entry} The index must be from the first to the last cached one. */
  Entry get(long index) {
    return entries.get((int) (index - first));
  }

  /** Adds entries, in place of those at their indexes and after them. */
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
    // Down to half of the limit at once: each removal moves all remaining entries.
    int dropped = 0;
    while (dropped < entries.size() && bytes > maxBytes / 2) {
      bytes -= entries.get(dropped).getSerializedSize();
      dropped++;
    }
    entries.subList(0, dropped).clear();
    first += dropped;
  }

  /** Empties the cache. */
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
    // A copy: the result must not change when the cache does.
    return List.copyOf(entries.subList(from, to));
  }
}
