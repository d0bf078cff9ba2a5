package io.tickraft.core;

import static io.tickraft.core.Messages.accepted;
import static io.tickraft.core.Messages.append;
import static io.tickraft.core.Messages.granted;
import static io.tickraft.core.Messages.heartbeat;
import static io.tickraft.core.Messages.install;
import static io.tickraft.core.Messages.installed;
import static io.tickraft.core.Messages.message;
import static io.tickraft.core.Messages.rejected;
import static io.tickraft.core.Messages.vote;
import static io.tickraft.core.Messages.wantsSnapshot;
import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.entries;
import static io.tickraft.core.Wire.hardState;
import static io.tickraft.core.Wire.id;
import static io.tickraft.core.Wire.snapshot;
import static io.tickraft.core.Wire.storage;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.RaftEvent.CampaignRefused;
import io.tickraft.core.RaftEvent.MessageDropped;
import io.tickraft.core.RaftEvent.StateLost;
import io.tickraft.core.RaftEvent.StateRegained;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.PreVote;
import io.tickraft.proto.TimeoutNow;
import io.tickraft.proto.TimeoutNowResponse;
import io.tickraft.proto.VoteRejectReason;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A disk that loses what it has synced: the leader says so with the commit index of a heartbeat.
 * The node must not help to elect anybody, nor read, until its log has reached that index again;
 * and the leader brings it there.
 */
final class LostStateTest {

  /** Follows node 2 in term 2 with a log that ends at 3, and had acknowledged up to 5. */
  private static Host lost(UnaryOperator<RaftConfig.Builder> settings) {
    Host host = Host.on(storage(hardState(2, 2, 2), voters(1, 2, 3), 2, 2), settings);
    host.step(heartbeat(2, 2, 2, 1));
    host.events.clear();
    host.step(heartbeat(2, 2, 5, 2));
    return host;
  }

  private static Host lost() {
    return lost(Host.DEFAULTS);
  }

  private static Message timeoutNow(long term, long index) {
    return message(2, term).setTimeoutNow(TimeoutNow.newBuilder().setLast(id(term, index))).build();
  }

  // The node.

  @Test
  void theHeartbeatIsDroppedAndTheLossReportedOnce() {
    Host host = lost();
    Message again = heartbeat(2, 2, 5, 3);

    host.step(again);

    assertThat(host.events)
        .containsExactly(
            new MessageDropped(heartbeat(2, 2, 5, 2), DropReason.LOST_STATE),
            new StateLost(2, 3, 5),
            new MessageDropped(again, DropReason.LOST_STATE));
    assertThat(host.status().commitIndex()).isEqualTo(2);
    assertThat(host.status().lostUpTo()).isEqualTo(5);
    assertThat(host.status().toString()).contains("has lost entries up to 5");
  }

  @Test
  void theLeaderIsToldWhereTheLogEndsInPlaceOfAnAnswer() {
    Host host = Host.on(storage(hardState(2, 2, 2), voters(1, 2, 3), 2, 2));
    host.step(heartbeat(2, 2, 2, 1));

    List<Message> sent = host.step(heartbeat(2, 2, 5, 2));

    assertThat(sent)
        .containsExactly(
            message(1, 2)
                .setTo(2)
                .setAppendResponse(
                    AppendResponse.newBuilder()
                        .setRejected(
                            AppendResponse.Rejected.newBuilder().setPrevIndex(5).setHint(id(2, 3)))
                        .setCommit(2))
                .build());
  }

  @Test
  void aNodeWithoutAConfigurationAsksForASnapshot() {
    Host host = Host.on(new MemoryStorage());

    List<Message> sent = host.step(heartbeat(2, 2, 5, 2));

    assertThat(sent).hasSize(1);
    AppendResponse.Rejected rejected = sent.get(0).getAppendResponse().getRejected();
    assertThat(rejected.getWantsSnapshot()).isTrue();
    assertThat(rejected.getPrevIndex()).isEqualTo(5);
    assertThat(host.status().lostUpTo()).isEqualTo(5);
  }

  @Test
  void aHeartbeatOfALaterTermCountsForTheTermAndTheLeader() {
    Host host = Host.follower();

    host.step(heartbeat(3, 4, 5, 2));

    assertThat(host.status().term()).isEqualTo(4);
    assertThat(host.status().leader()).isEqualTo(3);
    assertThat(host.status().lostUpTo()).isEqualTo(5);
  }

  @Test
  void aHeartbeatOfASecondLeaderOrOfAnEarlierTermDoesNotCount() {
    Host host = Host.follower();

    host.step(heartbeat(3, 2, 5, 2), heartbeat(3, 1, 5, 2));

    assertThat(host.status().lostUpTo()).isZero();
  }

  @Test
  void aLossOfAnyPlausibleSizeIsBelieved() {
    Host host = Host.follower();

    host.step(heartbeat(2, 2, 1 + (1L << 48), 2));

    assertThat(host.status().lostUpTo()).isEqualTo(1 + (1L << 48));
  }

  @Test
  void afterAFlippedBitInACommitIndexTheNodeStillVotes() {
    Host host = Host.follower();

    host.step(heartbeat(2, 2, 1L << 60, 2));

    assertThat(host.step(vote(3, 3, 2, 2)))
        .filteredOn(Message::hasVoteResponse)
        .allMatch(m -> m.getVoteResponse().hasGranted())
        .hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void itGrantsNoVote(boolean transfer) {
    Host host = lost();
    Message vote = vote(3, 3, 2, 9);

    List<Message> sent =
        host.step(
            vote.toBuilder().setVote(vote.getVote().toBuilder().setTransfer(transfer)).build());

    assertThat(sent.get(0).getVoteResponse().getRejected().getReason())
        .isEqualTo(VoteRejectReason.VOTE_REJECT_REASON_LOST_STATE);
    assertThat(host.status().term()).as("the term counts").isEqualTo(3);
    assertThat(host.status().vote()).isZero();
  }

  @Test
  void itGrantsNoPreVote() {
    Host host = lost();

    List<Message> sent =
        host.step(
            message(3, 2)
                .setPreVote(
                    PreVote.newBuilder().setCampaignTerm(3).setLast(id(2, 9)).setCommit(id(2, 2)))
                .build());

    assertThat(sent.get(0).getPreVoteResponse().getRejected().getReason())
        .isEqualTo(VoteRejectReason.VOTE_REJECT_REASON_LOST_STATE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void itDoesNotCampaignByItselfNorForItsHost(boolean preVote) {
    Host host = lost(knobs -> knobs.preVote(preVote));
    host.events.clear();

    host.node.campaign();
    assertThat(host.events)
        .containsExactly(new CampaignRefused(2, CampaignRefused.Reason.LOST_STATE));
    host.ticks(100);

    assertThat(host.status().role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(host.status().term()).isEqualTo(2);
    assertThat(host.settle()).isEmpty();
  }

  @Test
  void itDoesNotCampaignForItsLeader() {
    Host host = lost();

    List<Message> sent = host.step(timeoutNow(2, 3));

    assertThat(sent.get(0).getTimeoutNowResponse().getRefused().getReason())
        .isEqualTo(TimeoutNowResponse.Reason.REASON_MAY_NOT_CAMPAIGN);
    assertThat(host.status().role()).isEqualTo(RoleName.FOLLOWER);
  }

  @Test
  void itAnswersNoReadAndAbortsThoseThatWait() {
    Host host = Host.on(storage(hardState(2, 2, 2), voters(1, 2, 3), 2, 2));
    host.step(heartbeat(2, 2, 2, 1));
    host.node.readIndex(bytes("a"));
    host.settle();

    host.node.step(heartbeat(2, 2, 5, 2));

    assertThat(host.node.ready().readStates())
        .containsExactly(new ReadState.Aborted(bytes("a"), ReadState.Reason.LOST_STATE, 2));
    assertThat(host.node.readIndex(bytes("b")))
        .isEqualTo(new ReadResult.Rejected(ReadResult.Reason.LOST_STATE, 2));
  }

  @Test
  void aLaterLeaderDoesNotEndIt() {
    Host host = lost();

    host.step(append(3, 3, 2, 3, 2, entries(4, 3)));

    assertThat(host.status().last().index()).isEqualTo(4);
    assertThat(host.status().lostUpTo()).isEqualTo(5);
  }

  @Test
  void itEndsWhenTheLogReachesTheIndex() {
    Host host = lost();
    host.events.clear();

    host.step(append(2, 2, 2, 3, 2, entries(4, 2, 2)));

    assertThat(host.events).containsExactly(new StateRegained(5));
    assertThat(host.status().lostUpTo()).isZero();
    assertThat(host.node.readIndex(bytes("a"))).isEqualTo(new ReadResult.Accepted());
    assertThat(host.step(vote(3, 3, 2, 5)).stream().filter(Message::hasVoteResponse))
        .allMatch(m -> m.getVoteResponse().hasGranted());
  }

  @Test
  void itEndsWithASnapshotOfTheIndex() {
    Host host = lost();

    host.step(install(2, 2, snapshot(2, 5, voters(1, 2, 3)), 1));

    assertThat(host.eventsOf(StateRegained.class)).containsExactly(new StateRegained(5));
    host.node.campaign();
    assertThat(host.status().role()).isEqualTo(RoleName.CANDIDATE);
  }

  // The leader.

  /** Leads in term 2 with a log that ends at 5, all of which all members have acknowledged. */
  private static Host leader() {
    Host host = Host.leader();
    for (int i = 0; i < 3; i++) {
      host.node.propose(bytes("c" + i));
    }
    host.settle();
    host.step(accepted(2, 2, 5, 5), accepted(3, 2, 5, 5));
    assertThat(host.peer(3).matchIndex()).isEqualTo(5);
    return host;
  }

  /** What the leader sends node 3 for an answer. */
  private static Message answered(Host host, Message answer) {
    List<Message> sent = host.step(answer).stream().filter(m -> m.getTo() == 3).toList();
    assertThat(sent).as("to 3").hasSize(1);
    return sent.get(0);
  }

  @Test
  void aMemberThatLostWhatItAcknowledgedIsBroughtThereAgainAndCountsForNothingMeanwhile() {
    Host host = leader();

    // In place of an answer to the heartbeat.
    Message probe = answered(host, rejected(3, 2, 5, 2, 3));
    assertThat(probe.getAppend().getPrev()).isEqualTo(id(2, 5));
    assertThat(host.peer(3).matchIndex()).as("it may have been late").isEqualTo(5);

    Message append = answered(host, rejected(3, 2, 5, 2, 3));
    assertThat(append.getAppend().getPrev()).isEqualTo(id(2, 3));
    assertThat(append.getAppend().getEntriesCount()).isEqualTo(2);
    assertThat(host.peer(3).matchIndex()).isZero();
    assertThat(host.status().commitIndex()).isEqualTo(5);

    host.step(accepted(3, 2, 5, 3));
    assertThat(host.peer(3).matchIndex()).isEqualTo(5);
    assertThat(host.peer(3).state()).isEqualTo(PeerStatus.State.REPLICATE);
  }

  @Test
  void whatItLostDoesNotCountForWhatIsCommittedNext() {
    Host host = leader();
    host.node.propose(bytes("d"));
    host.settle();
    host.step(rejected(3, 2, 5, 2, 3)); // There is an append under way.
    host.step(rejected(3, 2, 6, 2, 3));
    host.step(rejected(3, 2, 5, 2, 3));
    assertThat(host.peer(3).matchIndex()).isZero();

    host.ticks(1);
    assertThat(host.settle())
        .filteredOn(m -> m.getTo() == 3 && m.hasHeartbeat())
        .extracting(m -> m.getHeartbeat().getCommit())
        .containsExactly(0L);
  }

  @Test
  void aLateRejectionOfWhatIsAcknowledgedCostsOneProbe() {
    Host host = leader();

    assertThat(answered(host, rejected(3, 2, 5, 2, 3)).getAppend().getEntriesCount()).isZero();
    host.step(accepted(3, 2, 5, 5));

    assertThat(host.peer(3).matchIndex()).isEqualTo(5);
    assertThat(host.peer(3).state()).isEqualTo(PeerStatus.State.REPLICATE);
  }

  @Test
  void aMemberThatLostEverythingGetsASnapshot() {
    Host host = leader();
    host.disk.createSnapshot(5, voters(1, 2, 3), bytes("state"));
    Message wants = wantsSnapshot(3, 2, 5);

    assertThat(answered(host, wants).hasAppend()).isTrue();
    assertThat(answered(host, wants).hasInstallSnapshot()).isTrue();
    assertThat(host.peer(3).matchIndex()).isZero();
  }

  /** Leads five voters in term 2; its log ends at 4, and 2 is committed. */
  private static Host leaderOfFive() {
    Host host = Host.on(MemoryStorage.bootstrapped(1, 2, 3, 4, 5));
    host.node.campaign();
    host.settle();
    host.step(granted(2, 2), granted(3, 2));
    for (long peer = 2; peer <= 5; peer++) {
      host.step(accepted(peer, 2, 1, 1), accepted(peer, 2, 2, 1));
    }
    host.node.propose(bytes("a"));
    host.settle();
    host.node.propose(bytes("b"));
    host.settle();
    assertThat(host.status().commitIndex()).isEqualTo(2);
    return host;
  }

  @Test
  void aMemberThatLostEverythingDoesNotCountAfterASnapshotOfLess() {
    Host host = leaderOfFive();
    host.step(accepted(2, 2, 3, 2));

    host.step(wantsSnapshot(2, 2, 3), wantsSnapshot(2, 2, 4));
    host.step(wantsSnapshot(2, 2, 3));
    host.step(installed(2, 2, snapshot(1, 1, voters(1, 2, 3, 4, 5)), 1, 1));
    assertThat(host.peer(2).matchIndex()).isEqualTo(1);

    // Of five, only 1 and 3 hold the entry at 3.
    host.step(accepted(3, 2, 3, 2));
    assertThat(host.status().commitIndex()).isEqualTo(2);
  }

  @Test
  void aProbeOfALossThatIsItselfLostIsRepeatedAfterTheNextHeartbeat() {
    Host host = leaderOfFive();
    host.step(accepted(2, 2, 4, 2));
    host.step(rejected(2, 2, 2, 1, 1));
    host.step(rejected(2, 2, 4, 1, 1)); // The probe after 4 leaves and is lost.

    host.node.tick();
    host.settle();
    List<Message> sent = host.step(rejected(2, 2, 2, 1, 1)); // In place of a heartbeat response.

    assertThat(sent)
        .filteredOn(m -> m.getTo() == 2 && m.hasAppend())
        .extracting(m -> m.getAppend().getPrev().getIndex())
        .containsExactly(4L);
    host.step(rejected(2, 2, 4, 1, 1));
    assertThat(host.peer(2).matchIndex()).isZero();
  }

  @Test
  void aMemberThatRejectsHeartbeatsIsHeard() {
    Host host = Host.leader(knobs -> knobs.checkQuorum(true));
    host.node.propose(bytes("a"));
    host.settle();
    host.step(accepted(2, 2, 3, 2));
    host.step(rejected(2, 2, 3, 1, 1)); // The probe after 3 leaves and is lost.

    for (int i = 0; i < 30; i++) {
      host.node.tick();
      host.step(rejected(2, 2, 2, 1, 1));
    }

    assertThat(host.node.role()).isEqualTo(RoleName.LEADER);
  }

  @Test
  void twoCopiesOfALateRejectionCostOneProbe() {
    Host host = leader();

    host.node.step(rejected(3, 2, 5, 2, 3));
    host.node.step(rejected(3, 2, 5, 2, 3));

    assertThat(host.peer(3).matchIndex()).isEqualTo(5);
    assertThat(host.settle()).filteredOn(m -> m.getTo() == 3).hasSize(1);
  }

  @Test
  void aRestartedLeaderNeedsNoSuchCare() {
    Host host = Host.on(storage(hardState(2, 0, 5), voters(1, 2, 3), 2, 2, 2, 2));
    host.node.campaign();
    host.settle();
    host.step(granted(2, 3));

    assertThat(host.peer(3).matchIndex()).isZero();
  }
}
