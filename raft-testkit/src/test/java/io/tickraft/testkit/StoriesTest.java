package io.tickraft.testkit;

import io.tickraft.testkit.scenario.ScenarioTests;
import java.nio.file.Path;

/** The protocol's stories, told and held as a user's would be: from a package of its own. */
class StoriesTest extends ScenarioTests {

  StoriesTest() {
    super(Path.of("src/test/resources/scenarios"));
  }
}
