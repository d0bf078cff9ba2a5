package io.tickraft.testkit.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What there is among the protocol's stories. */
class StoriesCoverageTest {

  private static final Path FOLDER = Path.of("src/test/resources/scenarios");

  @Test
  void usesEachCommand() throws IOException {
    TreeSet<String> unused = new TreeSet<>();
    Commands.names().forEach(unused::add);
    for (Path story : stories()) {
      for (Script.Part.Block block : Script.parse("", Files.readString(story)).blocks()) {
        block.commands().forEach(command -> unused.remove(command.name()));
      }
    }
    assertThat(unused).as("commands that no story uses").isEmpty();
  }

  @Test
  void eachStorySaysFirstWhatItShows() throws IOException {
    assertThat(stories())
        .allSatisfy(story -> assertThat(Files.readString(story)).as("%s", story).startsWith("# "));
  }

  private static List<Path> stories() throws IOException {
    try (Stream<Path> files =
        Files.walk(Path.of(System.getProperty("basedir", ".")).resolve(FOLDER))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
