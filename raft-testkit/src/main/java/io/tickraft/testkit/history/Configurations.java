package io.tickraft.testkit.history;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A set of configurations without those that another one makes superfluous: one with the same state
 * and the same pending operations, except for some that get no answer and have not taken effect
 * yet. Those may still do so, or never.
 */
final class Configurations<S, I, O> {

  /**
   * What configurations have in common.
   *
   * @param answered the pending operations that have taken effect and get an answer
   */
  private record Common<S>(S state, BitSet answered) {}

  /** The numbers of all operations that get no answer. */
  private final BitSet unknown;

  private final Map<Common<S>, List<Configuration<S, I, O>>> all = new LinkedHashMap<>();

  Configurations(BitSet unknown) {
    this.unknown = unknown;
  }

  Collection<Configuration<S, I, O>> all() {
    return all.values().stream().flatMap(List::stream).toList();
  }

  /** Adds a configuration, unless it is superfluous; returns whether it was added. */
  boolean add(Configuration<S, I, O> added) {
    BitSet answered = (BitSet) added.done().clone();
    answered.andNot(unknown);
    List<Configuration<S, I, O>> alike =
        all.computeIfAbsent(new Common<>(added.state(), answered), common -> new ArrayList<>(1));
    for (Configuration<S, I, O> other : alike) {
      if (isPart(other.done(), added.done())) {
        return false;
      }
    }
    alike.removeIf(other -> isPart(added.done(), other.done()));
    alike.add(added);
    return true;
  }

  private static boolean isPart(BitSet part, BitSet whole) {
    for (int i = part.nextSetBit(0); i >= 0; i = part.nextSetBit(i + 1)) {
      if (!whole.get(i)) {
        return false;
      }
    }
    return true;
  }
}
