package io.tickraft.testkit.contract;

import io.tickraft.proto.ConfState;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The configurations of a group, by the first index at which each holds. */
final class Configurations {

  private final TreeMap<Long, ConfState> byIndex = new TreeMap<>();

  /** Records the configuration after an entry. */
  void put(long index, ConfState confState) {
    byIndex.put(index, confState);
  }

  /** {@return the configuration after an entry; empty if it is not known} */
  Optional<ConfState> at(long index) {
    return Optional.ofNullable(byIndex.floorEntry(index)).map(Map.Entry::getValue);
  }

  /** {@return whether this may be the configuration after an entry} */
  boolean allow(long index, ConfState confState) {
    return at(index).map(due -> isSame(due, confState)).orElse(true);
  }

  /** A host may store the members in any order. */
  private static boolean isSame(ConfState one, ConfState other) {
    return one.getAutoLeave() == other.getAutoLeave()
        && isSame(one.getVotersList(), other.getVotersList())
        && isSame(one.getLearnersList(), other.getLearnersList())
        && isSame(one.getVotersOutgoingList(), other.getVotersOutgoingList())
        && isSame(one.getLearnersNextList(), other.getLearnersNextList());
  }

  private static boolean isSame(Collection<Long> one, Collection<Long> other) {
    return new TreeSet<>(one).equals(new TreeSet<>(other));
  }

  /** {@return a configuration as text} */
  static String text(ConfState confState) {
    StringBuilder text = new StringBuilder("voters ").append(confState.getVotersList());
    append(text, ", learners ", confState.getLearnersList());
    append(text, ", outgoing voters ", confState.getVotersOutgoingList());
    append(text, ", next learners ", confState.getLearnersNextList());
    return text.toString();
  }

  private static void append(StringBuilder text, String label, Collection<Long> ids) {
    if (!ids.isEmpty()) {
      text.append(label).append(ids);
    }
  }
}
