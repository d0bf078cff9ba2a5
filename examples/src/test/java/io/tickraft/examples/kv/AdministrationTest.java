package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.Bootstrap;
import io.tickraft.core.LogId;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.Outcome;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.Ready;
import io.tickraft.core.TransferResult;
import io.tickraft.examples.kv.client.Answer;
import io.tickraft.examples.kv.client.MembershipChange;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.examples.kv.store.Members;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How each transfer ends that a follower of node 2 was asked for. */
class AdministrationTest {

  private static final long TARGET = 3;

  private final RawNode node =
      RawNode.open(RaftConfig.builder(1).build(), MemoryStorage.bootstrapped(1, 2, 3));
  private final List<Consumer<RaftNode>> later = new ArrayList<>();
  private final Administration administration =
      new Administration(
          3,
          () -> Members.NONE,
          id -> true,
          new Proposals(id -> Optional.empty(), () -> {}, 1),
          later::add);

  private Answer transfer() {
    Answer answer = new Answer(() -> {});
    administration.transfer(RaftNode.of(node), TARGET, answer);
    return answer;
  }

  private void follow(long leader) {
    node.step(
        Message.newBuilder()
            .setFrom(leader)
            .setTo(1)
            .setTerm(5)
            .setHeartbeat(Heartbeat.newBuilder().setRound(1))
            .build());
  }

  static Stream<Arguments> ends() {
    return Stream.of(
        ended(Outcome.TransferEnd.COMPLETED, TARGET, Reply.OK),
        ended(Outcome.TransferEnd.REFUSED, 2, Reply.err("node 3 refused to campaign")),
        ended(
            Outcome.TransferEnd.TIMED_OUT,
            2,
            Reply.err("node 3 did not take over in time, and still may")),
        ended(Outcome.TransferEnd.ABORTED, 0, Reply.err("node 3 does not lead")),
        ended(Outcome.TransferEnd.ABORTED, 1, Reply.err("node 3 does not lead, but node 1")),
        rejected(
            TransferResult.Reason.NO_LEADER, new Reply.Failure("CLUSTERDOWN No leader is known")),
        rejected(
            TransferResult.Reason.NOT_LEADER, new Reply.Failure("TRYAGAIN the leader has changed")),
        rejected(TransferResult.Reason.ALREADY_LEADER, Reply.err("node 3 leads already")),
        rejected(TransferResult.Reason.NOT_A_VOTER, Reply.err("node 3 is not a voter")),
        rejected(
            TransferResult.Reason.IN_PROGRESS,
            new Reply.Failure("TRYAGAIN another transfer is in progress")));
  }

  private static Arguments ended(Outcome.TransferEnd end, long leader, Reply reply) {
    return Arguments.of(new Outcome.TransferEnded(TARGET, end, leader), reply);
  }

  private static Arguments rejected(TransferResult.Reason reason, Reply reply) {
    return Arguments.of(new Outcome.TransferRejected(TARGET, reason, 2), reply);
  }

  @ParameterizedTest
  @MethodSource("ends")
  void aTransferIsAnsweredWhenItHasEnded(Outcome outcome, Reply reply) {
    // Nobody waits for the end of what another node has asked for.
    administration.complete(List.of(outcome));
    follow(2);
    Answer answer = transfer();
    assertThat(answer.reply()).isEmpty();
    // Of no concern to the transfer.
    administration.complete(List.of(new Outcome.ChangeImpossible(new LogId(2, 5), "because")));
    assertThat(answer.reply()).isEmpty();
    administration.complete(List.of(outcome));
    assertThat(answer.reply()).contains(reply);
  }

  @Test
  void whatCannotBeginIsAnsweredAtOnce() {
    assertThat(transfer().reply()).contains(new Reply.Failure("CLUSTERDOWN No leader is known"));
    follow(TARGET);
    assertThat(transfer().reply()).contains(Reply.err("node 3 leads already"));
  }

  @Test
  void onlyOneTransferIsUnderWayAtATime() {
    follow(2);
    Answer first = transfer();
    assertThat(transfer().reply())
        .contains(new Reply.Failure("TRYAGAIN another transfer is in progress"));
    assertThat(first.reply()).isEmpty();
  }

  /** A leader with a learner, node 4, that never answers. */
  private static RawNode leaderWithLearner() {
    MemoryStorage storage = new MemoryStorage();
    storage.installSnapshot(
        Snapshot.newBuilder()
            .setMetadata(
                SnapshotMetadata.newBuilder()
                    .setIndex(1)
                    .setTerm(1)
                    .setConfState(ConfState.newBuilder().addVoters(1).addLearners(4)))
            .build());
    storage.setHardState(Bootstrap.hardState());
    RawNode leader = RawNode.open(RaftConfig.builder(1).build(), storage);
    leader.campaign();
    while (leader.hasReady()) {
      Ready ready = leader.ready();
      storage.persist(ready);
      leader.advance(ready);
    }
    return leader;
  }

  private Answer promote(RawNode leader, long waitMillis) {
    Answer answer = new Answer(() -> {});
    MembershipChange promotion = new MembershipChange.Promote(4, waitMillis);
    administration.change(RaftNode.of(leader), promotion, answer);
    return answer;
  }

  @Test
  void aPromotionFailsWhenTheLearnerHasNotCaughtUpInTime() throws Exception {
    RawNode leader = leaderWithLearner();
    assertThat(promote(leader, 0).reply())
        .contains(
            Reply.err(
                "node 4 is still catching up: it has 0 of 2 entries, and this leader has never heard"
                    + " it"));
    Answer waiting = promote(leader, 20);
    while (!later.isEmpty()) {
      assertThat(waiting.reply()).isEmpty();
      Thread.sleep(1);
      later.remove(0).accept(RaftNode.of(leader));
    }
    assertThat(waiting.reply())
        .contains(
            Reply.err(
                "node 4 is still catching up: it has 0 of 2 entries, and this leader has never heard"
                    + " it, after 20 ms"));
  }

  @Test
  void whoHasNotWaitedIsToldOfNoTime() {
    Answer answer = new Answer(() -> {});
    administration.change(
        RaftNode.of(leaderWithLearner()), new MembershipChange.Promote(9, 60_000), answer);
    assertThat(answer.reply()).contains(Reply.err("node 9 is not a member"));
  }

  @Test
  void aPromotionIsGivenUpWhenItsClientIsGone() {
    RawNode leader = leaderWithLearner();
    Answer waiting = promote(leader, 60_000);
    boolean[] gone = new boolean[1];
    waiting.cancelWhen(() -> gone[0]);
    later.remove(0).accept(RaftNode.of(leader));
    assertThat(later).hasSize(1);
    gone[0] = true;
    later.remove(0).accept(RaftNode.of(leader));
    assertThat(later).isEmpty();
    administration.close();
    assertThat(waiting.reply()).isEmpty();
  }

  @Test
  void aPromotionThatStillWaitsAtTheEndIsToldSo() {
    Answer waiting = promote(leaderWithLearner(), 60_000);
    administration.close();
    assertThat(waiting.reply())
        .contains(
            new Reply.Failure("NOTAPPLIED the node stopped before the learner had caught up"));
  }

  @Test
  void whoStillWaitsAtTheEndIsToldSo() {
    follow(2);
    Answer answer = transfer();
    administration.close();
    assertThat(answer.reply())
        .contains(new Reply.Failure("UNKNOWN the node stopped before the transfer ended"));
  }
}
