package io.tickraft.examples.kv;

import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that both commands have. */
final class NodeOptions {

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init")
  CommandSpec spec;

  @Option(
      names = "--dir",
      required = true,
      paramLabel = "DIR",
      description = "The directory of the data; created if it does not exist.")
  @SuppressWarnings("NullAway.Init")
  Path dir;

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      defaultValue = "kv",
      description = "The name of the cluster: nodes of another name are refused. Default: kv.")
  String cluster = "kv";

  @Option(
      names = "--group",
      paramLabel = "N",
      defaultValue = "1",
      description = "The number of the Raft group in the cluster. Default: 1.")
  long group = 1;

  @Option(
      names = "--tick-ms",
      paramLabel = "MS",
      defaultValue = "100",
      description =
          "Milliseconds per tick: a heartbeat each tick, an election after 10 to 20 ticks. "
              + "Default: 100.")
  int tickMillis = 100;

  @Option(
      names = "--timeout-ms",
      paramLabel = "MS",
      defaultValue = "5000",
      description =
          "After how many milliseconds without a majority a client gets an error. Default: 5000.")
  int timeoutMillis = 5_000;

  @Option(
      names = "--max-value-bytes",
      paramLabel = "BYTES",
      defaultValue = "1048576",
      description = "The limit of a key and of a value. Default: 1048576.")
  int maxValueBytes = 1 << 20;

  @Option(
      names = "--log-bytes",
      paramLabel = "BYTES",
      defaultValue = "67108864",
      description = "The size of the log at which its older half is dropped. Default: 67108864.")
  long logBytes = 64L << 20;

  NodeSettings.Limits limits() {
    check(group >= 1, "--group: at least 1: " + group);
    check(!cluster.isBlank() && cluster.length() <= 200, "--cluster: 1 to 200 characters");
    check(tickMillis >= 1 && tickMillis <= 60_000, "--tick-ms: 1 to 60000: " + tickMillis);
    check(timeoutMillis >= 1, "--timeout-ms: at least 1: " + timeoutMillis);
    check(
        maxValueBytes >= 1 && maxValueBytes <= NodeSettings.MAX_REQUEST_BYTES / 2,
        "--max-value-bytes: 1 to " + NodeSettings.MAX_REQUEST_BYTES / 2 + ": " + maxValueBytes);
    check(logBytes >= 1, "--log-bytes: at least 1: " + logBytes);
    return new NodeSettings.Limits(tickMillis, timeoutMillis, maxValueBytes, logBytes);
  }

  void check(boolean holds, String problem) {
    if (!holds) {
      throw problem(problem);
    }
  }

  ParameterException problem(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }
}
