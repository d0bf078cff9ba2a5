package io.tickraft.core.raft;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Immutable lists for a Ready. Most hold no element or one, and some hold two: these need no array.
 */
final class Lists {

  private Lists() {}

  /**
   * Collects elements one by one. If it stays in the method that creates it, the JIT compiler
   * allocates nothing for up to two elements.
   */
  static final class Collector<T> {
    private @Nullable T first;
    private @Nullable T second;
    private @Nullable List<T> more;

    void add(T element) {
      if (first == null) {
        first = element;
      } else if (second == null) {
        second = element;
      } else {
        addMore(element);
      }
    }

    private void addMore(T element) {
      if (more == null) {
        more = new ArrayList<>();
      }
      more.add(element);
    }

    List<T> list() {
      if (first == null) {
        return List.of();
      }
      if (second == null) {
        return List.of(first);
      }
      return more == null ? List.of(first, second) : concat(List.of(first, second), more);
    }
  }

  /** Returns the elements of a list as an immutable one, and empties the list. */
  static <T> List<T> take(List<T> elements) {
    List<T> taken =
        switch (elements.size()) {
          case 0 -> List.of();
          case 1 -> List.of(elements.get(0));
          case 2 -> List.of(elements.get(0), elements.get(1));
          default -> List.copyOf(elements);
        };
    if (!taken.isEmpty()) {
      elements.clear();
    }
    return taken;
  }

  /** Returns the elements of two lists, one after the other, the first of which is immutable. */
  static <T> List<T> concat(List<T> first, List<T> second) {
    if (first.isEmpty()) {
      return second;
    }
    if (second.isEmpty()) {
      return first;
    }
    List<T> both = new ArrayList<>(first.size() + second.size());
    both.addAll(first);
    both.addAll(second);
    return List.copyOf(both);
  }
}
