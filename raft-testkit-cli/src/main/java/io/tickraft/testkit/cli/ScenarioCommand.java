package io.tickraft.testkit.cli;

import io.tickraft.testkit.cli.trial.TextFiles;
import io.tickraft.testkit.picture.Picture;
import io.tickraft.testkit.picture.PictureRecorder;
import io.tickraft.testkit.scenario.Scenario;
import io.tickraft.testkit.scenario.ScenarioException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs scenario files. */
@Command(
    name = "scenario",
    sortOptions = false,
    description = {
      "Runs scenario files and compares their transcripts with the expected ones. Prints the "
          + "differences, and the transcript of a file that expects none.",
      ""
    })
final class ScenarioCommand implements Callable<Integer> {

  private static final String ENDING = ".txt";

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Scenario files, or directories: of these all files that end in .txt.")
  private List<Path> paths = new ArrayList<>();

  @Option(names = "--transcript", description = "Print the transcripts, too.")
  private boolean transcript;

  @Option(
      names = "--rewrite",
      description = "Replace the expected transcripts in the files by the actual ones.")
  private boolean rewrite;

  @Option(
      names = "--picture",
      paramLabel = "FILE",
      description = "Write the picture of the run, a page for a browser. With one scenario file.")
  private @Nullable Path picture;

  @Override
  public Integer call() {
    List<Path> files = files();
    if (picture != null && files.size() != 1) {
      throw new UsageException("--picture: there are " + files.size() + " scenario files, not 1");
    }
    boolean differs = false;
    boolean isUnusable = false;
    for (Path file : files) {
      try {
        differs |= !run(file);
      } catch (UsageException | ScenarioException e) {
        spec.commandLine().getErr().println(Main.PREFIX + e.getMessage());
        isUnusable = true;
      }
    }
    return differs ? ExitCode.VIOLATION : isUnusable ? ExitCode.USAGE : ExitCode.CLEAN;
  }

  private List<Path> files() {
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      if (!Files.isDirectory(path)) {
        files.add(path);
        continue;
      }
      List<Path> found = filesIn(path);
      if (found.isEmpty()) {
        throw new UsageException(path + ": has no file that ends in " + ENDING);
      }
      files.addAll(found);
    }
    return files;
  }

  private static List<Path> filesIn(Path directory) {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(file -> file.toString().endsWith(ENDING)).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      throw new UsageException(directory + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Returns whether the transcript is as expected. */
  private boolean run(Path file) {
    PrintWriter out = spec.commandLine().getOut();
    String text = TextFiles.read(file);
    Scenario scenario = Scenario.parse(file.toString(), text);
    if (picture != null) {
      draw(picture, file, scenario);
    }
    try {
      if (!rewrite && scenario.expectsTranscripts()) {
        scenario.check();
      }
      String actual = scenario.rewritten();
      if (transcript || !scenario.expectsTranscripts()) {
        out.println(actual.stripTrailing());
      }
      if (rewrite && !actual.equals(text)) {
        TextFiles.write(file, actual);
        out.println(file + ": rewritten");
      } else if (actual.equals(text)) {
        out.println(file + ": as expected");
      }
      return true;
    } catch (AssertionError e) {
      out.println(e.getMessage());
      return false;
    }
  }

  private void draw(Path target, Path file, Scenario scenario) {
    PictureRecorder recorder = new PictureRecorder();
    Scenario.Played played = scenario.play(recorder);
    Picture drawn = new Picture(file.toString(), recorder);
    TextFiles.write(target, played.failure().map(drawn::failure).orElse(drawn).html());
    spec.commandLine().getOut().println("picture: " + target);
  }
}
