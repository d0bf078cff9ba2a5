package io.tickraft.testkit.cli;

import io.tickraft.testkit.fuzz.Trial;
import io.tickraft.testkit.oracle.OracleViolation;
import io.tickraft.testkit.sim.Choices;

/** Fails in about a quarter of all runs, in one of two ways. */
public final class PlantedBug implements Trial {

  private static final int STEPS = 20;

  /** For {@code --trial}. */
  public PlantedBug() {}

  @Override
  public void run(Choices choices) {
    int crashes = 0;
    for (int i = 1; i <= STEPS; i++) {
      Choices step = choices.at("step %", i);
      crashes += step.percent("crash", 15) ? 1 : 0;
      if (step.percent("divide", 30) && crashes == 5) {
        throw new OracleViolation("election safety", "two leaders at step " + i);
      }
      if (step.percent("compact", 1)) {
        throw new IllegalStateException("no snapshot at step " + i);
      }
    }
  }
}
