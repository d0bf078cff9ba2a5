package io.tickraft.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Measures a proposal of 16 bytes in batches of 16, by how many entries a log keeps. A log is
 * filled to that number first, and compacted to it whenever it has reached twice the number. So the
 * figure does not depend on how long the benchmark runs.
 *
 * <pre>{@code
 * ./mvnw -Pbench -Dgates.skip -pl raft-testkit -am verify -Dbench.args=KeptLog
 * }</pre>
 */
public class KeptLogBenchmark extends OneThread {

  /** How many entries a compacted log has. */
  @Param({"1000", "10000", "100000", "1000000"})
  public int kept;

  private PumpedGroup group;

  /** Fills the log. */
  @Setup
  public void fill() {
    group = PumpedGroup.builder().compaction(kept, kept).build();
    for (int i = 0; i < kept; i += Commands.MANY) {
      group.propose(Commands.MANY_COMMANDS);
    }
  }

  /** 16 proposals at a time; the figures are those of one. */
  @Benchmark
  @OperationsPerInvocation(Commands.SOME)
  public long batchesOf16() {
    return group.propose(Commands.SOME_COMMANDS);
  }
}
