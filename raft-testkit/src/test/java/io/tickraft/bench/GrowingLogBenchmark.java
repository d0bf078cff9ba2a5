package io.tickraft.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;

/**
 * Measures a proposal of 16 bytes in batches of 16 while the log grows from empty to a given number
 * of entries without compaction. The figure is the mean over that growth, so the last entries cost
 * more than it says.
 *
 * <p>The bytes include what a new group costs before each run, which is not in the times.
 *
 * <pre>{@code
 * ./mvnw -Pbench -Dgates.skip -pl raft-testkit -am verify -Dbench.args=GrowingLog
 * }</pre>
 */
public class GrowingLogBenchmark extends OneThread {

  private PumpedGroup group;

  /** Opens a group with empty logs. */
  @Setup(Level.Invocation)
  public void open() {
    group = PumpedGroup.builder().withoutCompaction().build();
  }

  /** From 0 to 10^3 entries, and 8 more to fill the last batch. */
  @Benchmark
  @OperationsPerInvocation(1_008)
  public long to1000() {
    return grow(1_008);
  }

  /** From 0 to 10^4 entries. */
  @Benchmark
  @OperationsPerInvocation(10_000)
  public long to10000() {
    return grow(10_000);
  }

  /** From 0 to 10^5 entries. */
  @Benchmark
  @OperationsPerInvocation(100_000)
  public long to100000() {
    return grow(100_000);
  }

  /** From 0 to 10^6 entries. */
  @Benchmark
  @OperationsPerInvocation(1_000_000)
  public long to1000000() {
    return grow(1_000_000);
  }

  private long grow(int entries) {
    long last = 0;
    for (int i = 0; i < entries; i += Commands.SOME) {
      last = group.propose(Commands.SOME_COMMANDS);
    }
    return last;
  }
}
