package io.tickraft.core;

import static io.tickraft.core.Messages.accepted;
import static io.tickraft.core.Messages.append;
import static io.tickraft.core.Messages.heartbeat;
import static io.tickraft.core.Messages.heartbeatResponse;
import static io.tickraft.core.Messages.message;
import static io.tickraft.core.Messages.vote;
import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.change;
import static io.tickraft.core.Wire.entries;
import static io.tickraft.core.Wire.entry;
import static io.tickraft.core.Wire.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.proto.TimeoutNow;
import io.tickraft.proto.TimeoutNowResponse;
import io.tickraft.proto.VoteResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The orders of a leader that steps down, and what becomes of an order that has to wait. */
class HandoverTest {

  private static Message refused(long from, long term, long index) {
    return message(from, term)
        .setTimeoutNowResponse(
            TimeoutNowResponse.newBuilder()
                .setLast(id(term, index))
                .setRefused(
                    TimeoutNowResponse.Refused.newBuilder()
                        .setReason(TimeoutNowResponse.Reason.REASON_LOG_DIFFERS)))
        .build();
  }

  private static Message order(long from, long term, long index) {
    return message(from, term)
        .setTimeoutNow(TimeoutNow.newBuilder().setLast(id(term, index)))
        .build();
  }

  /** The orders among messages: to whom, and the index of the entry that is named. */
  private static List<String> orders(List<Message> messages) {
    return messages.stream()
        .filter(Message::hasTimeoutNow)
        .map(m -> m.getTo() + " at " + m.getTimeoutNow().getLast().getIndex())
        .toList();
  }

  private static List<String> resigns(Host host) {
    host.node.resign();
    return orders(host.settle());
  }

  // Whom the leader orders.

  @Test
  void theOrderNamesTheLastEntryThatWasSentToItsReceiver() {
    Host host = Host.leader();
    host.node.propose(bytes("a"));
    host.settle();
    host.node.propose(bytes("b"));
    host.node.resign();

    List<Message> sent = host.settle();

    // The entry that was not sent yet leaves before the order, or it would be in this log only.
    assertThat(orders(sent)).containsExactly("2 at 4");
    assertThat(sent.stream().filter(Message::hasAppend).map(Message::getTo))
        .containsExactly(2L, 3L);
    assertThat(sent.get(sent.size() - 1).hasTimeoutNow()).isTrue();
  }

  @Test
  void theVoterWithTheLongestLogIsOrdered() {
    Host host = Host.leader();
    host.node.reportUnreachable(2);
    host.node.propose(bytes("a"));
    host.settle(); // An append for 2 is under way; nothing says that it matches.

    assertThat(resigns(host)).containsExactly("3 at 3");
  }

  @Test
  void aVoterThatIsNotHeardComesLast() {
    Host host = Host.leader();
    for (int i = 0; i < 10; i++) {
      host.node.tick();
      host.settle();
      host.step(heartbeatResponse(3, 2, i + 1));
    }

    assertThat(resigns(host)).containsExactly("3 at 2");
    assertThat(orders(host.step(refused(3, 2, 2)))).containsExactly("2 at 2");
  }

  @Test
  void theTargetOfATransferThatIsUnderWayComesFirst() {
    Host host = Host.leader();
    host.node.transferLeadership(3);
    host.settle();

    assertThat(resigns(host)).containsExactly("3 at 2");
  }

  @Test
  void aVoterThatIsNotKnownToHaveAnEntryOfTheTermIsNotOrdered() {
    Host host = Host.candidate();
    host.node.step(Messages.granted(2, 2));
    host.settle();

    assertThat(resigns(host)).isEmpty();
    assertThat(host.status().role()).isEqualTo(RoleName.FOLLOWER);
  }

  @Test
  void theOrderIsRepeatedAfterAHeartbeatInterval() {
    Host host = Host.leader(knobs -> knobs.heartbeatTicks(3));
    host.ticks(2);
    assertThat(resigns(host)).hasSize(1);

    host.ticks(2);
    assertThat(orders(host.settle())).isEmpty();
    host.ticks(1);
    assertThat(orders(host.settle())).hasSize(1);
  }

  @Test
  void whoeverDoesNotLeadDoesNotResign() {
    for (Host host : List.of(Host.follower(), Host.candidate())) {
      Status before = host.status();
      host.node.resign();
      assertThat(host.node.hasReady()).isFalse();
      assertThat(host.status().role()).isEqualTo(before.role());
      assertThat(host.events).isEmpty();
    }
  }

  @Test
  void aLeaderThatHasResignedTakesNothingMore() {
    Host host = Host.leader();
    host.node.resign();

    assertThat(host.node.propose(bytes("a")))
        .isEqualTo(new ProposeResult.Rejected(ProposeResult.Reason.NOT_LEADER, 0));
    assertThat(host.node.readIndex(bytes("r")))
        .isEqualTo(new ReadResult.Rejected(ReadResult.Reason.NO_LEADER, 0));
  }

  // Refusals and losses.

  @Test
  void aRefusalGoesToTheNextVoterAndThatOfTheLastOneToNobody() {
    Host host = Host.leader();
    host.node.resign();
    host.settle();

    assertThat(orders(host.step(refused(2, 2, 2)))).containsExactly("3 at 2");
    assertThat(orders(host.step(refused(3, 2, 2)))).isEmpty();
    assertThat(host.drops()).isEmpty();
  }

  @Test
  void aRefusalOfAnotherOrderIsDropped() {
    Host host = Host.leader();
    host.node.resign();
    host.settle();

    assertThat(host.step(refused(3, 2, 2), refused(2, 2, 1))).isEmpty();
    assertThat(orders(host.step(refused(2, 2, 2), refused(2, 2, 2)))).containsExactly("3 at 2");
    assertThat(host.drops())
        .containsExactly(DropReason.WRONG_ROLE, DropReason.WRONG_ROLE, DropReason.WRONG_ROLE);
  }

  @Test
  void anOrderIsRepeatedTwiceAndGoesToAllAgainIfAllHaveRefused() {
    Host host = Host.leader(knobs -> knobs.heartbeatTicks(2).electionTicks(10));
    host.node.resign();
    host.settle();
    host.step(refused(2, 2, 2));

    host.node.tick();
    assertThat(host.settle()).isEmpty();
    host.node.tick();
    assertThat(orders(host.settle())).containsExactly("3 at 2");
    host.step(refused(3, 2, 2));
    host.ticks(2);
    assertThat(orders(host.settle())).containsExactly("2 at 2");
    host.ticks(4);
    assertThat(orders(host.settle())).isEmpty();
  }

  @Test
  void theOrdersEndWithTheTerm() {
    Host host = Host.leader();
    host.node.resign();
    host.settle();
    host.step(vote(2, 3, 2, 2));

    host.ticks(3);

    assertThat(orders(host.settle())).isEmpty();
    assertThat(host.step(refused(2, 2, 2))).isEmpty();
    assertThat(host.drops()).containsExactly(DropReason.STALE_TERM);
  }

  // An order that waits.

  /** Follows node 2 and has handed out a change at 2 that is not applied. */
  private static Host applies() {
    Host host = Host.follower(knobs -> knobs.preVote(true));
    host.node.step(append(2, 2, 1, 1, 2, List.of(change(2, 2))));
    host.persist(host.node.ready());
    while (host.node.hasReady()) {
      host.persist(host.node.ready());
    }
    host.node.step(order(2, 2, 2));
    assertThat(host.node.hasReady()).isFalse();
    host.events.clear();
    return host;
  }

  private static RoleName roleOnceApplied(Host host) {
    host.node.applied(2);
    return host.status().role();
  }

  @Test
  void anOrderWaitsUntilTheChangeIsApplied() {
    Host host = applies();
    host.ticks(9);

    assertThat(roleOnceApplied(host)).isEqualTo(RoleName.CANDIDATE);
    assertThat(host.settle()).allSatisfy(m -> assertThat(m.getVote().getTransfer()).isTrue());
  }

  @Test
  void anOrderDoesNotWaitForLongerThanAnElectionTimeout() {
    Host host = applies();
    for (int i = 0; i < 10; i++) {
      host.node.tick();
      host.node.step(heartbeat(2, 2, 2, i + 1)); // Or it would campaign on its own.
    }

    assertThat(roleOnceApplied(host)).isEqualTo(RoleName.FOLLOWER);
  }

  @Test
  void anOrderThatIsRepeatedDoesNotWaitForLonger() {
    Host host = applies();
    for (int i = 0; i < 10; i++) {
      host.node.step(order(2, 2, 2));
      host.node.tick();
    }

    assertThat(roleOnceApplied(host)).isEqualTo(RoleName.FOLLOWER);
  }

  @Test
  void anOrderThatIsGivenAgainAfterItsEndIsANewOne() {
    Host host = applies();
    for (int i = 0; i < 10; i++) {
      host.node.tick();
      host.node.step(heartbeat(2, 2, 2, i + 1));
    }
    host.node.step(order(2, 2, 2));
    host.ticks(5);

    assertThat(roleOnceApplied(host)).isEqualTo(RoleName.CANDIDATE);
  }

  @Test
  void anOrderEndsWithAnotherLastEntry() {
    Host host = applies();
    host.node.step(append(2, 2, 2, 2, 2, entries(3, 2)));

    assertThat(roleOnceApplied(host)).isEqualTo(RoleName.FOLLOWER);
  }

  @Test
  void anOrderEndsWithTheTerm() {
    Host host = applies();
    host.node.step(heartbeat(3, 3, 2, 1));

    assertThat(roleOnceApplied(host)).isEqualTo(RoleName.FOLLOWER);
  }

  @Test
  void anOrderEndsWhenTheLeaderIsForgotten() {
    Host host = applies();
    host.node.forgetLeader();

    assertThat(roleOnceApplied(host)).isEqualTo(RoleName.FOLLOWER);
  }

  @Test
  void anOrderForAnotherLastEntryEndsTheOneBefore() {
    Host host = applies();
    host.node.step(order(2, 2, 3));

    assertThat(roleOnceApplied(host)).isEqualTo(RoleName.FOLLOWER);
    assertThat(host.settle())
        .anySatisfy(m -> assertThat(m.hasTimeoutNowResponse()).isTrue())
        .noneSatisfy(m -> assertThat(m.hasVote()).isTrue());
  }

  // A candidate that learns of a change.

  /** Node 3 grants its vote of term 3, and reports the entry at its commit index. */
  private static Message grantWithCommit(long term, long index) {
    return message(3, 3)
        .setVoteResponse(
            VoteResponse.newBuilder()
                .setCommit(id(term, index))
                .setGranted(VoteResponse.Granted.getDefaultInstance()))
        .build();
  }

  @Test
  void aCandidateWithAChangeToApplyDoesNotWaitForLongerThanAnElectionTimeout() {
    Host host = Host.follower();
    host.step(append(2, 2, 1, 1, 1, List.of(change(2, 2), entry(2, 3))));
    host.step(order(2, 2, 3));
    assertThat(host.status().role()).isEqualTo(RoleName.CANDIDATE);
    host.node.step(grantWithCommit(2, 2));
    assertThat(host.status().role()).isEqualTo(RoleName.CANDIDATE);
    while (host.node.hasReady()) {
      host.persist(host.node.ready());
    }
    host.ticks(20);
    assertThat(host.status().role()).isEqualTo(RoleName.FOLLOWER);

    host.node.applied(2);
    assertThat(host.status().role()).isEqualTo(RoleName.FOLLOWER);
  }

  /** A second change waits to be applied, but by the first one the node is not a voter. */
  @Test
  void aCandidateThatAnAppliedChangeMakesALearnerStepsDown() {
    Host host = Host.follower();
    Entry demotion = change(2, 2, ConfChanges.addLearner(1).build());
    Entry promotion = change(2, 3, ConfChanges.addVoter(1).build());
    host.step(append(2, 2, 1, 1, 1, List.of(demotion, promotion)));
    host.step(order(2, 2, 3));
    assertThat(host.status().role()).isEqualTo(RoleName.CANDIDATE);
    host.node.step(grantWithCommit(2, 3));
    assertThat(host.status().role()).isEqualTo(RoleName.CANDIDATE);
    while (host.node.hasReady()) {
      host.persist(host.node.ready());
    }

    host.node.applied(2);

    assertThat(host.status().role()).isEqualTo(RoleName.FOLLOWER);
  }

  // To whom the leader chooses.

  @Test
  void theLeaderChoosesTheVoterWithTheHighestMatchAndThenTheLowestId() {
    Host host = Host.leader();
    assertThat(host.node.transferLeadership()).isEqualTo(new TransferResult.Started(2));

    Host ahead = Host.leader();
    ahead.node.propose(bytes("a"));
    ahead.settle();
    ahead.step(accepted(3, 2, 3, 2));
    assertThat(ahead.node.transferLeadership()).isEqualTo(new TransferResult.Started(3));
    assertThat(ahead.node.transferLeadership())
        .isEqualTo(new TransferResult.Rejected(TransferResult.Reason.IN_PROGRESS, 1));
  }

  @Test
  void onlyTheLeaderChooses() {
    assertThat(Host.follower().node.transferLeadership())
        .isEqualTo(new TransferResult.Rejected(TransferResult.Reason.NOT_LEADER, 2));
    assertThat(Host.ofThree().node.transferLeadership())
        .isEqualTo(new TransferResult.Rejected(TransferResult.Reason.NO_LEADER, 0));
    assertThat(Host.candidate().node.transferLeadership())
        .isEqualTo(new TransferResult.Rejected(TransferResult.Reason.NO_LEADER, 0));
    assertThat(Host.alone(Host.DEFAULTS).node.transferLeadership())
        .isEqualTo(new TransferResult.Rejected(TransferResult.Reason.NOT_A_VOTER, 1));
  }
}
