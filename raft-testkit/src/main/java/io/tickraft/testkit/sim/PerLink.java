package io.tickraft.testkit.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value for each link between two nodes. Nodes with small ids are found without a search. */
final class PerLink<T> {

  /** Ids from here on are rare: they do not belong to nodes of the simulation. */
  private static final int SMALL = 64;

  private final Supplier<T> initial;

  /** By sender, then receiver; both are small. */
  private final List<List<@Nullable T>> small = new ArrayList<>();

  private final Map<Long, Map<Long, T>> others = new TreeMap<>();

  PerLink(Supplier<T> initial) {
    this.initial = initial;
  }

  /** Returns the value of a link, which at first is the initial one. */
  T of(long from, long to) {
    if (from < 0 || from >= SMALL || to < 0 || to >= SMALL) {
      return others
          .computeIfAbsent(from, id -> new TreeMap<>())
          .computeIfAbsent(to, id -> initial.get());
    }
    List<@Nullable T> ofSender = at(small, (int) from, ArrayList::new);
    return at(ofSender, (int) to, initial);
  }

  private static <V> V at(List<@Nullable V> values, int position, Supplier<? extends V> initial) {
    while (values.size() <= position) {
      values.add(null);
    }
    V value = values.get(position);
    if (value == null) {
      value = initial.get();
      values.set(position, value);
    }
    return value;
  }
}
