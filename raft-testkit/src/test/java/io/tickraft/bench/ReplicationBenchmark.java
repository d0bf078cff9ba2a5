package io.tickraft.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Measures a proposal of 16 bytes until three nodes have applied it, alone and in batches, and the
 * loop without a protocol: the same entries in the same appends, added to three lists.
 *
 * <pre>{@code
 * ./mvnw -Pbench -Dgates.skip -pl raft-testkit -am verify -Dbench.args=Replication
 * }</pre>
 */
public class ReplicationBenchmark extends OneThread {

  /** Whether every message is encoded to bytes, and parsed when it arrives. */
  @Param({"false", "true"})
  public boolean encoded;

  private PumpedGroup group;
  private Baseline baseline;

  /** Elects the leader. */
  @Setup
  public void open() {
    group = PumpedGroup.builder().encoded(encoded).build();
    baseline = new Baseline(3, encoded, (int) PumpedGroup.COMPACTION);
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

  /** 1,024 proposals at a time; the figures are those of one. */
  @Benchmark
  @OperationsPerInvocation(Commands.MANY)
  public long batchesOf1024() {
    return group.propose(Commands.MANY_COMMANDS);
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

  /** Without a protocol, 1,024 at a time. */
  @Benchmark
  @OperationsPerInvocation(Commands.MANY)
  public long baselineBatchesOf1024() {
    return baseline.propose(Commands.MANY_COMMANDS);
  }
}
