package io.tickraft.testkit.fuzz;

import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Schedule;
import io.tickraft.testkit.sim.Schedule.Choice;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Runs simpler and simpler schedules, and keeps the simplest that fails in the same way. */
final class Search {

  private final Trial trial;
  private final int maxAttempts;
  private final RealTime.Limit limit;

  private Schedule simplest;
  private Failure failure;
  private int attempts;

  /** The virtual time at which the simplest run fails; unlimited if it has no virtual clock. */
  private long failsAt;

  /** The choices of all attempts so far: it makes no sense to repeat one. */
  private final Set<List<Choice>> attempted = new LinkedHashSet<>();

  /**
   * Begins with a run.
   *
   * @throws IllegalArgumentException if the run does not fail
   */
  Search(Trial trial, Schedule schedule, int maxAttempts, RealTime.Limit limit) {
    this.trial = trial;
    this.maxAttempts = maxAttempts;
    this.limit = limit;
    Choices choices = Choices.replay(schedule);
    TimeLimit time = new TimeLimit(Long.MAX_VALUE);
    this.failure =
        Failure.of(trial, choices, time)
            .orElseThrow(() -> new IllegalArgumentException("schedule: the run does not fail"));
    this.simplest = choices.record();
    this.failsAt = end(time);
  }

  private static long end(TimeLimit time) {
    return time.millis() == TimeLimit.UNKNOWN ? Long.MAX_VALUE : time.millis();
  }

  /** Returns the choices of the simplest run. */
  Schedule simplest() {
    return simplest;
  }

  Failure failure() {
    return failure;
  }

  /** Returns how many runs were made, without the first one. */
  int attempts() {
    return attempts;
  }

  boolean isOver() {
    return attempts >= maxAttempts || limit.isOver();
  }

  /**
   * Runs with these choices, and keeps them if the run fails in the same way, not later than
   * before, and is simpler. So no run lasts longer than the one that is being shrunk.
   */
  boolean attempt(List<Choice> choices) {
    return attempt(choices, false);
  }

  /** Runs with the same choices under other names, and keeps these if the run fails as before. */
  void rename(List<Choice> choices) {
    attempt(choices, true);
  }

  private boolean attempt(List<Choice> choices, boolean onlyRenames) {
    if (isOver() || !attempted.add(List.copyOf(choices))) {
      return false;
    }
    attempts++;
    Choices replayed = Choices.replay(new Schedule(choices));
    TimeLimit time = new TimeLimit(failsAt);
    Optional<Failure> found = Failure.of(trial, replayed, time);
    if (found.isEmpty() || !found.get().kind().equals(failure.kind())) {
      return false;
    }
    Schedule met = replayed.record();
    if (onlyRenames ? met.size() != simplest.size() : !isSimpler(met, simplest)) {
      return false;
    }
    simplest = met;
    failure = found.get();
    failsAt = end(time);
    return true;
  }

  /** Runs without some choices; see {@link #attempt}. */
  boolean leaveOut(Set<Choice> left) {
    List<Choice> rest =
        simplest.choices().stream().filter(choice -> !left.contains(choice)).toList();
    return rest.size() < simplest.size() && attempt(rest);
  }

  private static boolean isSimpler(Schedule one, Schedule other) {
    return one.size() < other.size() || (one.size() == other.size() && sum(one) < sum(other));
  }

  private static long sum(Schedule schedule) {
    return schedule.choices().stream().mapToLong(Choice::number).sum();
  }

  /** Returns whether three more runs of the simplest schedule all fail, with the same sentence. */
  boolean isRepeatable() {
    for (int i = 0; i < 3; i++) {
      Optional<Failure> again = Failure.of(trial, Choices.replay(simplest));
      if (again.isEmpty() || !again.get().toString().equals(failure.toString())) {
        return false;
      }
    }
    return true;
  }
}
