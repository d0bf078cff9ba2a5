package io.tickraft.testkit.cli.campaign;

import io.tickraft.testkit.fuzz.Goals;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The sum of runs. */
public final class Tally {

  private long runs;
  private long events;
  private long choices;
  private long tame;
  private long violations;
  private boolean hasGoals;
  private final Goals goals = new Goals();
  private final Map<String, Long> kinds = new LinkedHashMap<>();

  /**
   * Adds a run.
   *
   * @param run the run
   * @return whether it is the first one that fails in its way
   */
  public boolean add(Run run) {
    runs++;
    events += run.events();
    choices += run.choices();
    tame += run.isTame() ? 1 : 0;
    run.goals().ifPresent(goals::add);
    hasGoals |= run.goals().isPresent();
    if (run.violation().isEmpty()) {
      return false;
    }
    violations++;
    return kinds.merge(run.violation().get().failure().kind(), 1L, Long::sum) == 1;
  }

  /** {@return how many runs there were} */
  public long runs() {
    return runs;
  }

  /** {@return how many events the traces of the runs have; 0 if they have no traces} */
  public long events() {
    return events;
  }

  /** {@return how many choices the runs have made} */
  public long choices() {
    return choices;
  }

  /** {@return how many runs were tame} */
  public long tame() {
    return tame;
  }

  /** {@return how many runs have broken a promise} */
  public long violations() {
    return violations;
  }

  /** {@return how many runs have failed in each way, in the order of their first seeds} */
  public Map<String, Long> kinds() {
    return Collections.unmodifiableMap(kinds);
  }

  /** {@return whether the runs have goals} */
  public boolean hasGoals() {
    return hasGoals;
  }

  /** {@return what the runs got into} */
  public Goals goals() {
    return goals;
  }

  /** {@return how many goals there are} */
  public int goalCount() {
    // The runs count some situations that are no goals, too.
    return new Goals().all().size();
  }

  /** {@return how many goals were reached} */
  public int goalsReached() {
    return goalCount() - goals.missed().size();
  }
}
