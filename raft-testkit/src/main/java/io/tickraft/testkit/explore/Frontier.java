package io.tickraft.testkit.explore;

import java.util.Arrays;

/**
 * Global states that are found and not expanded, as numbers in one array: of each state its own
 * number, the local state of each node, the past, the events so far in two halves, and the messages
 * in flight, sorted, with their count before them.
 */
final class Frontier {

  private int[] data = new int[1 << 12];
  private int end;
  private int states;

  /** Returns the place of a new state of this length, which the caller fills. */
  int add(int length) {
    if (end > Integer.MAX_VALUE - 8 - length) {
      throw new IllegalStateException(
          "one level has more than " + states + " states: set narrower bounds");
    }
    if (end + length > data.length) {
      int grown = (int) Math.min(Integer.MAX_VALUE - 8L, data.length + (data.length >> 1) + length);
      data = Arrays.copyOf(data, grown);
    }
    int place = end;
    end += length;
    states++;
    return place;
  }

  int[] data() {
    return data;
  }

  int end() {
    return end;
  }

  int states() {
    return states;
  }

  void clear() {
    end = 0;
    states = 0;
  }

  /** {@return the bytes that the array takes} */
  long bytes() {
    return (long) data.length * Integer.BYTES;
  }
}
