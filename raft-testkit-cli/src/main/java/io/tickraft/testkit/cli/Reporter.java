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
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Shrinks a run that fails, and leaves its files. */
final class Reporter {

  private static final int MAX_STACK_LINES = 60;

  private final Trials trials;
  private final Path directory;
  private final Duration shrinkTime;

  /**
   * What was left of a run.
   *
   * @param text the report
   * @param report its file
   * @param schedule the file to replay; empty if the run cannot be replayed
   */
  record Left(String text, Path report, Optional<Path> schedule) {}

  Reporter(Trials trials, Path directory, Duration shrinkTime) {
    this.trials = trials;
    this.directory = directory;
    this.shrinkTime = shrinkTime;
  }

  /** Writes the schedule of the whole run. */
  Path writeWhole(String run, Schedule whole, Failure failure) {
    Path file = file(run, "whole");
    schedule(run, whole, failure).write(file);
    return file;
  }

  /** Shrinks a run, and writes its schedule and its report. */
  Left shrink(String run, Schedule whole, Failure failure) {
    Shrunk shrunk = shrunk(whole, failure);
    Path schedule = file(run, "schedule");
    schedule(run, shrunk.schedule(), shrunk.failure()).write(schedule);
    String text = new FailureReport(run, whole.size(), shrunk).text();
    return new Left(text, writeReport(run, text, shrunk.failure()), Optional.of(schedule));
  }

  private Shrunk shrunk(Schedule whole, Failure failure) {
    boolean canShrink =
        failure.cause() instanceof RuntimeException || failure.cause() instanceof AssertionError;
    if (shrinkTime.isZero() || !canShrink) {
      return new Shrunk(whole, failure, 0, false);
    }
    return new Shrinker(trials.create()).maxTime(shrinkTime).shrink(whole);
  }

  /** Writes a report about a run that cannot be shrunk, and says why. */
  Left leave(String run, Failure failure, String why) {
    String text = run + ": " + failure + "\n\n" + why + "\n";
    return new Left(text, writeReport(run, text, failure), Optional.empty());
  }

  private Path writeReport(String run, String text, Failure failure) {
    Path report = file(run, "report");
    TextFiles.write(report, text + thrown(failure));
    return report;
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
    return directory.resolve(name + "-" + what + ".txt");
  }
}
