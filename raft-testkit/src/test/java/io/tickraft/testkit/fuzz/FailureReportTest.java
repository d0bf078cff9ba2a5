package io.tickraft.testkit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.testkit.contract.HostWatch;
import io.tickraft.testkit.contract.WatchedNode;
import io.tickraft.testkit.oracle.OracleViolation;
import io.tickraft.testkit.scenario.Scenario;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Schedule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a report says about a run that fails. */
class FailureReportTest {

  private static FailureReport report(Trial trial) {
    for (long seed = 1; seed <= 300; seed++) {
      Choices choices = Choices.random(seed);
      if (Failure.of(trial, choices).isPresent()) {
        Schedule whole = choices.record();
        // Attempts are the limit, not time: on a busy machine the result is the same.
        Shrunk shrunk =
            new Shrinker(trial).maxAttempts(300).maxTime(Duration.ofHours(1)).shrink(whole);
        return FailureReport.of("seed " + seed, whole.size(), shrunk, trial);
      }
    }
    throw new AssertionError("no seed fails");
  }

  @Test
  void aScenarioEndsInTheSameFailure() {
    // A host must not start its node twice with the same incarnation.
    Fuzz fuzz = Fuzz.ofAnyGroup().nodes(3).configuration((config, id) -> config.incarnation(1));
    FailureReport report = report(fuzz);

    String scenario = report.scenario().orElseThrow();

    assertThat(scenario).contains("# The last command ends in the same failure.\n");
    assertThat(report.text()).containsPattern("\n(The|As a) scenario file");
    assertThat(Scenario.parse("run.txt", scenario).play().failure())
        .get()
        .isInstanceOf(OracleViolation.class)
        .extracting(thrown -> report.sentence().contains(((OracleViolation) thrown).promise()))
        .isEqualTo(true);
  }

  @Test
  void aPromiseThatAScenarioDoesNotCheckIsSaidToBeOne() {
    PlantedBug.set(true);
    FailureReport report = report(PlantedBug.FUZZ);

    assertThat(report.scenario().orElseThrow())
        .contains("# These commands do not end in the same failure.")
        .contains("\ncluster ");
    assertThat(report.text()).doesNotContain("scenario file");
  }

  @Test
  void thePictureShowsTheSentenceAndTheLinesOfTheTranscript() {
    Fuzz fuzz = Fuzz.ofAnyGroup().nodes(3).configuration((config, id) -> config.incarnation(1));
    FailureReport report = report(fuzz);

    String html = report.picture().orElseThrow().replay("replay it").html();

    assertThat(html)
        .contains("<title>seed ", " is violated at ", "\"replay\":\"replay it\"")
        .doesNotContain("\"atEnd\"");
    assertThat(report.transcript()).isNotEmpty();
  }

  @Test
  void theSentenceOfABrokenRuleNamesThePlaceInTheHost() {
    Trial trial =
        choices -> {
          WatchedNode node =
              new HostWatch()
                  .requireReports()
                  .open(RaftConfig.builder(1).build(), MemoryStorage.bootstrapped(1));
          node.campaign();
          node.advance(node.ready());
        };

    assertThat(report(trial).sentence())
        .contains("the host of node 1 breaks the rule ")
        .containsPattern(
            "\\(at \\S+FailureReportTest\\.\\S+\\(FailureReportTest\\.java:\\d+\\)\\)$");
  }

  @Test
  void aRunThatCannotBeObservedHasNoPicture() {
    Trial trial =
        choices -> {
          throw new OracleViolation("nothing", "it never works");
        };
    assertThat(report(trial).picture()).isEmpty();
  }

  @Test
  void theSentenceComesFirstAndTheTranscriptEndsWithTheFailure() {
    PlantedBug.set(true);
    FailureReport report = report(PlantedBug.FUZZ);
    List<String> lines = report.text().lines().toList();

    assertThat(lines.get(0))
        .isEqualTo(report.sentence())
        .matches(
            "seed \\d+: two commands at most is violated at \\d+\\.\\d{3} s: "
                + "node \\d applies a third one");
    assertThat(report.transcript()).last().asString().contains("applies");
    assertThat(report.text())
        .contains("What happens (without ticks and heartbeats that change nothing):\n")
        .contains("\nAs a test:\n");
  }

  @Test
  void aTrialWithoutObserversHasNoTranscript() {
    Trial trial =
        choices -> {
          throw new OracleViolation("election safety", "always");
        };
    FailureReport report = report(trial);

    assertThat(report.sentence()).isEqualTo("seed 1: election safety is violated: always");
    assertThat(report.transcript()).isEmpty();
    assertThat(report.scenario()).isEmpty();
  }

  @Test
  void aLongScheduleIsShownOnlyOnce() {
    Trial trial =
        choices -> {
          for (int i = 1; i <= 101; i++) {
            choices.at("step %", i).percent("crash", 50);
          }
          throw new OracleViolation("election safety", "always");
        };
    List<Schedule.Choice> choices = new ArrayList<>();
    for (int i = 1; i <= 101; i++) {
      choices.add(new Schedule.Choice("step " + i, "crash", 1));
    }
    Schedule schedule = new Schedule(choices);
    Failure failure = Failure.of(trial, Choices.replay(schedule)).orElseThrow();

    String text =
        FailureReport.of("seed 1", 101, new Shrunk(schedule, failure, 1, true), trial).text();

    assertThat(text).contains("\n  (the 101 choices are in the test below)\n");
    assertThat(text).containsOnlyOnce("step 50: crash 1");
  }

  @Test
  void whatAFailureHasBelowItsSentenceIsShownInLines() {
    Trial trial =
        choices -> {
          throw new OracleViolation("liveness", "no leader:\nnode 1: FOLLOWER\nnode 2 is down");
        };
    FailureReport report = report(trial);

    assertThat(report.sentence()).isEqualTo("seed 1: liveness is violated: no leader");
    assertThat(report.text())
        .startsWith(report.sentence() + "\n  node 1: FOLLOWER\n  node 2 is down\n\n");
  }

  @Test
  void aMessageWithoutASentenceIsWrittenInOneLine() {
    Trial trial =
        choices -> {
          throw new AssertionError("\nexpected: 1\n but was: 2");
        };
    FailureReport report = report(trial);

    assertThat(report.sentence()).startsWith("seed 1: fails: expected: 1 but was: 2 (at ");
    assertThat(report.text()).startsWith(report.sentence() + "\n\nShrunk from ");
  }

  @Test
  void anExceptionIsNamedWithItsTime() {
    Trial trial =
        new Trial() {
          @Override
          public void run(Choices choices) {
            throw new IllegalStateException("node 3 is down");
          }
        };

    FailureReport report = report(trial);
    assertThat(report.sentence())
        .matches(
            "seed 1: fails: IllegalStateException: node 3 is down "
                + "\\(at io[.]tickraft[.]testkit[.]fuzz[.]FailureReportTest.*[(]"
                + "FailureReportTest[.]java:[0-9]+[)][)]");
    assertThat(report.test()).contains("\nclass RunOfSeed1Test {\n", "void keepsItsPromises()");
  }

  @Test
  void anExceptionOfTheJdkIsBlamedOnItsCaller() {
    Trial trial =
        choices -> {
          List.of(1).get(choices.next(1) + 1);
        };

    assertThat(report(trial).sentence())
        .startsWith("seed 1: fails: IndexOutOfBoundsException: ")
        .contains(" (at io.tickraft.testkit.fuzz.FailureReportTest.");
  }

  @Test
  void anExceptionWithoutAMessageHasItsName() {
    Trial trial =
        choices -> {
          throw new UnsupportedOperationException();
        };

    assertThat(report(trial).sentence())
        .startsWith("seed 1: fails: UnsupportedOperationException ");
  }
}
