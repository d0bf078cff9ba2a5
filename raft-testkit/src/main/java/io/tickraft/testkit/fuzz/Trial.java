package io.tickraft.testkit.fuzz;

import io.tickraft.testkit.sim.Choices;

/** A run that depends on nothing but its choices. */
@FunctionalInterface
public interface Trial {

  /**
   * Runs.
   *
   * @param choices make all decisions that are not fixed
   * @throws AssertionError if the run breaks a promise: an {@link
   *     io.tickraft.testkit.oracle.OracleViolation}, or what an assertion throws
   * @throws RuntimeException if the run breaks a promise by an exception
   */
  void run(Choices choices);
}
