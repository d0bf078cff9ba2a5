package io.tickraft.core.log;

import io.tickraft.core.Digest;

/**
 * A queue of sizes with their sum. Each size belongs to entries up to a log index, and leaves the
 * queue once that index is reached. The ring only grows, and is not allocated before the first
 * size.
 */
public final class IndexedBytes {

  private static final long[] NONE = {};

  /** A ring of pairs: an index, then the size up to it. The length is a power of two. */
  private long[] ring = NONE;

  /** The position of the first pair. */
  private int head;

  private int count;
  private long total;

  /** Creates an empty queue. */
  public IndexedBytes() {}

  private IndexedBytes(IndexedBytes other) {
    this.ring = other.ring.clone();
    this.head = other.head;
    this.count = other.count;
    this.total = other.total;
  }

  /** Returns an independent copy. */
  public IndexedBytes copy() {
    return new IndexedBytes(this);
  }

  /** Adds the queued sizes. */
  public void digest(Digest digest) {
    digest.number(count);
    for (int i = 0; i < 2 * count; i++) {
      digest.number(ring[(head + i) & (ring.length - 1)]);
    }
  }

  /** Adds the size of entries up to {@code index}, which must be above all queued indexes. */
  public void add(long index, long bytes) {
    if (2 * count == ring.length) {
      grow();
    }
    int at = (head + 2 * count) & (ring.length - 1);
    ring[at] = index;
    ring[at + 1] = bytes;
    count++;
    total += bytes;
  }

  /** Removes the sizes of entries up to {@code index}. */
  public void freeTo(long index) {
    if (count == 0 || ring[head] > index) {
      return;
    }
    // Local variables: a batch of proposals frees a thousand sizes at once.
    long[] queued = ring;
    int mask = queued.length - 1;
    int at = head;
    int left = count;
    long freed = 0;
    while (left > 0 && queued[at] <= index) {
      freed += queued[at + 1];
      at = (at + 2) & mask;
      left--;
    }
    head = at;
    count = left;
    total -= freed;
  }

  /** Removes everything. */
  public void clear() {
    count = 0;
    total = 0;
  }

  /** Returns how many sizes are queued. */
  public int count() {
    return count;
  }

  /** Returns the sum of the queued sizes. */
  public long bytes() {
    return total;
  }

  private void grow() {
    long[] grown = new long[Math.max(4, 2 * ring.length)];
    int toEnd = ring.length - head;
    System.arraycopy(ring, head, grown, 0, toEnd);
    System.arraycopy(ring, 0, grown, toEnd, head);
    ring = grown;
    head = 0;
  }
}
