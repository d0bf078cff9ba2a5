package io.tickraft.testkit.cli;

import io.tickraft.testkit.cli.campaign.Campaign;
import io.tickraft.testkit.cli.campaign.Run;
import io.tickraft.testkit.cli.campaign.Seeds;
import io.tickraft.testkit.cli.campaign.Tally;
import io.tickraft.testkit.cli.trial.TrialOptions;
import io.tickraft.testkit.cli.trial.Trials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a campaign. */
@Command(
    name = "fuzz",
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Runs a group in all kinds of trouble, with another seed each time, and checks every promise.",
      "Without options: a minute on all cores. A run that fails is shrunk, and leaves its schedule "
          + "and a report. Ctrl-C ends with the sum of the runs so far.",
      "",
      "A campaign over 40 machines, each night with other seeds:",
      "  fuzz --keep-going --time 8h --shard $MACHINE/40 \\",
      "      --first-seed $(date +%%Y%%m%%d)000000000",
      ""
    })
final class FuzzCommand implements Callable<Integer> {

  private static final Duration DEFAULT_TIME = Duration.ofMinutes(1);
  private static final String NEW_SEED = "new";

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(
      names = "--time",
      paramLabel = "TIME",
      converter = Converters.Time.class,
      description =
          "After this time no run begins: 90s, 5m, 8h. Default: 1m, and no limit with --seeds.")
  private @Nullable Duration time;

  @Option(
      names = "--seeds",
      paramLabel = "N|A..B",
      converter = Converters.Range.class,
      description = "How many seeds, or all from A to B. Default: as many as the time allows.")
  private Converters.@Nullable SeedRange seeds;

  @Option(
      names = "--first-seed",
      paramLabel = "N|new",
      description = "The first seed; new: another one each time. Default: 1.")
  private @Nullable String firstSeed;

  @Option(
      names = "--shard",
      paramLabel = "K/N",
      converter = Converters.ShardOf.class,
      description =
          "Runs the K-th of N parts of the seeds. No two parts have a seed in common, and together "
              + "they have all. Default: 1/1.")
  private Seeds.Shard shard = Seeds.Shard.WHOLE;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "How many runs at a time. Default: one for each core.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--run-time",
      paramLabel = "TIME",
      converter = Converters.Time.class,
      description =
          "A run that takes more time of a core counts as a violation: it does not end. Default:"
              + " 60s.")
  private Duration runTime = Duration.ofSeconds(60);

  @Option(
      names = "--keep-going",
      description =
          "Go on after a violation; the first one of each kind is shrunk. Default: stop at the first.")
  private boolean keepGoing;

  @Mixin private TrialOptions trial = new TrialOptions();

  @Mixin private FailureOptions failures = new FailureOptions();

  @Option(
      names = "--json",
      description = "Write JSON, an object a line: violations, some progress, and the sum.")
  private boolean json;

  @Option(
      names = "--progress",
      paramLabel = "MODE",
      description = "auto, line, plain or none. Default: auto, a line on a terminal, else plain.")
  private Progress.Mode progressMode = Progress.Mode.AUTO;

  @Override
  public Integer call() {
    Seeds all = seeds();
    check(threads >= 1, "--threads: at least 1: " + threads);
    check(!runTime.isZero(), "--run-time: at least 1ms");
    check(time == null || !time.isZero(), "--time: at least 1ms");
    Path directory = failures.directory();
    check(
        !Files.exists(directory) || Files.isDirectory(directory),
        "--out: no directory: " + directory);
    return run(all, trial.trials());
  }

  private int run(Seeds all, Trials trials) {
    Optional<Duration> limit =
        time != null || seeds != null ? Optional.ofNullable(time) : Optional.of(DEFAULT_TIME);
    Tally tally = new Tally();
    Summary summary = new Summary(all, threads, limit, tally);
    Screen screen = new Screen(spec.commandLine().getOut(), spec.commandLine().getErr());
    Progress progress = new Progress(progressMode);
    Reporter reporter =
        new Reporter(trials, failures.directory(), failures.shrinkTime(), trial.replayOptions());
    Findings findings = new Findings(screen, reporter, json);
    Campaign campaign =
        new Campaign(all, trials, new Campaign.Limits(threads, limit, runTime, keepGoing));

    try (Interruption interruption = new Interruption(campaign::interrupt)) {
      if (progress.mode() != Progress.Mode.NONE && !json) {
        screen.note(summary.begin());
      }
      Campaign.End end =
          campaign.run(run -> add(run, tally, findings), () -> show(progress, summary, screen));
      summary.end(end);
      findings.finish(failures.shrinkTime().plus(runTime), interruption::hasCome);
      if (json) {
        screen.result(summary.json().toString());
      } else {
        if (keepGoing || tally.violations() == 0) {
          summary.missedGoals().ifPresent(screen::result);
        }
        screen.result(summary.text());
      }
    }
    return tally.violations() == 0 ? ExitCode.CLEAN : ExitCode.VIOLATION;
  }

  private static void add(Run run, Tally tally, Findings findings) {
    tally.add(run);
    run.violation().ifPresent(violation -> findings.found(run.seed(), violation));
  }

  private void show(Progress progress, Summary summary, Screen screen) {
    if (!progress.isDue(summary.elapsed())) {
      return;
    }
    if (progress.mode() == Progress.Mode.LINE) {
      screen.status(summary.progress());
    } else if (json) {
      screen.result(summary.progressJson().toString());
    } else {
      screen.note(summary.progress());
    }
  }

  private Seeds seeds() {
    long first = 1;
    if (firstSeed != null) {
      check(
          seeds == null || seeds.first().isEmpty(),
          "--first-seed: --seeds has a first seed already");
      first = firstSeed(firstSeed);
    } else if (seeds != null) {
      first = seeds.first().orElse(1);
    }
    try {
      Seeds all = seeds == null ? Seeds.from(first, shard) : new Seeds(first, seeds.count(), shard);
      check(all.size() > 0, "--shard: there are fewer seeds than shards");
      return all;
    } catch (IllegalArgumentException e) {
      throw problem(String.valueOf(e.getMessage()));
    }
  }

  private long firstSeed(String text) {
    if (text.equals(NEW_SEED)) {
      check(
          shard.equals(Seeds.Shard.WHOLE),
          "--first-seed: with --shard give a number, the same for all shards, such as the date");
      return System.currentTimeMillis();
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw problem("--first-seed: a number or new: '" + text + "'");
    }
  }

  private void check(boolean holds, String problem) {
    if (!holds) {
      throw problem(problem);
    }
  }

  private ParameterException problem(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }
}
