package io.tickraft.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/**
 * Measures an operation of 16 bytes in MicroRaft 0.7, with three nodes in one thread, by how many
 * operations are outstanding. Its source is compiled in the profile {@code bench} alone.
 *
 * <pre>{@code
 * ./mvnw -Pbench -Dgates.skip -pl raft-testkit -am verify -Dbench.args=MicroRaft
 * }</pre>
 */
public class MicroRaftBenchmark extends OneThread {

  private MicroRaftGroup group;

  /** Waits for a leader. */
  @Setup
  public void open() {
    group = new MicroRaftGroup();
  }

  /** One operation at a time, until all three nodes have applied it. */
  @Benchmark
  public long outstanding1() {
    return group.replicate();
  }

  /** 64 operations outstanding. */
  @Benchmark
  public long outstanding64() {
    return group.replicate(64);
  }

  /** 1,024 operations outstanding. */
  @Benchmark
  public long outstanding1024() {
    return group.replicate(1024);
  }
}
