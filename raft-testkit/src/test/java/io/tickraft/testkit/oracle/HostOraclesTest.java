package io.tickraft.testkit.oracle;

import static io.tickraft.testkit.oracle.Histories.add;
import static io.tickraft.testkit.oracle.Histories.auto;
import static io.tickraft.testkit.oracle.Histories.change;
import static io.tickraft.testkit.oracle.Histories.durable;
import static io.tickraft.testkit.oracle.Histories.entry;
import static io.tickraft.testkit.oracle.Histories.grant;
import static io.tickraft.testkit.oracle.Histories.leader;
import static io.tickraft.testkit.oracle.Histories.leave;
import static io.tickraft.testkit.oracle.Histories.message;
import static io.tickraft.testkit.oracle.Histories.violated;
import static io.tickraft.testkit.oracle.Histories.voters;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.tickraft.core.AppliedState;
import io.tickraft.core.LogId;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.Outcome;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.Storage;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.InstallSnapshotResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import io.tickraft.proto.Vote;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The oracles of what a host is told and may count on, and of what a leader takes for known. */
final class HostOraclesTest {

  private static final String CONTRACT = "Ready contract";
  private static final ConfState FOUR = voters(1L, 2L, 3L, 4L);

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
              new ReadyContract(logs, history),
              new LeaderProgress(disks)));

  @BeforeEach
  void open() {
    for (long node = 1; node <= 3; node++) {
      oracles.configured(node, RaftConfig.builder(node).build());
      oracles.opened(node, MemoryStorage.bootstrapped(1, 2, 3));
    }
  }

  private void taken(ReadyOf ready) {
    taken(ready, durable(1, 0));
  }

  private void taken(ReadyOf ready, Storage durable) {
    oracles.taken(1, ready.view(), durable);
  }

  private void broken(ReadyOf ready) {
    violated(CONTRACT, () -> taken(ready));
  }

  /** Node 1 has the entries after its bootstrap and knows that they are committed. */
  private void commit(Entry... entries) {
    oracles.appended(1, List.of(entries));
    long last = entries[entries.length - 1].getIndex();
    oracles.stepped(leader(1, 2).last(last).commit(last).view());
  }

  // The Ready contract.

  @Test
  void readysAreNumberedAndHoldSomething() {
    assertThatCode(() -> taken(new ReadyOf(1).now(heartbeat(1)))).doesNotThrowAnyException();
    broken(new ReadyOf(3).now(heartbeat(1)));
  }

  @Test
  void anEmptyReadyIsSeen() {
    broken(new ReadyOf(1));
  }

  @Test
  void aHardStateThatIsWrittenAlreadyIsSeen() {
    broken(new ReadyOf(1).hardState(1, 0, 1));
  }

  @Test
  void whatIsPromisedIsSynced() {
    broken(new ReadyOf(1).hardState(2, 0, 1));
  }

  @Test
  void aVoteThatIsNotSyncedIsSeen() {
    broken(new ReadyOf(1).hardState(1, 2, 1));
  }

  @Test
  void entriesThatAreNotSyncedAreSeen() {
    broken(new ReadyOf(1).entries(entry(1, 2, "a")));
  }

  @Test
  void aSyncOfNothingButACommitIsSeen() {
    commit(entry(2, 2, "a"));
    broken(new ReadyOf(1).hardState(1, 0, 2).sync());
  }

  @Test
  void aCommitThatPassesAChangeIsSynced() {
    commit(change(2, 2, auto(add(4))));
    broken(new ReadyOf(1).hardState(1, 0, 2));
  }

  @Test
  void aCommitThatOnlyTheStateMachineKnewIsSynced() {
    commit(entry(1, 2, "a"));
    oracles.resumed(1, new AppliedState(2, 1, voters(1L, 2L, 3L)));
    broken(new ReadyOf(1).hardState(1, 0, 2));
  }

  @Test
  void whatRestsOnNothingUnwrittenLeavesAtOnce() {
    broken(new ReadyOf(1).later(heartbeat(1)));
  }

  @Test
  void whatRestsOnATermThatIsNotWrittenWaits() {
    assertThatCode(() -> taken(new ReadyOf(1).hardState(2, 1, 1).sync().later(heartbeat(2))))
        .doesNotThrowAnyException();
    assertThatCode(() -> oracles.persisted(1, new ReadyOf(1).hardState(2, 1, 1).view()))
        .doesNotThrowAnyException();
    broken(new ReadyOf(2).later(heartbeat(2)));
  }

  @Test
  void aMessageOfATermThatIsNotWrittenIsSeen() {
    broken(new ReadyOf(1).hardState(2, 1, 1).sync().now(heartbeat(2)));
  }

  @Test
  void promisesBeforeTheWriteAreSeen() {
    violated(CONTRACT, () -> taken(new ReadyOf(1).now(grant(1, 1, 2))));
    violated(
        CONTRACT,
        () -> taken(new ReadyOf(2).now(message(1).setVote(Vote.getDefaultInstance()).build())));
    violated(CONTRACT, () -> taken(new ReadyOf(3).now(accepted(1, 1))));
    violated(
        CONTRACT,
        () ->
            taken(
                new ReadyOf(4)
                    .now(
                        message(1)
                            .setInstallSnapshotResponse(
                                InstallSnapshotResponse.newBuilder()
                                    .setInstalled(
                                        InstallSnapshotResponse.Installed.getDefaultInstance()))
                            .build())));
  }

  @Test
  void onlyMyTermIsNoPromise() {
    Message response = message(1).setAppendResponse(AppendResponse.getDefaultInstance()).build();
    assertThatCode(() -> taken(new ReadyOf(1).now(response))).doesNotThrowAnyException();
  }

  @Test
  void committedEntriesAreHandedOutOnceAndInOrder() {
    commit(entry(1, 2, "a"), entry(1, 3, "b"));
    Storage durable = durable(1, 0, entry(1, 2, "a"), entry(1, 3, "b"));
    violated(CONTRACT, () -> taken(new ReadyOf(1).committed(entry(1, 3, "b")), durable));
  }

  @Test
  void aCommittedEntryThatIsHandedOutTwiceIsSeen() {
    commit(entry(1, 2, "a"));
    Storage durable = durable(1, 0, entry(1, 2, "a"));
    taken(new ReadyOf(1).committed(entry(1, 2, "a")), durable);
    violated(CONTRACT, () -> taken(new ReadyOf(2).committed(entry(1, 2, "a")), durable));
  }

  @Test
  void aCommittedEntryThatIsNotOnTheDiskIsSeen() {
    commit(entry(2, 2, "a"));
    broken(new ReadyOf(1).committed(entry(2, 2, "a")));
  }

  @Test
  void aPageThatGoesOnAfterAChangeIsSeen() {
    Entry change = change(1, 2, auto(add(4)));
    commit(change, entry(1, 3, "a"));
    violated(
        CONTRACT,
        () ->
            taken(
                new ReadyOf(1).committed(change, entry(1, 3, "a")).confState(FOUR),
                durable(1, 0, change, entry(1, 3, "a"))));
  }

  @Test
  void theConfigurationComesWithTheChange() {
    Entry change = change(1, 2, auto(add(4)));
    commit(change);
    Storage durable = durable(1, 0, change);
    assertThatCode(() -> taken(new ReadyOf(1).committed(change).confState(FOUR), durable))
        .doesNotThrowAnyException();
  }

  @Test
  void aChangeWithoutItsConfigurationIsSeen() {
    Entry change = change(1, 2, auto(add(4)));
    commit(change);
    violated(CONTRACT, () -> taken(new ReadyOf(1).committed(change), durable(1, 0, change)));
  }

  @Test
  void aChangeWithAnotherConfigurationIsSeen() {
    Entry change = change(1, 2, auto(add(4)));
    commit(change);
    violated(
        CONTRACT,
        () ->
            taken(
                new ReadyOf(1).committed(change).confState(voters(1L, 2L, 3L)),
                durable(1, 0, change)));
  }

  @Test
  void aSnapshotWithoutItsConfigurationIsSeen() {
    Snapshot snapshot =
        Snapshot.newBuilder()
            .setMetadata(SnapshotMetadata.newBuilder().setIndex(5).setTerm(2).setConfState(FOUR))
            .build();
    oracles.snapshotInstalled(1, snapshot);
    broken(new ReadyOf(1).snapshot(snapshot).sync());
  }

  @Test
  void aChangeThatIsImpossibleIsReported() {
    Entry change = change(1, 2, leave());
    commit(change);
    Storage durable = durable(1, 0, change);
    ConfState three = voters(1L, 2L, 3L);
    violated(CONTRACT, () -> taken(new ReadyOf(1).committed(change).confState(three), durable));
  }

  @Test
  void aChangeThatIsPossibleIsNotReportedAsImpossible() {
    Entry change = change(1, 2, auto(add(4)));
    commit(change);
    violated(
        CONTRACT,
        () ->
            taken(
                new ReadyOf(1)
                    .committed(change)
                    .confState(FOUR)
                    .outcome(new Outcome.ChangeImpossible(new LogId(1, 2), "because")),
                durable(1, 0, change)));
  }

  // Progress.

  @Test
  void aMatchThatWasAcknowledgedIsRight() {
    oracles.sent(accepted(2, 3), durable(2, 0));
    assertThatCode(() -> oracles.stepped(leader(2, 2).last(4).peer(1, 3, 5, 1).view()))
        .doesNotThrowAnyException();
  }

  @Test
  void aMatchAboveWhatWasAcknowledgedIsSeen() {
    oracles.sent(accepted(2, 3), durable(2, 0));
    violated("progress", () -> oracles.stepped(leader(2, 2).last(4).peer(1, 4, 5, 1).view()));
  }

  @Test
  void aMatchThatWasAcknowledgedInAnotherTermIsSeen() {
    oracles.sent(accepted(2, 3), durable(2, 0));
    violated("progress", () -> oracles.stepped(leader(2, 3).last(4).peer(1, 3, 5, 1).view()));
  }

  @Test
  void aLeaderThatTakesItsOwnLogForWrittenIsSeen() {
    oracles.written(1, new ReadyOf(1).view(), durable(2, 1, entry(2, 2, "a")));
    violated("progress", () -> oracles.stepped(leader(1, 2).last(3).peer(1, 3, 4, 0).view()));
  }

  @Test
  void aMatchThatFallsIsSeen() {
    oracles.sent(accepted(2, 3), durable(2, 0));
    oracles.stepped(leader(2, 2).last(4).peer(1, 3, 5, 1).view());
    violated("progress", () -> oracles.stepped(leader(2, 2).last(4).peer(1, 2, 5, 1).view()));
  }

  @Test
  void aMemberThatRejectsWhatItAcknowledgedCountsForNothing() {
    oracles.sent(accepted(2, 3), durable(2, 0));
    oracles.stepped(leader(2, 2).last(4).peer(1, 3, 5, 1).view());
    oracles.sent(rejected(2, 3), durable(2, 0));
    assertThatCode(() -> oracles.stepped(leader(2, 2).last(4).peer(1, 0, 2, 0).view()))
        .doesNotThrowAnyException();
  }

  /** As in seed 1043 of 10,000 on bad machines: a host steps several late answers at once. */
  @Test
  void aMatchThatIsLostAndAtOnceAcknowledgedAgainByALateAnswerIsRight() {
    oracles.sent(accepted(2, 2), durable(2, 0));
    oracles.sent(accepted(2, 3), durable(2, 0));
    oracles.stepped(leader(2, 2).last(4).peer(1, 3, 5, 1).view());
    oracles.sent(rejected(2, 3), durable(2, 0));
    assertThatCode(() -> oracles.stepped(leader(2, 2).last(4).peer(1, 2, 3, 0).view()))
        .doesNotThrowAnyException();
  }

  @Test
  void aMatchThatFallsToSomethingThatIsNotKnownIsSeen() {
    oracles.sent(accepted(2, 3), durable(2, 0));
    oracles.stepped(leader(2, 2).last(4).peer(1, 3, 5, 1).view());
    oracles.sent(rejected(2, 3), durable(2, 0));
    violated("progress", () -> oracles.stepped(leader(2, 2).last(4).peer(1, 1, 2, 0).view()));
  }

  @Test
  void aNextIndexOutOfItsRangeIsSeen() {
    oracles.sent(accepted(2, 3), durable(2, 0));
    violated("progress", () -> oracles.stepped(leader(2, 2).last(4).peer(1, 3, 3, 1).view()));
    violated("progress", () -> oracles.stepped(leader(2, 2).last(4).peer(1, 3, 6, 1).view()));
  }

  // What the tests say.

  private static Message heartbeat(long term) {
    return message(term).setHeartbeat(Heartbeat.getDefaultInstance()).build();
  }

  private static Message rejected(long term, long prevIndex) {
    return message(term)
        .setAppendResponse(
            AppendResponse.newBuilder()
                .setRejected(AppendResponse.Rejected.newBuilder().setPrevIndex(prevIndex)))
        .build();
  }

  private static Message accepted(long term, long match) {
    return message(term)
        .setAppendResponse(
            AppendResponse.newBuilder()
                .setAccepted(AppendResponse.Accepted.newBuilder().setMatch(match)))
        .build();
  }
}
