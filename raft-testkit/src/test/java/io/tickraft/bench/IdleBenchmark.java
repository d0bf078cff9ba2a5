package io.tickraft.bench;

import io.tickraft.core.RawNode;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Measures a node that has nothing to do, whose data is in the processor's cache. {@link
 * ManyGroupsBenchmark} measures 10,000 of them.
 *
 * <pre>{@code
 * ./mvnw -Pbench -Dgates.skip -pl raft-testkit -am verify -Dbench.args=IdleBenchmark
 * }</pre>
 */
public class IdleBenchmark extends OneThread {

  private RawNode leader;
  private RawNode follower;

  /** Opens the nodes anew, as a second has more ticks than a quarter of the longest timeout. */
  @Setup(Level.Iteration)
  public void open() {
    leader = IdleNodes.leader(0, IdleNodes.storage());
    follower = IdleNodes.follower(0, IdleNodes.storage());
  }

  /** Fails if a timeout has passed: then the nodes were not idle. */
  @TearDown(Level.Iteration)
  public void check() {
    if (leader.hasReady() || follower.hasReady()) {
      throw new IllegalStateException("not idle: " + leader.status() + ", " + follower.status());
    }
  }

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
