package io.tickraft.testkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.testkit.cli.trial.ScheduleFile;
import io.tickraft.testkit.fuzz.Fuzz;
import io.tickraft.testkit.fuzz.Trial;
import io.tickraft.testkit.fuzz.Trouble;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.OracleViolation;
import io.tickraft.testkit.sim.Choices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FuzzCommandTest {

  private static final String PLANTED = "fuzz --trial " + PlantedBug.class.getName() + " ";

  @TempDir Path dir;

  private final TestCommand command = new TestCommand();

  private int fuzzPlanted(String options) {
    return command.executeLine(PLANTED + options + " --out", dir);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.list(dir)) {
      return all.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  // The sum.

  @Test
  void aCleanCampaignEndsWithOneLineAndExitCode0() throws IOException {
    assertThat(command.executeLine("fuzz --seeds 4 --steps 20 --progress none --out", dir))
        .isZero();
    assertThat(command.out().lines().reduce((first, last) -> last).orElseThrow())
        .matches(
            "clean: 4 runs \\(seeds 1 to 4\\) in \\d+ s on \\d+ threads?.*; [\\d,]+ events, [\\d,]+ a"
                + " second and core; \\d tame runs?; \\d+ of \\d+ goals; 0 violations");
    assertThat(command.out()).startsWith("Goals not reached: ").hasLineCount(2);
    assertThat(command.err()).isEmpty();
    assertThat(files()).isEmpty();
  }

  @Test
  void theSameSeedsGiveTheSameSum() {
    String options = "fuzz --seeds 6 --steps 10 --progress none --threads ";
    command.executeLine(options + 1);
    String one = sum(command.out());
    command.executeLine(options + 3);
    assertThat(sum(command.out())).isEqualTo(one);
  }

  /** Returns the sum without times. */
  private static String sum(String out) {
    return out.replaceAll(" in \\d.*?;", ";").replaceAll(", [\\d,]+ a second and core", "");
  }

  @Test
  void timeEndsACampaign() {
    assertThat(command.executeLine("fuzz --time 1s --steps 5 --progress none")).isZero();
    assertThat(command.out()).contains("clean: ").contains("(seeds 1 to ");
  }

  @Test
  void theSettingsAreThoseOfTheOptions() {
    command.executeLine(
        "fuzz --seeds 3 --nodes 1 --steps 8 --without membership --progress none --json");
    assertThat(command.out()).contains("\"message lost\":0");
  }

  // Violations.

  @Test
  void aViolationIsShrunkAndLeavesItsFiles() throws IOException {
    assertThat(fuzzPlanted("--seeds 1000 --threads 2 --progress none")).isEqualTo(1);

    assertThat(files()).hasSize(3).allMatch(name -> name.matches("seed-\\d+-\\w+\\.txt"));
    String seed = files().get(0).split("-", -1)[1];
    assertThat(command.out())
        .startsWith("seed " + seed + ": ")
        .contains("Shrunk from ")
        .contains("report: " + dir.resolve("seed-" + seed + "-report.txt"))
        .contains("whole run: " + dir.resolve("seed-" + seed + "-whole.txt"))
        .contains(
            "replay: java -jar raft-testkit-cli.jar replay "
                + dir.resolve("seed-" + seed + "-schedule.txt"))
        .contains("\nviolation: " + seed + " runs (seeds 1 to " + seed + ")")
        .endsWith("; 1 violation\n");
    assertThat(Files.readString(dir.resolve("seed-" + seed + "-report.txt")))
        .contains("As a test:");
  }

  @Test
  void whatIsLeftIsReplayedInTheSameWay() throws IOException {
    fuzzPlanted("--seeds 1000 --progress none");
    for (String name : files().stream().filter(name -> !name.contains("report")).toList()) {
      assertThat(command.executeLine("replay", dir.resolve(name))).isEqualTo(1);
      assertThat(command.out())
          .startsWith(dir.resolve(name) + ": fails: ")
          .hasLineCount(1); // Nothing is other than it was.
    }
  }

  @Test
  void eachKindIsReportedWhenTheCampaignGoesOn() throws IOException {
    assertThat(fuzzPlanted("--seeds 300 --keep-going --progress none")).isEqualTo(1);
    assertThat(command.out())
        .contains("two leaders at step")
        .contains("no snapshot at step")
        .containsPattern("violation: 300 runs .*; \\d+ violations of 2 kinds\n$");
    assertThat(files()).hasSize(6);
    String thrown =
        Files.readString(
            dir.resolve(files().stream().filter(this::isOfException).findFirst().get()));
    assertThat(thrown).contains("Thrown:").contains("at " + PlantedBug.class.getName() + ".run");
  }

  private boolean isOfException(String name) {
    try {
      return name.contains("report")
          && Files.readString(dir.resolve(name)).contains("no snapshot at");
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void theReportsAreTheSameWithAnyNumberOfThreads() throws IOException {
    fuzzPlanted("--seeds 200 --keep-going --progress none --threads 1");
    String one = sum(command.out());
    List<String> left = files();
    fuzzPlanted("--seeds 200 --keep-going --progress none --threads 7");
    assertThat(sum(command.out()).lines().sorted()).isEqualTo(one.lines().sorted().toList());
    assertThat(files()).isEqualTo(left);
  }

  @Test
  void aDirectoryThatCannotBeWrittenHidesNoViolation() throws IOException {
    Path taken = Files.writeString(dir.resolve("taken"), "");
    assertThat(command.executeLine(PLANTED + "--seeds 100 --progress none --out", taken))
        .isEqualTo(2);
    assertThat(command.err()).contains("--out: no directory: " + taken).hasLineCount(1);

    assertThat(
            command.executeLine(
                PLANTED + "--seeds 100 --progress none --out", taken.resolve("below")))
        .isEqualTo(1);
    assertThat(command.err()).contains("cannot be written");
    assertThat(command.out()).containsPattern("seed \\d+: ").contains("violation: ");
  }

  @Test
  void withoutTimeToShrinkTheWholeRunIsLeft() throws IOException {
    fuzzPlanted("--seeds 100 --shrink-time 0 --progress none");
    assertThat(command.out()).contains("is not shrunk");
    List<ScheduleFile> both =
        files().stream()
            .filter(name -> !name.contains("report"))
            .map(name -> ScheduleFile.read(dir.resolve(name)))
            .toList();
    assertThat(both).hasSize(2);
    assertThat(both.get(0)).isEqualTo(both.get(1));
  }

  /** Depends on more than its choices. */
  public static final class Moody implements Trial {
    private int runs;

    /** For {@code --trial}. */
    public Moody() {}

    @Override
    public void run(Choices choices) {
      runs++;
      if (runs == 5) {
        throw new AssertionError("the fifth run in this thread");
      }
    }
  }

  @Test
  void aRunThatDoesNotFailAgainIsReportedAsSuch() {
    assertThat(
            command.executeLine(
                "fuzz --trial " + Moody.class.getName() + " --seeds 5 --threads 1 --out", dir))
        .isEqualTo(1);
    assertThat(command.out())
        .contains("seed 5: the fifth run in this thread")
        .contains("With the same choices the run does not fail again");
  }

  /** Does not come to an end. */
  public static final class Endless implements Trial {

    /** For {@code --trial}. */
    public Endless() {}

    @Override
    public void run(Choices choices) {
      while (choices.percent("again", 100)) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void aRunThatDoesNotEndIsAViolation() throws IOException {
    assertThat(
            command.executeLine(
                "fuzz --trial "
                    + Endless.class.getName()
                    + " --seeds 9 --threads 1 --run-time 50ms --keep-going --out",
                dir))
        .isEqualTo(1);
    assertThat(command.out())
        .contains("seed 1: the run has not ended after")
        .contains("stopped, a run does not end: 1 run ");
    assertThat(Files.readString(dir.resolve("seed-1-report.txt")))
        .contains(Endless.class.getName() + ".run");
  }

  /** Was compiled against something else. */
  public static final class Unlinked implements Trial {

    /** For {@code --trial}. */
    public Unlinked() {}

    @Override
    public void run(Choices choices) {
      throw new NoSuchMethodError("Choices.nextLong");
    }
  }

  @Test
  void classesThatDoNotFitAreNoViolation() {
    String trial = " --trial " + Unlinked.class.getName();
    for (String line : List.of("fuzz --progress none --seeds 9", "shrink --seed 1")) {
      assertThat(command.executeLine(line + trial)).isEqualTo(2);
      assertThat(command.err())
          .contains("do not fit this version: java.lang.NoSuchMethodError: Choices.nextLong")
          .hasLineCount(1);
    }
  }

  // JSON and progress.

  @Test
  void jsonIsAnObjectALine() {
    assertThat(fuzzPlanted("--seeds 300 --keep-going --json --progress none")).isEqualTo(1);
    assertThat(command.out().lines()).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
    assertThat(command.out().lines().filter(line -> line.contains("\"schedule\":"))).hasSize(2);
    assertThat(command.out().lines().reduce((first, last) -> last).orElseThrow())
        .startsWith("{\"type\":\"summary\",\"runs\":300,")
        .contains("\"end\":\"seeds\"")
        .contains("\"kinds\":{\"")
        .contains("\"election safety\":");
    assertThat(command.err()).isEmpty();
  }

  @Test
  void theBeginIsShownInPlainLines() {
    command.executeLine("fuzz --seeds 5..6 --steps 1 --progress plain --threads 1 --shard 2/2");
    assertThat(command.err()).startsWith("seeds from 6 to 6, shard 2/2, 1 thread; ");
    assertThat(command.out()).contains("clean: 1 run (seeds 6 to 6, shard 2/2)");
  }

  @Test
  void aProgressLineIsReplacedByTheNext() {
    command.executeLine("fuzz --time 1200ms --steps 5 --progress line");
    assertThat(command.err())
        .containsPattern("\r\\u001b\\[K\\d+ runs?, [\\d,]+ events a second, \\d s left, ")
        .endsWith("\r\u001b[K"); // Erased before the sum.
  }

  // Wrong options.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--time x                               | 'x' is no time, such as 90s, 5m or 8h",
        "--time=-5                              | --time",
        "--time 0                               | --time: at least 1ms",
        "--seeds x                              | 'x' is no number, and no range like 500..999",
        "--seeds 0                              | '0' has no seed",
        "--seeds 9..8                           | '9..8' has no seed",
        "--seeds 5..9 --first-seed 3            | --first-seed: --seeds has a first seed already",
        "--first-seed x                         | --first-seed: a number or new: 'x'",
        "--first-seed -1                        | the first seed: at least 0: -1",
        "--first-seed new --shard 1/2           | --first-seed: with --shard give a number",
        "--first-seed 9223372036854775807 --seeds 2 | seeds: the last one is above",
        "--shard 0/2                            | '0/2': K is from 1 to N, such as 2/3",
        "--shard 3/2                            | '3/2': K is from 1 to N, such as 2/3",
        "--shard 3                              | '3' is no shard, such as 3/40",
        "--shard 3/3 --seeds 2                  | --shard: there are fewer seeds than shards",
        "--threads 0                            | --threads: at least 1: 0",
        "--run-time 0                           | --run-time: at least 1ms",
        "--nodes 0                              | nodes: at least 1: 0",
        "--nodes 3,x                            | --nodes",
        "--steps -1                             | steps: at least 0: -1",
        "--with crash                           | 'crash' is no kind of trouble; the kinds are crashes,partitions",
        "--without rain                         | 'rain' is no kind of trouble",
        "--progress loud                        | --progress",
        "--trial no.such.Trial                  | --trial: there is no class no.such.Trial",
        "--trial java.lang.String               | String is neither a Trial nor a Supplier of one",
        "--trial java.lang.Math                 | has no public constructor without parameters",
        "--class-path no/such.jar               | --class-path: there is no no/such.jar",
        "--class-path no/such/*                 | --class-path: cannot read no/such",
        "--what                                 | --what",
        "surplus                                | surplus",
      })
  void aWrongOptionIsOneLineAndExitCode2(String options, String problem) {
    assertThat(command.executeLine("fuzz --out no-such-dir " + options)).isEqualTo(2);
    assertThat(command.err()).startsWith("raft-testkit-cli: ").contains(problem).hasLineCount(1);
    assertThat(command.out()).isEmpty();
  }

  @Test
  void settingsOfAFuzzAreRefusedForAnotherTrial() {
    assertThat(fuzzPlanted("--steps 5")).isEqualTo(2);
    assertThat(command.err())
        .contains("settings of a Fuzz, and " + PlantedBug.class.getName())
        .hasLineCount(1);
  }

  @Test
  void helpTellsTheDefaultsAndAllKindsOfTrouble() {
    command.execute("fuzz", "--help");
    String help = command.out().replaceAll("\\s+", " ");
    Fuzz fuzz = Fuzz.ofAnyGroup();
    assertThat(help)
        .contains("its recovery. Default: " + fuzz.steps() + ".")
        .contains(
            "may begin with. Default: "
                + fuzz.sizes().stream().map(String::valueOf).collect(Collectors.joining(","))
                + ".");
    for (Trouble trouble : Trouble.values()) {
      assertThat(help).contains(trouble.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
  }

  // Trials of the user's own.

  /** A fuzz with settings of its own. */
  public static final class Calm implements Supplier<Fuzz> {

    /** For {@code --trial}. */
    public Calm() {}

    @Override
    public Fuzz get() {
      return Fuzz.ofAnyGroup().nodes(3).steps(5).with(List.of(Trouble.UNRELIABLE_NETWORK));
    }
  }

  @Test
  void aSupplierOfAFuzzHasEventsAndGoals() {
    command.executeLine("fuzz --seeds 2 --progress none --trial " + Calm.class.getName());
    assertThat(command.out()).contains(" events, ").contains(" goals; 0 violations");
  }

  /** A fuzz that fails at once, as its oracle does. */
  public static final class Broken implements Supplier<Fuzz> {

    /** For {@code --trial}. */
    public Broken() {}

    @Override
    public Fuzz get() {
      return new Calm()
          .get()
          .configuration(
              (config, id) -> {
                throw new IllegalStateException("no configuration for " + id);
              });
    }
  }

  /** A fuzz whose runs fail when the first command is applied. */
  public static final class Objecting implements Supplier<Fuzz> {

    /** For {@code --trial}. */
    public Objecting() {}

    @Override
    public Fuzz get() {
      return new Calm().get().oracles(() -> new Objection());
    }
  }

  private static final class Objection implements Oracle {
    @Override
    public void applied(long node, Entry entry) {
      if (entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
        throw new OracleViolation("no command", "node " + node + " applies one");
      }
    }
  }

  @Test
  void aRunOfAFuzzLeavesATranscriptAndAScenario() throws IOException {
    String trial = " --trial " + Objecting.class.getName();
    command.executeLine("fuzz --seeds 1 --shrink-time 2s" + trial + " --out", dir);
    Path transcript = dir.resolve("seed-1-transcript.txt");
    Path scenario = dir.resolve("seed-1-scenario.txt");
    assertThat(command.out()).contains("transcript: " + transcript, "scenario: " + scenario);
    assertThat(transcript).content().contains("node ");
    assertThat(dir.resolve("seed-1-report.txt"))
        .content()
        .contains("new io.tickraft.testkit.cli.FuzzCommandTest.Objecting().get()");
    assertThat(command.executeLine("scenario", scenario)).isZero();

    Path schedule = dir.resolve("seed-1-schedule.txt");
    Path again = dir.resolve("again.txt");
    assertThat(command.executeLine("replay --transcript --scenario " + again, schedule))
        .isEqualTo(1);
    assertThat(command.out())
        .startsWith(schedule + ": fails: no command is violated: node ")
        .contains(Files.readString(transcript), "scenario: " + again);
    assertThat(again).hasSameTextualContentAs(scenario);
  }

  @Test
  void aRunOfAFuzzLeavesAPictureThatSaysHowToReplayIt() throws IOException {
    String trial = " --trial " + Objecting.class.getName();
    command.executeLine("fuzz --seeds 1 --shrink-time 2s" + trial + " --out", dir);
    Path picture = dir.resolve("seed-1-picture.html");
    Path schedule = dir.resolve("seed-1-schedule.txt");
    assertThat(command.out()).contains("picture: " + picture);
    assertThat(Files.readString(picture))
        .startsWith("<!DOCTYPE html>")
        .contains("seed 1: no command is violated at ")
        .contains("\"replay\":\"java -jar raft-testkit-cli.jar replay " + schedule + "\"");

    Path again = dir.resolve("again.html");
    assertThat(command.executeLine("replay --picture " + again, schedule)).isEqualTo(1);
    assertThat(command.out()).contains("picture: " + again);
    assertThat(Files.readString(again)).contains("no command is violated: node ");
  }

  @Test
  void theFileHasTheSettingsThatWereRun() throws IOException {
    command.executeLine(
        "fuzz --seeds 1 --steps 7 --trial " + Broken.class.getName() + " --out", dir);
    ScheduleFile file = ScheduleFile.read(dir.resolve("seed-1-schedule.txt"));
    assertThat(file.run()).isEqualTo("seed 1");
    assertThat(file.kind()).contains("IllegalStateException: no configuration for %");
    assertThat(file.settings().trial()).contains(Broken.class.getName());
    assertThat(file.settings().nodes()).contains(List.of(3));
    assertThat(file.settings().steps()).contains(7);
    assertThat(file.settings().troubles())
        .contains(new TreeSet<>(List.of(Trouble.UNRELIABLE_NETWORK)));
    assertThat(command.executeLine("replay", dir.resolve("seed-1-schedule.txt"))).isEqualTo(1);
  }

  @Test
  void aTrialIsLoadedFromTheClassPathThatIsGiven() throws IOException {
    Path source = dir.resolve("Mine.java");
    Files.writeString(
        source,
        """
        public final class Mine implements io.tickraft.testkit.fuzz.Trial {
          public void run(io.tickraft.testkit.sim.Choices choices) {
            if (choices.at("step %", 1).percent("crash", 50)) {
              throw new AssertionError("mine");
            }
          }
        }
        """);
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                source.toString());
    assertThat(compiled).isZero();
    Path out = dir.resolve("out");

    String options = "fuzz --seeds 50 --progress none --trial Mine --class-path ";
    assertThat(command.executeLine(options + dir + " --out", out)).isEqualTo(1);
    assertThat(command.out()).contains("-schedule.txt --class-path " + dir + "\n");
    Path schedule;
    try (Stream<Path> left = Files.list(out)) {
      schedule = left.filter(file -> file.toString().contains("schedule")).findFirst().get();
    }
    assertThat(command.executeLine("replay --class-path " + dir, schedule)).isEqualTo(1);
    assertThat(command.out()).contains("fails: mine");
    assertThat(command.executeLine("replay", schedule)).isEqualTo(2);
    assertThat(command.err()).contains("there is no class Mine; see --class-path").hasLineCount(1);
  }
}
