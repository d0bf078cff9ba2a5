package io.tickraft.testkit.labs.tinykv;

import static io.tickraft.testkit.assertion.RaftAssertions.assertThat;
import static io.tickraft.testkit.assertion.RaftAssertions.assertThatLog;
import static io.tickraft.testkit.assertion.RaftAssertions.assertThatMessages;
import static io.tickraft.testkit.labs.tinykv.Lab.dead;
import static io.tickraft.testkit.labs.tinykv.Lab.ids;
import static io.tickraft.testkit.labs.tinykv.Lab.network;
import static io.tickraft.testkit.labs.tinykv.Lab.nodeOf;
import static io.tickraft.testkit.message.Messages.append;
import static io.tickraft.testkit.message.Messages.appendResponse;
import static io.tickraft.testkit.message.Messages.fromNode;
import static io.tickraft.testkit.message.Messages.vote;
import static io.tickraft.testkit.message.Messages.voteResponse;
import static io.tickraft.testkit.message.Values.entries;
import static io.tickraft.testkit.message.Values.entry;
import static io.tickraft.testkit.message.Values.noOp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tickraft.core.ProposeResult;
import io.tickraft.core.Ready;
import io.tickraft.core.RoleName;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.testkit.fixture.InstantNetwork;
import io.tickraft.testkit.fixture.NodeFixture;
import io.tickraft.testkit.message.AppendBuilder;
import io.tickraft.testkit.message.Envelope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** TinyKV's Project 2AB: log replication. {@link Lab} says how terms and indexes are counted. */
final class Part2ABTest {

  private static final String DATA = "some data";

  // A leader appends, replicates and commits (Raft paper, section 5.3).

  /** A leader whose no-op all others have acknowledged, and whatever was sent for it is gone. */
  private static NodeFixture settledLeader(int size) {
    NodeFixture leader = nodeOf(size).asLeader().acknowledgedBy(ids(size));
    assertThat(leader.status()).isLeader().hasTerm(2).hasLast(2, 2).hasCommit(2).hasApplied(2);
    leader.sent();
    leader.applied();
    return leader;
  }

  @Test
  void leaderStartReplication2AB() {
    NodeFixture leader = settledLeader(3);
    assertThat(leader.propose(DATA)).isEqualTo(new ProposeResult.Accepted(2, 3, 3));
    assertThat(leader.status()).hasLast(2, 3).hasPersisted(2).hasCommit(2);
    assertThat(leader.ready())
        .hasEntries(entry(2, 3, DATA))
        .mustSync()
        .sends(
            append(fromNode(1).to(2).term(2)).prev(2, 2).entries(entry(2, 3, DATA)).commit(2),
            append(fromNode(1).to(3).term(2)).prev(2, 2).entries(entry(2, 3, DATA)).commit(2))
        .sendsNothingAfterPersist()
        .hasNoCommittedEntries();
  }

  @Test
  void leaderCommitEntry2AB() {
    NodeFixture leader = settledLeader(3);
    leader.propose(DATA);
    leader.run();
    leader.sent();
    leader.step(
        appendResponse(fromNode(2).to(1).term(2)).accepted(3).commit(2),
        appendResponse(fromNode(3).to(1).term(2)).accepted(3).commit(2));
    assertThat(leader.status()).hasCommit(3);
    assertThat(leader.ready())
        .hasCommittedEntries(entry(2, 3, DATA))
        .sends(
            append(fromNode(1).to(2).term(2)).prev(2, 3).commit(3).needsNoAnswer(),
            append(fromNode(1).to(3).term(2)).prev(2, 3).commit(3).needsNoAnswer());
  }

  static final List<Arguments> LEADER_ACKNOWLEDGE_COMMIT =
      List.of(
          arguments(1, acknowledgedBy(), true),
          arguments(3, acknowledgedBy(), false),
          arguments(3, acknowledgedBy(2), true),
          arguments(3, acknowledgedBy(2, 3), true),
          arguments(5, acknowledgedBy(), false),
          arguments(5, acknowledgedBy(2), false),
          arguments(5, acknowledgedBy(2, 3), true),
          arguments(5, acknowledgedBy(2, 3, 4), true),
          arguments(5, acknowledgedBy(2, 3, 4, 5), true));

  private static long[] acknowledgedBy(long... followers) {
    return followers;
  }

  @ParameterizedTest
  @FieldSource("LEADER_ACKNOWLEDGE_COMMIT")
  void leaderAcknowledgeCommit2AB(int size, long[] followers, boolean committed) {
    NodeFixture leader = settledLeader(size);
    leader.propose(DATA);
    leader.acknowledgedBy(followers);
    assertThat(leader.status()).hasCommit(committed ? 3 : 2);
  }

  static final List<List<Entry>> LEADER_COMMIT_PRECEDING_ENTRIES =
      List.of(entries(2), entries(2, 3), entries(2, 2, 3), entries(2, 2));

  @ParameterizedTest
  @FieldSource("LEADER_COMMIT_PRECEDING_ENTRIES")
  void leaderCommitPrecedingEntries2AB(List<Entry> log) {
    NodeFixture leader = nodeOf(3).log(log.toArray(Entry[]::new)).term(4).asLeader();
    leader.propose(DATA);
    leader.acknowledgedBy(2, 3);
    int size = log.size();
    List<Entry> applied = new ArrayList<>(log);
    applied.add(noOp(4, size + 2));
    applied.add(entry(4, size + 3, DATA));
    assertThatLog(leader.applied()).isExactly(applied);
  }

  static final List<Arguments> LEADER_ONLY_COMMITS_LOG_FROM_CURRENT_TERM =
      List.of(
          // Entries of earlier terms are not committed by counting (section 5.4.2).
          arguments(2, 1),
          arguments(3, 1),
          // One of the leader's own is, and with it all before it.
          arguments(4, 4));

  @ParameterizedTest(name = "acknowledged up to {0}: committed up to {1}")
  @FieldSource("LEADER_ONLY_COMMITS_LOG_FROM_CURRENT_TERM")
  void leaderOnlyCommitsLogFromCurrentTerm2AB(long match, long commit) {
    NodeFixture leader = nodeOf(2).log(2, 3).term(4).asLeader();
    leader.propose("");
    leader.run();
    leader.step(appendResponse(fromNode(2).to(1).term(4)).accepted(match).commit(1));
    assertThat(leader.status()).hasLast(4, 5).hasCommit(commit);
  }

  @Test
  void progressLeader2AB() {
    NodeFixture leader = nodeOf(2).config(c -> c.electionTicks(5)).asLeader();
    int proposals = 0;
    for (; proposals < 5; proposals++) {
      long match = 2L + proposals;
      assertThat(leader.status()).hasProgress(1, match, match + 1);
      leader.propose("foo");
      // The leader's own acknowledgement waits for its disk, like anyone else's.
      assertThat(leader.status()).hasLast(2, match + 1).hasProgress(1, match, match + 1);
      leader.run();
    }
    assertThat(proposals).isEqualTo(5);
    assertThat(leader.status()).hasProgress(1, 7, 8);
  }

  @Test
  void leaderIncreaseNext2AB() {
    InstantNetwork network =
        InstantNetwork.of(
            nodeOf(2).log(2, 2, 2).asFollower(), Lab.node(2).voters(1, 2).asFollower());
    network.campaign(1).propose(1, DATA);
    // Three entries that were there, the no-op, the proposal.
    assertThat(network.node(1).status()).isLeader().hasProgress(2, 6, 7);
  }

  // A follower takes over what fits, and learns what is committed.

  static final List<Arguments> FOLLOWER_COMMIT_ENTRY =
      List.of(
          arguments(List.of(entry(2, 2, "one")), 2),
          arguments(List.of(entry(2, 2, "one"), entry(2, 3, "two")), 3),
          arguments(List.of(entry(2, 2, "two"), entry(2, 3, "one")), 3),
          arguments(List.of(entry(2, 2, "one"), entry(2, 3, "two")), 2));

  @ParameterizedTest
  @FieldSource("FOLLOWER_COMMIT_ENTRY")
  void followerCommitEntry2AB(List<Entry> entries, int commit) {
    NodeFixture node = nodeOf(3).term(2).asFollower(2);
    node.step(append(fromNode(2).to(1).term(2)).prev(1, 1).entries(entries).commit(commit));
    assertThat(node.status()).hasCommit(commit);
    assertThatLog(node.run().applied()).isExactly(entries.subList(0, commit - 1));
  }

  static final List<Arguments> FOLLOWER_CHECK_MSG_APPEND =
      List.of(
          // It matches what is committed,
          arguments(1, 1, true),
          arguments(2, 2, true),
          // what is not,
          arguments(3, 3, true),
          // an entry of another term,
          arguments(2, 3, false),
          // and nothing.
          arguments(4, 4, false));

  @ParameterizedTest(name = "after ({0},{1}): {2}")
  @FieldSource("FOLLOWER_CHECK_MSG_APPEND")
  void followerCheckMsgAppend2AB(long prevTerm, long prevIndex, boolean accepted) {
    // Term 4 for the course's 3: an append does not follow an entry of a term later than its own.
    NodeFixture node = nodeOf(3).log(2, 3).commit(2).term(4).asFollower(2);
    node.step(append(fromNode(2).to(1).term(4)).prev(prevTerm, prevIndex)).run();
    List<Message> sent = node.sent();
    assertThatMessages(sent).areTo(2);
    assertThat(sent.get(0)).hasTerm(4);
    if (accepted) {
      assertThat(sent.get(0)).acceptsAppend();
    } else {
      assertThat(sent.get(0)).rejectsAppend();
    }
  }

  /** A leader of a term in which all entries of the tables could have been created. */
  private static final Envelope OF_TERM_5 = fromNode(2).to(1).term(5);

  static final List<Arguments> FOLLOWER_APPEND_ENTRIES =
      // Message, log, what of it is new. Term 5 for the course's 3: entries are not of a term later
      // than the message.
      List.of(
          arguments(
              append(OF_TERM_5).prev(3, 3).entries(entries(4, 4)),
              entries(2, 2, 3, 4),
              entries(4, 4)),
          arguments(
              append(OF_TERM_5).prev(2, 2).entries(entries(3, 4, 5)),
              entries(2, 2, 4, 5),
              entries(3, 4, 5)),
          arguments(
              append(OF_TERM_5).prev(1, 1).entries(entries(2, 2)), entries(2, 2, 3), entries(2)),
          arguments(
              append(OF_TERM_5).prev(1, 1).entries(entries(2, 4)), entries(2, 4), entries(2, 4)));

  @ParameterizedTest
  @FieldSource("FOLLOWER_APPEND_ENTRIES")
  void followerAppendEntries2AB(AppendBuilder append, List<Entry> log, List<Entry> unstable) {
    NodeFixture node = nodeOf(3).log(2, 3).term(5).asFollower(2);
    node.step(append);
    Ready ready = node.ready();
    assertThat(ready).hasEntries(unstable);
    assertThatLog(node.persist(ready).log()).isExactly(log);
  }

  private static final Envelope OF_TERM_3 = fromNode(2).to(1).term(3);
  private static final Envelope OF_TERM_4 = fromNode(2).to(1).term(4);

  static final List<Arguments> HANDLE_MSG_APPEND =
      // Message, last index, commit index, accepted.
      List.of(
          // What the leader's entries follow is not there. Term 4 for the course's 3: an append
          // does not follow an entry of a term later than its own.
          arguments(append(OF_TERM_4).prev(4, 3).commit(4), 3, 1, false),
          arguments(append(OF_TERM_4).prev(4, 4).commit(4), 3, 1, false),
          // What conflicts is replaced, with all that follows it; what is there already stays.
          arguments(append(OF_TERM_3).prev(2, 2).commit(2), 3, 2, true),
          arguments(append(OF_TERM_3).prev(1, 1).entries(entry(3, 2)).commit(2), 2, 2, true),
          arguments(append(OF_TERM_3).prev(3, 3).entries(entries(4, 3, 3)).commit(4), 5, 4, true),
          arguments(append(OF_TERM_3).prev(3, 3).entries(entry(3, 4)).commit(5), 4, 4, true),
          arguments(append(OF_TERM_3).prev(2, 2).entries(entry(3, 3)).commit(5), 3, 3, true),
          // The commit index goes no further than the last entry that is known to match.
          arguments(append(OF_TERM_3).prev(2, 2).commit(4), 3, 2, true),
          arguments(append(OF_TERM_3).prev(2, 2).entries(entry(3, 3)).commit(4), 3, 3, true),
          arguments(append(OF_TERM_3).prev(3, 3).commit(4), 3, 3, true),
          arguments(append(OF_TERM_3).prev(3, 3).commit(5), 3, 3, true));

  @ParameterizedTest
  @FieldSource("HANDLE_MSG_APPEND")
  void handleMsgAppend2AB(AppendBuilder append, int last, int commit, boolean accepted) {
    NodeFixture node = nodeOf(1).log(2, 3).term(3).asFollower();
    node.step(append).run();
    assertThat(node.status()).hasCommit(commit);
    assertThat(node.status().last().index()).isEqualTo(last);
    List<Message> sent = node.sent();
    assertThatMessages(sent).areTo(2);
    if (accepted) {
      assertThat(sent.get(0)).acceptsAppend();
    } else {
      assertThat(sent.get(0)).rejectsAppend();
    }
  }

  // Logs that differ (section 5.3, figure 7).

  /** The terms of the paper's figure, which begins after the bootstrap here. */
  private static final long[] FIGURE_7_LEADER = {1, 1, 1, 4, 4, 5, 5, 6, 6, 6};

  static final List<Arguments> LEADER_SYNC_FOLLOWER_LOG =
      List.of(
          arguments("a", terms(1, 1, 1, 4, 4, 5, 5, 6, 6)),
          arguments("b", terms(1, 1, 1, 4)),
          arguments("c", terms(1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6)),
          arguments("d", terms(1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7)),
          arguments("e", terms(1, 1, 1, 4, 4, 4, 4)),
          arguments("f", terms(1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3)));

  private static long[] terms(long... terms) {
    return terms;
  }

  @ParameterizedTest(name = "follower {0}")
  @FieldSource("LEADER_SYNC_FOLLOWER_LOG")
  void leaderSyncFollowerLog2AB(String follower, long[] followersLog) {
    InstantNetwork network =
        InstantNetwork.of(
            nodeOf(3).log(FIGURE_7_LEADER).term(8).commit(11).asFollower(),
            Lab.node(2).voters(ids(3)).log(followersLog).term(7).asFollower());
    network.campaign(1);
    // Node 3 is not there, but votes: the follower may be more up to date than the leader.
    network.step(voteResponse(fromNode(3).to(1).term(9)).granted());
    assertThat(network.node(1).status()).isLeader().hasTerm(9);
    network.propose(1, DATA);

    assertThatLog(network.node(2).log())
        .hasTerms(1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 9, 9)
        .isExactly(network.node(1).log());
    assertThat(network.node(1).status()).hasCommit(13);
    assertThat(network.node(2).status()).hasCommit(13);
  }

  // Votes and logs (section 5.4.1).

  static final List<Arguments> VOTE_REQUEST =
      List.of(arguments(entries(2, 2), 3), arguments(entries(2, 2, 3), 4));

  @ParameterizedTest
  @FieldSource("VOTE_REQUEST")
  void voteRequest2AB(List<Entry> entries, int term) {
    NodeFixture node = nodeOf(3).asFollower();
    node.step(append(fromNode(2).to(1).term(term - 1)).prev(1, 1).entries(entries)).run();
    node.sent();
    for (int ticks = 0; node.status().role() != RoleName.CANDIDATE; ticks++) {
      assertThat(ticks).isLessThan(2 * Lab.ELECTION_TICKS);
      node.tick();
    }
    Entry last = entries.get(entries.size() - 1);
    assertThatMessages(node.run().sent())
        .areExactly(
            vote(fromNode(1).to(2).term(term))
                .last(last.getTerm(), last.getIndex())
                .committed(1, 1),
            vote(fromNode(1).to(3).term(term))
                .last(last.getTerm(), last.getIndex())
                .committed(1, 1));
  }

  static final List<Arguments> VOTER =
      List.of(
          // The same last term: the longer log is the newer one.
          arguments(terms(2), 2, 2, true),
          arguments(terms(2), 2, 3, true),
          arguments(terms(2, 2), 2, 2, false),
          // The candidate's last term is later.
          arguments(terms(2), 3, 2, true),
          arguments(terms(2), 3, 3, true),
          arguments(terms(2, 2), 3, 2, true),
          // The voter's last term is later. In the course the last voter's terms fall, which no
          // log's do; its point is that the candidate's log is shorter too.
          arguments(terms(3), 2, 2, false),
          arguments(terms(3), 2, 3, false),
          arguments(terms(2, 3), 2, 2, false));

  @ParameterizedTest(name = "log of terms {0}, candidate with ({1},{2}): {3}")
  @FieldSource("VOTER")
  void voter2AB(long[] log, long lastTerm, long lastIndex, boolean granted) {
    NodeFixture node = nodeOf(2).log(log).asFollower();
    node.step(vote(fromNode(2).to(1).term(4)).last(lastTerm, lastIndex)).run();
    assertVote(node, granted);
  }

  private static void assertVote(NodeFixture node, boolean granted) {
    List<Message> sent = node.sent();
    assertThatMessages(sent).areTo(2);
    if (granted) {
      assertThat(sent.get(0)).grantsVote();
    } else {
      assertThat(sent.get(0)).refusesVote();
    }
  }

  static final List<Arguments> RECV_MSG_REQUEST_VOTE =
      // Role of the voter, whose log ends in (3,3); the candidate's last entry; who had the vote.
      // The course's index 0 is the bootstrap's here: such a candidate holds no entry after it.
      List.of(
          arguments(RoleName.FOLLOWER, 1, 1, 0, false),
          arguments(RoleName.FOLLOWER, 2, 1, 0, false),
          arguments(RoleName.FOLLOWER, 3, 1, 0, false),
          arguments(RoleName.FOLLOWER, 4, 1, 0, true),
          arguments(RoleName.FOLLOWER, 1, 2, 0, false),
          arguments(RoleName.FOLLOWER, 2, 2, 0, false),
          arguments(RoleName.FOLLOWER, 3, 2, 0, false),
          arguments(RoleName.FOLLOWER, 4, 2, 0, true),
          arguments(RoleName.FOLLOWER, 1, 3, 0, false),
          arguments(RoleName.FOLLOWER, 2, 3, 0, false),
          arguments(RoleName.FOLLOWER, 3, 3, 0, true),
          arguments(RoleName.FOLLOWER, 4, 3, 0, true),
          arguments(RoleName.FOLLOWER, 1, 4, 0, false),
          arguments(RoleName.FOLLOWER, 2, 4, 0, false),
          arguments(RoleName.FOLLOWER, 3, 4, 0, true),
          arguments(RoleName.FOLLOWER, 4, 4, 0, true),
          arguments(RoleName.FOLLOWER, 3, 4, 2, true),
          arguments(RoleName.FOLLOWER, 3, 4, 1, false),
          arguments(RoleName.LEADER, 4, 4, 1, false),
          arguments(RoleName.CANDIDATE, 4, 4, 1, false));

  @ParameterizedTest(name = "{0} that voted for {3}, candidate with ({1},{2}): {4}")
  @FieldSource("RECV_MSG_REQUEST_VOTE")
  void recvMsgRequestVote2AB(
      RoleName role, long lastTerm, long lastIndex, long voted, boolean granted) {
    // Not about terms: voter and candidate are in the same one, which both logs could have reached.
    long term = Math.max(3, lastTerm);
    NodeFixture node =
        role == RoleName.FOLLOWER
            ? nodeOf(1).log(3, 3).term(term).vote(voted).asFollower()
            // Of two, as the only voter of a group is not a candidate for long.
            : Lab.as(role, nodeOf(2).log(3, 3).term(term));
    assertThat(node.status()).is(role).hasTerm(term).hasVote(voted);
    node.step(vote(fromNode(2).to(1).term(term)).last(lastTerm, lastIndex)).run();
    assertVote(node, granted);
  }

  // Elections that do not go smoothly (section 5.4.2 and figure 8).

  @Test
  void leaderElectionOverwriteNewerLogs2AB() {
    InstantNetwork network =
        InstantNetwork.of(
            // Won the first election and appended,
            Lab.node(1).voters(ids(5)).log(2).asFollower(),
            // got it from there,
            Lab.node(2).voters(ids(5)).log(2).asFollower(),
            // won the second election and appended,
            Lab.node(3).voters(ids(5)).log(3).asFollower(),
            // voted in it and got nothing.
            Lab.node(4).voters(ids(5)).term(3).vote(3).asFollower(),
            Lab.node(5).voters(ids(5)).term(3).vote(3).asFollower());

    // A quorum knows of the second election.
    network.campaign(1);
    assertThat(network.node(1).status()).isFollower().hasTerm(3);

    network.campaign(1);
    assertThat(network.node(1).status()).isLeader().hasTerm(4);
    for (NodeFixture node : network.nodes()) {
      assertThatLog(node.log()).hasTerms(2, 4);
    }
  }

  @Test
  void duelingCandidates2AB() {
    InstantNetwork network = network(3).partition(1, 3).campaign(1).campaign(3);
    assertThat(network.node(1).status()).isLeader();
    // It has its own vote, and node 2 refused.
    assertThat(network.node(3).status()).isCandidate();

    network.heal().campaign(3);
    assertThat(network.node(1).status()).isFollower().hasTerm(3).hasCommit(2);
    assertThat(network.node(2).status()).isFollower().hasTerm(3).hasCommit(2);
    // Both refused, as its log is behind.
    assertThat(network.node(3).status()).isFollower().hasTerm(3).hasCommit(1);
    assertThatLog(network.node(1).log()).isExactly(noOp(2, 2));
    assertThatLog(network.node(2).log()).isExactly(noOp(2, 2));
    assertThatLog(network.node(3).log()).isEmpty();
  }

  @Test
  void candidateConcede2AB() {
    InstantNetwork network = network(3).isolate(1).campaign(1).campaign(3);
    assertThat(network.node(1).status()).isCandidate();
    network.heal().tick(3);
    network.propose(3, "force follower");
    network.tick(3);

    assertThat(network.node(1).status()).isFollowerOf(3).hasTerm(2);
    for (NodeFixture node : network.nodes()) {
      assertThatLog(node.log()).isExactly(noOp(2, 2), entry(2, 3, "force follower"));
      assertThat(node.status()).hasCommit(3);
    }
  }

  @Test
  void oldMessages2AB() {
    InstantNetwork network = network(3).campaign(1).campaign(2).campaign(1);
    assertThat(network.node(1).status()).isLeader().hasTerm(4);
    // From the leader of the term before.
    network.step(append(fromNode(2).to(1).term(3)).prev(3, 3).entries(entry(3, 4)));
    network.propose(1, DATA);
    for (NodeFixture node : network.nodes()) {
      assertThatLog(node.log()).isExactly(noOp(2, 2), noOp(3, 3), noOp(4, 4), entry(4, 5, DATA));
      assertThat(node.status()).hasCommit(5);
    }
  }

  static final List<Arguments> ALL_SERVER_STEPDOWN =
      // What the message does, and the index of the last entry afterwards.
      List.of(
          arguments(RoleName.FOLLOWER, 1),
          arguments(RoleName.CANDIDATE, 1),
          arguments(RoleName.LEADER, 2));

  @ParameterizedTest
  @FieldSource("ALL_SERVER_STEPDOWN")
  void allServerStepdown2AB(RoleName role, int last) {
    NodeFixture node = Lab.as(role, nodeOf(3).term(2));
    // The course's messages hold index 0 with a term. The candidate's log is merely newer here, and
    // what the append follows is an entry that is not there.
    node.step(vote(fromNode(2).to(1).term(4)).last(4, 3)).run();
    assertThat(node.status()).isFollowerOf(0).hasTerm(4);
    assertThat(node.log()).hasSize(last - 1);

    node.step(append(fromNode(2).to(1).term(4)).prev(4, 3)).run();
    assertThat(node.status()).isFollowerOf(2).hasTerm(4);
    assertThat(node.status().last().index()).isEqualTo(last);
    assertThat(node.log()).hasSize(last - 1);
  }

  // Groups that replicate and commit.

  @Test
  void logReplication2AB() {
    InstantNetwork network = network(3).campaign(1);
    network.propose(1, DATA);
    assertApplied(network, 3, DATA);
  }

  @Test
  void logReplicationOverAChangeOfLeader2AB() {
    InstantNetwork network = network(3).campaign(1);
    network.propose(1, DATA);
    network.campaign(2).propose(2, DATA);
    assertApplied(network, 5, DATA, DATA);
  }

  private static void assertApplied(InstantNetwork network, long commit, String... commands) {
    for (NodeFixture node : network.nodes()) {
      assertThat(node.status()).hasCommit(commit).hasApplied(commit);
      assertThatLog(node.applied()).hasCommands(commands);
    }
  }

  @Test
  void singleNodeCommit2AB() {
    InstantNetwork network = network(1).campaign(1);
    network.propose(1, DATA);
    network.propose(1, DATA);
    assertApplied(network, 4, DATA, DATA);
  }

  @Test
  void commitWithoutNewTermEntry2AB() {
    InstantNetwork network = network(5).campaign(1).partition(1, 3).partition(1, 4).partition(1, 5);
    network.propose(1, DATA);
    network.propose(1, DATA);
    assertThat(network.node(1).status()).hasCommit(2);

    // The new leader's no-op commits what came before it.
    network.heal().campaign(2);
    assertApplied(network, 5, DATA, DATA);
  }

  @Test
  void commitWithHeartbeat2AB() {
    InstantNetwork network = network(5).campaign(1).isolate(5);
    network.propose(1, DATA);
    network.propose(1, DATA);
    assertThat(network.node(5).status()).hasCommit(2);

    network.heal().tick(1);
    assertApplied(network, 4, DATA, DATA);
  }

  static final List<Arguments> HEARTBEAT_UPDATE_COMMIT =
      List.of(arguments(1, 1), arguments(5, 3), arguments(5, 10));

  @ParameterizedTest(name = "{0} in vain, {1} with success")
  @FieldSource("HEARTBEAT_UPDATE_COMMIT")
  void heartbeatUpdateCommit2AB(int inVain, int withSuccess) {
    InstantNetwork network = network(3).campaign(1).isolate(1);
    for (int i = 0; i < inVain; i++) {
      network.propose(1, "in vain");
    }
    assertThat(network.node(1).status()).hasLast(2, 2 + inVain).hasCommit(2);

    network.campaign(2);
    for (int i = 0; i < withSuccess; i++) {
      network.propose(2, "with success");
    }
    assertThat(network.node(2).status()).hasCommit(3 + withSuccess);
    assertThat(network.node(3).status()).hasCommit(3 + withSuccess);

    // A heartbeat alone does not commit entries that differ from the leader's.
    network.heal().ignore(Message.BodyCase.APPEND).tick(2);
    assertThat(network.node(1).status()).isFollowerOf(2).hasCommit(2);
  }

  static final List<Arguments> PROPOSAL =
      List.of(
          arguments(3, dead(), true),
          arguments(3, dead(3), true),
          arguments(3, dead(2, 3), false),
          arguments(4, dead(2, 3), false),
          arguments(5, dead(2, 3), true));

  @ParameterizedTest
  @FieldSource("PROPOSAL")
  void proposal2AB(int size, long[] dead, boolean success) {
    InstantNetwork network = network(size, dead).campaign(1);
    ProposeResult result = network.propose(1, DATA);
    assertThat(result instanceof ProposeResult.Accepted).isEqualTo(success);
    for (NodeFixture node : network.nodes()) {
      boolean alive = Arrays.stream(dead).noneMatch(id -> id == node.status().id());
      if (alive && success) {
        assertThatLog(node.log()).isExactly(noOp(2, 2), entry(2, 3, DATA));
        assertThat(node.status()).hasCommit(3);
      } else {
        assertThatLog(node.log()).isEmpty();
        assertThat(node.status()).hasCommit(1);
      }
    }
    assertThat(network.node(1).status()).hasTerm(2);
  }
}
