package io.tickraft.testkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.testkit.cli.trial.ScheduleFile;
import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.fuzz.Trial;
import io.tickraft.testkit.sim.Choices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayAndShrinkTest {

  private static final String PLANTED = " --trial " + PlantedBug.class.getName();
  private static final long FAILING =
      LongStream.range(1, 1_000)
          .filter(seed -> Failure.of(new PlantedBug(), Choices.random(seed)).isPresent())
          .findFirst()
          .orElseThrow();

  @TempDir Path dir;

  private final TestCommand command = new TestCommand();

  private Path file(String... lines) throws IOException {
    return Files.write(dir.resolve("file.txt"), List.of(lines));
  }

  private Path shrunk() {
    command.executeLine("shrink --seed " + FAILING + PLANTED + " --out", dir);
    return dir.resolve("seed-" + FAILING + "-schedule.txt");
  }

  // Shrink.

  @Test
  void aSeedIsShrunk() throws IOException {
    Path schedule = shrunk();
    assertThat(command.out())
        .startsWith("seed " + FAILING + ": ")
        .contains("As a test:")
        .contains("schedule: " + schedule);
    assertThat(ScheduleFile.read(schedule).schedule().size()).isBetween(1, 6);
    try (Stream<Path> left = Files.list(dir)) {
      assertThat(left).hasSize(2);
    }
  }

  @Test
  void aFileIsShrunk() throws IOException {
    Path small = shrunk();
    ScheduleFile shortest = ScheduleFile.read(small);
    Path whole = dir.resolve("whole");
    Choices choices = Choices.random(FAILING);
    assertThat(Failure.of(new PlantedBug(), choices)).isPresent();
    new ScheduleFile("one of mine", shortest.settings(), shortest.kind(), "1", choices.record())
        .write(whole);

    assertThat(command.executeLine("shrink", whole, "--out", dir)).isEqualTo(1);
    assertThat(ScheduleFile.read(dir.resolve("one-of-mine-schedule.txt")).schedule())
        .isEqualTo(shortest.schedule());
  }

  @Test
  void whatDoesNotFailIsNotShrunk() throws IOException {
    Path harmless =
        file("// tickraft schedule 1", "// choices: 0", "// trial: " + PlantedBug.class.getName());
    assertThat(command.executeLine("shrink", harmless, "--out", dir.resolve("out"))).isZero();
    assertThat(command.out()).isEqualTo(harmless + ": does not fail\n");
    assertThat(dir.resolve("out")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shrink",
        "shrink --seed x",
        "shrink file --seed 1",
        "shrink file --steps 5",
        "shrink --seed 1 --shrink-time x",
        "shrink no-such-file",
        "replay no-such-file",
        "replay --seed 1",
        "replay",
        "replay one two",
      })
  void wrongUseIsOneLineAndExitCode2(String line) {
    assertThat(command.executeLine(line)).isEqualTo(2);
    assertThat(command.err()).startsWith("raft-testkit-cli: ").hasLineCount(1);
    assertThat(command.out()).isEmpty();
  }

  // Replay.

  @Test
  void aReplayTellsHowTheRunFails() {
    Path schedule = shrunk();
    assertThat(command.executeLine("replay", schedule)).isEqualTo(1);
    assertThat(command.out()).startsWith(schedule + ": fails: ").hasLineCount(1);
    assertThat(command.executeLine("replay --stack-trace", schedule)).isEqualTo(1);
    assertThat(command.out()).contains("at " + PlantedBug.class.getName() + ".run");
  }

  @Test
  void theSameVersionIsNotNamedAsADifference() throws IOException {
    Path fixed =
        file(
            "// tickraft schedule 1",
            "// trial: " + PlantedBug.class.getName(),
            "// fails: election safety",
            "// version: " + Version.ofProduct(),
            "step 1: crash 1");
    assertThat(command.executeLine("replay", fixed)).isZero();
    assertThat(command.out())
        .contains("when the file was written, it failed: election safety")
        .doesNotContain("version");
  }

  @Test
  void aRunThatDoesNotFailAnyMoreIsClean() throws IOException {
    Path fixed =
        file(
            "// tickraft schedule 1",
            "// trial: " + PlantedBug.class.getName(),
            "// fails: election safety",
            "// version: 0.0.1",
            "step 1: crash 1",
            "step 2: hiccup 1");
    assertThat(command.executeLine("replay", fixed)).isZero();
    assertThat(command.out().lines())
        .containsExactly(
            fixed + ": does not fail",
            "  when the file was written, it failed: election safety",
            "  the run meets 1 of the 2 choices",
            "  the file was written by version 0.0.1, and this is " + Version.ofProduct());
  }

  @Test
  void aRunThatDoesNotFailAnyMoreAlthoughNothingHasChangedDependsOnMore() throws IOException {
    Path fixed =
        file(
            "// tickraft schedule 1",
            "// trial: " + PlantedBug.class.getName(),
            "// fails: election safety",
            "// version: " + Version.ofProduct(),
            "step 1: crash 1");
    assertThat(command.executeLine("replay", fixed)).isZero();
    assertThat(command.out().lines())
        .containsExactly(
            fixed + ": does not fail",
            "  when the file was written, it failed: election safety",
            "  if nothing has changed since, the run depends on more than its choices");
  }

  @Test
  void aNumberThatTheRunCannotChooseIsTold() throws IOException {
    Path file =
        file(
            "// tickraft schedule 1",
            "// trial: " + PlantedBug.class.getName(),
            "// version: " + Version.ofProduct(),
            "step 1: crash 5",
            "step 2: crash 1");
    assertThat(command.executeLine("replay", file)).isZero();
    assertThat(command.out().lines())
        .containsExactly(file + ": does not fail", "  out of range: step 1: crash 5; taken: 1");
  }

  @Test
  void aScheduleOfAnotherTrialIsNoticed() throws IOException {
    Path other =
        file("// tickraft schedule 1", "// trial: " + PlantedBug.class.getName(), "day 1: rain 1");
    assertThat(command.executeLine("replay", other)).isZero();
    assertThat(command.out())
        .contains("the run meets none of the 1 choices: is it another trial's?");
  }

  @Test
  void aScheduleOfTheBuiltInFuzzNeedsNoTrial() throws IOException {
    Path calm = file("// tickraft schedule 1", "// choices: 0", "// steps: 3", "// nodes: 3");
    assertThat(command.executeLine("replay", calm)).isZero();
    assertThat(command.out()).isEqualTo(calm + ": does not fail\n");
  }

  @Test
  void aTrialThatCannotBeObservedHasNoScenario() {
    Path schedule = shrunk();
    assertThat(command.executeLine("replay --scenario " + dir.resolve("s"), schedule)).isEqualTo(2);
    assertThat(command.err()).contains("no scenario: ").hasLineCount(1);
    assertThat(dir.resolve("s")).doesNotExist();
  }

  @Test
  void aRunThatDoesNotFailHasAPictureToo() throws IOException {
    Path calm = file("// tickraft schedule 1", "// choices: 0", "// steps: 3", "// nodes: 3");
    Path picture = dir.resolve("picture.html");
    assertThat(command.executeLine("replay", calm, "--picture", picture)).isZero();
    assertThat(command.out()).isEqualTo(calm + ": does not fail\npicture: " + picture + "\n");
    String replayed = Files.readString(picture);
    assertThat(replayed).startsWith("<!DOCTYPE html>").doesNotContain("\"sentence\":");

    assertThat(command.executeLine("shrink", calm, "--picture", picture)).isZero();
    assertThat(command.out()).isEqualTo(calm + ": does not fail\npicture: " + picture + "\n");
  }

  @Test
  void aTrialThatCannotBeObservedHasNoPicture() {
    Path schedule = shrunk();
    Path picture = dir.resolve("picture.html");
    assertThat(command.executeLine("replay", schedule, "--picture", picture)).isEqualTo(2);
    assertThat(command.err()).contains("no picture: ").hasLineCount(1);
    assertThat(command.executeLine("shrink", schedule, "--out", dir, "--picture", picture))
        .isEqualTo(2);
    assertThat(command.err()).contains("no picture: ").hasLineCount(1);
    assertThat(picture).doesNotExist();
  }

  /** Fails in another way each time. */
  public static final class Moody implements Trial {
    private static int runs;

    /** For {@code --trial}. */
    public Moody() {}

    @Override
    public void run(Choices choices) {
      runs++;
      throw new AssertionError("run number " + runs);
    }
  }

  @Test
  void replaysThatDifferAreTold() throws IOException {
    Path file =
        file("// tickraft schedule 1", "// choices: 0", "// trial: " + Moody.class.getName());
    assertThat(command.executeLine("replay", file)).isEqualTo(1);
    assertThat(command.out())
        .contains("the replays differ, so the run depends on more than its choices:")
        .hasLineCount(4);
  }
}
