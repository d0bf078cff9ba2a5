package io.tickraft.testkit.fuzz;

import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Schedule;
import io.tickraft.testkit.sim.Schedule.Choice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Finds a short run that fails in the same way as a long one. It leaves out choices and makes
 * numbers smaller as long as the run fails with the same {@linkplain Failure#kind() kind}.
 *
 * <p>First whole kinds of choices are left out, such as all delays, then those of single messages
 * and steps in groups of falling size (Zeller and Hildebrandt, Simplifying and Isolating
 * Failure-Inducing Input, 2002), then single choices. Then times that pass one after the other are
 * added up, and numbers become smaller. This is repeated until nothing more can be left out.
 */
public final class Shrinker {

  private static final String DIGITS = "[0-9]+";

  private final Trial trial;
  private int maxAttempts = 5_000;
  private Duration maxTime = Duration.ofSeconds(10);

  // Of the run that is being shrunk.
  private Schedule shortest = new Schedule(List.of());
  private Failure failure = new Failure("", new AssertionError());
  private int attempts;
  private RealTime.Limit limit = RealTime.limit(Duration.ZERO);

  /** The choices of all attempts that have not failed in this way. */
  private final Set<List<Choice>> inVain = new LinkedHashSet<>();

  /**
   * Creates a shrinker.
   *
   * @param trial the run, which depends on nothing but its choices
   */
  public Shrinker(Trial trial) {
    this.trial = trial;
  }

  /**
   * Sets the maximum number of runs; default 5,000.
   *
   * @param attempts the number of runs, at least 1
   * @return this
   * @throws IllegalArgumentException if the number is below 1
   */
  public Shrinker maxAttempts(int attempts) {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts: at least 1: " + attempts);
    }
    this.maxAttempts = attempts;
    return this;
  }

  /**
   * Sets the time after which no new run begins; default 10 seconds.
   *
   * @param time the time
   * @return this
   */
  public Shrinker maxTime(Duration time) {
    this.maxTime = time;
    return this;
  }

  /**
   * Shrinks a run that fails.
   *
   * @param schedule the choices of the run
   * @return the shortest run that was found
   * @throws IllegalArgumentException if the run does not fail
   */
  public Shrunk shrink(Schedule schedule) {
    attempts = 0;
    limit = RealTime.limit(maxTime);
    inVain.clear();
    Choices choices = Choices.replay(schedule);
    failure =
        Failure.of(trial, choices)
            .orElseThrow(() -> new IllegalArgumentException("schedule: the run does not fail"));
    shortest = choices.record();
    boolean shrinks = true;
    while (shrinks) {
      shrinks = leaveOutKinds();
      shrinks |= leaveOutGroups(occasions());
      shrinks |= leaveOutGroups(single());
      shrinks |= merge();
      shrinks |= makeSmaller();
    }
    return new Shrunk(shortest, failure, attempts, !isOver());
  }

  private boolean isOver() {
    return attempts >= maxAttempts || limit.isOver();
  }

  /** Runs with these choices, and keeps them if the run fails in the same way and is shorter. */
  private boolean attempt(List<Choice> choices) {
    if (isOver() || !inVain.add(List.copyOf(choices))) {
      return false;
    }
    attempts++;
    Choices replayed = Choices.replay(new Schedule(choices));
    Optional<Failure> found = Failure.of(trial, replayed);
    if (found.isEmpty() || !found.get().kind().equals(failure.kind())) {
      return false;
    }
    Schedule met = replayed.record();
    if (!isSimpler(met, shortest)) {
      return false;
    }
    shortest = met;
    failure = found.get();
    return true;
  }

  private static boolean isSimpler(Schedule one, Schedule other) {
    return one.size() < other.size() || (one.size() == other.size() && sum(one) < sum(other));
  }

  private static long sum(Schedule schedule) {
    return schedule.choices().stream().mapToLong(Choice::number).sum();
  }

  private boolean leaveOut(Predicate<Choice> left) {
    List<Choice> rest = shortest.choices().stream().filter(left.negate()).toList();
    return rest.size() < shortest.size() && attempt(rest);
  }

  // Kinds.

  private boolean leaveOutKinds() {
    boolean shrinks = leaveOutKinds(choice -> kind(choice.label()));
    shrinks |= leaveOutKinds(choice -> kind(choice.occasion()));
    shrinks |= leaveOutKinds(choice -> kind(choice.occasion()) + ": " + kind(choice.label()));
    return shrinks;
  }

  private static String kind(String name) {
    return name.replaceAll(DIGITS, "%");
  }

  private boolean leaveOutKinds(Function<Choice, String> kindOf) {
    boolean shrinks = false;
    for (List<Choice> kind : byName(kindOf)) {
      Set<Choice> left = new LinkedHashSet<>(kind);
      shrinks |= leaveOut(left::contains);
    }
    return shrinks;
  }

  /** Returns the choices with the same name together, the most frequent name first. */
  private List<List<Choice>> byName(Function<Choice, String> nameOf) {
    Map<String, List<Choice>> names = new LinkedHashMap<>();
    for (Choice choice : shortest.choices()) {
      names.computeIfAbsent(nameOf.apply(choice), name -> new ArrayList<>()).add(choice);
    }
    return names.values().stream()
        .sorted(Comparator.comparingInt((List<Choice> some) -> some.size()).reversed())
        .toList();
  }

  // Groups.

  private List<Set<Choice>> occasions() {
    Map<String, Set<Choice>> occasions = new LinkedHashMap<>();
    for (Choice choice : shortest.choices()) {
      occasions.computeIfAbsent(choice.occasion(), o -> new LinkedHashSet<>()).add(choice);
    }
    return new ArrayList<>(occasions.values());
  }

  private List<Set<Choice>> single() {
    return shortest.choices().stream().map(Collections::singleton).toList();
  }

  /** Leaves out parts in groups of falling size, those at the end of the run first. */
  private boolean leaveOutGroups(List<Set<Choice>> parts) {
    boolean shrinks = false;
    for (int size = Math.max(1, parts.size() / 2); size >= 1; size /= 2) {
      for (int to = parts.size(); to > 0; to -= size) {
        Set<Choice> left = new LinkedHashSet<>();
        parts.subList(Math.max(0, to - size), to).forEach(left::addAll);
        shrinks |= leaveOut(left::contains);
      }
    }
    return shrinks;
  }

  // Numbers.

  /** Puts two choices of a kind into one, such as two times that pass one after the other. */
  private boolean merge() {
    boolean shrinks = false;
    for (int i = shortest.size() - 1; i > 0; i--) {
      if (i < shortest.size()) {
        Choice later = shortest.choices().get(i);
        Optional<Choice> before = lastOfKind(later, i);
        shrinks |= before.isPresent() && attempt(merged(before.get(), later));
      }
    }
    return shrinks;
  }

  private Optional<Choice> lastOfKind(Choice choice, int end) {
    for (int i = end - 1; i >= 0; i--) {
      Choice other = shortest.choices().get(i);
      if (kind(other.occasion()).equals(kind(choice.occasion()))
          && kind(other.label()).equals(kind(choice.label()))) {
        return Optional.of(other);
      }
    }
    return Optional.empty();
  }

  private List<Choice> merged(Choice before, Choice later) {
    return with(before, before.number() + later.number()).stream()
        .filter(choice -> !choice.equals(later))
        .toList();
  }

  private boolean makeSmaller() {
    boolean shrinks = false;
    for (int i = shortest.size() - 1; i >= 0; i--) {
      if (i < shortest.size()) {
        Choice choice = shortest.choices().get(i);
        shrinks |=
            choice.number() > 1
                && (attempt(with(choice, 1))
                    || attempt(with(choice, choice.number() / 2))
                    || attempt(with(choice, choice.number() - 1)));
      }
    }
    return shrinks;
  }

  private List<Choice> with(Choice changed, int number) {
    return shortest.choices().stream()
        .map(
            choice ->
                choice.equals(changed)
                    ? new Choice(choice.occasion(), choice.label(), number)
                    : choice)
        .toList();
  }
}
