package io.tickraft.testkit.cli;

import io.tickraft.testkit.cli.campaign.Run;
import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.sim.Schedule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Reports the runs of a campaign that fail. The first run of each kind of failure is shrunk, in a
 * thread of its own, and leaves files; the others only have a line, and soon none any more.
 */
final class Findings {

  private static final int MAX_REPORT_LINES = 40;
  private static final int MAX_LINES_OF_A_KIND = 10;
  private static final long LOOK_MILLIS = 100;

  private final Screen screen;
  private final Reporter reporter;
  private final boolean isJson;

  private final ExecutorService shrinking =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "shrink");
            thread.setDaemon(true);
            return thread;
          });
  private final Map<String, Integer> kinds = new LinkedHashMap<>();

  /** What is being shrunk or waits for it, by its seed. */
  private final Map<Long, Finding> unreported = new ConcurrentSkipListMap<>();

  /** The first failure of its kind, and the file of the whole run if there is one. */
  private record Finding(
      long seed, Failure failure, Optional<Schedule> schedule, Optional<Path> whole) {

    String run() {
      return "seed " + seed;
    }

    Json json() {
      Json json = Findings.json(seed, failure);
      whole.ifPresent(file -> json.put("whole", file));
      return json;
    }
  }

  Findings(Screen screen, Reporter reporter, boolean isJson) {
    this.screen = screen;
    this.reporter = reporter;
    this.isJson = isJson;
  }

  /** A run has failed. Its whole schedule is on the disk when this returns. */
  void found(long seed, Run.Violation violation) {
    Failure failure = violation.failure();
    int number = kinds.merge(failure.kind(), 1, Integer::sum);
    String run = "seed " + seed;
    if (number > 1) {
      if (number <= MAX_LINES_OF_A_KIND) {
        screen.result(isJson ? json(seed, failure).toString() : run + ": " + failure);
      }
      return;
    }
    Finding finding =
        new Finding(
            seed,
            failure,
            violation.schedule(),
            violation.schedule().flatMap(schedule -> writeWhole(run, schedule, failure)));
    unreported.put(seed, finding);
    shrinking.execute(() -> report(finding));
  }

  private Optional<Path> writeWhole(String run, Schedule schedule, Failure failure) {
    try {
      return Optional.of(reporter.writeWhole(run, schedule, failure));
    } catch (UsageException e) {
      note(e);
      return Optional.empty();
    }
  }

  private void note(RuntimeException problem) {
    screen.note(Main.PREFIX + problem.getMessage());
  }

  private void report(Finding finding) {
    String run = finding.run();
    try {
      if (finding.schedule.isEmpty()) {
        String why = "The run has no schedule: it did not end, or its choices have no names.";
        show(finding, reporter.leave(run, finding.failure, why));
        return;
      }
      try {
        show(finding, reporter.shrink(run, finding.schedule.get(), finding.failure));
      } catch (IllegalArgumentException e) {
        String why = "With the same choices the run does not fail again: it depends on more.";
        show(finding, reporter.leave(run, finding.failure, why));
      }
    } catch (RuntimeException e) {
      note(e);
      showUnreported(finding);
    }
    unreported.remove(finding.seed);
  }

  private void show(Finding finding, Reporter.Left left) {
    if (isJson) {
      Json json = finding.json();
      left.files().forEach(json::put);
      screen.result(json.toString());
      return;
    }
    screen.result(
        head(left.text())
            + "\n"
            + text(left.files())
            + finding.whole.map(file -> text(Map.of("whole run", file))).orElse("")
            + left.schedule().map(this::replay).orElse(""));
  }

  private static String text(Map<String, Path> files) {
    return files.entrySet().stream()
        .map(file -> file.getKey() + ": " + file.getValue() + "\n")
        .collect(Collectors.joining());
  }

  /** Shows a failure that was not shrunk, or whose report could not be written. */
  private void showUnreported(Finding finding) {
    screen.result(
        isJson
            ? finding.json().toString()
            : finding.run()
                + ": "
                + finding.failure
                + finding.whole.map(file -> "\n" + replay(file)).orElse("\n"));
  }

  private String replay(Path file) {
    return "replay: " + reporter.replay(file) + "\n";
  }

  private static Json json(long seed, Failure failure) {
    return new Json()
        .put("type", "violation")
        .put("seed", seed)
        .put("kind", failure.kind())
        .put("message", failure.toString());
  }

  private static String head(String text) {
    long lines = text.lines().count();
    return lines <= MAX_REPORT_LINES
        ? text.strip() + "\n"
        : text.lines().limit(MAX_REPORT_LINES).collect(Collectors.joining("\n"))
            + "\n  ... and "
            + (lines - MAX_REPORT_LINES)
            + " lines\n";
  }

  /** Waits until all is reported, for some time at most, or until that is not wanted any more. */
  void finish(Duration time, BooleanSupplier isUnwanted) {
    shrinking.shutdown();
    long end = System.nanoTime() + time.toNanos();
    try {
      while (!shrinking.awaitTermination(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (isUnwanted.getAsBoolean() || System.nanoTime() - end > 0) {
          unreported.values().forEach(this::showUnreported);
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
