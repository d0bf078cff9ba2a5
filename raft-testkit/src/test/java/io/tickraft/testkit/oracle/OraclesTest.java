package io.tickraft.testkit.oracle;

import static io.tickraft.testkit.oracle.Histories.durable;
import static io.tickraft.testkit.oracle.Histories.entry;
import static io.tickraft.testkit.oracle.Histories.follower;
import static io.tickraft.testkit.oracle.Histories.leader;
import static io.tickraft.testkit.oracle.Histories.message;
import static io.tickraft.testkit.oracle.Histories.violated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.tickraft.core.AppliedState;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.Storage;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.InstallSnapshotResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import io.tickraft.proto.Vote;
import io.tickraft.proto.VoteResponse;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each oracle is silent where its promise is kept, and speaks up where it is broken. */
class OraclesTest {

  private final GhostLogs logs = new GhostLogs();
  private final CommittedLog committed = new CommittedLog(logs);

  /** Those that judge logs: the histories of these tests have no elections and no disks. */
  private final Oracles oracles =
      new Oracles(
          List.of(
              logs,
              new ElectionSafety(),
              new LogMatching(logs),
              new Monotonicity(),
              committed,
              new CommitByCounting(logs),
              new LeaderCompleteness(logs, committed),
              new StateMachineSafety(logs, committed),
              new DurablePromises()));

  /** Three nodes that start from the same snapshot at index 1. */
  @BeforeEach
  void open() {
    for (long node = 1; node <= 3; node++) {
      oracles.opened(node, MemoryStorage.bootstrapped(1, 2, 3));
    }
  }

  // Election safety.

  @Test
  void oneLeaderOfATermIsRight() {
    oracles.stepped(leader(1, 2).view());
    oracles.stepped(leader(1, 2).view());
    assertThatCode(() -> oracles.stepped(leader(2, 3).view())).doesNotThrowAnyException();
  }

  @Test
  void twoLeadersOfATermAreSeenHoweverMuchLater() {
    oracles.stepped(leader(1, 2).view());
    oracles.stepped(follower(1, 5).view());
    violated("election safety", () -> oracles.stepped(leader(2, 2).view()));
  }

  // Log matching and contiguity.

  @Test
  void equalEntriesAfterEqualPastsMatch() {
    oracles.appended(1, List.of(entry(2, 2, "a"), entry(2, 3, "b")));
    assertThatCode(() -> oracles.appended(2, List.of(entry(2, 2, "a"), entry(2, 3, "b"))))
        .doesNotThrowAnyException();
  }

  @Test
  void twoEntriesOfOneNameAreSeen() {
    oracles.appended(1, List.of(entry(2, 2, "a")));
    violated("log matching", () -> oracles.appended(2, List.of(entry(2, 2, "other"))));
  }

  @Test
  void twoEntriesOfOneNameAreSeenInWhatNodesStartFrom() {
    oracles.appended(1, List.of(entry(2, 2, "a")));
    violated("log matching", () -> oracles.opened(2, durable(2, 0, entry(2, 2, "other"))));
  }

  @Test
  void twoEntriesOfOneNameThatDifferInTheirTypeAreSeen() {
    oracles.appended(1, List.of(entry(2, 2, "")));
    Entry noOp = entry(2, 2, "").toBuilder().setType(EntryType.ENTRY_TYPE_NO_OP).build();
    violated("log matching", () -> oracles.appended(2, List.of(noOp)));
  }

  @Test
  void equalEntriesAfterDifferentPastsAreSeen() {
    oracles.appended(1, List.of(entry(2, 2, "a"), entry(4, 3, "b")));
    violated(
        "log matching", () -> oracles.appended(2, List.of(entry(3, 2, "a"), entry(4, 3, "b"))));
  }

  @Test
  void anEntryThatWasReplacedIsRemembered() {
    oracles.appended(1, List.of(entry(2, 2, "a")));
    oracles.appended(1, List.of(entry(3, 2, "b")));
    violated("log matching", () -> oracles.appended(2, List.of(entry(2, 2, "other"))));
  }

  @Test
  void aGapInALogIsSeen() {
    violated("log contiguity", () -> oracles.appended(1, List.of(entry(2, 3, "a"))));
    violated(
        "log contiguity", () -> oracles.appended(2, List.of(entry(2, 2, "a"), entry(2, 4, "b"))));
  }

  @Test
  void aFallingTermInALogIsSeen() {
    violated(
        "log contiguity", () -> oracles.appended(1, List.of(entry(3, 2, "a"), entry(2, 3, "b"))));
  }

  // What is committed.

  @Test
  void twoCommittedEntriesAtOneIndexAreSeen() {
    oracles.appended(1, List.of(entry(2, 2, "a")));
    oracles.appended(2, List.of(entry(3, 2, "b")));
    oracles.stepped(leader(1, 2).last(2).commit(2).view());
    violated("state-machine safety", () -> oracles.stepped(leader(2, 3).last(2).commit(2).view()));
  }

  @Test
  void aNodeThatIsNotDrainedIsJudgedLater() {
    oracles.appended(1, List.of(entry(2, 2, "a")));
    oracles.appended(2, List.of(entry(3, 2, "b")));
    oracles.stepped(leader(1, 2).last(2).commit(2).view());
    oracles.stepped(follower(2, 3).last(2).commit(2).undrained().view());
    oracles.appended(2, List.of(entry(2, 2, "a")));
    assertThatCode(() -> oracles.stepped(follower(2, 3).last(2).commit(2).view()))
        .doesNotThrowAnyException();
  }

  @Test
  void aCommitBeyondTheLogIsSeen() {
    violated("log contiguity", () -> oracles.stepped(follower(1, 2).last(2).commit(2).view()));
  }

  @Test
  void applyingInOrderIsRight() {
    commitTwo();
    oracles.applied(1, entry(2, 2, "a"));
    assertThatCode(() -> oracles.applied(1, entry(2, 3, "b"))).doesNotThrowAnyException();
  }

  @Test
  void applyingTwiceOrWithAGapIsSeen() {
    commitTwo();
    violated("state-machine safety", () -> oracles.applied(1, entry(2, 3, "b")));
    oracles.applied(1, entry(2, 2, "a"));
    violated("state-machine safety", () -> oracles.applied(1, entry(2, 2, "a")));
  }

  @Test
  void applyingWhatIsNotCommittedIsSeen() {
    oracles.appended(1, List.of(entry(2, 2, "a")));
    violated("state-machine safety", () -> oracles.applied(1, entry(2, 2, "a")));
  }

  @Test
  void applyingAnotherEntryThanTheLogHoldsIsSeen() {
    commitTwo();
    violated("state-machine safety", () -> oracles.applied(1, entry(3, 2, "a")));
  }

  @Test
  void applyingFromALogThatIsNotTheCommittedOneIsSeen() {
    commitTwo();
    oracles.appended(2, List.of(entry(1, 2, "other")));
    violated("state-machine safety", () -> oracles.applied(2, entry(1, 2, "other")));
  }

  @Test
  void aSnapshotOfWhatIsCommittedIsRight() {
    commitTwo();
    oracles.snapshotInstalled(2, snapshot(2, 3));
    assertThatCode(() -> oracles.restored(2, snapshot(2, 3))).doesNotThrowAnyException();
  }

  @Test
  void aSnapshotOfWhatIsNotCommittedIsSeen() {
    commitTwo();
    violated("state-machine safety", () -> oracles.restored(2, snapshot(3, 3)));
    violated("state-machine safety", () -> oracles.restored(2, snapshot(2, 4)));
  }

  @Test
  void aStateMachineThatGoesBackToASnapshotIsSeen() {
    commitTwo();
    oracles.applied(1, entry(2, 2, "a"));
    oracles.applied(1, entry(2, 3, "b"));
    violated("state-machine safety", () -> oracles.restored(1, snapshot(2, 3)));
  }

  @Test
  void aStateMachineThatGoesOnFromWhatIsCommittedIsRight() {
    commitTwo();
    oracles.opened(1, durable(2, 1, entry(2, 2, "a"), entry(2, 3, "b")));
    oracles.resumed(1, new AppliedState(2, 2, ConfState.newBuilder().addVoters(1).build()));
    assertThatCode(() -> oracles.applied(1, entry(2, 3, "b"))).doesNotThrowAnyException();
  }

  @Test
  void aStateMachineThatGoesOnFromWhatIsNotCommittedIsSeen() {
    commitTwo();
    ConfState voters = ConfState.newBuilder().addVoters(1).build();
    violated("state-machine safety", () -> oracles.resumed(1, new AppliedState(4, 2, voters)));
    violated("state-machine safety", () -> oracles.resumed(1, new AppliedState(3, 1, voters)));
  }

  // Leaders.

  @Test
  void aLeaderWithAllThatIsCommittedIsRight() {
    commitTwo();
    oracles.appended(2, List.of(entry(2, 2, "a"), entry(2, 3, "b")));
    assertThatCode(() -> oracles.stepped(leader(2, 3).last(3).view())).doesNotThrowAnyException();
  }

  @Test
  void aLeaderThatLacksWhatWasCommittedIsSeen() {
    commitTwo();
    oracles.appended(2, List.of(entry(2, 2, "a")));
    violated("leader completeness", () -> oracles.stepped(leader(2, 3).last(2).view()));
  }

  @Test
  void aLeaderWithAnotherEntryThanWasCommittedIsSeen() {
    commitTwo();
    oracles.appended(2, List.of(entry(1, 2, "x"), entry(1, 3, "y")));
    violated("leader completeness", () -> oracles.stepped(leader(2, 3).last(3).view()));
  }

  @Test
  void aLateLeaderOfAnEarlierTermNeedNotHaveWhatWasCommittedAfterIt() {
    oracles.appended(1, List.of(entry(4, 2, "a")));
    oracles.stepped(leader(1, 4).last(2).commit(2).view());
    assertThatCode(() -> oracles.stepped(leader(2, 3).last(1).view())).doesNotThrowAnyException();
  }

  @Test
  void aLeaderThatRemovesEntriesIsSeen() {
    oracles.appended(1, List.of(entry(2, 2, "a"), entry(2, 3, "b")));
    oracles.stepped(leader(1, 2).last(3).view());
    violated("leader append-only", () -> oracles.stepped(leader(1, 2).last(2).view()));
  }

  @Test
  void aLeaderThatCommitsAnEntryOfAnEarlierTermByItselfIsSeen() {
    oracles.appended(1, List.of(entry(2, 2, "a"), entry(3, 3, "b")));
    oracles.stepped(leader(1, 3).last(3).view());
    violated("commit by counting", () -> oracles.stepped(leader(1, 3).last(3).commit(2).view()));
  }

  @Test
  void aLeaderThatCommitsEntriesOfEarlierTermsAlongWithItsOwnIsRight() {
    oracles.appended(1, List.of(entry(2, 2, "a"), entry(3, 3, "b")));
    oracles.stepped(leader(1, 3).last(3).view());
    assertThatCode(() -> oracles.stepped(leader(1, 3).last(3).commit(3).view()))
        .doesNotThrowAnyException();
  }

  // One node by itself.

  @Test
  void aTermThatFallsIsSeen() {
    oracles.stepped(follower(1, 5).view());
    violated("monotonicity", () -> oracles.stepped(follower(1, 4).view()));
  }

  @Test
  void aCommitIndexThatFallsIsSeen() {
    commitTwo();
    violated("monotonicity", () -> oracles.stepped(leader(1, 2).last(3).commit(2).view()));
  }

  @Test
  void anAppliedIndexThatFallsIsSeen() {
    commitTwo();
    oracles.stepped(leader(1, 2).last(3).commit(3).applied(3).view());
    violated(
        "monotonicity", () -> oracles.stepped(leader(1, 2).last(3).commit(3).applied(2).view()));
  }

  @Test
  void aVoteThatIsTakenBackIsSeen() {
    oracles.stepped(follower(1, 2).vote(2).view());
    violated("one vote", () -> oracles.stepped(follower(1, 2).vote(3).view()));
  }

  @Test
  void aVoteOfAnotherTermIsAnotherVote() {
    oracles.stepped(follower(1, 2).vote(2).view());
    assertThatCode(() -> oracles.stepped(follower(1, 3).vote(3).view())).doesNotThrowAnyException();
  }

  @Test
  void aRestartMayFallBackToWhatWasDurable() {
    oracles.stepped(follower(1, 5).vote(2).view());
    oracles.opened(1, MemoryStorage.bootstrapped(1, 2, 3));
    assertThatCode(() -> oracles.stepped(follower(1, 4).view())).doesNotThrowAnyException();
  }

  @Test
  void indexesOutOfOrderAreSeen() {
    violated(
        "order of indexes",
        () -> oracles.stepped(follower(1, 2).last(1).commit(1).applied(2).view()));
    violated("order of indexes", () -> oracles.stepped(follower(2, 2).last(1).commit(2).view()));
  }

  // What leaves before the disk has it.

  @Test
  void messagesOverWhatIsDurableAreRight() {
    Storage durable = durable(5, 2, entry(5, 2, "a"));
    assertThatCode(
            () -> {
              oracles.sent(heartbeat(5), durable);
              oracles.sent(grant(5, 2), durable);
              oracles.sent(accepted(5, 2), durable);
              oracles.sent(installed(5, 2), durable);
            })
        .doesNotThrowAnyException();
  }

  @Test
  void aTermThatIsNotDurableIsSeen() {
    violated("durability", () -> oracles.sent(heartbeat(5), durable(4, 0)));
  }

  @Test
  void aVoteThatIsNotDurableIsSeen() {
    violated("durability", () -> oracles.sent(grant(5, 2), durable(5, 0)));
    violated("durability", () -> oracles.sent(grant(5, 2), durable(5, 3)));
  }

  @Test
  void aVoteOfATermThatIsOverNeedNoLongerBeThere() {
    assertThatCode(() -> oracles.sent(grant(5, 2), durable(6, 3))).doesNotThrowAnyException();
  }

  @Test
  void aRequestForVotesBeforeTheOwnVoteIsDurableIsSeen() {
    Message request = message(5).setVote(Vote.getDefaultInstance()).build();
    violated("durability", () -> oracles.sent(request, durable(5, 0)));
  }

  @Test
  void anAcknowledgementOfEntriesThatAreNotDurableIsSeen() {
    violated("durability", () -> oracles.sent(accepted(5, 2), durable(5, 0)));
    violated("durability", () -> oracles.sent(installed(5, 2), durable(5, 0)));
  }

  // All together.

  @Test
  void allWatch() throws IOException, URISyntaxException {
    Path classes = Path.of(Oracle.class.getResource("Oracle.class").toURI()).getParent();
    List<String> oracles;
    try (Stream<Path> files = Files.list(classes)) {
      oracles =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.matches("\\w+\\.class"))
              .map(name -> name.substring(0, name.indexOf('.')))
              .filter(OraclesTest::isOracle)
              .toList();
    }
    assertThat(Oracles.all().parts())
        .extracting(oracle -> oracle.getClass().getSimpleName())
        .containsExactlyInAnyOrderElementsOf(oracles);
  }

  private static boolean isOracle(String name) {
    try {
      Class<?> type = Class.forName("io.tickraft.testkit.oracle." + name);
      return Oracle.class.isAssignableFrom(type) && !type.isInterface() && type != Oracles.class;
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  // What the tests say.

  private void commitTwo() {
    oracles.appended(1, List.of(entry(2, 2, "a"), entry(2, 3, "b")));
    oracles.stepped(leader(1, 2).last(3).commit(3).view());
  }

  private static Snapshot snapshot(long term, long index) {
    return Snapshot.newBuilder()
        .setMetadata(SnapshotMetadata.newBuilder().setTerm(term).setIndex(index))
        .build();
  }

  private static Message heartbeat(long term) {
    return message(term).setHeartbeat(Heartbeat.getDefaultInstance()).build();
  }

  private static Message grant(long term, long candidate) {
    return message(term)
        .setTo(candidate)
        .setVoteResponse(
            VoteResponse.newBuilder().setGranted(VoteResponse.Granted.getDefaultInstance()))
        .build();
  }

  private static Message accepted(long term, long match) {
    return message(term)
        .setAppendResponse(
            AppendResponse.newBuilder()
                .setAccepted(AppendResponse.Accepted.newBuilder().setMatch(match)))
        .build();
  }

  private static Message installed(long term, long match) {
    return message(term)
        .setInstallSnapshotResponse(
            InstallSnapshotResponse.newBuilder()
                .setInstalled(InstallSnapshotResponse.Installed.newBuilder().setMatch(match)))
        .build();
  }
}
