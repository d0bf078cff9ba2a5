package io.tickraft.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Measures a proposal of 16 bytes until all nodes have applied it, by the number of voters.
 *
 * <pre>{@code
 * ./mvnw -Pbench -Dgates.skip -pl raft-testkit -am verify -Dbench.args=Voters
 * }</pre>
 */
public class VotersBenchmark extends OneThread {

  /** The number of voters. */
  @Param({"3", "5", "7", "9"})
  public int voters;

  private PumpedGroup group;
  private Baseline baseline;

  /** Elects the leader. */
  @Setup
  public void open() {
    group = PumpedGroup.builder().voters(voters).build();
    baseline = new Baseline(voters, false, (int) PumpedGroup.COMPACTION);
  }

  /** One proposal at a time. */
  @Benchmark
  public long oneByOne() {
    return group.propose(Commands.ONE_COMMAND);
  }

  /** 16 proposals at a time; the figures are those of one. */
  @Benchmark
  @OperationsPerInvocation(Commands.SOME)
  public long batchesOf16() {
    return group.propose(Commands.SOME_COMMANDS);
  }

  /** Without a protocol, one at a time. */
  @Benchmark
  public long baselineOneByOne() {
    return baseline.propose(Commands.ONE_COMMAND);
  }

  /** Without a protocol, 16 at a time. */
  @Benchmark
  @OperationsPerInvocation(Commands.SOME)
  public long baselineBatchesOf16() {
    return baseline.propose(Commands.SOME_COMMANDS);
  }
}
