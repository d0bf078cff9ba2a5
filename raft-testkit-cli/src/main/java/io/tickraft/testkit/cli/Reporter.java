package io.tickraft.testkit.cli;

import io.tickraft.testkit.cli.trial.ScheduleFile;
import io.tickraft.testkit.cli.trial.TextFiles;
import io.tickraft.testkit.cli.trial.Trials;
import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.fuzz.FailureReport;
import io.tickraft.testkit.fuzz.Shrinker;
import io.tickraft.testkit.fuzz.Shrunk;
import io.tickraft.testkit.oracle.OracleViolation;
import io.tickraft.testkit.sim.Schedule;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Shrinks a run that fails, and leaves its files. */
final class Reporter {

  private static final int MAX_STACK_LINES = 60;
  private static final String SCHEDULE = "schedule";
  private static final String PICTURE = "picture";

  private final Trials trials;
  private final Path directory;
  private final Duration shrinkTime;

  /** What a command that replays the run needs beyond the file. */
  private final String replayOptions;

  /**
   * What was left of a run.
   *
   * @param text the report
   * @param files its files, by what they are: report, schedule, transcript, scenario, picture
   */
  record Left(String text, Map<String, Path> files) {

    Optional<Path> schedule() {
      return Optional.ofNullable(files.get(SCHEDULE));
    }

    Optional<Path> picture() {
      return Optional.ofNullable(files.get(PICTURE));
    }
  }

  Reporter(Trials trials, Path directory, Duration shrinkTime, String replayOptions) {
    this.trials = trials;
    this.directory = directory;
    this.shrinkTime = shrinkTime;
    this.replayOptions = replayOptions;
  }

  /** Writes the schedule of the whole run. */
  Path writeWhole(String run, Schedule whole, Failure failure) {
    Path file = file(run, "whole");
    schedule(run, whole, failure).write(file);
    return file;
  }

  /** Shrinks a run, and writes its schedule, its report, and what happens in it. */
  Left shrink(String run, Schedule whole, Failure failure) {
    Shrunk shrunk = shrunk(whole, failure);
    FailureReport report = report(run, whole, shrunk);
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(SCHEDULE, schedule(run, shrunk.schedule(), shrunk.failure()).text());
    if (!report.transcript().isEmpty()) {
      texts.put("transcript", String.join("\n", report.transcript()) + "\n");
    }
    report.scenario().ifPresent(scenario -> texts.put("scenario", scenario));
    report
        .picture()
        .ifPresent(
            picture -> texts.put(PICTURE, picture.replay(replay(file(run, SCHEDULE))).html()));
    return write(run, report.text(), shrunk.failure(), texts);
  }

  /** Returns the command that replays the run of a schedule. */
  String replay(Path file) {
    return "java -jar " + Main.jar() + " replay " + file + replayOptions;
  }

  private FailureReport report(String run, Schedule whole, Shrunk shrunk) {
    if (!canRepeat(shrunk.failure())) {
      return new FailureReport(run, whole.size(), shrunk);
    }
    FailureReport report = FailureReport.of(run, whole.size(), shrunk, trials.create());
    return trials.source().map(report::source).orElse(report);
  }

  /** Returns whether the testkit catches what the run throws. */
  private static boolean canRepeat(Failure failure) {
    return failure.cause() instanceof RuntimeException
        || failure.cause() instanceof AssertionError
        || failure.cause() instanceof StackOverflowError;
  }

  private Shrunk shrunk(Schedule whole, Failure failure) {
    if (shrinkTime.isZero() || !canRepeat(failure)) {
      return new Shrunk(whole, failure, 0, false);
    }
    return new Shrinker(trials.create()).maxTime(shrinkTime).shrink(whole);
  }

  /** Writes a report about a run that cannot be shrunk, and says why. */
  Left leave(String run, Failure failure, String why) {
    String text = run + ": " + failure + "\n\n" + why + "\n";
    return write(run, text, failure, Map.of());
  }

  private Left write(String run, String report, Failure failure, Map<String, String> texts) {
    Map<String, String> all = new LinkedHashMap<>(texts);
    all.put("report", report + thrown(failure));
    Map<String, Path> files = new LinkedHashMap<>();
    all.forEach(
        (what, text) -> {
          Path file = file(run, what);
          TextFiles.write(file, text);
          files.put(what, file);
        });
    return new Left(report, files);
  }

  /** Returns where an exception comes from; for a broken promise, the run says more. */
  private static String thrown(Failure failure) {
    if (failure.cause() instanceof OracleViolation) {
      return "";
    }
    return "\nThrown:\n\n" + stackTrace(failure.cause()).indent(2);
  }

  /** Returns the first lines of a stack trace. */
  static String stackTrace(Throwable thrown) {
    StringWriter stack = new StringWriter();
    thrown.printStackTrace(new PrintWriter(stack, true));
    return stack.toString().lines().limit(MAX_STACK_LINES).collect(Collectors.joining("\n"));
  }

  private ScheduleFile schedule(String run, Schedule schedule, Failure failure) {
    return new ScheduleFile(
        run, trials.settings(), Optional.of(failure.kind()), Version.ofProduct(), schedule);
  }

  private Path file(String run, String what) {
    String name = run.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    return directory.resolve(name + "-" + what + (what.equals(PICTURE) ? ".html" : ".txt"));
  }
}
