package io.tickraft.bench;

import io.tickraft.core.RawNode;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * Measures a node that has nothing to do, whose data is in the processor's cache. {@link
 * ManyGroupsBenchmark} measures 10,000 of them.
 *
 * <pre>{@code
 * ./mvnw -Pbench -Dgates.skip -pl raft-testkit -am verify -Dbench.args=IdleBenchmark
 * }</pre>
 */
public class IdleBenchmark extends OneThread {

  private final RawNode leader = IdleNodes.leader(0, IdleNodes.storage());
  private final RawNode follower = IdleNodes.follower(0, IdleNodes.storage());

  /** Asks a leader to which nothing has happened. */
  @Benchmark
  public boolean hasReadyOfLeader() {
    return leader.hasReady();
  }

  /** Asks a follower to which nothing has happened. */
  @Benchmark
  public boolean hasReadyOfFollower() {
    return follower.hasReady();
  }

  /** A tick of a leader, and {@code hasReady()}. */
  @Benchmark
  public boolean tickOfLeader() {
    leader.tick();
    return leader.hasReady();
  }

  /** A tick of a follower, and {@code hasReady()}. */
  @Benchmark
  public boolean tickOfFollower() {
    follower.tick();
    return follower.hasReady();
  }
}
