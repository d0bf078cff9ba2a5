package io.tickraft.testkit.oracle;

import static io.tickraft.testkit.oracle.Histories.candidate;
import static io.tickraft.testkit.oracle.Histories.durable;
import static io.tickraft.testkit.oracle.Histories.entry;
import static io.tickraft.testkit.oracle.Histories.follower;
import static io.tickraft.testkit.oracle.Histories.leader;
import static io.tickraft.testkit.oracle.Histories.message;
import static io.tickraft.testkit.oracle.Histories.preCandidate;
import static io.tickraft.testkit.oracle.Histories.violated;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.HeartbeatResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.PreVote;
import io.tickraft.proto.PreVoteResponse;
import io.tickraft.proto.TimeoutNow;
import io.tickraft.proto.Vote;
import io.tickraft.proto.VoteResponse;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The oracles of known leaders, pre-votes, terms and of what leaders do in time. */
class LeadershipOraclesTest {

  private static final int ELECTION_TICKS = 10;
  private static final int PERSIST_TICKS = 50;

  private final GhostLogs logs = new GhostLogs();
  private final CommittedLog committed = new CommittedLog(logs);
  private final ConfigurationHistory history = new ConfigurationHistory(logs, committed);
  private final ElectionSafety elections = new ElectionSafety();
  private final Oracles oracles =
      new Oracles(
          List.of(
              logs,
              committed,
              history,
              elections,
              new KnownLeaders(elections),
              new RoleTransitions(),
              new PreVotes(history),
              new LeadersInTime(logs)));

  @BeforeEach
  void open() {
    for (long node = 1; node <= 3; node++) {
      oracles.configured(
          node,
          RaftConfig.builder(node)
              .electionTicks(ELECTION_TICKS)
              .heartbeatTicks(1)
              .preVote(true)
              .checkQuorum(true)
              .maxPersistTicks(PERSIST_TICKS)
              .build());
      oracles.opened(node, MemoryStorage.bootstrapped(1, 2, 3));
      oracles.stepped(follower(node, 1).view());
    }
  }

  private static Message.Builder from(long sender, long receiver, long term) {
    return message(term).setFrom(sender).setTo(receiver);
  }

  private void receive(Message.Builder message) {
    oracles.received(message.getTo(), message.build());
  }

  private void send(Message.Builder message) {
    oracles.sent(message.build(), durable(9, 0));
  }

  // A known leader leads.

  /** Node 1 is elected in term 2, by pre-votes and votes of itself and node 2. */
  private void elect() {
    oracles.ticked(1);
    oracles.stepped(preCandidate(1, 1).view());
    send(granted(2, 1, 2));
    receive(granted(2, 1, 2));
    oracles.stepped(candidate(1, 2).view());
    receive(from(2, 1, 2).setVoteResponse(VoteResponse.getDefaultInstance()));
    oracles.stepped(leader(1, 2).vote(1).view());
  }

  @Test
  void followersOfTheElectedLeaderAreRight() {
    elect();
    receive(from(1, 2, 2).setHeartbeat(Heartbeat.getDefaultInstance()));
    assertThatCode(() -> oracles.stepped(follower(2, 2).follows(1).view()))
        .doesNotThrowAnyException();
  }

  @Test
  void aFollowerOfANodeThatWasNotElectedIsSeen() {
    elect();
    receive(from(1, 2, 2).setHeartbeat(Heartbeat.getDefaultInstance()));
    violated("a known leader leads", () -> oracles.stepped(follower(2, 2).follows(3).view()));
  }

  @Test
  void aFollowerOfTheLeaderOfAnotherTermIsSeen() {
    elect();
    receive(from(1, 2, 3).setHeartbeat(Heartbeat.getDefaultInstance()));
    violated("a known leader leads", () -> oracles.stepped(follower(2, 3).follows(1).view()));
  }

  @Test
  void aFollowerOfItselfAndACandidateWithALeaderAreSeen() {
    violated("a known leader leads", () -> oracles.stepped(follower(2, 1).follows(2).view()));
    elect();
    violated("a known leader leads", () -> oracles.stepped(candidate(2, 2).follows(1).view()));
  }

  @Test
  void aHeartbeatOfANodeThatWasNotElectedIsSeen() {
    elect();
    assertThatCode(() -> send(from(1, 2, 2).setHeartbeat(Heartbeat.getDefaultInstance())))
        .doesNotThrowAnyException();
    violated(
        "only leaders lead",
        () -> send(from(2, 1, 2).setHeartbeat(Heartbeat.getDefaultInstance())));
  }

  /** Node 1 asks for votes in term 2, and then gets some inputs at once, and follows. */
  private void campaignAndFollow(int inputs) {
    oracles.ticked(1);
    oracles.stepped(preCandidate(1, 1).view());
    send(granted(2, 1, 2));
    receive(granted(2, 1, 2));
    oracles.stepped(candidate(1, 2).view());
    send(from(1, 2, 2).setVote(Vote.getDefaultInstance()));
    for (int i = 0; i < inputs; i++) {
      receive(from(2, 1, 2).setVoteResponse(VoteResponse.getDefaultInstance()));
    }
    oracles.stepped(follower(1, 2).vote(1).view());
  }

  @Test
  void aLeaderThatStepsDownBeforeItIsSeenIsRight() {
    campaignAndFollow(2);
    assertThatCode(() -> send(from(1, 2, 2).setHeartbeat(Heartbeat.getDefaultInstance())))
        .doesNotThrowAnyException();
    violated("election safety", () -> oracles.stepped(leader(2, 2).vote(2).view()));
  }

  @Test
  void aCandidateThatCannotHaveLedUnseenDoesNotLead() {
    campaignAndFollow(1);
    violated(
        "only leaders lead",
        () -> send(from(1, 2, 2).setHeartbeat(Heartbeat.getDefaultInstance())));
  }

  // Terms and roles.

  @Test
  void aTermThatRisesWithoutAReasonIsSeen() {
    receive(from(2, 1, 2).setHeartbeat(Heartbeat.getDefaultInstance()));
    violated("terms come from campaigns", () -> oracles.stepped(follower(1, 3).view()));
  }

  /** Node 1 grants its vote to node 2, and gets some ticks. */
  private void grantAndTick(int ticks) {
    receive(from(2, 1, 2).setVote(Vote.getDefaultInstance()));
    oracles.stepped(follower(1, 2).vote(2).view());
    for (int i = 0; i < ticks; i++) {
      oracles.ticked(1);
    }
  }

  @Test
  void aVoterThatDoesNotWaitForItsCandidateIsSeen() {
    grantAndTick(ELECTION_TICKS - 1);
    violated(
        "voters wait for their candidate",
        () -> oracles.stepped(preCandidate(1, 2).vote(2).view()));
  }

  @Test
  void aVoterThatHasWaitedForItsCandidateMayCampaign() {
    grantAndTick(ELECTION_TICKS);
    assertThatCode(() -> oracles.stepped(preCandidate(1, 2).vote(2).view()))
        .doesNotThrowAnyException();
  }

  @Test
  void aVoterThatIsToldToMayCampaignAtOnce() {
    grantAndTick(1);
    oracles.campaigning(1);
    assertThatCode(() -> oracles.stepped(preCandidate(1, 2).vote(2).view()))
        .doesNotThrowAnyException();
  }

  @Test
  void aCampaignThatSkipsATermIsSeen() {
    oracles.ticked(1);
    violated("terms come from campaigns", () -> oracles.stepped(candidate(1, 3).view()));
  }

  @Test
  void aLeaderThatWasNoCandidateIsSeen() {
    receive(from(2, 1, 2).setVoteResponse(VoteResponse.getDefaultInstance()));
    violated("candidates become leaders", () -> oracles.stepped(leader(1, 2).vote(1).view()));
  }

  @Test
  void aLeaderWithoutItsOwnVoteIsSeen() {
    violated("leaders have their own vote", () -> oracles.stepped(leader(1, 2).vote(2).view()));
  }

  @Test
  void aNodeThatForgetsItsVoteOrTermAtARestartIsSeen() {
    oracles.opened(1, durable(3, 2));
    violated(
        "nodes start with what their disk holds", () -> oracles.stepped(follower(1, 3).view()));
    oracles.opened(1, durable(3, 2));
    violated(
        "nodes start with what their disk holds", () -> oracles.stepped(follower(1, 2).view()));
    oracles.opened(1, durable(3, 2));
    assertThatCode(() -> oracles.stepped(follower(1, 3).vote(2).view())).doesNotThrowAnyException();
  }

  // Pre-votes.

  private static Message.Builder asks(long candidate, long voter, long term, long last) {
    return from(candidate, voter, term - 1)
        .setPreVote(
            PreVote.newBuilder()
                .setCampaignTerm(term)
                .setLast(EntryId.newBuilder().setTerm(1).setIndex(last)));
  }

  private static Message.Builder granted(long voter, long candidate, long term) {
    return from(voter, candidate, 1)
        .setPreVoteResponse(
            PreVoteResponse.newBuilder()
                .setCampaignTerm(term)
                .setGranted(PreVoteResponse.Granted.getDefaultInstance()));
  }

  private void grants(long voter, long candidate, long term) {
    oracles.taken(
        voter, new ReadyOf(1).now(granted(voter, candidate, term).build()).view(), durable(1, 0));
  }

  @Test
  void grantingAnEqualLogALaterTermIsRight() {
    receive(asks(2, 1, 2, 1));
    oracles.stepped(follower(1, 1).view());
    assertThatCode(() -> grants(1, 2, 2)).doesNotThrowAnyException();
  }

  @Test
  void grantingWhatWasNotAskedForIsSeen() {
    violated("pre-votes are for campaigns that can win", () -> grants(1, 2, 2));
  }

  @Test
  void grantingALogThatIsBehindIsSeen() {
    oracles.appended(1, List.of(entry(1, 2, "a")));
    oracles.stepped(follower(1, 1).last(2).view());
    receive(asks(2, 1, 2, 1));
    oracles.stepped(follower(1, 1).last(2).view());
    violated("pre-votes are for campaigns that can win", () -> grants(1, 2, 2));
  }

  @Test
  void grantingACampaignOfAnOldTermIsSeen() {
    receive(from(3, 1, 5).setHeartbeatResponse(HeartbeatResponse.getDefaultInstance()));
    oracles.stepped(follower(1, 5).view());
    receive(asks(2, 1, 2, 1));
    oracles.stepped(follower(1, 5).view());
    violated("pre-votes are for campaigns that can win", () -> grants(1, 2, 2));
  }

  @Test
  void aRequestThatChangesTermOrVoteIsSeen() {
    receive(asks(2, 1, 2, 1));
    violated("a pre-vote changes nothing", () -> oracles.stepped(follower(1, 1).vote(2).view()));
    receive(asks(2, 3, 3, 1));
    violated("a pre-vote changes nothing", () -> oracles.stepped(follower(3, 2).view()));
  }

  @Test
  void aGrantThatChangesTheTermOfAFollowerIsSeen() {
    receive(granted(2, 1, 2));
    violated("a pre-vote changes nothing", () -> oracles.stepped(candidate(1, 2).view()));
  }

  @Test
  void aCampaignWithoutAQuorumOfPreVotesIsSeen() {
    oracles.ticked(1);
    violated("campaigns have pre-votes", () -> oracles.stepped(candidate(1, 2).view()));
  }

  @Test
  void aCampaignByOrderOfTheLeaderNeedsNoPreVotes() {
    elect();
    send(from(1, 2, 2).setTimeoutNow(TimeoutNow.getDefaultInstance()));
    receive(from(1, 2, 2).setTimeoutNow(TimeoutNow.getDefaultInstance()));
    assertThatCode(() -> oracles.stepped(candidate(2, 3).view())).doesNotThrowAnyException();
  }

  // In time: commits.

  @Test
  void committingWhatIsCountedIsRight() {
    elect();
    oracles.appended(1, List.of(entry(2, 2, "a")));
    assertThatCode(
            () -> oracles.stepped(leading().commit(2).peer(1, 2, 3, 0).peer(2, 2, 3, 0).view()))
        .doesNotThrowAnyException();
  }

  @Test
  void aLeaderThatDoesNotCommitWhatItHasCountedIsSeen() {
    elect();
    oracles.appended(1, List.of(entry(2, 2, "a")));
    violated(
        "leaders commit what a quorum holds",
        () -> oracles.stepped(leading().peer(1, 2, 3, 0).peer(2, 2, 3, 0).view()));
  }

  @Test
  void aLeaderNeedNotCommitWhatOneNodeHolds() {
    elect();
    oracles.appended(1, List.of(entry(2, 2, "a")));
    assertThatCode(() -> oracles.stepped(leading().peer(1, 2, 3, 0).peer(2, 1, 3, 0).view()))
        .doesNotThrowAnyException();
  }

  @Test
  void aLeaderMustNotCommitByCountingAnEarlierTerm() {
    oracles.appended(1, List.of(entry(1, 2, "a")));
    elect();
    assertThatCode(() -> oracles.stepped(leading().peer(1, 2, 3, 0).peer(2, 2, 3, 0).view()))
        .doesNotThrowAnyException();
  }

  private static ViewOf leading() {
    return leader(1, 2).vote(1).last(2, 2);
  }

  // In time: the quorum check.

  private void tick(int ticks) {
    for (int i = 0; i < ticks; i++) {
      oracles.ticked(1);
      oracles.persisted(1, new ReadyOf(1).hardState(2, 1, 1).view());
      oracles.stepped(leader(1, 2).vote(1).view());
    }
  }

  private void answer() {
    receive(from(2, 1, 2).setHeartbeatResponse(HeartbeatResponse.newBuilder().setRound(1)));
    oracles.stepped(leader(1, 2).vote(1).view());
  }

  @Test
  void aLeaderThatHearsAQuorumGoesOn() {
    elect();
    assertThatCode(
            () -> {
              for (int i = 0; i < 5; i++) {
                tick(ELECTION_TICKS - 1);
                answer();
              }
            })
        .doesNotThrowAnyException();
  }

  @Test
  void aLeaderThatGoesOnWithoutAQuorumIsSeen() {
    elect();
    answer();
    tick(ELECTION_TICKS - 1);
    violated("leaders without a quorum step down", () -> tick(1));
  }

  @Test
  void aLeaderWhoseHostWasLateMayWaitForOneHeartbeatIntervalMore() {
    elect();
    tick(ELECTION_TICKS - 2);
    oracles.ticked(1);
    oracles.ticked(1);
    assertThatCode(() -> oracles.stepped(leader(1, 2).vote(1).view())).doesNotThrowAnyException();
    violated("leaders without a quorum step down", () -> tick(1));
  }

  @Test
  void aLeaderThatStepsDownWhileItHearsAQuorumIsSeen() {
    elect();
    tick(ELECTION_TICKS - 1);
    answer();
    oracles.ticked(1);
    violated("leaders go on", () -> oracles.stepped(follower(1, 2).vote(1).view()));
  }

  @Test
  void anAnswerWithoutARoundIsMalformedAndNoAnswer() {
    elect();
    tick(ELECTION_TICKS - 1);
    receive(from(2, 1, 2).setHeartbeatResponse(HeartbeatResponse.newBuilder().setRound(-9)));
    oracles.stepped(leader(1, 2).vote(1).view());
    oracles.ticked(1);
    assertThatCode(() -> oracles.stepped(follower(1, 2).vote(1).view())).doesNotThrowAnyException();
  }

  @Test
  void aLeaderThatHearsNobodyOrMustResignMayStepDown() {
    elect();
    oracles.resigning(1);
    assertThatCode(() -> oracles.stepped(follower(1, 2).vote(1).view())).doesNotThrowAnyException();
  }

  @Test
  void aLeaderThatHearsNobodyMayStepDown() {
    elect();
    tick(ELECTION_TICKS - 1);
    oracles.ticked(1);
    assertThatCode(() -> oracles.stepped(follower(1, 2).vote(1).view())).doesNotThrowAnyException();
  }

  @Test
  void aLeaderWhoseDiskIsStuckMayStepDown() {
    elect();
    for (int i = 0; i < PERSIST_TICKS; i++) {
      answer();
      oracles.ticked(1);
    }
    assertThatCode(() -> oracles.stepped(follower(1, 2).vote(1).view())).doesNotThrowAnyException();
  }
}
