package io.tickraft.testkit.cli;

import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options for what is left of a run that fails. */
final class FailureOptions {

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Where a run that fails leaves its files; created when it is needed. Default: failures.")
  private Path directory = Path.of("failures");

  @Option(
      names = "--shrink-time",
      paramLabel = "TIME",
      converter = Converters.Time.class,
      description = "How long a run that fails is shrunk; 0: not at all. Default: 10s.")
  private Duration shrinkTime = Duration.ofSeconds(10);

  Path directory() {
    return directory;
  }

  Duration shrinkTime() {
    return shrinkTime;
  }
}
