package io.tickraft.core.raft;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.core.RoleName;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.Message;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Up to which tick a node waits that has nothing to do. */
final class WaitingTest {

  private static final int ELECTION_TICKS = 20;
  private static final int HEARTBEAT_TICKS = 7;

  /** {@return how many ticks a node without output only counts} */
  private static int waits(Hosted node) {
    node.raft.actOnTimeouts();
    assertThat(node.raft.hasOutput()).isFalse();
    node.raft.waitForInput();
    int ticks = 0;
    while (node.raft.clock().tickIfWaiting()) {
      assertThat(node.raft.clock().actIfWaiting()).isTrue();
      ticks++;
    }
    return ticks;
  }

  private static Hosted alone() {
    Hosted node =
        Hosted.open(s -> s.electionTicks(ELECTION_TICKS).heartbeatTicks(HEARTBEAT_TICKS), 1);
    node.raft.campaign();
    node.drain();
    assertThat(node.raft.role()).isEqualTo(RoleName.LEADER);
    return node;
  }

  private static Hosted follower() {
    Hosted node =
        Hosted.open(
            s ->
                s.electionTicks(ELECTION_TICKS).heartbeatTicks(HEARTBEAT_TICKS).readTimeoutTicks(3),
            1,
            2,
            3);
    node.raft.step(
        Message.newBuilder()
            .setFrom(2)
            .setTo(1)
            .setTerm(2)
            .setHeartbeat(Heartbeat.getDefaultInstance())
            .build());
    node.drain();
    return node;
  }

  @Test
  void aLeaderWaitsForItsNextHeartbeats() {
    assertThat(waits(alone())).isEqualTo(HEARTBEAT_TICKS - 1);
  }

  @Test
  void aFollowerWaitsForItsElectionTimeout() {
    assertThat(waits(follower())).isBetween(ELECTION_TICKS - 1, 2 * ELECTION_TICKS - 2);
  }

  @Test
  void aCandidateWaitsForItsElectionTimeout() {
    Hosted node = follower();
    node.raft.forgetLeader();
    node.raft.campaign();
    node.drain();
    assertThat(node.raft.role()).isEqualTo(RoleName.PRE_CANDIDATE);

    assertThat(waits(node)).isBetween(ELECTION_TICKS - 1, 2 * ELECTION_TICKS - 2);
  }

  @Test
  void aReadThatWasForwardedTimesOut() {
    Hosted node = follower();
    node.raft.readIndex(ByteString.EMPTY);
    node.drain();

    assertThat(waits(node)).isEqualTo(2);
  }

  @Test
  void aHostThatOwesAnAnswerIsWatchedAtEachTick() {
    Hosted node = alone();
    node.raft.propose(List.of(ByteString.EMPTY));
    node.takeOnce();

    assertThat(waits(node)).isZero();
  }

  @Test
  void saysWhetherATimeoutMayHaveExpired() {
    Hosted node = follower();
    assertThat(node.raft.actOnTimeouts()).isFalse();

    node.raft.tick();
    assertThat(node.raft.actOnTimeouts()).isTrue();

    node.raft.waitForInput();
    node.raft.tick();
    assertThat(node.raft.actOnTimeouts()).isFalse();
  }

  @Test
  void anInputEndsTheWait() {
    Hosted node = follower();
    assertThat(waits(node)).isPositive();

    node.raft.beforeInput();

    assertThat(node.raft.clock().isDue()).isTrue();
    assertThat(node.raft.clock().tickIfWaiting()).isFalse();
  }
}
