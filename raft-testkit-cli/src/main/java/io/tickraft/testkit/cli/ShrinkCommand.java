package io.tickraft.testkit.cli;

import io.tickraft.testkit.cli.trial.ScheduleFile;
import io.tickraft.testkit.cli.trial.TextFiles;
import io.tickraft.testkit.cli.trial.TrialOptions;
import io.tickraft.testkit.cli.trial.TrialSettings;
import io.tickraft.testkit.cli.trial.Trials;
import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.sim.Choices;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shrinks a run that fails. */
@Command(
    name = "shrink",
    sortOptions = false,
    customSynopsis = Main.NAME + " shrink [OPTIONS] (FILE | --seed=N)",
    description = {
      "Makes a run that fails as short as it gets, prints the report, and leaves its schedule.",
      ""
    })
final class ShrinkCommand implements Callable<Integer> {

  /** Which run. */
  static final class Source {

    @Parameters(
        paramLabel = "FILE",
        description = "A schedule, as fuzz and shrink leave it. It says what is run.")
    private @Nullable Path file;

    @Option(
        names = "--seed",
        paramLabel = "N",
        description = "A seed of fuzz, with the same options as there.")
    private @Nullable Long seed;
  }

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  @SuppressWarnings("NullAway.Init")
  private Source source;

  @Option(
      names = "--picture",
      paramLabel = "FILE",
      description =
          "Write the picture of a run, a page for a browser: of the shrunk run or, if the run does "
              + "not fail, of the whole one.")
  private @Nullable Path picture;

  @Mixin private TrialOptions trial = new TrialOptions();

  @Mixin private FailureOptions failures = new FailureOptions();

  @Override
  public Integer call() {
    return source.file != null ? shrinkFile(source.file) : shrinkSeed(String.valueOf(source.seed));
  }

  private int shrinkFile(Path file) {
    TrialSettings settings = trial.settings();
    if (settings.isOfFuzz()) {
      throw new ParameterException(
          spec.commandLine(),
          "--nodes, --steps, --with and --without go with --seed: a file has its own");
    }
    ScheduleFile run = ScheduleFile.read(file);
    Trials trials = Trials.of(trial.classes().replacing(run.settings()), trial.classes());
    return shrink(file.toString(), run.run(), trials, Choices.replay(run.schedule()));
  }

  private int shrinkSeed(String seed) {
    Choices choices = Choices.random(Long.parseLong(seed));
    return shrink("seed " + seed, "seed " + seed, trial.trials(), choices);
  }

  private int shrink(String source, String run, Trials trials, Choices choices) {
    PrintWriter out = spec.commandLine().getOut();
    Optional<Failure> failure = Failure.of(trials.create(), choices);
    if (failure.isEmpty()) {
      out.println(source + ": does not fail");
      if (picture != null) {
        Choices same = Choices.replay(choices.record());
        Drawing.draw(out, picture, run, trials.create(), same, drawn -> drawn);
      }
      return ExitCode.CLEAN;
    }
    Reporter reporter =
        new Reporter(trials, failures.directory(), failures.shrinkTime(), trial.replayOptions());
    Reporter.Left left = reporter.shrink(run, choices.record(), failure.get());
    out.println(left.text().strip());
    out.println();
    left.files().forEach((what, path) -> out.println(what + ": " + path));
    if (picture != null) {
      copy(left, picture);
    }
    return ExitCode.VIOLATION;
  }

  private void copy(Reporter.Left left, Path target) {
    Path drawn =
        left.picture()
            .orElseThrow(() -> new UsageException("no picture: the run cannot be observed"));
    TextFiles.write(target, TextFiles.read(drawn));
    spec.commandLine().getOut().println("picture: " + target);
  }
}
