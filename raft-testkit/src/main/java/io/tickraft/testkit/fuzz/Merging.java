package io.tickraft.testkit.fuzz;

import io.tickraft.testkit.sim.Schedule.Choice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Puts several choices of a kind into one, such as times that pass one after the other. */
final class Merging {

  private Merging() {}

  /** Adds up the numbers of a kind, in groups of falling size. */
  static boolean groups(Search search) {
    boolean shrinks = false;
    Map<String, List<Choice>> kinds = new LinkedHashMap<>();
    for (Choice choice : search.simplest().choices()) {
      if (choice.number() > 1) {
        kinds.computeIfAbsent(Leaving.kind(choice), kind -> new ArrayList<>()).add(choice);
      }
    }
    for (String kind : kinds.keySet()) {
      for (int size = of(search, kind).size(); size > 2; size /= 2) {
        for (int to = of(search, kind).size(); to > 1; to -= size) {
          List<Choice> all = of(search, kind);
          int end = Math.min(to, all.size());
          shrinks |= mergeAll(search, all.subList(Math.max(0, end - size), end));
        }
      }
    }
    return shrinks;
  }

  private static List<Choice> of(Search search, String kind) {
    return search.simplest().choices().stream()
        .filter(choice -> Leaving.kind(choice).equals(kind))
        .toList();
  }

  private static boolean mergeAll(Search search, List<Choice> group) {
    if (group.size() < 2) {
      return false;
    }
    long sum = group.stream().mapToLong(Choice::number).sum();
    Set<Choice> others = new LinkedHashSet<>(group.subList(1, group.size()));
    return sum <= Integer.MAX_VALUE
        && search.attempt(merged(search, group.get(0), (int) sum, others));
  }

  private static List<Choice> merged(Search search, Choice first, int sum, Set<Choice> others) {
    return search.simplest().choices().stream()
        .filter(choice -> !others.contains(choice))
        .map(choice -> choice.equals(first) ? Numbers.with(choice, sum) : choice)
        .toList();
  }

  /** Adds up two numbers of a kind that follow each other. */
  static boolean pairs(Search search) {
    boolean shrinks = false;
    for (int i = search.simplest().size() - 1; i > 0; i--) {
      List<Choice> choices = search.simplest().choices();
      if (i < choices.size()) {
        Optional<Choice> before = lastOfKind(choices.subList(0, i), Leaving.kind(choices.get(i)));
        shrinks |= before.isPresent() && mergeAll(search, List.of(before.get(), choices.get(i)));
      }
    }
    return shrinks;
  }

  private static Optional<Choice> lastOfKind(List<Choice> choices, String kind) {
    for (int i = choices.size() - 1; i >= 0; i--) {
      if (Leaving.kind(choices.get(i)).equals(kind)) {
        return Optional.of(choices.get(i));
      }
    }
    return Optional.empty();
  }
}
