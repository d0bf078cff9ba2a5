package io.tickraft.testkit.fuzz;

import io.tickraft.testkit.sim.Schedule;
import java.time.Duration;

/**
 * Finds a short run that fails in the same way as a long one. The shrinker leaves out choices and
 * makes numbers smaller as long as the run fails with the same {@linkplain Failure#kind() kind} of
 * failure, and not later than before.
 *
 * <p>First whole kinds of choices are left out, such as all delays, in groups of falling size
 * (Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002). Then, in the
 * same way, the choices of single messages and steps, and single choices. In between, times that
 * pass one after the other are added up. This is repeated until nothing more can be left out. At
 * the end, numbers become as small as they can be, and the steps are numbered from 1.
 */
public final class Shrinker {

  private final Trial trial;
  private int maxAttempts = 5_000;
  private Duration maxTime = Duration.ofSeconds(10);

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
    Search search = new Search(trial, schedule, maxAttempts, RealTime.limit(maxTime));
    Leaving.coarsely(search);
    boolean shrinks = true;
    while (shrinks) {
      shrinks = Leaving.out(search, Leaving::kinds);
      shrinks |= Leaving.out(search, Leaving::occasions);
      shrinks |= Merging.groups(search);
      shrinks |= Leaving.out(search, Leaving::choices);
      shrinks |= Merging.pairs(search);
    }
    Numbers.lower(search);
    Numbers.renumberSteps(search);
    return new Shrunk(
        search.simplest(),
        search.failure(),
        search.attempts(),
        !search.isOver(),
        search.isRepeatable());
  }
}
