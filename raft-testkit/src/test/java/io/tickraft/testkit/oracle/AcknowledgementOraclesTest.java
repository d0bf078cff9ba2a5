package io.tickraft.testkit.oracle;

import static io.tickraft.testkit.oracle.Histories.add;
import static io.tickraft.testkit.oracle.Histories.auto;
import static io.tickraft.testkit.oracle.Histories.change;
import static io.tickraft.testkit.oracle.Histories.durable;
import static io.tickraft.testkit.oracle.Histories.entry;
import static io.tickraft.testkit.oracle.Histories.follower;
import static io.tickraft.testkit.oracle.Histories.grant;
import static io.tickraft.testkit.oracle.Histories.leader;
import static io.tickraft.testkit.oracle.Histories.message;
import static io.tickraft.testkit.oracle.Histories.violated;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.tickraft.core.MemoryStorage;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.InstallSnapshotResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.Vote;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The oracles that compare what nodes acknowledge and commit with the disks. */
class AcknowledgementOraclesTest {

  private static final String ACKNOWLEDGED = "acknowledged entries are on the disk";
  private static final String STAYS = "committed entries stay";

  private static final Entry OURS = entry(2, 2, "ours");
  private static final Entry OTHER = entry(2, 2, "other");

  private final GhostLogs logs = new GhostLogs();
  private final CommittedLog committed = new CommittedLog(logs);
  private final ConfigurationHistory history = new ConfigurationHistory(logs, committed);
  private final Disks disks = new Disks();
  private final Oracles oracles =
      new Oracles(
          List.of(
              logs,
              disks,
              committed,
              history,
              new Acknowledgements(logs, disks),
              new CommittedStays(logs, committed)));

  @BeforeEach
  void open() {
    for (long node = 1; node <= 3; node++) {
      oracles.opened(node, MemoryStorage.bootstrapped(1, 2, 3));
    }
    oracles.appended(1, List.of(OURS));
    oracles.stepped(leader(1, 2).last(2, 2).view());
  }

  private void write(long node, MemoryStorage disk) {
    oracles.written(node, new ReadyOf(1).view(), disk);
  }

  // What is acknowledged.

  private static Message accepted(long match, long commit) {
    return message(2)
        .setFrom(2)
        .setTo(1)
        .setAppendResponse(
            AppendResponse.newBuilder()
                .setAccepted(AppendResponse.Accepted.newBuilder().setMatch(match))
                .setCommit(commit))
        .build();
  }

  private static Message installed(long match) {
    return message(2)
        .setFrom(2)
        .setTo(1)
        .setInstallSnapshotResponse(
            InstallSnapshotResponse.newBuilder()
                .setInstalled(InstallSnapshotResponse.Installed.newBuilder().setMatch(match)))
        .build();
  }

  @Test
  void acknowledgingTheLeadersEntriesIsRight() {
    assertThatCode(
            () -> {
              oracles.sent(accepted(2, 1), durable(2, 0, OURS));
              oracles.sent(installed(2), durable(2, 0, OURS));
            })
        .doesNotThrowAnyException();
  }

  @Test
  void acknowledgingEntriesThatDifferFromTheLeadersIsSeen() {
    violated(ACKNOWLEDGED, () -> oracles.sent(accepted(2, 1), durable(2, 0, entry(1, 2, "old"))));
    violated(ACKNOWLEDGED, () -> oracles.sent(installed(2), durable(2, 0, entry(1, 2, "old"))));
  }

  @Test
  void acknowledgingOtherDataUnderTheSameNameIsSeen() {
    violated(ACKNOWLEDGED, () -> oracles.sent(accepted(2, 1), durable(2, 0, OTHER)));
  }

  @Test
  void anAcknowledgementToALeaderOfThePastIsNotJudged() {
    assertThatCode(() -> oracles.sent(accepted(2, 1), durable(3, 0, entry(3, 2, "next"))))
        .doesNotThrowAnyException();
  }

  @Test
  void aReportedCommitIndexThatACrashWouldPutBeforeAChangeIsSeen() {
    Entry change = change(2, 2, auto(add(4)));
    oracles.appended(2, List.of(change));
    violated(
        "reported commit indexes are durable",
        () -> oracles.sent(accepted(1, 2), durable(2, 0, change)));
  }

  @Test
  void aReportedCommitIndexOfCommandsNeedNotBeDurable() {
    oracles.appended(2, List.of(OURS));
    assertThatCode(() -> oracles.sent(accepted(2, 2), durable(2, 0, OURS)))
        .doesNotThrowAnyException();
  }

  // Votes.

  private static Message vote(long lastTerm, long lastIndex) {
    return message(3)
        .setFrom(3)
        .setTo(2)
        .setVote(
            Vote.newBuilder().setLast(EntryId.newBuilder().setTerm(lastTerm).setIndex(lastIndex)))
        .build();
  }

  @Test
  void aVoteForAnEqualLogIsRight() {
    oracles.sent(vote(2, 2), durable(3, 3));
    assertThatCode(() -> oracles.sent(grant(3, 2, 3), durable(3, 3, OURS)))
        .doesNotThrowAnyException();
  }

  @Test
  void aVoteForALogThatIsBehindTheVotersDiskIsSeen() {
    oracles.sent(vote(1, 1), durable(3, 3));
    violated("up-to-date votes", () -> oracles.sent(grant(3, 2, 3), durable(3, 3, OURS)));
  }

  @Test
  void aVoteForAnOlderTermIsSeenHoweverLongTheLog() {
    oracles.sent(vote(1, 9), durable(3, 3));
    violated("up-to-date votes", () -> oracles.sent(grant(3, 2, 3), durable(3, 3, OURS)));
  }

  // What is counted.

  @Test
  void countingWhatIsOnTheDisksIsRight() {
    write(1, durable(2, 1, OURS));
    write(2, durable(2, 1, OURS));
    assertThatCode(
            () -> oracles.stepped(leader(1, 2).last(2, 2).peer(1, 2, 3, 0).peer(2, 2, 3, 0).view()))
        .doesNotThrowAnyException();
  }

  @Test
  void countingWhatAFollowersDiskLacksIsSeen() {
    write(2, durable(2, 1));
    violated(ACKNOWLEDGED, () -> oracles.stepped(leader(1, 2).last(2, 2).peer(2, 2, 3, 0).view()));
  }

  @Test
  void countingWhatIsAnotherEntryOnTheLeadersOwnDiskIsSeen() {
    write(1, durable(2, 1, entry(1, 2, "overwritten")));
    violated(ACKNOWLEDGED, () -> oracles.stepped(leader(1, 2).last(2, 2).peer(1, 2, 3, 0).view()));
  }

  @Test
  void aLateAcknowledgementOfWhatADiskHasLostSinceIsNotJudged() {
    write(2, durable(2, 1, OURS));
    oracles.opened(2, durable(2, 1));
    write(2, durable(2, 1));
    oracles.opened(2, MemoryStorage.bootstrapped(1, 2, 3)); // It loses still more.
    assertThatCode(() -> oracles.stepped(leader(1, 2).last(2, 2).peer(2, 2, 3, 0).view()))
        .doesNotThrowAnyException();
  }

  @Test
  void aMemberThatHasMovedToALaterTermIsNotJudged() {
    write(2, durable(3, 0, entry(3, 2, "next")));
    assertThatCode(() -> oracles.stepped(leader(1, 2).last(2, 2).peer(2, 2, 3, 0).view()))
        .doesNotThrowAnyException();
  }

  // What is committed.

  private void commit() {
    oracles.stepped(leader(1, 2).last(2, 2).commit(2).view());
  }

  @Test
  void replacingWhatIsNotCommittedIsRight() {
    oracles.appended(2, List.of(entry(1, 2, "old")));
    commit();
    oracles.stepped(follower(2, 2).last(1, 2).view());
    oracles.appended(2, List.of(OURS));
    write(2, durable(2, 0, OURS));
    assertThatCode(() -> oracles.stepped(follower(2, 2).last(2, 2).view()))
        .doesNotThrowAnyException();
  }

  @Test
  void replacingWhatAnotherNodeHasCommittedIsSeen() {
    oracles.appended(2, List.of(OURS));
    commit();
    oracles.stepped(follower(2, 2).last(2, 2).view());
    oracles.appended(2, List.of(entry(3, 2, "next")));
    violated(STAYS, () -> oracles.stepped(follower(2, 3).last(3, 2).view()));
  }

  /** The append of an older leader is late: the node has not heard of the term of the commit. */
  @Test
  void anEntryThatIsCommittedInALaterTermMayBeReplacedBefore() {
    Entry late = entry(3, 2, "late");
    oracles.appended(2, List.of(OURS));
    oracles.stepped(follower(2, 2).last(2, 2).view());
    oracles.appended(1, List.of(entry(4, 3, "no-op")));
    oracles.stepped(leader(1, 4).last(4, 3).commit(3).view());
    oracles.stepped(follower(2, 2).last(2, 2).view());
    write(2, durable(2, 0, OURS));
    oracles.appended(2, List.of(late));
    assertThatCode(
            () -> {
              oracles.stepped(follower(2, 4).last(3, 2).view());
              write(2, durable(4, 0, late));
            })
        .doesNotThrowAnyException();
  }

  @Test
  void anEntryIsBoundToStayOnceItsNodeIsInTheTermOfTheCommit() {
    oracles.appended(2, List.of(OURS));
    oracles.stepped(follower(2, 2).last(2, 2).view());
    oracles.appended(1, List.of(entry(4, 3, "no-op")));
    oracles.stepped(leader(1, 4).last(4, 3).commit(3).view());
    oracles.stepped(follower(2, 4).last(2, 2).view());
    oracles.appended(2, List.of(entry(3, 2, "late")));
    violated(STAYS, () -> oracles.stepped(follower(2, 4).last(3, 2).view()));
  }

  @Test
  void removingACommittedEntryFromADiskIsSeen() {
    commit();
    oracles.stepped(follower(2, 2).view());
    write(2, durable(2, 0, OURS));
    violated(STAYS, () -> write(2, durable(2, 0)));
  }

  @Test
  void anEntryThatTheLogHadReplacedBeforeItWasCommittedMayLeaveTheDisk() {
    Entry next = entry(3, 2, "next");
    oracles.stepped(follower(2, 3).last(3, 2).undrained().view());
    commit();
    write(2, durable(2, 0, OURS)); // The host has not taken the entry that replaces it.
    assertThatCode(() -> write(2, durable(3, 0, next))).doesNotThrowAnyException();
  }

  @Test
  void aDiskIsOnlyJudgedWhenNoLaterWriteIsInFlight() {
    commit();
    oracles.stepped(follower(2, 2).view());
    oracles.taken(2, new ReadyOf(8).view(), durable(2, 0, OURS));
    write(2, durable(2, 0, OURS)); // Of an earlier Ready than the one that is in flight.
    assertThatCode(() -> write(2, durable(2, 0))).doesNotThrowAnyException();
    oracles.written(2, new ReadyOf(8).view(), durable(2, 0, OURS));
    violated(STAYS, () -> oracles.written(2, new ReadyOf(8).view(), durable(2, 0)));
  }

  @Test
  void aDiskThatLosesSyncedWritesIsForOtherOraclesToJudge() {
    commit();
    oracles.stepped(follower(3, 2).view());
    write(3, durable(2, 1, OURS));
    assertThatCode(() -> oracles.opened(3, durable(2, 1))).doesNotThrowAnyException();
    write(3, durable(2, 1));
    write(3, durable(2, 1, OURS));
    violated(STAYS, () -> write(3, durable(2, 1)));
  }
}
