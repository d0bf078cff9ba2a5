package io.tickraft.bench;

import com.google.protobuf.ByteString;
import java.util.Collections;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Measures how long a follower takes to apply 100,000 entries that it is behind, for each entry.
 *
 * <p>The bytes include what opening the nodes again costs before each run, which is not in the
 * times.
 *
 * <pre>{@code
 * ./mvnw -Pbench -Dgates.skip -pl raft-testkit -am verify -Dbench.args=CatchUp
 * }</pre>
 */
public class CatchUpBenchmark extends OneThread {

  private static final int ENTRIES = 100_000;
  private static final int BATCH = 1000;
  private static final long BEHIND = 3;

  /** Whether every message is encoded to bytes, and parsed when it arrives. */
  @Param({"false", "true"})
  public boolean encoded;

  /** The size of a command in bytes. */
  @Param({"16", "1024"})
  public int payload;

  private PumpedGroup group;

  /** Commits the entries without the follower. */
  @Setup
  public void fill() {
    group = PumpedGroup.builder().encoded(encoded).withoutCompaction().build();
    group.disconnect(BEHIND);
    List<ByteString> commands = Collections.nCopies(BATCH, ByteString.copyFrom(new byte[payload]));
    for (int i = 0; i < ENTRIES / BATCH; i++) {
      group.propose(commands);
    }
  }

  /** Starts the leader again, and the follower with nothing. */
  @Setup(Level.Invocation)
  public void reopen() {
    group.disconnect(BEHIND);
    group.reopen();
  }

  /** Connects the follower until it has applied what the leader has. */
  @Benchmark
  @OperationsPerInvocation(ENTRIES)
  public long catchUp() {
    group.connect();
    while (group.applied(BEHIND) < group.applied(1)) {
      group.tickLeader();
      group.pump();
    }
    return group.applied(BEHIND);
  }
}
