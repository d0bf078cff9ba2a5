package io.tickraft.testkit.explore;

import java.util.Arrays;

/** For each global state, the state and the event from which it was first reached. */
final class Paths {

  private static final int ROOT = -1;

  private int[] parents = new int[1 << 12];
  private int[] events = new int[1 << 12];
  private int states;

  /** Adds the first state, and returns its number. */
  int root() {
    return add(ROOT, 0);
  }

  /** Adds a state, and returns its number. */
  int add(int parent, int event) {
    if (states == parents.length) {
      int grown = (int) Math.min(Integer.MAX_VALUE - 8L, states + (states >> 1));
      parents = Arrays.copyOf(parents, grown);
      events = Arrays.copyOf(events, grown);
    }
    parents[states] = parent;
    events[states] = event;
    return states++;
  }

  /** {@return the events from the first state to this one, and then one more event} */
  int[] to(int state, int event) {
    int length = 1;
    for (int s = state; parents[s] != ROOT; s = parents[s]) {
      length++;
    }
    int[] path = new int[length];
    path[length - 1] = event;
    int place = length - 2;
    for (int s = state; parents[s] != ROOT; s = parents[s]) {
      path[place--] = events[s];
    }
    return path;
  }

  /** {@return the events from the first state to this one} */
  int[] to(int state) {
    int[] path = to(state, 0);
    return Arrays.copyOf(path, path.length - 1);
  }

  /** {@return the size of the arrays, in bytes} */
  long bytes() {
    return 2L * parents.length * Integer.BYTES;
  }
}
