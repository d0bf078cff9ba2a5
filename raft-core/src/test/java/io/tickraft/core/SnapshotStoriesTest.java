package io.tickraft.core;

import static io.tickraft.core.Messages.accepted;
import static io.tickraft.core.Messages.append;
import static io.tickraft.core.Messages.granted;
import static io.tickraft.core.Messages.heartbeat;
import static io.tickraft.core.Messages.heartbeatResponse;
import static io.tickraft.core.Messages.install;
import static io.tickraft.core.Messages.installed;
import static io.tickraft.core.Messages.notInstalled;
import static io.tickraft.core.Messages.rejected;
import static io.tickraft.core.Messages.wantsSnapshot;
import static io.tickraft.core.PeerStatus.State.PROBE;
import static io.tickraft.core.PeerStatus.State.REPLICATE;
import static io.tickraft.core.PeerStatus.State.SNAPSHOT;
import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.entries;
import static io.tickraft.core.Wire.hardState;
import static io.tickraft.core.Wire.id;
import static io.tickraft.core.Wire.indexes;
import static io.tickraft.core.Wire.snapshot;
import static io.tickraft.core.Wire.storage;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tickraft.proto.ConfState;
import io.tickraft.proto.InstallSnapshotResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Snapshots, from the side of the follower and from that of the leader. */
final class SnapshotStoriesTest {

  static final ConfState THREE = voters(1, 2, 3);

  // The follower.

  /** Follows node 2 in term 2, with entries 2 to 6 of terms 1 1 1 2 2, committed up to 3. */
  private static Host follower() {
    Host host = Host.on(storage(hardState(2, 0, 3), THREE, 1, 1, 1, 2, 2));
    host.step(heartbeat(2, 2, 3, 1));
    host.events.clear();
    host.applied.clear();
    return host;
  }

  private static InstallSnapshotResponse answer(List<Message> messages) {
    List<Message> answers = messages.stream().filter(Message::hasInstallSnapshotResponse).toList();
    assertThat(answers).hasSize(1);
    assertThat(answers.get(0).getTo()).isEqualTo(2);
    return answers.get(0).getInstallSnapshotResponse();
  }

  @ParameterizedTest
  @CsvSource({
    // The log is 1 | 1 1 1 2 2, committed up to 3. Snapshot; then commit, last index, match
    "2, 20, 20, 20, 20", // beyond the log
    "2,  5,  5,  6,  5", // an entry of the log: the tail is kept
    "2,  6,  6,  6,  6",
    "1,  4,  4,  6,  4",
    "3,  5,  5,  5,  5", // in conflict with the log
    "1,  3,  3,  6,  3", // stale
    "1,  2,  3,  6,  3",
  })
  void aSnapshotReplacesTheLogOnlyIfTheLogDoesNotHoldIt(
      long term, long index, long commit, long last, long match) {
    Host host = follower();
    Message message = install(2, Math.max(2, term), snapshot(term, index, THREE), 7);

    InstallSnapshotResponse answer = answer(host.step(message));

    assertThat(host.status().commitIndex()).isEqualTo(commit);
    assertThat(host.status().last().index()).isEqualTo(last);
    assertThat(answer.getAttempt()).isEqualTo(7);
    assertThat(answer.getSnapshot()).isEqualTo(id(term, index));
    assertThat(answer.getInstalled().getMatch()).isEqualTo(match);
    boolean replaced = last != 6;
    assertThat(host.status().firstIndex()).isEqualTo(replaced ? index + 1 : 2);
    assertThat(host.eventsOf(RaftEvent.SnapshotAccepted.class))
        .isEqualTo(
            replaced ? List.of(new RaftEvent.SnapshotAccepted(new LogId(term, index))) : List.of());
  }

  @Test
  void entriesThatASnapshotShowsToBeCommittedAreAppliedOneByOneIfTheyAreThere() {
    Host host = follower();

    host.step(install(2, 2, snapshot(2, 5, THREE), 1));

    assertThat(indexes(host.applied)).containsExactly(4L, 5L);
    assertThat(host.status().appliedIndex()).isEqualTo(5);
  }

  @Test
  void aSnapshotThatContradictsWhatIsCommittedIsDropped() {
    Host host = follower();

    assertThat(host.step(install(2, 2, snapshot(2, 3, THREE), 1))).isEmpty();

    assertThat(host.drops()).containsExactly(DropReason.CONTRADICTS_COMMITTED);
  }

  @Test
  void aSnapshotOfAnEarlierTermIsAnsweredWithTheOwnTermOnly() {
    Host host = follower();

    List<Message> sent = host.step(install(2, 1, snapshot(1, 20, THREE), 1));

    assertThat(answer(sent)).isEqualTo(InstallSnapshotResponse.getDefaultInstance());
    assertThat(sent.get(0).getTerm()).isEqualTo(2);
    assertThat(host.status().last().index()).isEqualTo(6);
  }

  @Test
  void aSnapshotAtTheLastOfAllIndexesIsDropped() {
    Host host = follower();

    host.step(install(2, 2, snapshot(2, Long.MAX_VALUE, THREE), 1));

    assertThat(host.drops()).containsExactly(DropReason.MALFORMED);
    host.step(append(2, 2, 2, 6, 6, entries(7, 2)));
    assertThat(host.status().last().index()).isEqualTo(7);
  }

  @Test
  void aSnapshotWithinWhatIsAllowedLeavesTheNodeWorking() {
    Host host = follower();
    long index = Long.MAX_VALUE / 2;

    host.step(install(2, 2, snapshot(2, index, THREE), 1));
    host.step(append(2, 2, 2, index, index + 1, entries(index + 1, 2)));

    assertThat(host.status().appliedIndex()).isEqualTo(index + 1);
  }

  @Test
  void appendsAfterASnapshotAreTakenBeforeItIsPersisted() {
    Host host = follower();
    host.node.step(install(2, 2, snapshot(2, 20, THREE), 1));
    Ready snapshot = host.node.ready();
    host.node.step(append(2, 2, 2, 20, 21, entries(21, 2)));
    Ready entry = host.node.ready();

    assertThat(indexes(entry.entries())).containsExactly(21L);
    assertThat(host.status().persistedIndex()).isEqualTo(3);
    host.persist(snapshot);
    host.persist(entry);
    assertThat(host.node.hasReady()).isTrue();
    host.node.applied(20);
    assertThat(indexes(host.node.ready().committedEntries())).containsExactly(21L);
  }

  @Test
  void aNodeDoesNotCampaignWhileASnapshotIsToBeRestored() {
    Host host = follower();
    host.node.step(install(2, 2, snapshot(2, 20, THREE), 1));
    host.node.campaign();
    assertThat(host.status().role()).isEqualTo(RoleName.FOLLOWER);
    Ready ready = host.node.ready();
    host.node.campaign();
    host.persist(ready);
    host.node.campaign();
    assertThat(host.status().role()).as("persisted and not applied").isEqualTo(RoleName.FOLLOWER);

    host.node.applied(20);
    host.node.campaign();

    assertThat(host.status().role()).isEqualTo(RoleName.CANDIDATE);
  }

  @Test
  void theConfigurationOfASnapshotHoldsOnceItIsApplied() {
    Host host = follower();
    host.node.step(install(2, 2, snapshot(2, 20, voters(2, 3, 4)), 1));
    Ready ready = host.node.ready();
    host.persist(ready);
    assertThat(host.node.confState()).isEqualTo(THREE);

    host.node.applied(20);

    assertThat(host.node.confState()).isEqualTo(voters(2, 3, 4));
    host.node.campaign();
    assertThat(host.status().role()).as("it is no member any more").isEqualTo(RoleName.FOLLOWER);
  }

  @Test
  void anUpdateOfASnapshotThatIsBeingWrittenReplacesIt() {
    Host host = follower();
    host.node.step(install(2, 2, snapshot(2, 20, THREE), 1));
    Ready first = host.node.ready();
    host.node.step(install(2, 2, snapshot(2, 30, THREE), 2));
    Ready second = host.node.ready();

    host.persist(first);
    assertThat(host.status().persistedIndex()).isEqualTo(20);
    host.persist(second);

    assertThat(host.status().persistedIndex()).isEqualTo(30);
    assertThat(host.status().commitIndex()).isEqualTo(30);
  }

  @Test
  void anOldSnapshotThatArrivesLateIsAcknowledgedWithWhatIsThere() {
    Host host = follower();
    host.step(install(2, 2, snapshot(2, 30, THREE), 2));

    InstallSnapshotResponse answer = answer(host.step(install(2, 2, snapshot(2, 20, THREE), 1)));

    assertThat(answer.getAttempt()).isEqualTo(1);
    assertThat(answer.getInstalled().getMatch()).isEqualTo(30);
    assertThat(host.status().firstIndex()).isEqualTo(31);
  }

  // The node that joins.

  @Test
  void aNodeWithoutAConfigurationTakesNoEntriesAndAsksForASnapshot() {
    Host host = Host.on(new MemoryStorage());

    List<Message> sent = host.step(append(2, 3, 0, 0, 1, entries(1, 1)));

    assertThat(sent).hasSize(1);
    assertThat(sent.get(0).getAppendResponse().getRejected().getWantsSnapshot()).isTrue();
    assertThat(sent.get(0).getAppendResponse().getRejected().getPrevIndex()).isZero();
    assertThat(host.status().last()).isEqualTo(LogId.NONE);
    assertThat(host.status().term()).isEqualTo(3);
    assertThat(host.status().leader()).isEqualTo(2);
  }

  @Test
  void aNodeThatJoinsTakesAnySnapshotEvenOneInWhichItIsNotNamed() {
    Host host = Host.on(new MemoryStorage());

    InstallSnapshotResponse answer =
        answer(host.step(install(2, 3, snapshot(1, 1, voters(2, 3)), 1)));

    assertThat(answer.getInstalled().getMatch()).isEqualTo(1);
    assertThat(host.node.confState()).isEqualTo(voters(2, 3));
    assertThat(host.step(append(2, 3, 1, 1, 2, entries(2, 3)))).isNotEmpty();
    assertThat(indexes(host.applied)).containsExactly(2L);
  }

  @Test
  void aNodeThatJoinsTakesEntriesAsSoonAsItHasASnapshot() {
    Host host = Host.on(new MemoryStorage());
    host.node.step(install(2, 3, snapshot(1, 1, voters(2, 3)), 1));
    Ready ready = host.node.ready();

    host.node.step(append(2, 3, 1, 1, 1, entries(2, 3)));

    assertThat(indexes(host.node.ready().entries())).containsExactly(2L);
    host.persist(ready);
    host.node.step(append(2, 3, 3, 2, 1, entries(3, 3)));
    assertThat(indexes(host.node.ready().entries())).containsExactly(3L);
  }

  @Test
  void aNodeThatJoinsDoesNotCampaign() {
    Host host = Host.on(new MemoryStorage());

    host.ticks(100);
    host.node.campaign();

    assertThat(host.status().role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(host.status().term()).isZero();
    assertThat(host.eventsOf(RaftEvent.CampaignRefused.class))
        .hasSizeGreaterThan(4)
        .allMatch(e -> e.reason() == RaftEvent.CampaignRefused.Reason.NO_CONFIGURATION);
  }

  // The leader.

  /** The leader's log is compacted up to 5: entries 6 and 7 are there. */
  static final long COMPACTED = 5;

  static final int TIMEOUT = 8;

  /** Leads in term 3 with entries 2 to 7; nothing is known of its members yet. */
  static Host leader() {
    return leader(Host.DEFAULTS);
  }

  static Host leader(UnaryOperator<RaftConfig.Builder> settings) {
    MemoryStorage disk = storage(hardState(2, 0, 6), THREE, 1, 1, 2, 2, 2); // up to 6
    disk.createSnapshot(COMPACTED, THREE, bytes("state"));
    disk.compact(COMPACTED);
    Host host = Host.on(disk, config -> settings.apply(config.snapshotTicks(TIMEOUT)));
    host.node.campaign();
    host.settle();
    host.node.step(granted(3, 3));
    host.settle();
    assertThat(host.status().last()).isEqualTo(new LogId(3, 7));
    host.events.clear();
    return host;
  }

  static List<Message> snapshots(List<Message> messages) {
    return messages.stream().filter(Message::hasInstallSnapshot).toList();
  }

  static Snapshot stored(Host host) {
    return host.disk.snapshot().snapshot();
  }

  /** Node 2 is far behind and has been sent a snapshot. */
  static Host sending() {
    Host host = leader();
    assertThat(snapshots(host.step(rejected(2, 3, 6, 1, 1)))).hasSize(1);
    return host;
  }

  /** Returns what node 2 is sent when it answers the next regular heartbeat. */
  static List<Message> aHeartbeatIsAnswered(Host host) {
    host.node.tick();
    long round =
        host.settle().stream()
            .filter(m -> m.hasHeartbeat() && m.getTo() == 2)
            .mapToLong(m -> m.getHeartbeat().getRound())
            .max()
            .orElseThrow();
    return host.step(heartbeatResponse(2, 3, round)).stream().filter(m -> m.getTo() == 2).toList();
  }

  @Test
  void aLateAnswerThatLeavesTheFollowerBehindTheCompactedLogSaysNothingAboutTheSnapshot() {
    Host host = sending();

    assertThat(host.step(accepted(2, 3, COMPACTED - 1, 1))).isEmpty();

    assertThat(host.peer(2).state()).isEqualTo(SNAPSHOT);
    assertThat(host.peer(2).matchIndex()).isEqualTo(COMPACTED - 1);
  }

  @Test
  void theLogMayBeCompactedUpToWhatIsAppliedBeforeThatIsAcknowledged() {
    Host host = Host.leader();
    host.node.propose(bytes("a"));
    host.settle();
    host.node.step(accepted(2, 2, 3, 2));
    Ready ready = host.node.ready();
    assertThat(indexes(ready.committedEntries())).containsExactly(3L);
    host.write(ready);
    host.apply(ready);

    host.disk.createSnapshot(3, THREE, bytes("state"));
    host.disk.compact(3);

    assertThat(host.status().appliedIndex()).isEqualTo(2);
    assertThat(host.status().firstIndex()).isEqualTo(4);
    host.node.propose(bytes("b"));
    host.node.step(rejected(3, 2, 3, 1, 1)); // It needs an entry that is compacted.
    assertThat(host.node.ready().messages())
        .filteredOn(Message::hasInstallSnapshot)
        .extracting(m -> m.getInstallSnapshot().getSnapshot().getMetadata().getIndex())
        .containsExactly(3L);
    host.node.applied(3);
    assertThat(host.status().appliedIndex()).isEqualTo(3);
  }

  @Test
  void aFollowerThatNeedsWhatIsCompactedGetsASnapshot() {
    Host host = leader();

    List<Message> sent = host.step(rejected(2, 3, 6, 1, 1));

    assertThat(sent).hasSize(1);
    assertThat(sent.get(0).getTo()).isEqualTo(2);
    assertThat(sent.get(0).getInstallSnapshot().getAttempt()).isEqualTo(1);
    assertThat(sent.get(0).getInstallSnapshot().getSnapshot()).isEqualTo(stored(host));
    assertThat(host.peer(2).state()).isEqualTo(SNAPSHOT);
    assertThat(host.events).containsExactly(new RaftEvent.ReplicationChanged(2, PROBE, SNAPSHOT));
  }

  @Test
  void aFollowerThatAsksForASnapshotGetsOneEvenIfTheLogWouldDo() {
    Host host = leader();

    List<Message> sent = host.step(wantsSnapshot(2, 3, 6));

    assertThat(snapshots(sent)).hasSize(1);
  }

  @Test
  void aFollowerThatNeedsOnlyWhatIsThereGetsNone() {
    Host host = leader();

    List<Message> sent = host.step(rejected(2, 3, 6, 2, 5));

    assertThat(snapshots(sent)).isEmpty();
    assertThat(sent.get(0).getAppend().getPrev()).isEqualTo(id(2, 5));
  }

  @Test
  void afterTheSnapshotComeTheEntriesThatFollowIt() {
    Host host = sending();

    List<Message> sent = host.step(installed(2, 3, stored(host), 1, COMPACTED));

    assertThat(host.peer(2).state()).isEqualTo(REPLICATE);
    assertThat(host.peer(2).matchIndex()).isEqualTo(COMPACTED);
    assertThat(indexes(sent.get(0).getAppend().getEntriesList())).containsExactly(6L, 7L);
  }

  @Test
  void aFollowerThatHadMoreThanTheSnapshotGoesOnFromThere() {
    Host host = sending();

    List<Message> sent = host.step(installed(2, 3, stored(host), 1, 6));

    assertThat(host.peer(2).matchIndex()).isEqualTo(6);
    assertThat(indexes(sent.get(0).getAppend().getEntriesList())).containsExactly(7L);
  }

  @Test
  void noAppendsGoBesideASnapshotAndHeartbeatsDo() {
    Host host = sending();
    host.node.propose(bytes("a"));
    host.node.tick();

    List<Message> sent = host.settle().stream().filter(m -> m.getTo() == 2).toList();

    assertThat(sent).hasSize(1);
    assertThat(sent.get(0).hasHeartbeat()).isTrue();
    assertThat(sent.get(0).getHeartbeat().getCommit()).as("it is known to hold nothing").isZero();
    assertThat(host.step(heartbeatResponse(2, 3, 1)).stream().filter(m -> m.getTo() == 2))
        .as("only the question whether the snapshot has arrived")
        .singleElement()
        .satisfies(m -> assertThat(m.getAppend().getEntriesCount()).isZero())
        .satisfies(m -> assertThat(m.getAppend().getPrev()).isEqualTo(id(2, COMPACTED)));
  }

  @Test
  void aSnapshotThatIsRefusedIsFollowedByAnotherAttemptOnceTheFollowerIsHeard() {
    Host host = sending();

    assertThat(host.step(notInstalled(2, 3, stored(host), 1))).isEmpty();
    assertThat(host.peer(2).state()).isEqualTo(PROBE);

    List<Message> sent = aHeartbeatIsAnswered(host);
    assertThat(snapshots(sent)).hasSize(1);
    assertThat(sent.get(0).getInstallSnapshot().getAttempt()).isEqualTo(2);
  }

  @Test
  void aSnapshotThatGetsLostTimesOutAndIsSentAgain() {
    Host host = sending();
    host.ticks(TIMEOUT - 1);
    assertThat(host.peer(2).state()).isEqualTo(SNAPSHOT);
    host.ticks(1);
    assertThat(host.peer(2).state()).isEqualTo(PROBE);
    assertThat(snapshots(host.settle())).as("perhaps only the answer was lost").isEmpty();

    List<Message> sent = snapshots(host.step(rejected(2, 3, COMPACTED, 1, 1)));

    assertThat(sent).hasSize(1);
    assertThat(sent.get(0).getInstallSnapshot().getAttempt()).isEqualTo(2);
  }

  /** The first attempt times out, and the second one is under way. */
  private static void sendAgain(Host host) {
    host.ticks(TIMEOUT);
    host.settle();
    host.step(rejected(2, 3, COMPACTED, 1, 1));
    assertThat(host.peer(2).state()).isEqualTo(SNAPSHOT);
  }

  @Test
  void aLateAcknowledgementOfAnAttemptThatTimedOutCounts() {
    Host host = sending();
    Snapshot first = stored(host);
    sendAgain(host);

    host.step(installed(2, 3, first, 1, COMPACTED));

    assertThat(host.peer(2).state()).isEqualTo(REPLICATE);
    assertThat(host.peer(2).matchIndex()).isEqualTo(COMPACTED);
  }

  @Test
  void aLateRefusalOfAnAttemptThatTimedOutDoesNotEndTheNextOne() {
    Host host = sending();
    sendAgain(host);

    host.step(notInstalled(2, 3, stored(host), 1));

    assertThat(host.peer(2).state()).isEqualTo(SNAPSHOT);
    assertThat(host.drops()).containsExactly(DropReason.STALE_ANSWER);
  }

  @Test
  void aSecondAcknowledgementChangesNothing() {
    Host host = sending();
    host.step(installed(2, 3, stored(host), 1, COMPACTED));
    long next = host.peer(2).nextIndex();

    host.step(installed(2, 3, stored(host), 1, COMPACTED));

    assertThat(host.peer(2).state()).isEqualTo(REPLICATE);
    assertThat(host.peer(2).nextIndex()).isEqualTo(next);
  }

  @Test
  void anAcknowledgementBeyondTheLogIsDropped() {
    Host host = sending();

    host.step(installed(2, 3, stored(host), 1, 99));

    assertThat(host.drops()).containsExactly(DropReason.LOST_STATE);
    assertThat(host.peer(2).state()).isEqualTo(SNAPSHOT);
  }

  @Test
  void theHostMayReportThatASnapshotDidNotArrive() {
    Host host = sending();
    host.node.reportSnapshot(2, 1, SnapshotStatus.FAILED);
    assertThat(host.peer(2).state()).isEqualTo(PROBE);
    assertThat(host.settle()).isEmpty();

    assertThat(snapshots(aHeartbeatIsAnswered(host))).hasSize(1);
  }

  @Test
  void theHostMayProlongTheTimeOfASnapshot() {
    Host host = sending();
    for (int i = 0; i < 10; i++) {
      host.ticks(TIMEOUT - 1);
      host.node.reportSnapshot(2, 1, SnapshotStatus.IN_PROGRESS);
    }
    assertThat(host.peer(2).state()).isEqualTo(SNAPSHOT);

    host.ticks(TIMEOUT);

    assertThat(host.peer(2).state()).isEqualTo(PROBE);
  }

  @Test
  void aReportOfASnapshotThatIsNotSentDoesNothing() {
    Host host = leader();
    String before = host.status().peers().toString();

    for (SnapshotStatus status : SnapshotStatus.values()) {
      host.node.reportSnapshot(2, 0, status);
      host.node.reportSnapshot(1, 0, status);
      host.node.reportSnapshot(9, 1, status);
      Host.follower().node.reportSnapshot(2, 1, status);
    }
    assertThat(host.node.hasReady()).isFalse();

    assertThat(host.status().peers()).hasToString(before);
    assertThat(host.events).isEmpty();
  }

  @Test
  void aSnapshotThatIsStillBeingBuiltIsAskedForAtTheNextTick() {
    Host host = leader();
    host.storage.snapshotNotYet = true;
    assertThat(host.step(rejected(2, 3, 6, 1, 1))).isEmpty();
    assertThat(host.peer(2).state()).isEqualTo(PROBE);
    host.storage.snapshotNotYet = false;
    assertThat(host.node.hasReady()).isFalse();

    host.node.tick();

    assertThat(snapshots(host.settle())).hasSize(1);
  }

  @Test
  void entriesThatTheStorageCannotDeliverAreAskedForAtTheNextTick() {
    Host host = leader();
    host.storage.entriesNotYet = true;
    assertThat(host.step(accepted(2, 3, 5, 5))).isEmpty();
    host.storage.entriesNotYet = false;
    assertThat(host.node.hasReady()).isFalse();

    host.node.tick();

    assertThat(host.settle().stream().filter(Message::hasAppend))
        .extracting(m -> indexes(m.getAppend().getEntriesList()))
        .containsExactly(List.of(6L, 7L));
  }

  @Test
  void oneFollowerWhoseEntriesAreNotThereDoesNotHoldUpAnother() {
    Host host = leader();
    host.step(accepted(2, 3, 6, 6));
    host.storage.entriesNotYet = true;
    host.node.step(accepted(3, 3, 5, 5));
    host.settle();

    host.node.propose(bytes("new"));

    assertThat(host.settle().stream().filter(Message::hasAppend))
        .extracting(Message::getTo, m -> indexes(m.getAppend().getEntriesList()))
        .containsExactly(tuple(2L, List.of(8L)));
  }

  @Test
  void aSnapshotIsTheLatestThatTheStorageHas() {
    Host host = sending();
    host.ticks(TIMEOUT);
    host.step(accepted(3, 3, 7, 6));
    host.disk.createSnapshot(7, THREE, bytes("later"));
    host.disk.compact(6);

    List<Message> sent = snapshots(host.step(rejected(2, 3, COMPACTED, 1, 1)));

    assertThat(sent.get(0).getInstallSnapshot().getSnapshot().getMetadata().getIndex())
        .isEqualTo(7);
    host.step(installed(2, 3, snapshot(2, COMPACTED, THREE), 1, COMPACTED));
    assertThat(host.peer(2).state()).as("6 is compacted").isEqualTo(SNAPSHOT);
  }

  @Test
  void aSnapshotOfTheStorageThatNoFollowerCouldTakeFailsTheNode() {
    for (Snapshot wrong :
        List.of(
            snapshot(2, COMPACTED, ConfState.getDefaultInstance()),
            snapshot(1, COMPACTED, THREE))) {
      Host host = leader();
      host.storage.snapshotLie = truth -> new Storage.SnapshotResult.Available(wrong);

      assertThatThrownBy(() -> host.step(rejected(2, 3, 6, 1, 1)))
          .isInstanceOf(NodeFailedException.class)
          .hasRootCauseInstanceOf(IllegalStateException.class)
          .rootCause()
          .hasMessageStartingWith("storage: its snapshot");
    }
  }
}
