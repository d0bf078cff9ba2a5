package io.tickraft.testkit.cli;

import io.tickraft.testkit.cli.trial.ScheduleFile;
import io.tickraft.testkit.cli.trial.TextFiles;
import io.tickraft.testkit.cli.trial.Trials;
import io.tickraft.testkit.cli.trial.UserClasses;
import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.fuzz.FailureReport;
import io.tickraft.testkit.fuzz.RunTranscript;
import io.tickraft.testkit.fuzz.Shrunk;
import io.tickraft.testkit.fuzz.Trial;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Schedule;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Replays a schedule. */
@Command(
    name = "replay",
    sortOptions = false,
    description = {
      "Replays the schedule of a run three times, and prints how it fails, or that it does not.",
      "The file says what is run; for a trial of your own, --class-path says where it is.",
      ""
    })
final class ReplayCommand implements Callable<Integer> {

  private static final int TIMES = 3;

  /** What has come of a replay; two replays of the same run are equal. */
  private record Replay(String failure, Schedule record, long choices) {}

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "A schedule, as fuzz and shrink leave it.")
  @SuppressWarnings("NullAway.Init")
  private Path file;

  @Option(names = "--stack-trace", description = "Print where the failure was thrown.")
  private boolean stackTrace;

  @Option(
      names = "--transcript",
      description = "Print what happens in the run, as far as the trial supports observers.")
  private boolean transcript;

  @Option(
      names = "--scenario",
      paramLabel = "FILE",
      description = "Write a run that fails as a scenario file.")
  private @Nullable Path scenario;

  @Option(
      names = "--picture",
      paramLabel = "FILE",
      description = "Write the picture of the run, a page for a browser.")
  private @Nullable Path picture;

  @Mixin private UserClasses classes = new UserClasses();

  @Override
  public Integer call() {
    ScheduleFile run = ScheduleFile.read(file);
    Trials trials = Trials.of(classes.replacing(run.settings()), classes);
    PrintWriter out = spec.commandLine().getOut();
    Optional<Failure> failure = Optional.empty();
    List<Replay> replays = new ArrayList<>();
    for (int i = 0; i < TIMES; i++) {
      Choices choices = Choices.replay(run.schedule());
      failure = Failure.of(trials.create(), choices);
      replays.add(
          new Replay(failure.map(Failure::toString).orElse(""), choices.record(), choices.made()));
    }
    if (replays.stream().distinct().count() > 1) {
      out.println(file + ": the replays differ, so the run depends on more than its choices:");
      replays.forEach(replay -> out.println("  " + text(replay)));
      return ExitCode.VIOLATION;
    }
    out.println(file + ": " + text(replays.get(0)));
    comparison(run, failure, replays.get(0).record).forEach(line -> out.println("  " + line));
    if (transcript) {
      printTranscript(trials.create(), run.schedule());
    }
    if (scenario != null && failure.isPresent()) {
      writeScenario(scenario, run, failure.get(), trials.create());
    }
    if (picture != null) {
      Drawing.draw(
          out,
          picture,
          run.run(),
          trials.create(),
          Choices.replay(run.schedule()),
          drawn ->
              drawn
                  .replay("java -jar " + Main.jar() + " replay " + file)
                  .settings(run.schedule().text().lines().toList()));
    }
    if (stackTrace) {
      failure.ifPresent(found -> out.println(Reporter.stackTrace(found.cause())));
    }
    return failure.isEmpty() ? ExitCode.CLEAN : ExitCode.VIOLATION;
  }

  private void printTranscript(Trial trial, Schedule schedule) {
    Choices choices = Choices.replay(schedule);
    RunTranscript lines = new RunTranscript(choices);
    Optional<Failure> failure = Failure.of(same -> trial.run(same, lines), choices);
    PrintWriter out = spec.commandLine().getOut();
    lines.lines().forEach(out::println);
    failure.ifPresent(found -> out.println(found.cause().getMessage()));
  }

  private void writeScenario(Path target, ScheduleFile run, Failure failure, Trial trial) {
    Shrunk shrunk = new Shrunk(run.schedule(), failure, 0, false);
    String text =
        FailureReport.of(run.run(), run.schedule().size(), shrunk, trial)
            .scenario()
            .orElseThrow(
                () ->
                    new UsageException(
                        file + ": no scenario: the run is too long, or cannot be observed"));
    TextFiles.write(target, text);
    spec.commandLine().getOut().println("scenario: " + target);
  }

  private static String text(Replay replay) {
    return replay.failure.isEmpty() ? "does not fail" : "fails: " + replay.failure;
  }

  /** Returns what is other than when the file was written. */
  private static List<String> comparison(
      ScheduleFile run, Optional<Failure> failure, Schedule record) {
    List<String> lines = new ArrayList<>();
    Optional<String> kind = failure.map(Failure::kind);
    if (run.kind().isPresent() && !run.kind().equals(kind)) {
      lines.add("when the file was written, it failed: " + run.kind().get());
    }
    int all = run.schedule().size();
    int met = record.size();
    if (met < all) {
      lines.add(
          met == 0
              ? "the run meets none of the " + all + " choices: is it another trial's?"
              : "the run meets " + met + " of the " + Numbers.of(all, "choice"));
    }
    lines.addAll(otherNumbers(run.schedule(), record));
    boolean isSameVersion = run.version().equals(Version.ofProduct());
    if (run.kind().isPresent() && failure.isEmpty() && met == all && isSameVersion) {
      lines.add("if nothing has changed since, the run depends on more than its choices");
    }
    if (!lines.isEmpty() && !isSameVersion) {
      lines.add(
          "the file was written by version "
              + run.version()
              + ", and this is "
              + Version.ofProduct());
    }
    return lines;
  }

  /** Returns which choices have no such number in this run, and what was taken instead. */
  private static List<String> otherNumbers(Schedule given, Schedule taken) {
    Map<String, Integer> numbers = new TreeMap<>();
    taken.choices().forEach(choice -> numbers.put(name(choice), choice.number()));
    return given.choices().stream()
        .filter(choice -> numbers.getOrDefault(name(choice), choice.number()) != choice.number())
        .map(choice -> "out of range: " + choice + "; taken: " + numbers.get(name(choice)))
        .toList();
  }

  private static String name(Schedule.Choice choice) {
    return choice.occasion() + ": " + choice.label();
  }
}
