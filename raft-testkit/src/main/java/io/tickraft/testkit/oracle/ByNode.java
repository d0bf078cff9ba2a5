package io.tickraft.testkit.oracle;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One value for each node. A small id is the position of its value in an array, as oracles look up
 * a node at each event; other ids are in a map.
 */
final class ByNode<T> {

  /** The ids from 0 below this are positions in the array. */
  private static final int POSITIONS = 64;

  @SuppressWarnings("unchecked")
  private @Nullable T[] small = (T[]) new Object[8];

  private final Map<Long, T> large = new TreeMap<>();

  /** Creates the value of a node at its first use. */
  private final LongFunction<T> first;

  /** For values that are only put: {@link #of} is not called before. */
  ByNode() {
    this(
        node -> {
          throw new IllegalStateException("node " + node + " has no value");
        });
  }

  ByNode(LongFunction<T> first) {
    this.first = first;
  }

  /** {@return a node's value, which is created at the first use} */
  T of(long node) {
    T value = get(node);
    if (value == null) {
      value = first.apply(node);
      put(node, value);
    }
    return value;
  }

  /** {@return a node's value; null if it has none yet} */
  @Nullable T get(long node) {
    if (isSmall(node)) {
      return node < small.length ? small[(int) node] : null;
    }
    return large.get(node);
  }

  /** Replaces a node's value. */
  void put(long node, T value) {
    if (isSmall(node)) {
      if (node >= small.length) {
        small = Arrays.copyOf(small, POSITIONS);
      }
      small[(int) node] = value;
    } else {
      large.put(node, value);
    }
  }

  private static boolean isSmall(long node) {
    return node >= 0 && node < POSITIONS;
  }
}
