package io.tickraft.testkit.assertion;

import static io.tickraft.testkit.assertion.RaftAssertions.assertThat;
import static io.tickraft.testkit.assertion.RaftAssertions.assertThatLog;
import static io.tickraft.testkit.assertion.RaftAssertions.assertThatMessages;
import static io.tickraft.testkit.message.Messages.append;
import static io.tickraft.testkit.message.Messages.appendResponse;
import static io.tickraft.testkit.message.Messages.fromNode;
import static io.tickraft.testkit.message.Messages.heartbeat;
import static io.tickraft.testkit.message.Messages.installSnapshot;
import static io.tickraft.testkit.message.Messages.vote;
import static io.tickraft.testkit.message.Messages.voteResponse;
import static io.tickraft.testkit.message.Values.bytes;
import static io.tickraft.testkit.message.Values.entries;
import static io.tickraft.testkit.message.Values.entry;
import static io.tickraft.testkit.message.Values.noOp;
import static io.tickraft.testkit.message.Values.snapshot;
import static io.tickraft.testkit.message.Values.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tickraft.core.Outcome;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.ReadState;
import io.tickraft.core.Ready;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.proto.VoteRejectReason;
import io.tickraft.testkit.fixture.NodeFixture;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each assertion passes where it should, and fails with a message that shows why. */
final class RaftAssertionsTest {

  private static final Ready OF_FOLLOWER = readyOfFollower();
  private static final Ready OF_LEADER = readyOfLeader();
  private static final Ready WITH_SNAPSHOT = readyWithSnapshot();
  private static final Ready OF_RESTART =
      NodeFixture.node(1).voters(1, 2).log(1, 1).commit(2).open().ready();

  private static final Message ACCEPTED =
      appendResponse(fromNode(2).to(1).term(3)).accepted(6).build();
  private static final Message REJECTED =
      appendResponse(fromNode(2).to(1).term(3)).rejected(6, 2, 4).build();
  private static final Message GRANTED = voteResponse(fromNode(2).to(1).term(3)).granted().build();
  private static final Message REFUSED =
      voteResponse(fromNode(2).to(1).term(3))
          .rejected(VoteRejectReason.VOTE_REJECT_REASON_LOG_BEHIND)
          .build();
  private static final List<Message> TWO =
      List.of(
          heartbeat(fromNode(1).to(3).term(2)).round(1).build(),
          heartbeat(fromNode(1).to(2).term(2)).round(1).build());

  private static final List<Entry> LOG = List.of(noOp(2, 2), entry(2, 3, "a"), entry(3, 4, "b"));

  private static final Status STATUS =
      NodeFixture.node(1)
          .voters(1, 2, 3)
          .term(3)
          .vote(2)
          .log(1, 2)
          .commit(2)
          .asFollower(2)
          .status();
  private static final Status LEADER = NodeFixture.node(1).voters(1, 2, 3).asLeader().status();

  private static Ready readyOfFollower() {
    NodeFixture node = NodeFixture.node(1).voters(1, 2).log(1, 1).term(2).asFollower(2);
    node.step(append(fromNode(2).to(1).term(2)).prev(1, 2).entries(entries(3, 2, 2)).commit(3));
    return node.ready();
  }

  private static Ready readyOfLeader() {
    NodeFixture node = NodeFixture.node(1).voters(1, 2, 3).asLeader();
    node.tick();
    return node.ready();
  }

  private static Ready readyWithSnapshot() {
    NodeFixture node = NodeFixture.joining(3).open();
    node.step(installSnapshot(fromNode(1).to(3).term(3), snapshot(2, 5, 1, 3)));
    return node.ready();
  }

  @Test
  void hold() {
    assertThat(OF_FOLLOWER)
        .hasEntries(entry(2, 3), entry(2, 4))
        .hasHardState(2, 0, 3)
        .hasNoSnapshot()
        .mustSync()
        .sendsNothing()
        .sendsAfterPersist(appendResponse(fromNode(1).to(2).term(2)).accepted(4).commit(3))
        .hasCommittedEntries(entry(1, 2));
    assertThat(OF_LEADER)
        .hasNoEntries()
        .hasNoHardState()
        .needNotSync()
        .sends(
            heartbeat(fromNode(1).to(3).term(2)).round(1),
            heartbeat(fromNode(1).to(2).term(2)).round(1))
        .sendsNothingAfterPersist()
        .hasNoCommittedEntries();
    assertThat(WITH_SNAPSHOT).hasSnapshot(2, 5).hasConfState(voters(1, 3));
    assertThat(OF_RESTART).hasCommittedEntries(entry(1, 2));
    assertThat(ACCEPTED)
        .is(appendResponse(fromNode(2).to(1).term(3)).accepted(6))
        .isOfKind(Message.BodyCase.APPEND_RESPONSE)
        .isFrom(2)
        .isTo(1)
        .hasTerm(3)
        .acceptsAppend();
    assertThat(REJECTED).rejectsAppend();
    assertThat(GRANTED).grantsVote();
    assertThat(REFUSED).refusesVote();
    assertThatMessages(TWO)
        .areExactly(
            heartbeat(fromNode(1).to(2).term(2)).round(1),
            heartbeat(fromNode(1).to(3).term(2)).round(1))
        .areOfKinds(Message.BodyCase.HEARTBEAT, Message.BodyCase.HEARTBEAT)
        .areTo(2, 3)
        .ofKind(Message.BodyCase.APPEND)
        .areNone();
    assertThatLog(LOG)
        .isExactly(noOp(2, 2), entry(2, 3, "a"), entry(3, 4, "b"))
        .hasTerms(2, 2, 3)
        .hasCommands("a", "b");
    assertThatLog(List.of()).isEmpty();
    assertThat(STATUS)
        .isFollower()
        .isFollowerOf(2)
        .hasTerm(3)
        .hasVote(2)
        .hasLeader(2)
        .hasLast(2, 3)
        .hasPersisted(3)
        .hasCommit(2)
        .hasApplied(2)
        .hasVoters(1, 2, 3);
    assertThat(LEADER)
        .is(RoleName.LEADER)
        .isLeader()
        .hasProgress(1, 2, 3)
        .hasPeerState(2, PeerStatus.State.PROBE)
        .hasPendingChange(0)
        .hasHeard(2, 0)
        .hasDurableCommit(2, 0)
        .sendsSnapshot(2, 0, 0);
    assertThat(NodeFixture.node(1).voters(1, 2).asPreCandidate().status()).isPreCandidate();
    assertThat(NodeFixture.node(1).voters(1, 2).asCandidate().status()).isCandidate();
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        row(
            () -> assertThat(OF_FOLLOWER).hasEntries(entry(2, 3), entry(2, 4, "x")),
            """
            entries to persist: - is missing, + is surplus
                (2,3)
              - (2,4) "x"
              + (2,4)
            in
              Ready #2, must sync
                persist: [(2,3), (2,4)]
                persist: term 2 vote 0 commit 3
                then send: 1→2 AppendResponse t2 accepted 4 commit 3
                apply: [(1,2)]"""),
        row(
            () -> assertThat(OF_FOLLOWER).hasNoEntries(),
            "entries to persist: - is missing, + is surplus\n  + (2,3)\n  + (2,4)\nin\n"),
        row(
            () -> assertThat(OF_FOLLOWER).hasHardState(2, 0, 2),
            "hard state: expected term 2 vote 0 commit 2 but was term 2 vote 0 commit 3\nin\n"),
        row(
            () -> assertThat(OF_FOLLOWER).hasNoHardState(),
            "hard state: expected none but was term 2 vote 0 commit 3\nin\n"),
        row(
            () -> assertThat(OF_FOLLOWER).hasSnapshot(2, 5),
            "snapshot: expected (2,5) but was none\nin\n"),
        row(
            () -> assertThat(WITH_SNAPSHOT).hasNoSnapshot(),
            "snapshot: expected none but was (2,5)\nin\n"),
        row(
            () -> assertThat(WITH_SNAPSHOT).hasConfState(voters(1)),
            "configuration: expected voters {1} but was voters {1,3}\nin\n"),
        row(
            () -> assertThat(OF_LEADER).hasReadStates(new ReadState.Confirmed(bytes("a"), 7)),
            "results of reads: - is missing, + is surplus\n  - read \"a\": confirmed at 7\nin\n"),
        row(
            () ->
                assertThat(OF_LEADER)
                    .hasOutcomes(new Outcome.TransferEnded(2, Outcome.TransferEnd.TIMED_OUT, 1)),
            "outcomes: - is missing, + is surplus\n  - transfer to 2: timed out, leader 1\nin\n"),
        row(() -> assertThat(OF_LEADER).mustSync(), "must sync: expected true but was false\nin\n"),
        row(
            () -> assertThat(OF_FOLLOWER).needNotSync(),
            "must sync: expected false but was true\nin\n"),
        row(
            () -> assertThat(OF_LEADER).sends(heartbeat(fromNode(1).to(3).term(2)).round(1)),
            """
            messages to send before the write: - is missing, + is surplus
              + 1→2 Heartbeat t2 commit 0 round 1
                1→3 Heartbeat t2 commit 0 round 1
            in
            """),
        row(() -> assertThat(OF_LEADER).sendsNothing(), "messages to send before the write: - is"),
        row(
            () ->
                assertThat(OF_FOLLOWER)
                    .sendsAfterPersist(appendResponse(fromNode(1).to(2).term(2)).accepted(3)),
            """
            messages to send after the write: - is missing, + is surplus
              - 1→2 AppendResponse t2 accepted 3 commit 0
              + 1→2 AppendResponse t2 accepted 4 commit 3
            in
            """),
        row(
            () -> assertThat(OF_FOLLOWER).sendsNothingAfterPersist(),
            "messages to send after the write: - is missing, + is surplus\n  + 1→2 Append"),
        row(
            () -> assertThat(OF_RESTART).hasCommittedEntries(entry(1, 2), entry(1, 3)),
            "entries to apply: - is missing, + is surplus\n    (1,2)\n  - (1,3)\nin\n"),
        row(
            () -> assertThat(OF_RESTART).hasNoCommittedEntries(),
            "entries to apply: - is missing, + is surplus\n  + (1,2)\nin\n"),
        row(
            () -> assertThat(ACCEPTED).is(vote(fromNode(2).to(1).term(3))),
            """
            message: - is missing, + is surplus
              - 2→1 Vote t3 last (0,0) committed (0,0)
              + 2→1 AppendResponse t3 accepted 6 commit 0
            in
              2→1 AppendResponse t3 accepted 6 commit 0"""),
        row(
            () -> assertThat(ACCEPTED).isOfKind(Message.BodyCase.VOTE),
            "kind: expected Vote but was AppendResponse\nin\n  2→1 AppendResponse t3 accepted 6"),
        row(() -> assertThat(ACCEPTED).isFrom(3), "sender: expected 3 but was 2\nin\n"),
        row(() -> assertThat(ACCEPTED).isTo(3), "receiver: expected 3 but was 1\nin\n"),
        row(() -> assertThat(ACCEPTED).hasTerm(4), "term: expected 4 but was 3\nin\n"),
        row(
            () -> assertThat(REJECTED).acceptsAppend(),
            "result: expected ACCEPTED but was REJECTED\nin\n  2→1 AppendResponse t3 rejected prev"),
        row(
            () -> assertThat(ACCEPTED).rejectsAppend(),
            "result: expected REJECTED but was ACCEPTED\nin\n"),
        row(
            () -> assertThat(REFUSED).grantsVote(),
            "result: expected GRANTED but was REJECTED\nin\n  2→1 VoteResponse t3 rejected: log"),
        row(
            () -> assertThat(GRANTED).refusesVote(),
            "result: expected REJECTED but was GRANTED\nin\n"),
        row(
            () -> assertThat(ACCEPTED).grantsVote(),
            "kind: expected VoteResponse but was AppendResponse\nin\n"),
        row(
            () -> assertThatMessages(TWO).areExactly(vote(fromNode(1).to(2).term(2))),
            """
            messages: - is missing, + is surplus
              - 1→2 Vote t2 last (0,0) committed (0,0)
              + 1→2 Heartbeat t2 commit 0 round 1
              + 1→3 Heartbeat t2 commit 0 round 1
            in
            """),
        row(() -> assertThatMessages(TWO).areNone(), "messages: - is missing, + is surplus\n  + "),
        row(
            () -> assertThatMessages(TWO).areOfKinds(Message.BodyCase.HEARTBEAT),
            """
            kinds of messages: - is missing, + is surplus
                Heartbeat
              + Heartbeat
            in
              1→3 Heartbeat t2 commit 0 round 1
              1→2 Heartbeat t2 commit 0 round 1"""),
        row(
            () -> assertThatMessages(List.of()).areTo(2),
            "receivers: - is missing, + is surplus\n  - 2\nin\n  no messages"),
        row(
            () -> assertThatLog(LOG).isExactly(noOp(2, 2), entry(3, 4, "b")),
            """
            log: - is missing, + is surplus
                (2,2) no-op
              + (2,3) "a"
                (3,4) "b"
            in
            """),
        row(() -> assertThatLog(LOG).isEmpty(), "log: - is missing, + is surplus\n  + (2,2) no-op"),
        row(
            () -> assertThatLog(LOG).hasTerms(2, 3),
            """
            terms of the log: - is missing, + is surplus
                2
              + 2
                3
            in
              (2,2) no-op
              (2,3) "a"
              (3,4) "b\""""),
        row(
            () -> assertThatLog(LOG).hasCommands("a"),
            "commands: - is missing, + is surplus\n    \"a\"\n  + \"b\"\nin\n"),
        row(
            () -> assertThat(STATUS).isLeader(),
            "role: expected LEADER but was FOLLOWER\nin\n  node 1: FOLLOWER in term 3, leader 2"),
        row(
            () -> assertThat(STATUS).isPreCandidate(),
            "role: expected PRE_CANDIDATE but was FOLLOWER"),
        row(() -> assertThat(STATUS).hasTransferTarget(2), "transfer target: expected 2 but was 0"),
        row(() -> assertThat(STATUS).isCandidate(), "role: expected CANDIDATE but was FOLLOWER"),
        row(() -> assertThat(LEADER).isFollower(), "role: expected FOLLOWER but was LEADER"),
        row(() -> assertThat(STATUS).isFollowerOf(3), "leader: expected 3 but was 2\nin\n"),
        row(() -> assertThat(STATUS).hasLeader(0), "leader: expected 0 but was 2\nin\n"),
        row(() -> assertThat(STATUS).hasTerm(2), "term: expected 2 but was 3\nin\n"),
        row(() -> assertThat(STATUS).hasVote(0), "vote: expected 0 but was 2\nin\n"),
        row(() -> assertThat(STATUS).hasLast(3, 3), "last entry: expected (3,3) but was (2,3)\nin"),
        row(() -> assertThat(STATUS).hasPersisted(2), "persisted index: expected 2 but was 3\nin"),
        row(() -> assertThat(STATUS).hasCommit(3), "commit index: expected 3 but was 2\nin\n"),
        row(() -> assertThat(STATUS).hasApplied(3), "applied index: expected 3 but was 2\nin\n"),
        row(
            () -> assertThat(STATUS).hasVoters(1, 2),
            "configuration: expected voters {1,2} but was voters {1,2,3}\nin\n"),
        row(
            () -> assertThat(LEADER).hasProgress(2, 1, 2),
            """
            progress of 2: expected match 1, next 2 but was match 0, next 2
            in
            """),
        row(
            () -> assertThat(LEADER).hasProgress(4, 1, 2),
            "progress of 4: expected match 1, next 2 but was none\nin\n"),
        row(
            () -> assertThat(LEADER).hasPeerState(2, PeerStatus.State.REPLICATE),
            "state of 2: expected REPLICATE but was PROBE\nin\n"),
        row(() -> assertThat(LEADER).hasPendingChange(3), "pending change: expected 3 but was 0"),
        row(
            () -> assertThat(LEADER).hasHeard(2, 1),
            "ticks since heard of 2: expected 1 but was 0\nin\n"),
        row(
            () -> assertThat(LEADER).hasHeard(4, 0),
            "ticks since heard of 4: expected 0 but was none\nin\n"),
        row(
            () -> assertThat(LEADER).hasDurableCommit(2, 1),
            "durable commit index of 2: expected 1 but was 0\nin\n"),
        row(
            () -> assertThat(LEADER).sendsSnapshot(2, 5, 1),
            "snapshot of 2: expected at 5, attempt 1 but was at 0, attempt 0\nin\n"));
  }

  private static Arguments row(ThrowingCallable assertion, String start) {
    return arguments(assertion, start);
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("failures")
  void failReadably(ThrowingCallable assertion, String start) {
    AssertionError error = catchThrowableOfType(AssertionError.class, assertion);
    assertThat(error).isNotNull();
    assertThat(error.getMessage()).startsWith(start);
  }

  @Test
  void showsTheWholeOfALeader() {
    AssertionError error =
        catchThrowableOfType(AssertionError.class, () -> assertThat(LEADER).isFollower());
    assertThat(error)
        .hasMessageEndingWith(
            "\n    1: REPLICATE, match 2, next 3, durable commit 0, heard 0 ticks ago"
                + "\n    2: PROBE, match 0, next 2, durable commit 0, heard 0 ticks ago"
                + "\n    3: PROBE, match 0, next 2, durable commit 0, heard 0 ticks ago");
  }

  @Test
  void differencesThatTheShortTextHidesAreShown() {
    AssertionError error =
        catchThrowableOfType(
            AssertionError.class,
            () ->
                assertThatLog(List.of(entry(2, 2, "a".repeat(30) + "x")))
                    .isExactly(entry(2, 2, "a".repeat(30) + "y")));
    assertThat(error.getMessage()).contains("aaax\"").contains("aaay\"");
  }

  @Test
  void keepTheDescription() {
    AssertionError error =
        catchThrowableOfType(
            AssertionError.class, () -> assertThat(STATUS).as("after the vote").hasTerm(2));
    assertThat(error).hasMessageStartingWith("[after the vote] term: expected 2 but was 3");
  }
}
