package io.tickraft.testkit.cli.mutants;

import io.tickraft.testkit.cli.Converters;
import io.tickraft.testkit.cli.ExitCode;
import io.tickraft.testkit.cli.UsageException;
import io.tickraft.testkit.cli.trial.TextFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Plants bugs in the core, and sees whether the fuzzer finds them. */
@Command(
    name = "mutants",
    description = {
      "Plants bugs that Raft libraries have had in the core, one at a time, and fuzzes each.",
      "Run it where the sources are. Ends with 0 if every mutant is found, but for those whose"
          + " files say that they are not."
    })
public final class MutantsCommand implements Callable<Integer> {

  /** A single run may take this long beyond the time of its campaign. */
  private static final Duration SLACK = Duration.ofSeconds(20);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "raft-testkit/mutants",
      description = "The mutants. Default: ${DEFAULT-VALUE}.")
  private Path dir = Path.of("");

  @Option(
      names = "--sources",
      paramLabel = "DIR",
      defaultValue = "raft-core/src/main/java",
      description = "The sources of the core. Default: ${DEFAULT-VALUE}.")
  private Path sources = Path.of("");

  @Option(
      names = "--time",
      paramLabel = "TIME",
      defaultValue = "30s",
      converter = Converters.Time.class,
      description = "The time for each mutant, as time of a core. Default: ${DEFAULT-VALUE}.")
  private Duration time = Duration.ZERO;

  @Option(
      names = "--shrink",
      paramLabel = "TIME",
      defaultValue = "10s",
      converter = Converters.Time.class,
      description = "The time for shrinking a run that fails. Default: ${DEFAULT-VALUE}.")
  private Duration shrinkTime = Duration.ZERO;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "How many mutants at once. Default: as many as there are cores.")
  private Optional<Integer> jobs = Optional.empty();

  @Option(
      names = "--only",
      paramLabel = "NAME",
      arity = "1..*",
      split = ",",
      description = "Only these mutants.")
  private List<String> only = List.of();

  @Option(
      names = "--stale",
      description =
          "Only mutants of which nothing is recorded, or whose recorded run does not show them any"
              + " more. With --record, a campaign that was interrupted goes on so.")
  private boolean stale;

  @Option(
      names = "--missed",
      description = "Only mutants that are recorded as not found. With --stale: these, too.")
  private boolean missed;

  @Option(
      names = "--explore",
      description =
          "Explore all orderings within the bounds of each named exploration, in place of fuzzing."
              + " Many bugs need more than these bounds allow: that one is not found is no"
              + " failure.")
  private boolean explore;

  @Option(
      names = "--record",
      description = "Write the shrunk run of each mutant, and the figures, beside the mutants.")
  private boolean record;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Leave the run that shows a mutant here, as text and as a picture.")
  private Optional<Path> out = Optional.empty();

  @Option(
      names = "--document",
      paramLabel = "FILE",
      description = "Run nothing: write the table of what is recorded into this document.")
  private Optional<Path> document = Optional.empty();

  @Option(names = "--json", description = "Print a JSON object for each mutant, one in a line.")
  private boolean json;

  /** Creates the subcommand. */
  public MutantsCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Mutant> all = MutantFile.readAll(dir);
    Found found = Found.read(dir, explore ? Method.EXPLORE : Method.FUZZ);
    if (document.isPresent()) {
      write(document.get(), all, found);
      return ExitCode.CLEAN;
    }
    return hunt(chosen(all), found);
  }

  private static void write(Path file, List<Mutant> mutants, Found found) throws IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    Files.writeString(
        file, MutantsTable.in(text, file.toString(), mutants, found), StandardCharsets.UTF_8);
  }

  private List<Mutant> chosen(List<Mutant> all) {
    for (String name : only) {
      if (all.stream().noneMatch(mutant -> mutant.name().equals(name))) {
        throw new UsageException("--only: " + dir + " holds no mutant " + name);
      }
    }
    return all.stream().filter(m -> only.isEmpty() || only.contains(m.name())).toList();
  }

  private int hunt(List<Mutant> mutants, Found found) throws InterruptedException {
    int cores = jobs.orElseGet(() -> Runtime.getRuntime().availableProcessors());
    if (cores < 1) {
      throw new UsageException("--jobs: at least 1: " + cores);
    }
    MutantCompiler compiler = new MutantCompiler(new Sources(sources));
    List<Mutant> hunted = stale || missed ? outdated(mutants, compiler, found) : mutants;
    PrintWriter writer = spec.commandLine().getOut();
    Report report = json ? new JsonReport(writer) : new TextReport(writer, hunted.size());
    Consumer<Verdict> recorder = record ? found::record : verdict -> {};
    recorder = recorder.andThen(this::leave);
    List<Verdict> verdicts =
        new Hunters(found.method(), compiler, time, shrinkTime, SLACK, cores)
            .hunt(hunted, recorder.andThen(report::verdict));
    report.end(verdicts);
    return exitCode(verdicts, found.method());
  }

  private void leave(Verdict verdict) {
    out.ifPresent(
        directory ->
            verdict
                .find()
                .map(Campaign.Find::files)
                .orElse(Map.of())
                .forEach(
                    (end, text) ->
                        TextFiles.write(
                            directory.resolve(verdict.mutant().name() + "-" + end), text)));
  }

  /** Returns the mutants of which something else, or nothing, is recorded than what is now. */
  private List<Mutant> outdated(List<Mutant> mutants, MutantCompiler compiler, Found found) {
    Replays replays = new Replays(compiler, found);
    return mutants.stream()
        .filter(
            mutant ->
                found.isMissed(mutant) ? missed : stale && isStale(mutant, replays.problem(mutant)))
        .toList();
  }

  private boolean isStale(Mutant mutant, Optional<String> problem) {
    PrintWriter err = spec.commandLine().getErr();
    problem.ifPresent(why -> err.println(mutant.name() + ": " + why));
    err.flush();
    return problem.isPresent();
  }

  private static int exitCode(List<Verdict> verdicts, Method method) {
    if (verdicts.stream().anyMatch(verdict -> verdict.problem().isPresent())) {
      return ExitCode.USAGE;
    }
    return method == Method.EXPLORE || verdicts.stream().allMatch(Verdict::isExpected)
        ? ExitCode.CLEAN
        : ExitCode.VIOLATION;
  }
}
