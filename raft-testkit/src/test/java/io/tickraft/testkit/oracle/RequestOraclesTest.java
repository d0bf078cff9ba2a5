package io.tickraft.testkit.oracle;

import static io.tickraft.testkit.message.Values.request;
import static io.tickraft.testkit.oracle.Histories.add;
import static io.tickraft.testkit.oracle.Histories.auto;
import static io.tickraft.testkit.oracle.Histories.durable;
import static io.tickraft.testkit.oracle.Histories.entry;
import static io.tickraft.testkit.oracle.Histories.follower;
import static io.tickraft.testkit.oracle.Histories.leader;
import static io.tickraft.testkit.oracle.Histories.message;
import static io.tickraft.testkit.oracle.Histories.preCandidate;
import static io.tickraft.testkit.oracle.Histories.violated;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.Outcome;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.Append;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.HeartbeatResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.PreVoteResponse;
import io.tickraft.proto.Propose;
import io.tickraft.proto.ReadIndex;
import io.tickraft.proto.ReadIndexResponse;
import io.tickraft.proto.RequestId;
import io.tickraft.proto.TimeoutNow;
import io.tickraft.proto.TransferLeader;
import io.tickraft.proto.Vote;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The oracles of votes, reads and transfers of leadership. */
final class RequestOraclesTest {

  private static final ByteString READ = ByteString.copyFromUtf8("read");

  private final GhostLogs logs = new GhostLogs();
  private final CommittedLog committed = new CommittedLog(logs);
  private final ConfigurationHistory history = new ConfigurationHistory(logs, committed);
  private final Oracles oracles =
      new Oracles(
          List.of(
              logs,
              committed,
              history,
              new Votes(),
              new RequestIds(),
              new Reads(committed),
              new ReadQuorum(history),
              new Transfers(history)));

  @BeforeEach
  void open() {
    for (long node = 1; node <= 3; node++) {
      open(RaftConfig.builder(node).electionTicks(5).build());
    }
  }

  private void open(RaftConfig config) {
    oracles.configured(config.id(), config);
    oracles.opened(config.id(), MemoryStorage.bootstrapped(1, 2, 3));
    oracles.stepped(follower(config.id(), 1).view());
  }

  private void taken(long node, ReadyOf ready) {
    oracles.taken(node, ready.view(), durable(1, 0));
  }

  private void ticks(long node, int ticks) {
    for (int i = 0; i < ticks; i++) {
      oracles.ticked(node);
    }
  }

  // Votes.

  private static Message vote(long term, long candidate, boolean transfer) {
    return message(term)
        .setFrom(candidate)
        .setTo(2)
        .setVote(
            Vote.newBuilder()
                .setLast(EntryId.newBuilder().setTerm(1).setIndex(2))
                .setTransfer(transfer))
        .build();
  }

  /** Node 2 hears from node 1, its leader in term 1. */
  private void hear() {
    Message heartbeat = message(1).setHeartbeat(Heartbeat.newBuilder().setRound(7)).build();
    Message answer =
        message(1)
            .setFrom(2)
            .setTo(1)
            .setHeartbeatResponse(HeartbeatResponse.newBuilder().setRound(7))
            .build();
    oracles.received(2, heartbeat);
    oracles.stepped(follower(2, 1).view());
    taken(2, new ReadyOf(1).now(answer));
  }

  private void votesFor(long candidate) {
    oracles.stepped(follower(2, 2).vote(candidate).view());
  }

  @Test
  void aVoteThatWasAskedForIsRight() {
    oracles.sent(vote(2, 3, false), durable(2, 3));
    assertThatCode(() -> votesFor(3)).doesNotThrowAnyException();
  }

  @Test
  void aVoteThatNobodyAskedForIsSeen() {
    oracles.sent(vote(3, 3, false), durable(3, 3));
    violated("votes are asked for", () -> votesFor(3));
  }

  @Test
  void aVoteForALogThatEndsBeforeTheVotersIsSeen() {
    oracles.sent(vote(3, 3, false), durable(3, 3));
    oracles.stepped(follower(2, 2).last(1, 3).view());
    violated("up-to-date votes", () -> oracles.stepped(follower(2, 3).vote(3).last(1, 3).view()));
  }

  @Test
  void aVoteForALogOfAnEarlierTermIsSeen() {
    oracles.sent(vote(3, 3, false), durable(3, 3));
    oracles.stepped(follower(2, 2).last(2, 2).view());
    violated("up-to-date votes", () -> oracles.stepped(follower(2, 3).vote(3).last(2, 2).view()));
  }

  @Test
  void aVoteAgainstALeaderThatIsHeardIsSeen() {
    hear();
    ticks(2, 4);
    oracles.sent(vote(2, 3, false), durable(2, 3));
    violated("a leader that is heard is kept", () -> votesFor(3));
  }

  /** Node 2 receives a request for its vote, and is then in a term. */
  private void asked(Message vote, long term) {
    oracles.received(2, vote);
    oracles.stepped(follower(2, term).view());
  }

  @Test
  void aRequestOfALaterTermThatEndsTheTermOfALeaderThatIsHeardIsSeen() {
    hear();
    ticks(2, 4);
    oracles.stepped(follower(2, 1).view());
    Message vote = vote(2, 3, false);
    oracles.sent(vote, durable(2, 3));
    assertThatCode(() -> asked(vote, 1)).doesNotThrowAnyException();
    violated("a leader that is heard is kept", () -> asked(vote, 2));
  }

  @Test
  void aRequestOfALaterTermMayEndTheTermOfALeaderThatIsNotHeard() {
    hear();
    ticks(2, 5);
    oracles.stepped(follower(2, 1).view());
    Message vote = vote(2, 3, false);
    oracles.sent(vote, durable(2, 3));
    assertThatCode(() -> asked(vote, 2)).doesNotThrowAnyException();
  }

  @Test
  void aTransferThatTheVotersIgnoreIsSeen() {
    hear();
    oracles.sent(order(2), durable(1, 0));
    Message vote = vote(2, 3, true);
    oracles.sent(vote, durable(2, 3));
    violated("transfers are voted on", () -> asked(vote, 1));
  }

  @Test
  void aTransferThatTheVotersHearOfIsRight() {
    hear();
    oracles.sent(order(2), durable(1, 0));
    Message vote = vote(2, 3, true);
    oracles.sent(vote, durable(2, 3));
    Message corrupted = vote.toBuilder().setTo(1).build();
    assertThatCode(() -> asked(corrupted, 1)).doesNotThrowAnyException();
    assertThatCode(() -> asked(vote, 2)).doesNotThrowAnyException();
  }

  /** Its leader, node 1, tells node 2 what is committed. */
  private void told(long commit, long lastIndex) {
    Message heartbeat =
        message(1).setTo(2).setHeartbeat(Heartbeat.newBuilder().setCommit(commit)).build();
    oracles.sent(heartbeat, durable(1, 0));
    oracles.received(2, heartbeat);
    oracles.stepped(follower(2, 1).follows(1).last(1, lastIndex).view());
  }

  @Test
  void aVoteOfANodeThatHasLostCommittedEntriesIsSeen() {
    told(5, 1);
    oracles.sent(vote(2, 3, false), durable(2, 3));
    violated("nodes that have lost entries do not vote", () -> votesFor(3));
  }

  @Test
  void aVoteOfANodeThatHasRegainedWhatItHasLostIsRight() {
    told(2, 1);
    oracles.stepped(follower(2, 1).follows(1).last(1, 2).view());
    oracles.sent(vote(2, 3, false), durable(2, 3));
    assertThatCode(() -> oracles.stepped(follower(2, 2).vote(3).last(1, 2).view()))
        .doesNotThrowAnyException();
  }

  @Test
  void aVoteWhenTheLeaderIsNotHeardAnyMoreIsRight() {
    hear();
    ticks(2, 5);
    oracles.sent(vote(2, 3, false), durable(2, 3));
    assertThatCode(() -> votesFor(3)).doesNotThrowAnyException();
  }

  @Test
  void aVoteThatTheLeaderWantsIsRight() {
    hear();
    oracles.sent(order(2), durable(1, 0));
    oracles.sent(vote(2, 3, true), durable(2, 3));
    assertThatCode(() -> votesFor(3)).doesNotThrowAnyException();
  }

  private static Message order(long last) {
    return message(1)
        .setTo(3)
        .setTimeoutNow(
            TimeoutNow.newBuilder().setLast(EntryId.newBuilder().setTerm(1).setIndex(last)))
        .build();
  }

  @Test
  void aCampaignByOrderThatNobodyGaveIsSeen() {
    violated("campaigns by order", () -> oracles.sent(vote(2, 3, true), durable(2, 3)));
    oracles.sent(order(3), durable(1, 0));
    violated("campaigns by order", () -> oracles.sent(vote(2, 3, true), durable(2, 3)));
  }

  @Test
  void aVoteForTheLeaderThatWasHeardIsRight() {
    hear();
    oracles.sent(vote(2, 1, false), durable(2, 1));
    assertThatCode(() -> votesFor(1)).doesNotThrowAnyException();
  }

  @Test
  void aVoteForTheLeaderWhoseEntriesWereTakenIsRight() {
    hear();
    Message accepted =
        message(2)
            .setFrom(2)
            .setTo(3)
            .setAppendResponse(
                AppendResponse.newBuilder().setAccepted(AppendResponse.Accepted.newBuilder()))
            .build();
    taken(2, new ReadyOf(2).later(accepted));
    oracles.sent(vote(2, 3, false), durable(2, 3));
    assertThatCode(() -> votesFor(3)).doesNotThrowAnyException();
  }

  @Test
  void aVoteForANewLeaderThatWasHeardAndIsNotAnsweredYetIsRight() {
    hear();
    oracles.stepped(follower(2, 2).follows(3).view());
    oracles.sent(vote(3, 3, false), durable(2, 3));
    assertThatCode(() -> oracles.stepped(follower(2, 3).vote(3).view())).doesNotThrowAnyException();
  }

  @Test
  void aVoteForANewLeaderThatWasHeardBeforeItInOneBatchIsRight() {
    hear();
    oracles.sent(vote(3, 3, false), durable(2, 3));
    oracles.received(2, message(2).setFrom(3).setAppend(Append.getDefaultInstance()).build());
    oracles.received(2, vote(3, 3, false));
    assertThatCode(() -> oracles.stepped(follower(2, 3).vote(3).view())).doesNotThrowAnyException();
  }

  @Test
  void aMessageOfAnEarlierLeaderInTheBatchDoesNotExcuseAVote() {
    hear();
    oracles.stepped(follower(2, 2).follows(1).view());
    oracles.sent(vote(3, 3, false), durable(2, 3));
    oracles.received(2, message(1).setFrom(3).setAppend(Append.getDefaultInstance()).build());
    oracles.received(2, vote(3, 3, false));
    violated(
        "a leader that is heard is kept", () -> oracles.stepped(follower(2, 3).vote(3).view()));
  }

  @Test
  void anAnswerToTheLeaderOfAnEarlierTermThatLeavesLateSaysNothing() {
    Message heartbeat = message(1).setHeartbeat(Heartbeat.newBuilder().setRound(7)).build();
    oracles.received(2, heartbeat);
    oracles.stepped(follower(2, 2).follows(3).view());
    taken(
        2,
        new ReadyOf(1)
            .now(
                message(1)
                    .setFrom(2)
                    .setTo(1)
                    .setHeartbeatResponse(HeartbeatResponse.newBuilder().setRound(7))
                    .build()));
    oracles.sent(vote(3, 3, false), durable(2, 3));
    assertThatCode(() -> oracles.stepped(follower(2, 3).vote(3).view())).doesNotThrowAnyException();
  }

  @Test
  void aVoteWhenTheLeaderIsForgottenIsRight() {
    hear();
    oracles.leaderForgotten(2);
    oracles.sent(vote(2, 3, false), durable(2, 3));
    assertThatCode(() -> votesFor(3)).doesNotThrowAnyException();
  }

  @Test
  void aPreVoteOfANodeThatHasLedSinceIsRight() {
    hear();
    oracles.stepped(leader(2, 2).vote(2).view());
    oracles.stepped(follower(2, 2).vote(2).view());
    assertThatCode(() -> taken(2, grantOfPreVote())).doesNotThrowAnyException();
  }

  @Test
  void withoutQuorumCheckAVoteIsRight() {
    open(RaftConfig.builder(2).electionTicks(5).checkQuorum(false).build());
    hear();
    oracles.sent(vote(2, 3, false), durable(2, 3));
    assertThatCode(() -> votesFor(3)).doesNotThrowAnyException();
    violated("a leader that is heard is kept", () -> taken(2, grantOfPreVote()));
  }

  @Test
  void aPreVoteAgainstALeaderThatIsHeardIsSeen() {
    hear();
    ticks(2, 4);
    violated("a leader that is heard is kept", () -> taken(2, grantOfPreVote()));
    ticks(2, 1);
    assertThatCode(() -> taken(2, grantOfPreVote())).doesNotThrowAnyException();
  }

  private static ReadyOf grantOfPreVote() {
    return new ReadyOf(2)
        .now(
            message(1)
                .setFrom(2)
                .setTo(3)
                .setPreVoteResponse(
                    PreVoteResponse.newBuilder()
                        .setCampaignTerm(2)
                        .setGranted(PreVoteResponse.Granted.getDefaultInstance()))
                .build());
  }

  @Test
  void aPreCandidateThatChangesItsTermOrItsVoteIsSeen() {
    violated("a pre-vote changes nothing", () -> oracles.stepped(preCandidate(1, 2).view()));
    oracles.stepped(preCandidate(2, 1).view());
    violated(
        "a pre-vote changes nothing", () -> oracles.stepped(preCandidate(2, 1).vote(3).view()));
  }

  @Test
  void aPreCandidateWhoseTermWasRaisedByAMessageBeforeIsRight() {
    oracles.ticked(1);
    oracles.received(1, vote(2, 3, false));
    assertThatCode(() -> oracles.stepped(preCandidate(1, 2).view())).doesNotThrowAnyException();
  }

  @Test
  void aVoteAfterEntriesOfTheSameStepIsNotJudgedByTheLogBefore() {
    oracles.stepped(follower(2, 1).last(2, 7).view());
    oracles.sent(vote(3, 3, false), durable(3, 3));
    oracles.received(2, message(2).setAppend(Append.getDefaultInstance()).build());
    oracles.received(2, vote(3, 3, false));
    assertThatCode(() -> oracles.stepped(follower(2, 3).last(1, 2).vote(3).view()))
        .doesNotThrowAnyException();
  }

  // Reads.

  private void commitTwo() {
    oracles.appended(1, List.of(entry(2, 2, "a"), entry(2, 3, "b")));
    oracles.stepped(leader(1, 2).last(3).commit(3).view());
  }

  private void read(long node) {
    oracles.readRequested(node, READ, new ReadResult.Accepted());
  }

  private static ReadyOf confirmed(long index) {
    return new ReadyOf(1).read(new ReadState.Confirmed(READ, index));
  }

  @Test
  void aReadOfWhatWasCommittedWhenItWasAskedForIsRight() {
    read(2);
    commitTwo();
    assertThatCode(() -> taken(2, confirmed(1))).doesNotThrowAnyException();
  }

  @Test
  void aReadOfAnEarlierStateIsSeen() {
    commitTwo();
    read(2);
    violated("linearizable reads", () -> taken(2, confirmed(2)));
  }

  @Test
  void aReadOfWhatIsNotCommittedIsSeen() {
    read(2);
    violated("linearizable reads", () -> taken(2, confirmed(2)));
  }

  @Test
  void aReadOfWhatANodeHasCommittedThatMayNotWriteIsRight() {
    read(1);
    oracles.stepped(leader(1, 2).last(3).commit(3).undrained().view());
    assertThatCode(() -> taken(1, confirmed(3))).doesNotThrowAnyException();
    read(2);
    violated("linearizable reads", () -> taken(2, confirmed(2)));
  }

  @Test
  void readsOfOneNameAreNotTakenForEachOther() {
    read(2);
    commitTwo();
    read(2);
    taken(2, confirmed(1));
    violated("linearizable reads", () -> taken(2, confirmed(1)));
  }

  @Test
  void aReadWithTwoOutcomesIsSeen() {
    read(2);
    taken(2, confirmed(1));
    violated(
        "one outcome of a read",
        () ->
            taken(
                2,
                new ReadyOf(2).read(new ReadState.Aborted(READ, ReadState.Reason.TIMED_OUT, 1))));
  }

  @Test
  void anOutcomeOfAReadThatWasRejectedIsSeen() {
    oracles.readRequested(2, READ, new ReadResult.Rejected(ReadResult.Reason.NO_LEADER, 0));
    violated("one outcome of a read", () -> taken(2, confirmed(1)));
  }

  @Test
  void anOutcomeOfAReadBeforeARestartIsSeen() {
    read(2);
    oracles.opened(2, MemoryStorage.bootstrapped(1, 2, 3));
    violated("one outcome of a read", () -> taken(2, confirmed(1)));
  }

  private static Message heartbeat(long round) {
    return message(2).setHeartbeat(Heartbeat.newBuilder().setRound(round)).build();
  }

  private static Message answer(long round) {
    return message(2)
        .setFrom(2)
        .setTo(1)
        .setHeartbeatResponse(HeartbeatResponse.newBuilder().setRound(round))
        .build();
  }

  @Test
  void aReadThatAQuorumConfirmsIsRight() {
    oracles.stepped(leader(1, 2).view());
    oracles.sent(heartbeat(4), durable(2, 1));
    read(1);
    oracles.sent(heartbeat(5), durable(2, 1));
    oracles.sent(answer(5), durable(2, 1));
    assertThatCode(() -> taken(1, confirmed(1))).doesNotThrowAnyException();
  }

  @Test
  void aReadThatAnEarlierRoundConfirmsIsSeen() {
    oracles.stepped(leader(1, 2).view());
    oracles.sent(heartbeat(4), durable(2, 1));
    read(1);
    oracles.sent(answer(4), durable(2, 1));
    violated("read quorum", () -> taken(1, confirmed(1)));
  }

  @Test
  void readsWithTheSameContextAreNotTakenForEachOther() {
    // The outcome of a read that another leader has confirmed may come after the node leads.
    read(1);
    oracles.stepped(leader(1, 2).view());
    read(1);
    assertThatCode(() -> taken(1, confirmed(1))).doesNotThrowAnyException();
  }

  @Test
  void aReadWithAContextThatWasUsedBeforeIsChecked() {
    oracles.stepped(leader(1, 2).view());
    oracles.sent(heartbeat(5), durable(2, 1));
    read(1);
    oracles.sent(heartbeat(6), durable(2, 1));
    oracles.sent(answer(6), durable(2, 1));
    taken(1, confirmed(1));
    read(1);
    violated("read quorum", () -> taken(1, confirmed(1)));
  }

  private static final RequestId REQUEST =
      RequestId.newBuilder().setIncarnation(1).setSequence(1).build();

  private static Message question() {
    return message(0)
        .setFrom(2)
        .setTo(1)
        .setReadIndex(ReadIndex.newBuilder().setRequest(REQUEST))
        .build();
  }

  private static Message response() {
    return message(0)
        .setReadIndexResponse(
            ReadIndexResponse.newBuilder()
                .setRequest(REQUEST)
                .setReady(ReadIndexResponse.Ready.newBuilder().setIndex(1)))
        .build();
  }

  @Test
  void aReadOfAnotherNodeThatNobodyConfirmsIsSeen() {
    oracles.stepped(leader(1, 2).view());
    oracles.received(1, question());
    violated("read quorum", () -> oracles.sent(response(), durable(2, 1)));
  }

  @Test
  void aReadThatArrivesAgainInALaterTermOfItsLeaderIsAnotherOne() {
    oracles.stepped(leader(1, 2).view());
    oracles.sent(heartbeat(9), durable(2, 1));
    oracles.received(1, question());
    oracles.stepped(leader(1, 3).view());
    oracles.received(1, question());
    oracles.sent(answer(1).toBuilder().setTerm(3).build(), durable(3, 1));
    assertThatCode(() -> oracles.sent(response(), durable(3, 1))).doesNotThrowAnyException();
  }

  // Transfers.

  private void transfer(long target) {
    oracles.transferRequested(1, target, new TransferResult.Started(target));
    oracles.stepped(leader(1, 2).transfer(target).view());
  }

  private static ReadyOf ended(long target) {
    return new ReadyOf(1)
        .outcome(new Outcome.TransferEnded(target, Outcome.TransferEnd.COMPLETED, target));
  }

  @Test
  void aTransferThatEndsInTimeIsRight() {
    transfer(2);
    ticks(1, 4);
    oracles.stepped(leader(1, 2).transfer(2).view());
    ticks(1, 1);
    oracles.stepped(leader(1, 2).view());
    assertThatCode(() -> taken(1, ended(2))).doesNotThrowAnyException();
  }

  @Test
  void aTransferThatDoesNotEndIsSeen() {
    transfer(2);
    ticks(1, 5);
    violated("transfers end in time", () -> oracles.stepped(leader(1, 2).transfer(2).view()));
  }

  @Test
  void aSecondTransferBeforeTheEndOfTheFirstIsSeen() {
    transfer(2);
    violated("one transfer at a time", () -> oracles.stepped(leader(1, 2).transfer(3).view()));
  }

  @Test
  void aTransferToANodeThatDoesNotVoteIsSeen() {
    violated("transfers to voters", () -> transfer(4));
    violated("transfers to voters", () -> oracles.stepped(leader(2, 2).transfer(2).view()));
  }

  @Test
  void proposalsDuringATransferAreSeen() {
    oracles.proposed(1, new ProposeResult.Accepted(2, 2, 2));
    transfer(2);
    oracles.proposed(1, new ProposeResult.Rejected(ProposeResult.Reason.TRANSFERRING, 1));
    violated(
        "no proposals during a transfer",
        () -> oracles.proposed(1, new ProposeResult.Accepted(2, 2, 2)));
    violated(
        "no proposals during a transfer",
        () -> oracles.changeProposed(1, auto(add(4)), new ConfChangeResult.Accepted(2, 2)));
  }

  @Test
  void aTransferWithTwoOutcomesIsSeen() {
    oracles.transferRequested(3, 2, new TransferResult.Forwarded(1));
    taken(3, ended(2));
    violated("one outcome of a transfer", () -> taken(3, ended(2)));
  }

  @Test
  void anOutcomeOfATransferThatWasRejectedIsSeen() {
    oracles.transferRequested(
        3, 2, new TransferResult.Rejected(TransferResult.Reason.NO_LEADER, 0));
    violated(
        "one outcome of a transfer",
        () ->
            taken(
                3,
                new ReadyOf(1)
                    .outcome(
                        new Outcome.TransferRejected(2, TransferResult.Reason.NOT_LEADER, 0))));
  }

  @Test
  void aLeaderHasAnOutcomeForWhatAnotherNodeAskedItFor() {
    oracles.stepped(leader(1, 2).transfer(2).view());
    assertThatCode(() -> taken(1, ended(2))).doesNotThrowAnyException();
  }

  /** A host that was late gives its node several messages in one step. */
  @Test
  void aTransferThatBeginsAndEndsInOneStepIsRight() {
    askedFor(2);
    oracles.received(1, vote(3, 2, true));
    oracles.stepped(follower(1, 3).view());
    assertThatCode(() -> taken(1, ended(2))).doesNotThrowAnyException();
    violated("one outcome of a transfer", () -> taken(1, ended(2)));
  }

  @Test
  void aTransferThatEndsBeforeAnotherOneBeginsInOneStepIsRight() {
    transfer(2);
    ticks(1, 4);
    askedFor(3);
    assertThatCode(() -> oracles.stepped(leader(1, 2).transfer(3).view()))
        .doesNotThrowAnyException();
    ticks(1, 5);
    violated("transfers end in time", () -> oracles.stepped(leader(1, 2).transfer(3).view()));
  }

  private void askedFor(long target) {
    oracles.received(
        1,
        message(0)
            .setFrom(3)
            .setTo(1)
            .setTransferLeader(
                TransferLeader.newBuilder().setRequest(request(1, 1)).setTarget(target))
            .build());
  }

  // Requests.

  private static Message readOf(long from, long incarnation, long sequence) {
    return message(0)
        .setFrom(from)
        .setTo(3)
        .setReadIndex(ReadIndex.newBuilder().setRequest(request(incarnation, sequence)))
        .build();
  }

  @Test
  void requestsWithNamesOfTheirOwnAreRight() {
    oracles.sent(readOf(1, 1, 1), durable(1, 0));
    oracles.sent(readOf(1, 1, 2), durable(1, 0));
    oracles.sent(readOf(1, 2, 1), durable(1, 0));
    assertThatCode(() -> oracles.sent(readOf(2, 1, 1), durable(1, 0))).doesNotThrowAnyException();
  }

  private void isAgain(Message.Builder request) {
    Message message = request.setFrom(1).setTo(2).build();
    violated("requests have names of their own", () -> oracles.sent(message, durable(1, 0)));
  }

  @Test
  void aNameThatIsUsedAgainIsSeenWhateverIsAsked() {
    oracles.sent(readOf(1, 1, 1), durable(1, 0));
    RequestId name = request(1, 1);
    isAgain(message(0).setReadIndex(ReadIndex.newBuilder().setRequest(name)));
    isAgain(
        message(0).setTransferLeader(TransferLeader.newBuilder().setRequest(name).setTarget(2)));
    isAgain(message(0).setPropose(Propose.newBuilder().setRequest(name)));
  }
}
