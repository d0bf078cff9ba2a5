package io.tickraft.testkit.fuzz;

import io.tickraft.testkit.sim.Schedule;

/**
 * A run that fails, from which a {@link Shrinker} could take no more.
 *
 * @param schedule the choices of the run
 * @param failure how the run fails
 * @param attempts how many runs it took
 * @param complete whether nothing more can be taken from the run; false if the shrinker's limit was
 *     reached before
 * @param repeatable whether three more runs have failed with the same sentence; if not, the run
 *     depends on something other than its choices, such as a clock or the order of a hash set
 */
public record Shrunk(
    Schedule schedule, Failure failure, int attempts, boolean complete, boolean repeatable) {

  /**
   * Creates a result that was not repeated.
   *
   * @param schedule the choices of the run
   * @param failure how the run fails
   * @param attempts how many runs it took
   * @param complete whether nothing more can be taken from the run
   */
  public Shrunk(Schedule schedule, Failure failure, int attempts, boolean complete) {
    this(schedule, failure, attempts, complete, true);
  }
}
