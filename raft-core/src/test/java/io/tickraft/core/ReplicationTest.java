package io.tickraft.core;

import static io.tickraft.core.Messages.accepted;
import static io.tickraft.core.Messages.append;
import static io.tickraft.core.Messages.granted;
import static io.tickraft.core.Messages.heartbeat;
import static io.tickraft.core.Messages.heartbeatResponse;
import static io.tickraft.core.Messages.refused;
import static io.tickraft.core.Messages.rejected;
import static io.tickraft.core.Messages.vote;
import static io.tickraft.core.PeerStatus.State.PROBE;
import static io.tickraft.core.PeerStatus.State.REPLICATE;
import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.entries;
import static io.tickraft.core.Wire.hardState;
import static io.tickraft.core.Wire.id;
import static io.tickraft.core.Wire.indexes;
import static io.tickraft.core.Wire.storage;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Message;
import io.tickraft.proto.Message.BodyCase;
import io.tickraft.proto.VoteRejectReason;
import io.tickraft.proto.VoteResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Elections and replication as single messages: state, message, answer. */
final class ReplicationTest {

  /** Follows node 2 in term 3, with entries 2 to 6 of terms 1 1 2 2 2, committed up to 3. */
  private static Host follower() {
    Host host = Host.on(storage(hardState(3, 0, 3), voters(1, 2, 3), 1, 1, 2, 2, 2));
    host.step(heartbeat(2, 3, 3, 1));
    return host;
  }

  private static AppendResponse answer(List<Message> messages) {
    assertThat(messages).hasSize(1);
    assertThat(messages.get(0).getBodyCase()).isEqualTo(BodyCase.APPEND_RESPONSE);
    return messages.get(0).getAppendResponse();
  }

  // The follower.

  @ParameterizedTest
  @CsvSource({
    // prev term and index, leader's commit, terms of the entries; match, last index, commit
    "2, 6, 3, '',      6, 6, 3",
    "2, 6, 9, '',      6, 6, 6", // not beyond what is shown to match
    "2, 4, 9, '',      4, 6, 4",
    "2, 6, 3, '3 3',   8, 8, 3",
    "2, 6, 7, '3 3',   8, 8, 7",
    "1, 3, 9, '2',     4, 6, 4", // an old one
    "2, 4, 3, '3',     5, 5, 3", // in conflict from 5 on
    "1, 3, 3, '3 3 3', 6, 6, 3",
    "1, 1, 3, '1',     3, 6, 3", // all of it committed: the answer is the commit index
    "1, 2, 3, '1 2 3', 5, 5, 3", // part of it committed
  })
  void anAppendThatMatchesIsAccepted(
      long prevTerm,
      long prevIndex,
      long leaderCommit,
      String terms,
      long match,
      long last,
      long commit) {
    Host host = follower();
    long[] entryTerms =
        terms.isEmpty()
            ? new long[0]
            : Stream.of(terms.split(" ")).mapToLong(Long::parseLong).toArray();

    AppendResponse answer =
        answer(
            host.step(
                append(
                    2, 3, prevTerm, prevIndex, leaderCommit, entries(prevIndex + 1, entryTerms))));

    assertThat(answer.getAccepted().getMatch()).isEqualTo(match);
    assertThat(answer.getCommit()).isEqualTo(commit);
    assertThat(host.status().last().index()).isEqualTo(last);
    assertThat(host.status().commitIndex()).isEqualTo(commit);
  }

  @ParameterizedTest
  @CsvSource({
    // prev term and index; hint
    "3, 9, 2, 6", // beyond the end
    "3, 6, 2, 6", // another term at 6, but the follower's may match further down
    "3, 5, 2, 5",
    "1, 6, 1, 3", // the follower's entries of term 2 cannot match
    "1, 5, 1, 3",
  })
  void anAppendThatDoesNotMatchIsRejectedWithAHint(
      long prevTerm, long prevIndex, long hintTerm, long hintIndex) {
    Host host = follower();

    AppendResponse answer = answer(host.step(append(2, 3, prevTerm, prevIndex, 3, List.of())));

    assertThat(answer.getRejected().getPrevIndex()).isEqualTo(prevIndex);
    assertThat(answer.getRejected().getHint()).isEqualTo(id(hintTerm, hintIndex));
    assertThat(answer.getRejected().getWantsSnapshot()).isFalse();
    assertThat(host.status().last().index()).isEqualTo(6);
  }

  @Test
  void anAppendOfAnEarlierTermIsAnsweredWithTheOwnTermOnly() {
    Host host = follower();

    List<Message> sent = host.step(append(3, 2, 2, 6, 3, entries(7, 2)));

    assertThat(answer(sent)).isEqualTo(AppendResponse.getDefaultInstance());
    assertThat(sent.get(0).getTerm()).isEqualTo(3);
    assertThat(host.status().last().index()).isEqualTo(6);
  }

  @Test
  void aHeartbeatMovesTheCommitIndexAndIsAnsweredWithItsRound() {
    Host host = follower();

    List<Message> sent = host.step(heartbeat(2, 3, 5, 8));

    assertThat(sent)
        .extracting(Message::getTo, m -> m.getHeartbeatResponse().getRound())
        .containsExactly(tuple(2L, 8L));
    assertThat(host.status().commitIndex()).isEqualTo(5);
  }

  @Test
  void entriesBeyondWhatMayWaitForTheDiskAreDroppedUntilSomeArePersisted() {
    Host host = Host.follower(config -> config.maxUnstableBytes(20));
    host.node.step(append(2, 2, 1, 1, 1, entries(2, 2, 2)));
    Ready writing = host.node.ready();
    host.node.step(append(2, 2, 2, 3, 1, entries(4, 2)));
    assertThat(host.status().last().index()).isEqualTo(3);
    host.node.step(append(2, 2, 2, 3, 2, List.of()));
    assertThat(host.status().commitIndex()).as("what brings nothing is taken").isEqualTo(2);

    host.persist(writing);
    host.node.step(append(2, 2, 2, 3, 1, entries(4, 2)));

    assertThat(host.status().last().index()).isEqualTo(4);
  }

  // The leader.

  @Test
  void aNewLeaderProbesBehindItsLastEntryAndBeginsWithANoOp() {
    Host host = Host.candidate();
    host.node.step(granted(2, 2));

    Ready ready = host.node.ready();

    assertThat(ready.entries())
        .extracting(e -> tuple(e.getTerm(), e.getIndex(), e.getType()))
        .containsExactly(tuple(2L, 2L, EntryType.ENTRY_TYPE_NO_OP));
    assertThat(ready.messages())
        .extracting(
            Message::getTo, m -> m.getAppend().getPrev(), m -> m.getAppend().getEntriesCount())
        .containsExactly(tuple(2L, id(1, 1), 1), tuple(3L, id(1, 1), 1));
  }

  @Test
  void aProbingFollowerGetsOneAppendAtATime() {
    Host host = Host.candidate();
    host.step(granted(2, 2));
    host.node.propose(bytes("a"));
    assertThat(host.settle()).isEmpty();

    List<Message> sent = host.step(rejected(2, 2, 1, 0, 0));

    assertThat(sent).hasSize(1);
    assertThat(host.step(rejected(2, 2, 1, 0, 0))).as("a duplicate").isEmpty();
  }

  @Test
  void commitsReachReplicatingFollowersWithTheNextReady() {
    Host host = Host.leader();
    host.node.propose(bytes("a"));
    host.settle();

    List<Message> sent = host.step(accepted(2, 2, 3, 2));

    assertThat(sent)
        .extracting(Message::getTo, m -> m.getAppend().getCommit(), m -> m.getAppend().getPrev())
        .containsExactly(tuple(2L, 3L, id(2, 3)), tuple(3L, 3L, id(2, 3)));
  }

  @Test
  void aCommitRidesOnTheNextEntries() {
    Host host = Host.leader();
    host.node.propose(bytes("a"));
    host.settle();
    host.node.propose(bytes("b"));

    List<Message> sent = host.step(accepted(2, 2, 3, 2));

    assertThat(sent)
        .extracting(
            Message::getTo,
            m -> m.getAppend().getCommit(),
            m -> indexes(m.getAppend().getEntriesList()))
        .containsExactly(tuple(2L, 3L, List.of(4L)), tuple(3L, 3L, List.of(4L)));
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 3})
  void aFollowerWithAFullWindowGetsTheCommitAndTheOtherOneTheEntries(long other) {
    Host host = Host.leader(settings -> settings.maxInflightAppends(1));
    host.node.propose(bytes("a"));
    host.settle();
    host.node.propose(bytes("b"));

    List<Message> sent = host.step(accepted(other, 2, 3, 2));

    assertThat(sent)
        .extracting(Message::getTo, ReplicationTest::commit, ReplicationTest::sentIndexes)
        .containsExactly(
            tuple(2L, 3L, other == 2 ? List.of(4L) : List.of()),
            tuple(3L, 3L, other == 3 ? List.of(4L) : List.of()));
  }

  private static long commit(Message message) {
    return message.getAppend().getCommit();
  }

  private static List<Long> sentIndexes(Message message) {
    return indexes(message.getAppend().getEntriesList());
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 3})
  void onlyTheFollowerWhoseAcknowledgementIsMissingIsAskedForAnAnswer(long silent) {
    Host host = Host.leader();
    host.node.propose(bytes("a"));
    host.settle();
    host.ticks(1);
    host.settle();
    host.node.step(heartbeatResponse(silent, 2, 1));

    List<Message> sent = host.step(accepted(5 - silent, 2, 3, 2));

    assertThat(sent)
        .extracting(Message::getTo, ReplicationTest::commit, m -> m.getAppend().getNeedsNoAnswer())
        .containsExactly(tuple(2L, 3L, silent != 2), tuple(3L, 3L, silent != 3));
    assertThat(sent).allMatch(m -> m.getAppend().getPrev().equals(id(2, 3)));
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 3})
  void aFollowerWithAFullWindowIsAskedForAnAnswerAndTheOtherOneGetsTheEntries(long silent) {
    Host host = Host.leader(settings -> settings.maxInflightAppends(1));
    host.node.propose(bytes("a"));
    host.settle();
    host.ticks(1);
    host.settle();
    host.node.propose(bytes("b"));
    host.node.step(heartbeatResponse(silent, 2, 1));

    List<Message> sent = host.step(accepted(5 - silent, 2, 3, 2));

    assertThat(sent)
        .extracting(Message::getTo, ReplicationTest::sentIndexes)
        .containsExactly(
            tuple(2L, silent == 2 ? List.of() : List.of(4L)),
            tuple(3L, silent == 3 ? List.of() : List.of(4L)));
    assertThat(sent).noneMatch(m -> m.getAppend().getNeedsNoAnswer());
  }

  @Test
  void entriesOfAnEarlierTermAreCommittedOnlyWithOneOfTheOwn() {
    // Raft paper, figure 8: the entry (2,2) is on all nodes, and could still be overwritten.
    Host host = Host.follower();
    host.step(append(2, 2, 1, 1, 1, entries(2, 2)));
    host.node.campaign();
    host.settle();
    host.step(granted(2, 3));
    host.step(accepted(2, 3, 2, 1), accepted(3, 3, 2, 1));
    assertThat(host.status().commitIndex()).isEqualTo(1);

    host.step(accepted(2, 3, 3, 1));

    assertThat(host.status().commitIndex()).isEqualTo(3);
  }

  @Test
  void aFollowerThatLostWhatWasUnderWayRecoversByHeartbeat() {
    Host host = Host.leader();
    host.node.propose(bytes("a"));
    host.node.propose(bytes("b"));
    host.settle(); // lost

    host.node.tick();
    assertThat(host.settle()).hasSize(2).allMatch(Message::hasHeartbeat);
    List<Message> check = host.step(heartbeatResponse(2, 2, 1));
    assertThat(check)
        .extracting(m -> m.getAppend().getPrev(), m -> m.getAppend().getEntriesCount())
        .containsExactly(tuple(id(2, 4), 0));
    List<Message> again = host.step(rejected(2, 2, 4, 2, 2));

    assertThat(host.peer(2).state()).isEqualTo(PROBE);
    assertThat(indexes(again.get(0).getAppend().getEntriesList())).containsExactly(3L, 4L);
    host.step(accepted(2, 2, 4, 2));
    assertThat(host.peer(2).state()).isEqualTo(REPLICATE);
    assertThat(host.status().commitIndex()).isEqualTo(4);
  }

  @Test
  void acknowledgementsThatGotLostAreMadeUpForByHeartbeat() {
    Host host = Host.leader();
    host.node.propose(bytes("a"));
    host.settle();
    host.node.tick();
    host.settle();
    host.step(heartbeatResponse(2, 2, 1));

    host.step(accepted(2, 2, 3, 2)); // the answer to the check

    assertThat(host.status().commitIndex()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void heartbeatsGoOutEachHeartbeatIntervalWithTheirRound(int interval) {
    Host host = Host.leader(config -> config.heartbeatTicks(interval));
    for (long round = 1; round <= 3; round++) {
      host.ticks(interval - 1);
      assertThat(host.settle()).isEmpty();
      host.node.tick();

      assertThat(host.settle())
          .extracting(
              Message::getTo, m -> m.getHeartbeat().getRound(), m -> m.getHeartbeat().getCommit())
          .containsExactly(tuple(2L, round, 2L), tuple(3L, round, 2L));
    }
  }

  @Test
  void aHeartbeatNamesNoCommitBeyondWhatTheFollowerHolds() {
    Host host = Host.leader();
    host.node.propose(bytes("a"));
    host.settle();
    host.step(accepted(2, 2, 3, 2));
    host.node.tick();

    assertThat(host.settle().stream().filter(Message::hasHeartbeat))
        .extracting(Message::getTo, m -> m.getHeartbeat().getCommit())
        .containsExactly(tuple(2L, 3L), tuple(3L, 2L));
  }

  @Test
  void learnersGetTheLogAndDoNotCount() {
    MemoryStorage disk =
        storage(hardState(1, 0, 1), voters(1, 2, 3).toBuilder().addLearners(4).build());
    Host host = Host.on(disk);
    host.node.campaign();
    assertThat(host.settle()).extracting(Message::getTo).containsExactly(2L, 3L);
    host.step(granted(4, 2));
    assertThat(host.status().role()).isEqualTo(RoleName.CANDIDATE);
    assertThat(host.step(granted(2, 2))).extracting(Message::getTo).contains(4L);

    host.step(accepted(4, 2, 2, 1));
    assertThat(host.status().commitIndex()).isEqualTo(1);
    host.step(accepted(3, 2, 2, 1));
    assertThat(host.status().commitIndex()).isEqualTo(2);
  }

  @Test
  void aJointConfigurationNeedsBothHalvesForVotesAndCommits() {
    MemoryStorage disk =
        storage(
            hardState(1, 0, 1),
            voters(1, 2, 3).toBuilder()
                .addVotersOutgoing(3)
                .addVotersOutgoing(4)
                .addVotersOutgoing(5)
                .build());
    Host host = Host.on(disk);
    host.node.campaign();
    host.settle();
    host.step(granted(2, 2), granted(4, 2));
    assertThat(host.status().role()).isEqualTo(RoleName.CANDIDATE);
    host.step(granted(5, 2));
    assertThat(host.status().role()).isEqualTo(RoleName.LEADER);

    host.step(accepted(2, 2, 2, 1), accepted(4, 2, 2, 1));
    assertThat(host.status().commitIndex()).isEqualTo(1);
    host.step(accepted(3, 2, 2, 1));
    assertThat(host.status().commitIndex()).isEqualTo(2);
  }

  // Votes.

  private static VoteResponse voteOf(Host host, Message request) {
    List<Message> answers = host.step(request);
    assertThat(answers).hasSize(1);
    assertThat(answers.get(0).getTo()).isEqualTo(request.getFrom());
    assertThat(answers.get(0).getTerm()).isEqualTo(host.status().term());
    return answers.get(0).getVoteResponse();
  }

  @ParameterizedTest
  @CsvSource({
    // The log ends with (2,6): candidate's last entry
    "2, 6, true",
    "2, 7, true",
    "3, 1, true",
    "2, 5, false",
    "1, 9, false",
    "0, 0, false",
  })
  void aVoteGoesToWhomIsUpToDate(long lastTerm, long lastIndex, boolean granted) {
    Host host = follower();

    VoteResponse response = voteOf(host, vote(3, 4, lastTerm, lastIndex));

    assertThat(response.hasGranted()).isEqualTo(granted);
    assertThat(response.getCommit()).isEqualTo(id(1, 3));
    assertThat(host.status().vote()).isEqualTo(granted ? 3 : 0);
    assertThat(host.status().term()).isEqualTo(4);
    if (!granted) {
      assertThat(response.getRejected().getReason())
          .isEqualTo(VoteRejectReason.VOTE_REJECT_REASON_LOG_BEHIND);
    }
  }

  @Test
  void aVoteIsGivenOnceInATermAndRepeatedForTheSameCandidate() {
    Host host = Host.ofThree();

    assertThat(voteOf(host, vote(2, 2, 1, 1)).hasGranted()).isTrue();
    assertThat(voteOf(host, vote(3, 2, 2, 9)).hasGranted()).isFalse();
    assertThat(voteOf(host, vote(2, 2, 1, 1)).hasGranted()).isTrue();
  }

  @Test
  void aVoteSurvivesARestart() {
    Host before = Host.ofThree();
    before.step(vote(2, 2, 1, 1));

    Host host = Host.on(before.disk);

    assertThat(voteOf(host, vote(3, 2, 1, 1)).getRejected().getReason())
        .isEqualTo(VoteRejectReason.VOTE_REJECT_REASON_ALREADY_VOTED);
    assertThat(voteOf(host, vote(2, 2, 1, 1)).hasGranted()).isTrue();
  }

  @Test
  void grantingAVoteStartsTheElectionTimeAnewAndRefusingDoesNot() {
    int timeout = 0;
    Host waiting = Host.ofThree();
    while (waiting.status().role() == RoleName.FOLLOWER) {
      waiting.node.tick();
      timeout++;
    }
    Host granting = Host.ofThree();
    granting.ticks(timeout - 1);
    granting.step(vote(2, 1, 1, 1));
    granting.ticks(timeout - 1);
    Host refusing = Host.ofThree();
    refusing.ticks(timeout - 1);
    refusing.step(vote(2, 1, 0, 0));
    refusing.ticks(1);

    assertThat(granting.status().role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(refusing.status().role()).isEqualTo(RoleName.CANDIDATE);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void aLeaderThatStepsDownBeforeItsFirstTickWaitsAWholeElectionTime(long seed) {
    Host host = Host.candidate(config -> config.seed(seed).electionTicks(10));
    host.ticks(9);
    host.elected();

    host.step(heartbeatResponse(2, 3, 0));
    host.ticks(9);

    assertThat(host.status().role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(host.status().term()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void refusingAVoteOfALaterTermDoesNotStartTheElectionTimeAnew(long seed) {
    // Or a node whose log is behind, and which can only lose, keeps the others from campaigning.
    Host host = Host.ofThree(config -> config.seed(seed).electionTicks(10));
    for (int elapsed = 0; elapsed < 9; elapsed++) {
      host.node.tick();
    }

    host.step(vote(3, 2, 0, 0));
    host.ticks(10);

    assertThat(host.status().role()).isEqualTo(RoleName.CANDIDATE);
    assertThat(host.status().term()).isEqualTo(3);
  }

  @Test
  void aLeaderThatStepsDownWaitsAnElectionTimeoutBeforeItCampaigns() {
    Host host = Host.ofThree();
    host.ticks(9);
    host.node.campaign();
    host.settle();
    host.ticks(9);
    host.settle();
    host.elected();
    host.node.tick();
    host.step(heartbeatResponse(3, 7, 0));

    host.ticks(9);
    assertThat(host.status().role()).isEqualTo(RoleName.FOLLOWER);
    host.ticks(10);
    assertThat(host.status().role()).isEqualTo(RoleName.CANDIDATE);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aFollowerThatHearsNothingCampaignsWithinTwiceTheElectionTimeout(long seed) {
    Host host = Host.ofThree(config -> config.seed(seed).electionTicks(7));

    host.ticks(6);
    assertThat(host.status().role()).isEqualTo(RoleName.FOLLOWER);
    host.ticks(7);

    assertThat(host.status().role()).isEqualTo(RoleName.CANDIDATE);
    assertThat(host.status().term()).isEqualTo(2);
    assertThat(host.status().vote()).isEqualTo(1);
  }

  @Test
  void aCandidateThatHearsNothingCampaignsAgainInTheNextTerm() {
    Host host = Host.candidate();

    host.ticks(20);

    assertThat(host.status().role()).isEqualTo(RoleName.CANDIDATE);
    assertThat(host.status().term()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void aCandidateFollowsWhoWonItsTerm() {
    for (Message message :
        List.of(
            heartbeat(2, 2, 1, 1),
            append(2, 2, 1, 1, 1, entries(2, 2)),
            Messages.install(2, 2, Wire.snapshot(2, 9, voters(1, 2, 3)), 1))) {
      Host host = Host.candidate();

      host.step(message);

      assertThat(host.status().role()).isEqualTo(RoleName.FOLLOWER);
      assertThat(host.status().leader()).isEqualTo(2);
      assertThat(host.status().term()).isEqualTo(2);
    }
  }

  @Test
  void aCandidateThatLosesWaits() {
    Host host = Host.candidate();

    host.step(refused(2, 2));
    assertThat(host.status().role()).isEqualTo(RoleName.CANDIDATE);
    host.step(refused(3, 2));

    assertThat(host.status().role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(host.status().term()).isEqualTo(2);
  }

  @Test
  void votesOfAnEarlierCampaignDoNotCount() {
    Host host = Host.candidate();
    host.node.campaign();
    host.settle();

    host.step(granted(2, 2));

    assertThat(host.status().role()).isEqualTo(RoleName.CANDIDATE);
    assertThat(host.status().term()).isEqualTo(3);
  }

  @Test
  void inTheLastOfAllTermsNobodyCampaigns() {
    Host host = Host.on(storage(hardState(Long.MAX_VALUE, 0, 1), voters(1, 2, 3)));

    host.ticks(50);
    host.node.campaign();

    assertThat(host.status().role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(host.status().term()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aLeaderDoesNotCampaign() {
    Host host = Host.leader();

    host.node.campaign();
    host.ticks(50);

    assertThat(host.status().role()).isEqualTo(RoleName.LEADER);
    assertThat(host.status().term()).isEqualTo(2);
  }
}
