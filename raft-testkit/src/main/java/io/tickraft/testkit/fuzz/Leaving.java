package io.tickraft.testkit.fuzz;

import io.tickraft.testkit.sim.Schedule;
import io.tickraft.testkit.sim.Schedule.Choice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Leaves out choices that a failure does not need. */
final class Leaving {

  /** The number of groups at which a first look ends. */
  private static final int FEW_GROUPS = 8;

  private Leaving() {}

  /**
   * Leaves out a large part of the run if that is easy. A shorter run saves time in all later
   * attempts.
   */
  static void coarsely(Search search) {
    List<Set<Choice>> parts = occasions(search.simplest());
    inGroups(search, parts, Math.max(1, parts.size() / FEW_GROUPS));
  }

  /** Leaves out parts of the run in groups of falling size, those at its end first. */
  static boolean out(Search search, Function<Schedule, List<Set<Choice>>> partition) {
    return inGroups(search, partition.apply(search.simplest()), 1);
  }

  private static boolean inGroups(Search search, List<Set<Choice>> parts, int smallest) {
    boolean shrinks = false;
    for (int size = parts.size(); size >= smallest; size /= 2) {
      for (int to = parts.size(); to > 0; to -= size) {
        Set<Choice> left = new LinkedHashSet<>();
        parts.subList(Math.max(0, to - size), to).forEach(left::addAll);
        shrinks |= search.leaveOut(left);
      }
    }
    return shrinks;
  }

  /** Returns the choices of each kind, such as the delays of all appends. */
  static List<Set<Choice>> kinds(Schedule schedule) {
    return byName(schedule, Leaving::kind);
  }

  /** Returns the kind of a choice: its name without the numbers. */
  static String kind(Choice choice) {
    return withoutNumbers(choice.occasion()) + ": " + withoutNumbers(choice.label());
  }

  private static String withoutNumbers(String name) {
    StringBuilder kind = new StringBuilder(name.length());
    boolean inNumber = false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean isDigit = c >= '0' && c <= '9';
      if (!isDigit) {
        kind.append(c);
      } else if (!inNumber) {
        kind.append('%');
      }
      inNumber = isDigit;
    }
    return kind.toString();
  }

  /** Returns the choices of each occasion, such as a step or a message. */
  static List<Set<Choice>> occasions(Schedule schedule) {
    return byName(schedule, Choice::occasion);
  }

  private static List<Set<Choice>> byName(Schedule schedule, Function<Choice, String> nameOf) {
    Map<String, Set<Choice>> parts = new LinkedHashMap<>();
    for (Choice choice : schedule.choices()) {
      parts.computeIfAbsent(nameOf.apply(choice), name -> new LinkedHashSet<>()).add(choice);
    }
    return new ArrayList<>(parts.values());
  }

  /** Returns each choice alone. */
  static List<Set<Choice>> choices(Schedule schedule) {
    return schedule.choices().stream().map(Collections::singleton).toList();
  }
}
