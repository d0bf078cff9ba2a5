package io.tickraft.testkit.fuzz;

import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.sim.Choices;

/** A run that depends on nothing but its choices. */
@FunctionalInterface
public interface Trial {

  /**
   * Runs.
   *
   * @param choices make all decisions that are not fixed
   * @throws AssertionError if the run breaks a promise: an {@link
   *     io.tickraft.testkit.oracle.OracleViolation}, or the error of an assertion
   * @throws RuntimeException if a part of the run throws it
   */
  void run(Choices choices);

  /**
   * Runs in the same way, and reports each event to an observer. Without an observer there is no
   * transcript of a run that fails, and a {@link Shrinker} needs more time.
   *
   * @param choices make all decisions that are not fixed
   * @param observer gets each event before the oracles of the run; changes nothing, but may end the
   *     run with an exception. A trial that does not support observers ignores it
   * @throws AssertionError as {@link #run(Choices)} does
   * @throws RuntimeException as {@link #run(Choices)} does, or if the observer throws it
   */
  default void run(Choices choices, Oracle observer) {
    run(choices);
  }
}
