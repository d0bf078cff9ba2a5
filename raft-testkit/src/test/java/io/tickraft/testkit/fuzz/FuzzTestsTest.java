package io.tickraft.testkit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tickraft.proto.Entry;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.OracleViolation;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Schedule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class FuzzTestsTest {

  /** Fails if a crash comes before a cut. */
  private static void crashThenCut(Choices choices) {
    boolean crashed = false;
    for (int i = 1; i <= 20; i++) {
      Choices step = choices.at("step %", i);
      int act = step.oneOf(List.of("crash", "cut", "heal"), 1, 1, 8);
      step.next("node", 3);
      if (act == 1 && crashed) {
        throw new OracleViolation("election safety", "after a \"crash\" at step " + i);
      }
      crashed |= act == 0;
    }
  }

  private static Optional<Throwable> outcome(DynamicTest test) {
    return Optional.ofNullable(catchThrowable(() -> test.getExecutable().execute()));
  }

  private static List<String> names(FuzzTests tests) {
    return tests.tests("", 3).map(DynamicTest::getDisplayName).toList();
  }

  @Test
  void eachSeedIsATest() {
    FuzzTests tests = FuzzTests.of(choices -> {});
    assertThat(names(tests)).containsExactly("seed 1", "seed 2", "seed 3");
    assertThat(names(tests.firstSeed(70))).containsExactly("seed 70", "seed 71", "seed 72");
    assertThat(tests.tests("5", 1).map(DynamicTest::getDisplayName)).containsExactly("seed 5");
    assertThat(tests.tests("new", 1).map(DynamicTest::getDisplayName).toList().get(0))
        .matches("seed \\d{13}");
    assertThatThrownBy(() -> tests.tests("old", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tickraft.firstSeed: a number or 'new': 'old'");
  }

  @Test
  void aTestRunsWithTheChoicesOfItsSeed() {
    List<Integer> chosen = new ArrayList<>();
    Trial trial = choices -> chosen.add(choices.next(1 << 30));

    FuzzTests.of(trial).tests("7", 2).forEach(FuzzTestsTest::outcome);

    assertThat(chosen)
        .containsExactly(Choices.random(7).next(1 << 30), Choices.random(8).next(1 << 30));
  }

  @Test
  void pinnedOnesComeFirst() {
    List<Integer> chosen = new ArrayList<>();
    FuzzTests tests =
        FuzzTests.of(choices -> chosen.add(choices.next(1000)))
            .pinned(4711, 17)
            .pinned(Schedule.parse("run: #0 123"));

    assertThat(names(tests))
        .containsExactly(
            "pinned schedule 1",
            "pinned seed 4711",
            "pinned seed 17",
            "seed 1",
            "seed 2",
            "seed 3");
    tests.tests("", 0).forEach(FuzzTestsTest::outcome);
    assertThat(chosen.get(0)).isEqualTo(123);
    assertThat(chosen.get(1)).isEqualTo(Choices.random(4711).next(1000));
  }

  @Test
  void aTestThatFailsReportsTheShrunkRun() {
    List<Throwable> thrown =
        FuzzTests.of(FuzzTestsTest::crashThenCut)
            .tests("", 100)
            .map(FuzzTestsTest::outcome)
            .flatMap(Optional::stream)
            .toList();

    assertThat(thrown).isNotEmpty();
    assertThat(thrown.get(0)).isInstanceOf(AssertionError.class);
    assertThat(thrown.get(0).getCause()).isInstanceOf(OracleViolation.class);
    List<String> lines = String.valueOf(thrown.get(0).getMessage()).lines().toList();
    assertThat(lines.get(0))
        .matches("seed \\d+: election safety is violated: after a \"crash\" at step \\d+");
    assertThat(lines.get(2)).matches("Shrunk from \\d+ choices to 2:");
    assertThat(lines.get(4)).matches("  step \\d+: crash 1");
    assertThat(lines.get(5)).matches("  step \\d+: cut 1");
  }

  @Test
  void theReportNamesTheFileOfThePicture() {
    Oracle strict =
        new Oracle() {
          @Override
          public void applied(long node, Entry entry) {
            throw new OracleViolation("nothing is applied", "node " + node + " applies an entry");
          }
        };
    Trial fuzz = Fuzz.ofAnyGroup().steps(3).oracles(() -> strict);
    FuzzTests tests = FuzzTests.of(fuzz).shrinkTime(Duration.ZERO);
    Throwable failure =
        tests.tests("1", 1).map(FuzzTestsTest::outcome).toList().get(0).orElseThrow();
    String message = String.valueOf(failure.getMessage());
    String label = "\nThe picture of the run, for a browser: ";
    assertThat(message).contains(label);
    String file = message.substring(message.indexOf(label) + label.length()).strip();
    assertThat(Path.of(file)).content().startsWith("<!DOCTYPE html>").contains("<title>seed ");
  }

  @Test
  void theReportContainsATestThatReplaysTheRun() {
    Schedule schedule =
        Schedule.parse("step 3: crash 1\nstep 5: a \"quoted\\ label\" 1\nstep 6: cut 1\n");
    Failure failure =
        Failure.of(FuzzTestsTest::crashThenCut, Choices.replay(schedule)).orElseThrow();

    assertThat(new FailureReport("seed 5", 900, new Shrunk(schedule, failure, 7, false)).text())
        .startsWith(
            """
            seed 5: election safety is violated: after a "crash" at step 6

            Shrunk from 900 choices to 3, until the limit of shrinking was reached:

              step 3: crash 1
              step 5: a "quoted\\ label" 1
              step 6: cut 1

            As a test:

            """)
        .contains(
            """
                void electionSafetyHolds() {
                  RUN.run(
                      Choices.replay(
                          Schedule.parse(
                              \"""
                              step 3: crash 1
                              step 5: a \\"quoted\\\\ label\\" 1
                              step 6: cut 1
                              \""")));
                }
            """);
  }

  @Test
  void aReportSaysIfTheRunFailsInAnotherWayEachTime() {
    Schedule schedule = Schedule.parse("step 3: crash 1\nstep 6: cut 1\n");
    Failure failure =
        Failure.of(FuzzTestsTest::crashThenCut, Choices.replay(schedule)).orElseThrow();

    assertThat(new FailureReport("seed 5", 9, new Shrunk(schedule, failure, 7, true, false)).text())
        .contains(
            "Shrunk from 9 choices to 2. It does not fail with the same sentence each time, so it"
                + " depends on something other than its choices: a clock, a thread, Random, or the"
                + " order of a hash set. The choices:");
  }

  @Test
  void aReportWithoutChoicesSaysSo() {
    Failure failure = new Failure("kind", new OracleViolation("kind", "always"));
    Shrunk shrunk = new Shrunk(Schedule.parse(""), failure, 7, true);

    assertThat(new FailureReport("seed 5", 9, shrunk).text())
        .contains("\n\nShrunk from 9 choices to 0:\n\n  (none is left)\n");
  }

  @Test
  void onlyTheFirstRunThatFailsInAWayIsShrunk() {
    List<String> messages =
        FuzzTests.of(FuzzTestsTest::crashThenCut)
            .tests("", 100)
            .map(FuzzTestsTest::outcome)
            .flatMap(Optional::stream)
            .map(thrown -> String.valueOf(thrown.getMessage()))
            .toList();

    String first = messages.get(0).replaceFirst("(?s):.*", "");
    assertThat(messages).hasSizeGreaterThan(1);
    assertThat(messages.get(1))
        .matches("(?s)seed \\d+: election safety is violated: .*")
        .endsWith(
            "\n\nThe first run with this kind of failure is "
                + first
                + ": its report shows it shrunk. If this run is the only one, it is shrunk, too.\n");
  }

  @Test
  void aRunIsNotShrunkWithoutTime() {
    Throwable thrown =
        FuzzTests.of(FuzzTestsTest::crashThenCut)
            .shrinkTime(Duration.ZERO)
            .tests("", 100)
            .map(FuzzTestsTest::outcome)
            .flatMap(Optional::stream)
            .findFirst()
            .orElseThrow();

    assertThat(thrown).hasMessageContaining(" choices, and is not shrunk:");
  }

  @Test
  void whenTheTimeIsOverTheRestAreSkippedExceptForPinnedOnes() {
    List<Integer> ran = new ArrayList<>();
    List<Optional<Throwable>> outcomes =
        FuzzTests.of(choices -> ran.add(1))
            .pinned(5)
            .time(Duration.ofNanos(-1))
            .tests("", 3)
            .map(FuzzTestsTest::outcome)
            .toList();

    assertThat(ran).hasSize(1);
    assertThat(outcomes.get(0)).isEmpty();
    IntStream.range(1, 4)
        .forEach(i -> assertThat(outcomes.get(i)).get().isInstanceOf(TestAbortedException.class));
  }

  @Test
  void aNegativeNumberOfSeedsIsRefused() {
    assertThatThrownBy(() -> FuzzTests.of(choices -> {}).seeds(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("seeds: at least 0: -1");
  }
}
