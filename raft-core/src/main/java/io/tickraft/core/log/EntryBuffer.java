package io.tickraft.core.log;

import io.tickraft.proto.Entry;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * A contiguous run of log entries in memory. Its views never change, whatever happens to the buffer
 * afterwards.
 *
 * <p>Views share the buffer's array, so a view copies nothing. That is safe because a slot of the
 * array is written once: what is appended after a truncation goes to a new array.
 */
public final class EntryBuffer {

  private static final int MIN_CAPACITY = 8;

  private static final Entry[] NO_ENTRIES = {};

  /** How many bytes of removed entries an array may hold: this, and so many for each entry left. */
  private static final int MAX_DEAD_BYTES = 1 << 16;

  private static final int MAX_DEAD_BYTES_PER_ENTRY = 1 << 6;

  private Entry[] array = NO_ENTRIES;

  /** The position of the first entry in the array. */
  private int head;

  private int size;

  /**
   * How many entries were removed when the array was last replaced. As many may come again, as a
   * log is compacted again and again: the next larger array has room for them, up to {@link
   * #MAX_EXPECTED}, and is not filled by doubling.
   */
  private int expected;

  private static final int MAX_EXPECTED = 1 << 14;

  /** The index of the first entry, or of the next one to be appended if there is none. */
  private long firstIndex;

  /** The serialized size of the entries. */
  private long bytes;

  /** The serialized size of the entries that were removed but are still in the array. */
  private long deadBytes;

  /**
   * Creates an empty buffer.
   *
   * @param firstIndex the index that the first entry is to have
   */
  public EntryBuffer(long firstIndex) {
    this.firstIndex = firstIndex;
  }

  private EntryBuffer(EntryBuffer other) {
    // The copy gets its own array, as both buffers go on writing to the free slots.
    this.array = new Entry[Math.max(MIN_CAPACITY, other.size)];
    System.arraycopy(other.array, other.head, array, 0, other.size);
    this.size = other.size;
    this.firstIndex = other.firstIndex;
    this.bytes = other.bytes;
  }

  /** Returns an independent copy. */
  public EntryBuffer copy() {
    return new EntryBuffer(this);
  }

  /** Returns the index of the first entry, or of the next one to be appended if there is none. */
  public long firstIndex() {
    return firstIndex;
  }

  /** Returns the index of the last entry; {@code firstIndex() - 1} if there is none. */
  public long lastIndex() {
    return firstIndex + size - 1;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  /** Returns the serialized size of the entries in bytes. */
  public long bytes() {
    return bytes;
  }

  /** Returns the entry at an index, which the buffer must hold. */
  public Entry get(long index) {
    return array[position(index)];
  }

  /** Returns the entries from {@code lo} up to and without {@code hi}, as an immutable list. */
  public List<Entry> view(long lo, long hi) {
    if (lo == hi) {
      return List.of();
    }
    // A list of one element is smaller than a view.
    return hi - lo == 1 ? List.of(get(lo)) : new View(array, position(lo), (int) (hi - lo));
  }

  /**
   * Returns as many entries from {@code lo} on as fit {@code maxBytes}, but at least one, and none
   * at or above {@code hi}.
   */
  public List<Entry> view(long lo, long hi, long maxBytes) {
    if (bytes <= maxBytes) {
      return view(lo, hi); // Most often all entries fit, and none is looked at.
    }
    long to = lo + 1;
    long viewed = get(lo).getSerializedSize();
    while (to < hi) {
      viewed += get(to).getSerializedSize();
      if (viewed > maxBytes) {
        break;
      }
      to++;
    }
    return view(lo, to);
  }

  /** Returns whether a list is a view of a buffer, so that it never changes. */
  static boolean isView(List<Entry> entries) {
    return entries instanceof View;
  }

  /** Appends one entry at {@code lastIndex() + 1}. */
  public void append(Entry entry) {
    ensureRoom(1);
    array[head + size++] = entry;
    bytes += entry.getSerializedSize();
  }

  /** Appends entries, the first of them at {@code lastIndex() + 1}. */
  public void append(List<Entry> entries) {
    if (entries.size() == 1) {
      append(entries.get(0));
    } else if (entries instanceof View view) {
      append(view.array, view.from, view.size);
    } else {
      append(entries.toArray(NO_ENTRIES));
    }
  }

  /**
   * Appends entries, the first of them at {@code lastIndex() + 1}.
   *
   * @param entries the entries, in an array that nobody changes afterwards
   */
  public void append(Entry[] entries) {
    if (size == 0 && entries.length >= MIN_CAPACITY) {
      // Most often, as a batch is persisted before the next one comes: the array is used itself.
      array = entries;
      head = 0;
      deadBytes = 0;
      size = entries.length;
      bytes = bytesOf(0, size);
    } else {
      append(entries, 0, entries.length);
    }
  }

  private void append(Entry[] from, int start, int count) {
    ensureRoom(count);
    System.arraycopy(from, start, array, head + size, count);
    size += count;
    bytes += bytesOf(size - count, size);
  }

  /** Removes the entries from {@code index} on. */
  public void truncateFrom(long index) {
    int kept = (int) (index - firstIndex);
    if (kept < size) {
      bytes -= bytesOf(kept, size);
      move(kept, kept);
    }
  }

  /**
   * Removes the entries up to {@code index}: all of them if it is the last one or above, none if it
   * is before the first.
   */
  public void removeTo(long index) {
    int removed = (int) Math.max(0, Math.min(index - firstIndex + 1, size));
    long removedBytes = removed == size ? bytes : bytesOf(0, removed);
    bytes -= removedBytes;
    deadBytes += removedBytes;
    head += removed;
    size -= removed;
    firstIndex += removed;
    // Replace an array that holds mostly removed entries, by their number or by their size, as a
    // few may be large. Otherwise they would never be freed.
    if ((array.length > MIN_CAPACITY && (size == 0 || head > array.length / 2))
        || deadBytes > MAX_DEAD_BYTES + (long) MAX_DEAD_BYTES_PER_ENTRY * size) {
      expected = Math.min(head, MAX_EXPECTED);
      move(size, size);
    }
  }

  /**
   * Returns the serialized size of the entries at positions from {@code from} to {@code to - 1}.
   */
  private long bytesOf(int from, int to) {
    Entry[] entries = array;
    int end = head + to;
    long sum = 0;
    for (int i = head + from; i < end; i++) {
      sum += entries[i].getSerializedSize();
    }
    return sum;
  }

  /** Removes everything; the next entry is to have {@code newFirstIndex}. */
  public void reset(long newFirstIndex) {
    move(0, 0);
    bytes = 0;
    firstIndex = newFirstIndex;
  }

  private int position(long index) {
    if (index < firstIndex || index > lastIndex()) {
      throw new IndexOutOfBoundsException(
          "index " + index + " of entries " + firstIndex + ".." + lastIndex());
    }
    return head + (int) (index - firstIndex);
  }

  private void ensureRoom(int added) {
    if (array.length - head - size < added) {
      // Twice the current size, so that a buffer of constant size is copied once for each time that
      // all its entries are replaced.
      int again = size + expected + expected / 4;
      expected = 0;
      move(size, Math.max(again, Math.max(2 * size, size + added)));
    }
  }

  private void move(int kept, int capacity) {
    // Most often nothing is left: the next batch brings its own array.
    Entry[] moved = capacity == 0 ? NO_ENTRIES : new Entry[Math.max(MIN_CAPACITY, capacity)];
    System.arraycopy(array, head, moved, 0, kept);
    array = moved;
    head = 0;
    size = kept;
    deadBytes = 0;
  }

  private static final class View extends AbstractList<Entry> implements RandomAccess {

    private final Entry[] array;
    private final int from;
    private final int size;

    View(Entry[] array, int from, int size) {
      this.array = array;
      this.from = from;
      this.size = size;
    }

    @Override
    public Entry get(int i) {
      if (i < 0 || i >= size) {
        throw new IndexOutOfBoundsException("position " + i + " of " + size);
      }
      return array[from + i];
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public List<Entry> subList(int start, int end) {
      if (start < 0 || end > size || start > end) {
        throw new IndexOutOfBoundsException("positions " + start + " to " + end + " of " + size);
      }
      return start == end ? List.of() : new View(array, from + start, end - start);
    }
  }
}
