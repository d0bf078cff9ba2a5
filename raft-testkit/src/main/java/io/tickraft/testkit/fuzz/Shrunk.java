package io.tickraft.testkit.fuzz;

import io.tickraft.testkit.sim.Schedule;

/**
 * A run that fails, as short as a {@link Shrinker} could make it.
 *
 * @param schedule the choices of the run
 * @param failure how the run fails
 * @param attempts how many runs the shrinker has made
 * @param complete whether no choice can be left out any more; false if the shrinker reached a limit
 *     before
 * @param repeatable whether three more runs have failed with the same sentence; if not, the run
 *     depends on something other than its choices, such as a clock or the order of a hash set
 */
public record Shrunk(
    Schedule schedule, Failure failure, int attempts, boolean complete, boolean repeatable) {

  /**
   * Creates a result that counts as repeatable.
   *
   * @param schedule the choices of the run
   * @param failure how the run fails
   * @param attempts how many runs the shrinker has made
   * @param complete whether no choice can be left out any more
   */
  public Shrunk(Schedule schedule, Failure failure, int attempts, boolean complete) {
    this(schedule, failure, attempts, complete, true);
  }
}
