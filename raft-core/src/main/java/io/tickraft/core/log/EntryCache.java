package io.tickraft.core.log;

import io.tickraft.core.Digest;
import io.tickraft.proto.Entry;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Entries that a leader has read from its storage for followers. Followers with the same next index
 * share one read, even if their acknowledgements arrive one after the other.
 *
 * <p>Holds at most one in-flight window: a leader reads that much ahead for one follower, and the
 * others may lag by as much without another read. Like the window, the cache may exceed its limit
 * by its last read. The least recently used read is dropped first.
 */
public final class EntryCache {

  /** The entries that one call of the storage returned. */
  private static final class Read {
    private final List<Entry> entries;
    private final long bytes;

    /** The number of the last use: see {@link #uses}. */
    private long lastUse;

    Read(List<Entry> entries, long bytes, long lastUse) {
      this.entries = entries;
      this.bytes = bytes;
      this.lastUse = lastUse;
    }

    long lastIndex() {
      return entries.get(entries.size() - 1).getIndex();
    }
  }

  private final int maxReads;
  private final long maxBytes;

  /** By the index of the first entry. */
  private final TreeMap<Long, Read> reads = new TreeMap<>();

  /** The sum of the serialized sizes of all entries that are held. */
  private long bytes;

  /** Counts the uses: the number of the last one. */
  private long uses;

  /** What {@link #uses} was when {@link #dropUnused} was called last. */
  private long usesBefore;

  /**
   * Creates an empty cache.
   *
   * @param maxReads how many reads are held at most, at least 1
   * @param maxBytes how many bytes of entries are held at most, apart from the last read
   */
  public EntryCache(int maxReads, long maxBytes) {
    this.maxReads = maxReads;
    this.maxBytes = maxBytes;
  }

  private EntryCache(EntryCache other) {
    this.maxReads = other.maxReads;
    this.maxBytes = other.maxBytes;
    this.bytes = other.bytes;
    this.uses = other.uses;
    this.usesBefore = other.usesBefore;
    other.reads.forEach(
        (index, read) -> reads.put(index, new Read(read.entries, read.bytes, read.lastUse)));
  }

  /**
   * Adds which entries are held, and the order in which they were used; the entries themselves are
   * those of the log.
   */
  public void digest(Digest digest) {
    digest.number(reads.size());
    reads.forEach(
        (index, read) -> {
          long usedBefore =
              reads.values().stream().filter(other -> other.lastUse < read.lastUse).count();
          digest.number(index).number(read.entries.size()).number(usedBefore);
          digest.flag(read.lastUse <= usesBefore);
        });
  }

  /** Returns an independent copy. */
  public EntryCache copy() {
    return new EntryCache(this);
  }

  /**
   * Returns entries of the log from {@code index} on, and reads them if they are not held.
   *
   * @param index an index for which {@link RaftLog#isStored} holds
   * @param maxReadBytes how many bytes of entries are read at once, unless the first is larger
   * @return the entries; empty if the storage cannot deliver now
   */
  public List<Entry> entries(RaftLog log, long index, long maxReadBytes) {
    uses++;
    Map.Entry<Long, Read> held = reads.floorEntry(index);
    if (held != null && held.getValue().lastIndex() >= index) {
      held.getValue().lastUse = uses;
      List<Entry> entries = held.getValue().entries;
      return entries.subList((int) (index - held.getKey()), entries.size());
    }
    List<Entry> entries = log.entries(index, maxReadBytes);
    if (!entries.isEmpty()) {
      add(index, entries, log.bytesRead());
    }
    return entries;
  }

  private void add(long index, List<Entry> entries, long added) {
    reads.put(index, new Read(entries, added, uses));
    bytes += added;
    while (reads.size() > 1) {
      Map.Entry<Long, Read> oldest = leastRecentlyUsed();
      if (reads.size() <= maxReads && bytes - oldest.getValue().bytes < maxBytes) {
        return;
      }
      bytes -= oldest.getValue().bytes;
      reads.remove(oldest.getKey());
    }
  }

  private Map.Entry<Long, Read> leastRecentlyUsed() {
    Map.Entry<Long, Read> oldest = reads.firstEntry();
    for (Map.Entry<Long, Read> read : reads.entrySet()) {
      if (read.getValue().lastUse < oldest.getValue().lastUse) {
        oldest = read;
      }
    }
    return oldest;
  }

  /** Returns whether nothing is held. */
  public boolean isEmpty() {
    return reads.isEmpty();
  }

  /** Returns the sum of the serialized sizes of the entries that are held. */
  public long bytes() {
    return bytes;
  }

  /** Drops the reads of which no follower needs an entry: none needs one before {@code index}. */
  public void dropBefore(long index) {
    drop(index, -1);
  }

  /**
   * Drops the reads that were not used since the last call: the follower that they are kept for may
   * be down and never ask for them.
   */
  public void dropUnused() {
    drop(0, usesBefore);
    usesBefore = uses;
  }

  private void drop(long before, long lastUse) {
    for (Iterator<Read> all = reads.values().iterator(); all.hasNext(); ) {
      Read read = all.next();
      if (read.lastIndex() < before || read.lastUse <= lastUse) {
        bytes -= read.bytes;
        all.remove();
      }
    }
  }
}
