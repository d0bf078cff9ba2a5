package io.tickraft.testkit.cli;

import io.tickraft.testkit.cli.trial.TextFiles;
import io.tickraft.testkit.picture.EventLog;
import io.tickraft.testkit.picture.Picture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Draws what real nodes have logged. */
@Command(
    name = "picture",
    sortOptions = false,
    description = {
      "Draws the events that real nodes have logged with EventLog, in the order of their times, as a "
          + "page for a browser. For a run of fuzz or a scenario, use the option --picture of "
          + "replay, shrink and scenario.",
      ""
    })
final class PictureCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Logs, one or several nodes in each. Lines that are no events are skipped.")
  private List<Path> files = new ArrayList<>();

  @Option(names = "--out", paramLabel = "FILE", description = "The page. Default: picture.html.")
  private Path out = Path.of("picture.html");

  @Override
  public Integer call() {
    List<String> lines = new ArrayList<>();
    files.forEach(file -> TextFiles.read(file).lines().forEach(lines::add));
    String name = String.join(", ", files.stream().map(Path::toString).toList());
    Picture picture =
        EventLog.picture(name, lines)
            .orElseThrow(() -> new UsageException(name + ": no line that EventLog has written"));
    TextFiles.write(out, picture.html());
    spec.commandLine().getOut().println("picture: " + out);
    return ExitCode.CLEAN;
  }
}
