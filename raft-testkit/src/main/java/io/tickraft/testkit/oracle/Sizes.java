package io.tickraft.testkit.oracle;

import java.util.Arrays;

/** The sizes of what is at some indexes, in their order, and the sum of them. */
final class Sizes {

  private long[] indexes = new long[8];
  private long[] bytes = new long[8];

  /** The position of the first size. */
  private int first;

  /** The position after the last size. */
  private int end;

  private long sum;

  int count() {
    return end - first;
  }

  long sum() {
    return sum;
  }

  /** Adds the size of what is at an index, which is above all others. */
  void add(long index, long size) {
    if (end == indexes.length) {
      makeRoom();
    }
    indexes[end] = index;
    bytes[end] = size;
    end++;
    sum += size;
  }

  private void makeRoom() {
    int count = count();
    int length = 2 * count > indexes.length ? 2 * indexes.length : indexes.length;
    long[] newIndexes = count == 0 ? indexes : Arrays.copyOfRange(indexes, first, first + length);
    bytes = count == 0 ? bytes : Arrays.copyOfRange(bytes, first, first + length);
    indexes = newIndexes;
    first = 0;
    end = count;
  }

  /** Removes what is at an index or before it. */
  void removeTo(long index) {
    while (first < end && indexes[first] <= index) {
      sum -= bytes[first++];
    }
  }

  /** Removes what is at an index or after it. */
  void removeFrom(long index) {
    while (first < end && indexes[end - 1] >= index) {
      sum -= bytes[--end];
    }
  }

  void clear() {
    first = 0;
    end = 0;
    sum = 0;
  }
}
