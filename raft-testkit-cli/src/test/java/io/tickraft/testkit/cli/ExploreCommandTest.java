package io.tickraft.testkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.testkit.explore.NamedExploration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExploreCommandTest {

  private static final String PLANTED = "explore --class " + PlantedOrdering.class.getName();

  @TempDir Path dir;

  private final TestCommand command = new TestCommand();

  @Test
  void aNamedExplorationIsExhaustedAndExitCode0() {
    assertThat(command.executeLine("explore --set snapshot-twice")).isZero();
    assertThat(command.out())
        .matches(
            "snapshot-twice: exhausted: [0-9,]+ states; [0-9,]+ transitions; depth [0-9]+; .*\n");
    assertThat(command.err()).isEmpty();
  }

  @Test
  void ownBoundsAreExplored() {
    assertThat(
            command.executeLine(
                "explore --nodes 2 --leader --plain --allow propose=1 --allow crash=1 --json"))
        .isZero();
    assertThat(command.out())
        .startsWith("{\"exploration\":\"own\",\"exhausted\":true,\"states\":")
        .doesNotContain("violation");
  }

  @Test
  void anExplorationBeginsAtTheEndOfARandomRun() {
    String line =
        "explore --nodes 2 --plain --allow propose=1 --allow campaign=1 --depth 2 --walks 2"
            + " --walk-events 30 --first-walk 7";
    assertThat(command.executeLine(line)).isZero();
    assertThat(command.out())
        .matches("(?s)own-7: not exhausted, clean so far: .*\nown-8: .*, clean so far: .*\n");
    String first = command.out().replaceAll(" [0-9.]+ s, [0-9,]+ states a second;", "");
    command.executeLine(line);
    assertThat(command.out().replaceAll(" [0-9.]+ s, [0-9,]+ states a second;", ""))
        .isEqualTo(first);

    // What a random run cannot go on from without a broken promise, the exploration shows.
    assertThat(command.executeLine(PLANTED + " --walks 20 --depth 1 --out", dir)).isEqualTo(1);
    assertThat(command.out()).contains("no third term is violated");
  }

  @Test
  void whatALimitLeavesOutIsSaid() {
    assertThat(command.executeLine("explore --nodes 3 --allow campaign=1 --in-flight 2")).isZero();
    assertThat(command.out()).contains("transitions left out: too many in flight");
    assertThat(command.executeLine("explore --nodes 3 --allow campaign=1 --depth 2")).isZero();
    assertThat(command.out()).startsWith("own: not exhausted, clean so far: ");
  }

  @Test
  void aBrokenPromiseLeavesItsShortestRunAndExitCode1() throws IOException {
    assertThat(command.executeLine(PLANTED + " --probe 0 --out", dir)).isEqualTo(1);
    assertThat(command.out())
        .startsWith("own: violation: ")
        .contains("no third term is violated: node 1 leads in term 3");

    Path ordering = dir.resolve("own-ordering.txt");
    assertThat(Files.readString(ordering))
        .isEqualTo(
            """
            campaign 1
            campaign 1
            deliver 1>2 #2  // 1→2 Vote t3 last (1,1) committed (1,1)
            deliver 2>1 #1  // 2→1 VoteResponse t3 granted committed (1,1)
            """);
    assertThat(Files.readString(dir.resolve("own-test.txt")))
        .contains(
            "class NoThirdTermHoldsTest {", "new io.tickraft.testkit.cli.PlantedOrdering().get()");
    assertThat(Files.readString(dir.resolve("own-transcript.txt"))).contains("leader in term 3");
    assertThat(Files.readString(dir.resolve("own-picture.html")))
        .contains("no third term is violated: node 1 leads in term 3");
    // The oracle is not one of those of a scenario.
    assertThat(dir.resolve("own-scenario.txt")).doesNotExist();

    assertThat(command.executeLine(PLANTED + " --probe 0 --play", ordering)).isEqualTo(1);
    assertThat(command.out()).isEqualTo("no third term is violated: node 1 leads in term 3\n");
    assertThat(command.executeLine("explore --nodes 2 --plain --play", ordering)).isZero();
    assertThat(command.out()).isEqualTo("every promise was kept\n");
  }

  @Test
  void aBrokenPromiseIsAMemberOfTheJson() {
    assertThat(command.executeLine(PLANTED + " --json --out", dir)).isEqualTo(1);
    assertThat(command.out())
        .contains("\"kind\":\"no third term\"", "\"ordering\":\"campaign 1\\ncampaign 1\\n");
  }

  @Test
  void theDocumentSaysOfEachNamedExplorationWhatWasExhausted() throws IOException {
    String document = Files.readString(Path.of("..", "docs", "testing.md"));
    for (NamedExploration named : NamedExploration.all()) {
      assertThat(document)
          .as("explore --document docs/testing.md")
          .contains("\n| `" + named.name() + "` | " + named.description() + " | ");
    }
  }

  @Test
  void allNamedExplorationsAreListed() {
    assertThat(command.executeLine("explore --list")).isZero();
    assertThat(command.out()).contains("election             two campaigns\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--set elections | no exploration",
        "--set read --nodes 3 | only one of them",
        "--allow crash=1 | --allow: only with --nodes",
        "--nodes 3 --allow deliver=1 | no event",
        "--nodes 3 --allow crash=99 | crash: 0 to 15 times: 99",
        "--nodes 99 | voters: 1 to 16: 99",
        "--nodes 3 --memory much | is no size",
        "--nodes 3 --depth -1 | depth: at least 0: -1",
        "--class java.lang.String | is neither an Exploration nor a Supplier of one",
        "--play no-such-file | with --nodes, --class, or --set and one name",
        "--nodes 3 --play no-such-file | no-such-file: there is no such file"
      })
  void aMistakeIsNamedAndExitCode2(String options, String problem) {
    assertThat(command.executeLine("explore " + options)).isEqualTo(2);
    assertThat(command.err()).contains(problem).hasLineCount(1);
    assertThat(command.out()).isEmpty();
  }

  @Test
  void aFileThatIsNoOrderingIsNamedWithItsLine() throws IOException {
    Path file = Files.writeString(dir.resolve("bad.txt"), "campaign 1\nfly 1 away\n");
    assertThat(command.executeLine("explore --nodes 3 --play", file)).isEqualTo(2);
    assertThat(command.err()).contains("bad.txt: line 2 is no event: fly 1 away");
  }
}
