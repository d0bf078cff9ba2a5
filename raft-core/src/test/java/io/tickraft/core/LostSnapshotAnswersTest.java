package io.tickraft.core;

import static io.tickraft.core.Messages.accepted;
import static io.tickraft.core.Messages.heartbeatResponse;
import static io.tickraft.core.Messages.rejected;
import static io.tickraft.core.PeerStatus.State.PROBE;
import static io.tickraft.core.PeerStatus.State.REPLICATE;
import static io.tickraft.core.PeerStatus.State.SNAPSHOT;
import static io.tickraft.core.SnapshotStoriesTest.COMPACTED;
import static io.tickraft.core.SnapshotStoriesTest.THREE;
import static io.tickraft.core.SnapshotStoriesTest.TIMEOUT;
import static io.tickraft.core.SnapshotStoriesTest.aHeartbeatIsAnswered;
import static io.tickraft.core.SnapshotStoriesTest.sending;
import static io.tickraft.core.SnapshotStoriesTest.snapshots;
import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.id;
import static io.tickraft.core.Wire.indexes;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The answer to a snapshot is lost, or late, or the snapshot itself is. The leader asks with an
 * append without entries after the snapshot's last entry, before it sends a second copy.
 */
final class LostSnapshotAnswersTest {

  private static void assertIsTheQuestion(List<Message> sent) {
    assertThat(sent).hasSize(1);
    assertThat(sent.get(0).getTo()).isEqualTo(2);
    assertThat(sent.get(0).getAppend().getPrev()).isEqualTo(id(2, COMPACTED));
    assertThat(sent.get(0).getAppend().getEntriesCount()).isZero();
  }

  /** Node 2 does not hold the snapshot's last entry. */
  private static Message doesNotHold() {
    return rejected(2, 3, COMPACTED, 1, 1);
  }

  @Test
  void theMemberIsAskedForTheSnapshotAfterEachRegularHeartbeatThatItAnswers() {
    Host host = sending();

    assertIsTheQuestion(aHeartbeatIsAnswered(host));
    assertIsTheQuestion(aHeartbeatIsAnswered(host));
    assertThat(host.peer(2).state()).isEqualTo(SNAPSHOT);
  }

  @Test
  void aMemberThatHoldsTheSnapshotIsSentWhatFollowsIt() {
    Host host = sending();
    aHeartbeatIsAnswered(host);

    List<Message> sent = host.step(accepted(2, 3, COMPACTED, COMPACTED));

    assertThat(host.peer(2).state()).isEqualTo(REPLICATE);
    assertThat(indexes(sent.get(0).getAppend().getEntriesList())).containsExactly(6L, 7L);
  }

  @Test
  void theAnswerToAHeartbeatFromBeforeTheSnapshotIsNoReasonToAsk() {
    Host host = SnapshotStoriesTest.leader();
    host.node.tick();
    host.settle(); // round 1
    host.step(rejected(2, 3, 6, 1, 1));
    assertThat(host.peer(2).state()).isEqualTo(SNAPSHOT);

    assertThat(host.step(heartbeatResponse(2, 3, 1))).isEmpty();
  }

  @Test
  void aMemberThatTheSnapshotHasNotReachedIsSentMoreAndMoreSeldomAnotherCopy() {
    Host host = sending();
    List<Integer> copiesAt = new ArrayList<>();
    for (int tick = 1; tick <= 40; tick++) {
      List<Message> sent = aHeartbeatIsAnswered(host);
      if (snapshots(sent).isEmpty()) {
        sent = host.step(doesNotHold());
      }
      if (!snapshots(sent).isEmpty()) {
        copiesAt.add(tick);
      }
    }

    assertThat(copiesAt)
        .as("after two heartbeats, four, and then snapshotTicks")
        .containsExactly(2, 6, 14, 22, 30, 38);
  }

  @Test
  void theFirstWaitForAnotherCopyIsTwoHeartbeatIntervals() {
    Host host = SnapshotStoriesTest.leader(config -> config.heartbeatTicks(3));
    host.step(rejected(2, 3, 6, 1, 1));

    host.ticks(5);
    assertThat(snapshots(host.step(doesNotHold()))).isEmpty();
    host.ticks(1);
    assertThat(snapshots(host.step(doesNotHold()))).hasSize(1);
  }

  @Test
  void theWaitForAnotherCopyBeginsAnewAfterAnAcknowledgement() {
    Host host = sending();
    aHeartbeatIsAnswered(host);
    aHeartbeatIsAnswered(host);
    assertThat(snapshots(host.step(doesNotHold()))).hasSize(1);
    host.step(accepted(2, 3, COMPACTED, COMPACTED));
    host.step(accepted(3, 3, 7, 6));
    host.disk.createSnapshot(7, THREE, bytes("later"));
    host.disk.compact(7);
    host.node.reportUnreachable(2);
    assertThat(snapshots(host.settle())).hasSize(1);

    aHeartbeatIsAnswered(host);
    assertThat(snapshots(host.step(rejected(2, 3, 7, 2, 5)))).isEmpty();
    aHeartbeatIsAnswered(host);
    assertThat(snapshots(host.step(rejected(2, 3, 7, 2, 5)))).as("two heartbeats").hasSize(1);
  }

  @Test
  void aMemberIsSentNoOtherCopyWhileTheHostSaysThatTheTransferIsInProgress() {
    Host host = sending();
    for (int tick = 0; tick < 5 * TIMEOUT; tick++) {
      host.node.reportSnapshot(2, 1, SnapshotStatus.IN_PROGRESS);
      aHeartbeatIsAnswered(host);
      assertThat(host.step(doesNotHold())).isEmpty();
    }
    assertThat(host.peer(2).state()).isEqualTo(SNAPSHOT);
    assertThat(host.drops()).isEmpty();

    host.node.reportSnapshot(2, 1, SnapshotStatus.IN_PROGRESS);
    int ticks = 0;
    List<Message> sent = List.of();
    while (snapshots(sent).isEmpty()) {
      aHeartbeatIsAnswered(host);
      sent = host.step(doesNotHold());
      ticks++;
    }
    assertThat(ticks).as("since the last report").isEqualTo(TIMEOUT);
  }

  @Test
  void aTransferThatTheHostSaysHasFailedIsRepeatedAlthoughItWasInProgress() {
    Host host = sending();
    host.node.reportSnapshot(2, 1, SnapshotStatus.IN_PROGRESS);

    host.node.reportSnapshot(2, 1, SnapshotStatus.FAILED);

    assertThat(snapshots(aHeartbeatIsAnswered(host))).hasSize(1);
  }

  @Test
  void aSnapshotThatTheHostSaysHasArrivedIsAskedForAtOnce() {
    Host host = sending();

    host.node.reportSnapshot(2, 1, SnapshotStatus.DELIVERED);

    assertIsTheQuestion(host.settle());
    assertThat(host.node.hasReady()).as("once").isFalse();
  }

  @Test
  void aReportOnAnotherAttemptChangesNothing() {
    for (SnapshotStatus status : SnapshotStatus.values()) {
      for (long attempt : new long[] {0, 2}) {
        Host host = sending();
        host.ticks(TIMEOUT - 1);
        host.settle();

        host.node.reportSnapshot(2, attempt, status);

        assertThat(host.node.hasReady()).isFalse();
        assertThat(host.peer(2).state()).isEqualTo(SNAPSHOT);
        host.ticks(1);
        assertThat(host.peer(2).state()).as("%s does not prolong it", status).isEqualTo(PROBE);
      }
    }
  }

  @Test
  void attemptsAtDifferentMembersHaveDifferentNumbers() {
    Host host = sending();

    List<Message> sent = snapshots(host.step(rejected(3, 3, 6, 1, 1)));

    assertThat(sent.get(0).getInstallSnapshot().getAttempt()).isEqualTo(2);
  }

  @Test
  void anAttemptThatTimesOutIsFirstFollowedByTheQuestion() {
    Host host = sending();
    host.ticks(TIMEOUT);
    List<Message> sent = host.settle();

    assertThat(host.peer(2).state()).isEqualTo(PROBE);
    assertIsTheQuestion(sent.stream().filter(Message::hasAppend).toList());
    assertThat(snapshots(sent)).isEmpty();
    assertIsTheQuestion(aHeartbeatIsAnswered(host));
    host.node.reportSnapshot(2, 1, SnapshotStatus.DELIVERED);
    assertIsTheQuestion(host.settle());
  }

  @Test
  void theQuestionNamesTheSnapshotsEntryEvenIfTheLogIsCompactedBeyondIt() {
    Host host = sending();
    host.step(accepted(3, 3, 7, 6));
    host.disk.createSnapshot(7, THREE, bytes("later"));
    host.disk.compact(7);

    assertIsTheQuestion(aHeartbeatIsAnswered(host));
    List<Message> sent = host.step(accepted(2, 3, COMPACTED, COMPACTED));

    assertThat(snapshots(sent)).as("6 and 7 are compacted").hasSize(1);
    assertThat(host.peer(2).matchIndex()).isEqualTo(COMPACTED);
  }

  @Test
  void aRejectionOfAnotherAppendIsStaleWhileASnapshotIsUnderWay() {
    Host host = sending();
    host.ticks(TIMEOUT - 1);

    assertThat(snapshots(host.step(rejected(2, 3, 6, 1, 1)))).isEmpty();

    assertThat(host.drops()).containsExactly(DropReason.STALE_ANSWER);
  }
}
