package io.tickraft.core;

import static io.tickraft.core.Messages.granted;
import static io.tickraft.core.Messages.heartbeat;
import static io.tickraft.core.Messages.heartbeatResponse;
import static io.tickraft.core.Messages.message;
import static io.tickraft.core.Messages.request;
import static io.tickraft.core.Messages.vote;
import static io.tickraft.core.Wire.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.proto.Message;
import io.tickraft.proto.ReadAbortReason;
import io.tickraft.proto.ReadIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What time does to a leader, and to those who follow one. */
final class LeaderTimeTest {

  /** A tick, with an answer of node 2 to the heartbeat that comes of it. */
  private static void tickHeard(Host host) {
    host.node.tick();
    for (Message sent : host.settle()) {
      if (sent.hasHeartbeat() && sent.getTo() == 2) {
        host.step(heartbeatResponse(2, 2, sent.getHeartbeat().getRound()));
      }
    }
  }

  @Test
  void aLeaderKeepsToItselfAsLongAsItLeads() {
    Host host = Host.leader(knobs -> knobs.checkQuorum(true));
    for (int i = 0; i < 25; i++) {
      tickHeard(host);
    }

    host.step(vote(3, 3, 2, 2));

    assertThat(host.drops()).containsExactly(DropReason.LEADER_KNOWN);
    assertThat(host.status().role()).isEqualTo(RoleName.LEADER);
  }

  @Test
  void aLeaderThatStepsDownWaitsAsLongAsThoseWhoFollowedIt() {
    Host host = Host.leader();
    host.ticks(9);
    host.settle();
    host.step(heartbeatResponse(2, 3, 0));
    assertThat(host.status().role()).isEqualTo(RoleName.FOLLOWER);

    host.ticks(9);

    assertThat(host.status().role()).isEqualTo(RoleName.FOLLOWER);
  }

  @Test
  void aLeaderStepsDownAnElectionTimeoutAfterAQuorumWasHeardAlsoBetweenHeartbeats() {
    // Heartbeats are due at ticks 4, 8 and 12.
    Host host = Host.leader(settings -> settings.checkQuorum(true).heartbeatTicks(4));
    for (int i = 0; i < 9; i++) {
      host.ticks(1);
      host.settle();
    }
    assertThat(host.status().role()).isEqualTo(RoleName.LEADER);

    host.ticks(1);

    assertThat(host.events)
        .contains(new RaftEvent.RoleChanged(2, RoleName.LEADER, RoleName.FOLLOWER));
  }

  @Test
  void aLeaderWhoseDiskIsStuckLeadsAsLongAsAQuorumAnswers() {
    Host host = Host.leader(knobs -> knobs.checkQuorum(true).maxOutstandingReadys(100));
    List<Ready> out = new ArrayList<>();

    for (int i = 0; i < 30; i++) {
      host.node.tick();
      while (host.node.hasReady()) {
        Ready ready = host.node.ready();
        out.add(ready);
        for (Message sent : ready.messages()) {
          if (sent.hasHeartbeat() && sent.getTo() == 2) {
            host.node.step(heartbeatResponse(2, 2, sent.getHeartbeat().getRound()));
          }
        }
      }
    }

    assertThat(out).hasSizeGreaterThan(20);
    assertThat(host.status().role()).isEqualTo(RoleName.LEADER);
  }

  @Test
  void anOrderToCampaignIsRepeatedWithTheHeartbeatsHoweverSlowTheDiskIs() {
    Host host = Host.leader();
    host.node.transferLeadership(2);
    assertThat(host.node.ready().messages()).filteredOn(Message::hasTimeoutNow).hasSize(1);

    host.node.tick();

    assertThat(host.node.ready().messages()).filteredOn(Message::hasTimeoutNow).hasSize(1);
  }

  @Test
  void theReadOfAnotherNodeIsAbortedWhenItsTimeIsOver() {
    Host host = Host.leader(knobs -> knobs.readTimeoutTicks(5));
    Message read =
        message(3, 0).setReadIndex(ReadIndex.newBuilder().setRequest(request(1, 7))).build();
    host.step(read);

    host.ticks(4);
    assertThat(host.settle()).noneMatch(Message::hasReadIndexResponse);
    host.node.tick();
    assertThat(host.settle())
        .filteredOn(Message::hasReadIndexResponse)
        .extracting(
            Message::getTo,
            m -> m.getReadIndexResponse().getRequest(),
            m -> m.getReadIndexResponse().getAborted().getReason())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                3L, request(1, 7), ReadAbortReason.READ_ABORT_REASON_TIMED_OUT));
    // It is answered once, whoever answers the heartbeats then.
    assertThat(host.step(heartbeatResponse(2, 2, 1), heartbeatResponse(3, 2, 1)))
        .noneMatch(Message::hasReadIndexResponse);
  }

  @Test
  void aNewLeaderIsWaitedForWithAnotherTimeout() {
    TreeSet<Integer> timeouts = new TreeSet<>();
    Host host = Host.ofThree();
    for (long term = 2; term < 20; term++) {
      host.step(heartbeat(2, term, 1, 1));
      Host same = Host.ofThree();
      same.step(heartbeat(2, term, 1, 1));
      timeouts.add(ticksUntilCampaign(same));
    }

    assertThat(timeouts).hasSizeGreaterThan(3).allMatch(ticks -> ticks >= 10 && ticks < 20);
  }

  private static int ticksUntilCampaign(Host host) {
    int ticks = 0;
    while (host.status().role() == RoleName.FOLLOWER) {
      host.node.tick();
      ticks++;
    }
    return ticks;
  }

  @Test
  void anOlderWriteDoesNotMakeTheOwnVoteCount() {
    Host host = Host.follower();
    host.node.step(heartbeat(2, 2, 1, 2));
    Ready older = host.node.ready();
    host.node.campaign();
    Ready campaign = host.node.ready();
    host.node.step(granted(2, 3));

    host.persist(older);
    assertThat(host.status().role()).isEqualTo(RoleName.CANDIDATE);
    host.persist(campaign);
    assertThat(host.status().role()).isEqualTo(RoleName.LEADER);
  }

  @Test
  void aReadOfALeaderThatIsRemovedEndsOnce() {
    Host host = Host.leader();
    host.node.readIndex(bytes("r"));
    host.node.proposeConfChange(EventTableTest.LEAVES);
    Ready ready = host.turn();
    host.step(Messages.accepted(2, 2, 3, 2));
    assertThat(host.status().confState().getVotersList()).containsExactly(2L, 3L);

    long round =
        ready.messages().stream()
            .filter(Message::hasHeartbeat)
            .mapToLong(m -> m.getHeartbeat().getRound())
            .max()
            .orElseThrow();
    host.step(heartbeatResponse(2, 2, round), heartbeatResponse(3, 2, round));

    assertThat(host.status().failure()).isEmpty();
  }
}
