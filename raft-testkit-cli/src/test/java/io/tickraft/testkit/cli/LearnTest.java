package io.tickraft.testkit.cli;

import io.tickraft.testkit.scenario.ScenarioTests;
import java.nio.file.Path;

/** The chapters for learners show what happens. */
class LearnTest extends ScenarioTests {
  LearnTest() {
    super(Path.of("..", "docs", "learn"));
  }
}
