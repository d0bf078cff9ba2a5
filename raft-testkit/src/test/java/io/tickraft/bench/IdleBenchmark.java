package io.tickraft.bench;

import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.Ready;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.VoteResponse;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a node costs that has nothing to do, of which a host may have many.
 *
 * <pre>{@code
 * ./mvnw -Pbench -Dgates.skip -pl raft-testkit -am verify -Dbench.args=Idle
 * }</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 1,
    jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+UseG1GC"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class IdleBenchmark {

  private final MemoryStorage storage = MemoryStorage.bootstrapped(1, 2, 3);
  private final RawNode leader = open(storage);
  private final RawNode follower = open(MemoryStorage.bootstrapped(1, 2, 3));

  /** Makes one node the leader of followers that hold all it has. */
  public IdleBenchmark() {
    leader.campaign();
    settle();
    leader.step(
        message(2)
            .setVoteResponse(
                VoteResponse.newBuilder().setGranted(VoteResponse.Granted.getDefaultInstance()))
            .build());
    settle();
    for (int round = 0; round < 2; round++) {
      for (long member = 2; member <= 3; member++) {
        leader.step(
            message(member)
                .setAppendResponse(
                    AppendResponse.newBuilder()
                        .setAccepted(AppendResponse.Accepted.newBuilder().setMatch(2))
                        .setCommit(1 + round))
                .build());
      }
      settle();
    }
    if (leader.status().appliedIndex() != 2) {
      throw new IllegalStateException("not at rest: " + leader.status());
    }
  }

  /** A node whose timeouts never pass. */
  private static RawNode open(MemoryStorage storage) {
    return RawNode.open(
        RaftConfig.builder(1).electionTicks(1 << 29).heartbeatTicks(1 << 28).build(), storage);
  }

  private static Message.Builder message(long from) {
    return Message.newBuilder().setFrom(from).setTo(1).setTerm(2);
  }

  private void settle() {
    while (leader.hasReady()) {
      Ready ready = leader.ready();
      storage.persist(ready);
      leader.advance(ready);
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

  /** A tick of a leader, and the question that follows. */
  @Benchmark
  public boolean tickOfLeader() {
    leader.tick();
    return leader.hasReady();
  }

  /** A tick of a follower, and the question that follows. */
  @Benchmark
  public boolean tickOfFollower() {
    follower.tick();
    return follower.hasReady();
  }
}
