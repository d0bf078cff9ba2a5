package io.tickraft.core.log;

/**
 * A queue of sizes with their sum. Each size belongs to entries up to a log index, and leaves the
 * queue once that index is reached. The ring buffers only grow, and are not allocated before the
 * first size.
 */
public final class IndexedBytes {

  private static final long[] NONE = new long[0];

  private long[] indexes = NONE;
  private long[] sizes = NONE;
  private int head;
  private int count;
  private long total;

  /** Creates an empty queue. */
  public IndexedBytes() {}

  private IndexedBytes(IndexedBytes other) {
    this.indexes = other.indexes.clone();
    this.sizes = other.sizes.clone();
    this.head = other.head;
    this.count = other.count;
    this.total = other.total;
  }

  /** Returns an independent copy. */
  public IndexedBytes copy() {
    return new IndexedBytes(this);
  }

  /** Adds the size of entries up to {@code index}, which must be above all queued indexes. */
  public void add(long index, long bytes) {
    if (count == indexes.length) {
      grow();
    }
    int at = (head + count) & (indexes.length - 1);
    indexes[at] = index;
    sizes[at] = bytes;
    count++;
    total += bytes;
  }

  /** Removes the sizes of entries up to {@code index}. */
  public void freeTo(long index) {
    if (count == 0 || indexes[head] > index) {
      return;
    }
    // Local variables: a batch of proposals frees a thousand sizes at once.
    long[] queued = indexes;
    int mask = queued.length - 1;
    int at = head;
    int left = count;
    long freed = 0;
    while (left > 0 && queued[at] <= index) {
      freed += sizes[at];
      at = (at + 1) & mask;
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
    int capacity = Math.max(2, indexes.length * 2);
    long[] newIndexes = new long[capacity];
    long[] newSizes = new long[capacity];
    for (int i = 0; i < count; i++) {
      int at = (head + i) & (indexes.length - 1);
      newIndexes[i] = indexes[at];
      newSizes[i] = sizes[at];
    }
    indexes = newIndexes;
    sizes = newSizes;
    head = 0;
  }
}
