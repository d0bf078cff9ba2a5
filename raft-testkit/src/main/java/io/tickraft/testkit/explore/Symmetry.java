package io.tickraft.testkit.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * The namings of the nodes that do not change the behaviour of a group: all permutations of the
 * nodes that differ only in their ids. Two states that are equal under such a naming count as
 * equal.
 */
final class Symmetry {

  /** The names of node 1, 2, …, in each naming. The first naming is the identity. */
  private final List<long[]> namings;

  private Symmetry(List<long[]> namings) {
    this.namings = List.copyOf(namings);
  }

  /** Only the identity: all nodes differ. */
  static Symmetry none(int nodes) {
    long[] identity = new long[nodes];
    for (int i = 0; i < nodes; i++) {
      identity[i] = i + 1L;
    }
    List<long[]> only = new ArrayList<>();
    only.add(identity);
    return new Symmetry(only);
  }

  /** All permutations of the first {@code alike} nodes. */
  static Symmetry among(int alike, int nodes) {
    List<long[]> all = new ArrayList<>();
    permute(none(nodes).namings.get(0), 0, alike, all);
    return new Symmetry(all);
  }

  private static void permute(long[] names, int from, int to, List<long[]> all) {
    if (from >= to - 1) {
      all.add(names.clone());
      return;
    }
    for (int i = from; i < to; i++) {
      swap(names, from, i);
      permute(names, from + 1, to, all);
      swap(names, from, i);
    }
  }

  private static void swap(long[] names, int first, int second) {
    long kept = names[first];
    names[first] = names[second];
    names[second] = kept;
  }

  /** {@return how many namings there are, at least 1} */
  int size() {
    return namings.size();
  }

  /** {@return the name of each node in a naming; the first naming is the identity} */
  LongUnaryOperator names(int naming) {
    long[] names = namings.get(naming);
    return id -> id >= 1 && id <= names.length ? names[(int) id - 1] : id;
  }
}
