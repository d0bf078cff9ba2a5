package io.tickraft.testkit.explore;

import java.util.Arrays;

/**
 * Global states that are found and not yet expanded, in one array. The numbers of a state are: its
 * own number, the local state of each node, the past, the counters of events in two halves, the
 * number of messages in flight, and these messages, sorted.
 */
final class Frontier {

  private int[] data = new int[1 << 12];
  private int end;
  private int states;

  /** Adds a state with so many numbers, and returns its place, which the caller fills. */
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

  /** {@return the size of the array, in bytes} */
  long bytes() {
    return (long) data.length * Integer.BYTES;
  }
}
