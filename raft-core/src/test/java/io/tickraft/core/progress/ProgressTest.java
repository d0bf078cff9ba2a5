package io.tickraft.core.progress;

import static io.tickraft.core.PeerStatus.State.PROBE;
import static io.tickraft.core.PeerStatus.State.REPLICATE;
import static io.tickraft.core.PeerStatus.State.SNAPSHOT;
import static io.tickraft.core.Wire.snapshot;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.LogId;
import io.tickraft.core.PeerStatus;
import io.tickraft.proto.Snapshot;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A leader whose log begins at 1 and ends at 20, and one member of its group. */
final class ProgressTest {

  private static final long FIRST = 1;
  private static final long LAST = 20;
  private static final int WINDOW = 3;
  private static final long WINDOW_BYTES = 100;

  /** After how many ticks a snapshot is given up. */
  private static final int TIMEOUT = 4;

  /** How many ticks after the first copy of a snapshot another one may follow. */
  private static final int FIRST_WAIT = 2;

  private static final Snapshot SNAPSHOT_AT_10 = snapshot(2, 10, voters(1, 2));

  // The states, each reached as it is reached in a leader.

  private static Progress fresh() {
    return new Progress(2, LAST + 1, WINDOW, WINDOW_BYTES);
  }

  /** A probe after entry 20 is under way. */
  private static Progress probing() {
    Progress progress = fresh();
    progress.sent(0, 0, 5);
    return progress;
  }

  /** The log matches up to 5, and the member's commit is 3. */
  private static Progress replicating() {
    Progress progress = probing();
    progress.rejected(20, 6, false);
    progress.sent(0, 0, 0);
    progress.acknowledged(5, 3, FIRST);
    return progress;
  }

  /** Appends with the entries 6 and 7 to 8, of 10 bytes each, are under way. */
  private static Progress twoUnderWay() {
    Progress progress = replicating();
    progress.sent(1, 10, 3);
    progress.sent(2, 20, 3);
    return progress;
  }

  /** The first attempt at a snapshot at 10 waits to leave. */
  private static Progress snapshotDue() {
    Progress progress = probing();
    progress.rejected(20, 1, false);
    becomeSnapshot(progress, 1);
    return progress;
  }

  private static void becomeSnapshot(Progress progress, long attempt) {
    progress.becomeSnapshot(SNAPSHOT_AT_10, attempt, FIRST_WAIT, TIMEOUT);
  }

  /** A regular heartbeat is answered that was sent after everything else. */
  private static void alive(Progress progress) {
    progress.heartbeatSent(1);
    progress.heartbeatAnswered(1);
  }

  private static void ticks(Progress progress, int count) {
    for (int i = 0; i < count; i++) {
      progress.tick();
      progress.expireSnapshot(TIMEOUT);
    }
  }

  private static Progress snapshotUnderWay() {
    Progress progress = snapshotDue();
    progress.snapshotSent();
    return progress;
  }

  /** The attempt has timed out; no sign of life since. */
  private static Progress snapshotTimedOut() {
    Progress progress = snapshotUnderWay();
    for (int i = 0; i < TIMEOUT; i++) {
      progress.tick();
      progress.expireSnapshot(TIMEOUT);
    }
    return progress;
  }

  private static Arguments row(
      String name,
      Progress state,
      Consumer<Progress> event,
      PeerStatus.State expected,
      long match,
      long next,
      boolean wantsAppend) {
    return Arguments.of(name, state, event, expected, match, next, wantsAppend);
  }

  private static Arguments row(
      String name,
      Progress state,
      PeerStatus.State expected,
      long match,
      long next,
      boolean wantsAppend) {
    return row(name, state, p -> {}, expected, match, next, wantsAppend);
  }

  static Stream<Arguments> transitions() {
    return Stream.of(
        // name; state, event; state afterwards, match, next, whether an append is due (commit is 3)
        row("begins by probing after the last entry", fresh(), PROBE, 0, 21, true),
        row("one probe at a time", probing(), PROBE, 0, 21, false),
        row(
            "a probe is sent again after a sign of life",
            probing(),
            ProgressTest::alive,
            PROBE,
            0,
            21,
            true),
        row(
            "a rejection moves the probe to the hint",
            probing(),
            p -> p.rejected(20, 8, false),
            PROBE,
            0,
            8,
            true),
        row(
            "a hint never moves the probe forward",
            probing(),
            p -> p.rejected(20, 30, false),
            PROBE,
            0,
            20,
            true),
        row(
            "a hint does not move the probe before entry 1",
            probing(),
            p -> p.rejected(20, 0, false),
            PROBE,
            0,
            1,
            true),
        row(
            "a rejection of another probe is late",
            probing(),
            p -> p.rejected(15, 8, false),
            PROBE,
            0,
            21,
            false),
        row(
            "a probe that is accepted ends the probing",
            probing(),
            p -> p.acknowledged(20, 3, FIRST),
            REPLICATE,
            20,
            21,
            false),
        row("replicates from the match on", replicating(), REPLICATE, 5, 6, true),
        row("what was sent is not sent again", twoUnderWay(), REPLICATE, 5, 9, true),
        row(
            "an acknowledgement moves the match",
            twoUnderWay(),
            p -> p.acknowledged(6, 3, FIRST),
            REPLICATE,
            6,
            9,
            true),
        row(
            "a late acknowledgement moves nothing",
            twoUnderWay(),
            p -> p.acknowledged(4, 0, FIRST),
            REPLICATE,
            5,
            9,
            true),
        row(
            "an acknowledgement beyond what was sent moves on",
            twoUnderWay(),
            p -> p.acknowledged(12, 3, FIRST),
            REPLICATE,
            12,
            13,
            true),
        row(
            "a rejection of what is known to match is late",
            twoUnderWay(),
            p -> p.rejected(5, 2, false),
            REPLICATE,
            5,
            9,
            true),
        row(
            "a rejection of what is under way leads back to the match",
            twoUnderWay(),
            p -> p.rejected(6, 3, false),
            PROBE,
            5,
            6,
            true),
        row(
            "an unreachable member is probed",
            twoUnderWay(),
            Progress::unreachable,
            PROBE,
            5,
            6,
            true),
        row(
            "a probing member stays as it is when unreachable",
            probing(),
            Progress::unreachable,
            PROBE,
            0,
            21,
            false),
        row(
            "a member with a snapshot stays as it is when unreachable",
            snapshotUnderWay(),
            Progress::unreachable,
            SNAPSHOT,
            0,
            1,
            false),
        row("no appends beside a snapshot", snapshotUnderWay(), SNAPSHOT, 0, 1, false),
        row(
            "a heartbeat's answer does not end a snapshot",
            snapshotUnderWay(),
            ProgressTest::alive,
            SNAPSHOT,
            0,
            1,
            false),
        row(
            "a rejection does not end a snapshot",
            snapshotUnderWay(),
            p -> p.rejected(0, 1, false),
            SNAPSHOT,
            0,
            1,
            false),
        row(
            "a snapshot that is installed is followed by what follows it",
            snapshotUnderWay(),
            p -> p.acknowledged(10, 10, 11),
            REPLICATE,
            10,
            11,
            true),
        row(
            "a snapshot that is installed is no longer under way, even if more is compacted since",
            snapshotUnderWay(),
            p -> p.acknowledged(10, 10, 15),
            REPLICATE,
            10,
            11,
            true),
        row(
            "an acknowledgement below the snapshot does not end it",
            snapshotUnderWay(),
            p -> p.acknowledged(4, 4, 11),
            SNAPSHOT,
            4,
            5,
            false),
        row(
            "a member that has caught up by itself needs no snapshot",
            snapshotUnderWay(),
            p -> p.acknowledged(4, 4, 5),
            REPLICATE,
            4,
            5,
            true),
        row(
            "a snapshot that fails is not tried again before a sign of life",
            snapshotUnderWay(),
            p -> p.snapshotFailed(1),
            PROBE,
            0,
            1,
            false),
        row(
            "a failure of an earlier attempt is late",
            snapshotUnderWay(),
            p -> p.snapshotFailed(0),
            SNAPSHOT,
            0,
            1,
            false),
        row(
            "a failure of an attempt that was not made is ignored",
            snapshotUnderWay(),
            p -> p.snapshotFailed(2),
            SNAPSHOT,
            0,
            1,
            false),
        row(
            "a failure without a snapshot is ignored",
            probing(),
            p -> p.snapshotFailed(0),
            PROBE,
            0,
            21,
            false),
        row(
            "after the time-out the first probe asks for the snapshot's entry, without entries",
            snapshotTimedOut(),
            PROBE,
            0,
            11,
            false),
        row(
            "a member that does not hold the snapshot after the time-out is probed below it",
            snapshotTimedOut(),
            p -> p.rejected(10, 1, false),
            PROBE,
            0,
            1,
            true),
        row(
            "an acknowledgement below the snapshot does not end the question for it",
            snapshotTimedOut(),
            p -> p.acknowledged(0, 0, 11),
            PROBE,
            0,
            11,
            false),
        row(
            "a late installation still counts after the time-out",
            snapshotTimedOut(),
            p -> p.acknowledged(10, 10, 11),
            REPLICATE,
            10,
            11,
            true),
        row(
            "a late refusal after the time-out does not",
            snapshotTimedOut(),
            p -> p.snapshotFailed(1),
            PROBE,
            0,
            11,
            false),
        row(
            "a member that does not hold the snapshot yet gets no other copy at once",
            snapshotUnderWay(),
            p -> p.rejected(10, 1, false),
            SNAPSHOT,
            0,
            1,
            false),
        row(
            "a member that does not hold the snapshot after the wait is probed below it",
            snapshotUnderWay(),
            p -> {
              ticks(p, FIRST_WAIT);
              p.rejected(10, 1, false);
            },
            PROBE,
            0,
            1,
            true),
        row(
            "a member that does not hold the snapshot gets no other copy while it is in progress",
            snapshotUnderWay(),
            p -> {
              p.snapshotInProgress(1);
              ticks(p, FIRST_WAIT);
              p.rejected(10, 1, false);
            },
            SNAPSHOT,
            0,
            1,
            false),
        row(
            "a member that does not hold a delivered snapshot after the wait is probed below it",
            snapshotUnderWay(),
            p -> {
              p.snapshotInProgress(1);
              p.snapshotDelivered(1);
              ticks(p, FIRST_WAIT);
              p.rejected(10, 4, false);
            },
            PROBE,
            0,
            4,
            true),
        row(
            "word of another attempt does not prolong the time-out",
            snapshotUnderWay(),
            p -> {
              ticks(p, TIMEOUT - 1);
              p.snapshotInProgress(2);
              p.snapshotDelivered(2);
              ticks(p, 1);
            },
            PROBE,
            0,
            11,
            false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("transitions")
  void moves(
      String name,
      Progress state,
      Consumer<Progress> event,
      PeerStatus.State expected,
      long match,
      long next,
      boolean wantsAppend) {
    event.accept(state);

    assertThat(state.state()).as(name).isEqualTo(expected);
    assertThat(state.match()).isEqualTo(match);
    assertThat(state.next()).isEqualTo(next);
    assertThat(state.wantsAppend(LAST, 3)).isEqualTo(wantsAppend);
  }

  // What counts as news.

  @Test
  void aRejectionOfWhatIsAcknowledgedIsLookedInto() {
    Progress idle = replicating();
    assertThat(idle.rejected(idle.match(), 3, false)).isTrue();
    assertThat(idle.state()).isEqualTo(PeerStatus.State.PROBE);
    assertThat(idle.next()).isEqualTo(idle.match() + 1);

    Progress busy = twoUnderWay();
    long match = busy.match();
    busy.sent(0, 0, 3);
    assertThat(busy.rejected(match, 3, false)).isTrue();
    assertThat(busy.state()).isEqualTo(PeerStatus.State.REPLICATE);
    assertThat(busy.match()).isEqualTo(match);
    assertThat(busy.wantsAppend(LAST, 3)).isTrue();
  }

  @Test
  void aMemberThatRejectsTheProbeAtItsMatchHasLostWhatItAcknowledged() {
    Progress progress = replicating();
    progress.commitPersisted(3);
    progress.rejected(progress.match(), 3, false);
    progress.sent(0, 0, 3);

    assertThat(progress.rejected(progress.match(), 3, false)).isTrue();

    assertThat(progress.match()).isZero();
    assertThat(progress.durableCommit()).isZero();
    assertThat(progress.next()).isEqualTo(3);
  }

  /** The member has rejected the entry at its match index, 5, and is asked for it again. */
  private static Progress suspected() {
    Progress progress = replicating();
    progress.commitPersisted(3);
    progress.rejected(5, 3, false);
    progress.sent(0, 0, 3);
    return progress;
  }

  @Test
  void aSecondCopyOfARejectionDoesNotCountAsTheAnswerToAProbeThatHasNotLeft() {
    Progress progress = replicating();
    progress.rejected(5, 3, false);

    assertThat(progress.rejected(5, 3, false)).isTrue();

    assertThat(progress.match()).isEqualTo(5);
    assertThat(progress.next()).isEqualTo(6);
    assertThat(progress.wantsAppend(LAST, 3)).isTrue();
  }

  @Test
  void aRejectionOfAnEarlierAcknowledgedEntryLeadsToAnotherProbeAfterEachHeartbeat() {
    Progress progress = suspected();

    assertThat(progress.rejected(4, 3, false)).as("no heartbeat since the probe").isFalse();
    assertThat(progress.wantsAppend(LAST, 3)).isFalse();
    progress.heartbeatSent(1);
    assertThat(progress.rejected(4, 3, false)).isTrue();
    assertThat(progress.wantsAppend(LAST, 3)).isTrue();
    progress.sent(0, 0, 3);
    assertThat(progress.rejected(4, 3, false)).as("none since the second one").isFalse();
    assertThat(progress.wantsAppend(LAST, 3)).isFalse();

    assertThat(progress.match()).isEqualTo(5);
    assertThat(progress.rejected(5, 3, false)).isTrue();
    assertThat(progress.match()).isZero();
  }

  @Test
  void aRejectionOfAnAcknowledgedEntryLeadsToTheQuestionForASnapshot() {
    Progress progress = replicating();
    becomeSnapshot(progress, 1);
    progress.snapshotSent();

    assertThat(progress.rejected(4, 3, false)).as("no heartbeat since the snapshot").isFalse();
    assertThat(progress.wantsSnapshotCheck()).isFalse();
    progress.heartbeatSent(1);
    assertThat(progress.rejected(4, 3, false)).isTrue();
    assertThat(progress.wantsSnapshotCheck()).isTrue();
    assertThat(progress.rejected(6, 3, false)).as("not acknowledged").isFalse();
  }

  @Test
  void aMemberThatHasAcknowledgedEntriesAndWantsASnapshotIsProbedFirst() {
    Progress progress = twoUnderWay();

    assertThat(progress.rejected(8, 1, true)).isTrue();
    assertThat(progress.needsSnapshot(FIRST)).isFalse();
    assertThat(progress.next()).isEqualTo(6);
    progress.sent(0, 0, 3);
    assertThat(progress.rejected(5, 1, true)).isTrue();

    assertThat(progress.match()).isZero();
    assertThat(progress.needsSnapshot(FIRST)).isTrue();
  }

  @Test
  void aRejectionOfTheMatchIndexLeadsToTheQuestionForASnapshot() {
    Progress progress = replicating();
    becomeSnapshot(progress, 1);
    progress.snapshotSent();
    progress.heartbeatSent(1);

    assertThat(progress.rejected(5, 3, false)).isTrue();
    assertThat(progress.wantsSnapshotCheck()).isTrue();
  }

  @Test
  void aMemberWithoutAnyEntryMayWantASnapshotBeforeItIsSentAnything() {
    Progress progress = new Progress(2, 1, WINDOW, WINDOW_BYTES);

    assertThat(progress.rejected(0, 1, true)).isTrue();
    assertThat(progress.needsSnapshot(FIRST)).isTrue();
  }

  @Test
  void aMemberThatDoesNotHoldASnapshotIsNotProbedBelowItsMatch() {
    Progress progress = replicating();
    becomeSnapshot(progress, 1);
    progress.snapshotSent();
    ticks(progress, FIRST_WAIT);

    assertThat(progress.rejected(10, 1, false)).isTrue();
    assertThat(progress.next()).isEqualTo(6);
  }

  @Test
  void aRejectionOfASnapshotThatHasNotLeftIsLate() {
    assertThat(snapshotDue().rejected(10, 1, false)).isFalse();
  }

  @Test
  void aSnapshotThatIsNoLongerNeededIsNotSent() {
    Progress caughtUp = snapshotDue();
    caughtUp.acknowledged(10, 10, FIRST);
    assertThat(caughtUp.unsentSnapshot()).isNull();

    Progress failed = snapshotDue();
    failed.snapshotFailed(1);
    assertThat(failed.unsentSnapshot()).isNull();
  }

  @Test
  void theSnapshotAfterAFailedOneIsNotAnotherCopy() {
    Progress progress = snapshotUnderWay();
    progress.snapshotFailed(1);
    becomeSnapshot(progress, 2);
    progress.snapshotSent();
    ticks(progress, FIRST_WAIT);

    progress.rejected(10, 1, false);

    assertThat(progress.state()).isEqualTo(PeerStatus.State.PROBE);
  }

  @Test
  void anOlderAcknowledgementDoesNotLowerTheMatch() {
    Progress progress = replicating();

    progress.acknowledged(7, 3, FIRST);
    progress.acknowledged(6, 3, FIRST);

    assertThat(progress.match()).isEqualTo(7);
  }

  @Test
  void onlyTheRejectionOfWhatIsUnderWayIsNews() {
    assertThat(probing().rejected(20, 5, false)).isTrue();
    assertThat(probing().rejected(19, 5, false)).isFalse();
    assertThat(twoUnderWay().rejected(8, 5, false)).isTrue();
    assertThat(snapshotUnderWay().rejected(0, 1, false)).isFalse();
  }

  @Test
  void onlyTheFailureOfTheCurrentAttemptIsNews() {
    assertThat(snapshotUnderWay().snapshotFailed(1)).isTrue();
    assertThat(snapshotUnderWay().snapshotFailed(0)).isFalse();
    assertThat(snapshotTimedOut().snapshotFailed(1)).isFalse();
    assertThat(replicating().snapshotFailed(0)).isFalse();
  }

  // The window.

  @Test
  void theWindowClosesAfterItsNumberOfAppendsAndOpensWithAnAcknowledgement() {
    Progress progress = twoUnderWay();
    assertThat(progress.takesEntries()).isTrue();

    progress.sent(1, 10, 3);
    assertThat(progress.takesEntries()).isFalse();
    assertThat(progress.wantsAppend(LAST, 3)).isFalse();

    progress.acknowledged(6, 3, FIRST);
    assertThat(progress.takesEntries()).isTrue();
  }

  @Test
  void theWindowClosesWhenItsBytesAreUnderWay() {
    Progress progress = replicating();
    progress.sent(1, WINDOW_BYTES - 1, 3);
    assertThat(progress.takesEntries()).isTrue();

    progress.sent(1, 500, 3);
    assertThat(progress.takesEntries()).isFalse();
    assertThat(progress.status(0).inflightBytes()).isEqualTo(WINDOW_BYTES + 499);
    assertThat(progress.status(0).inflightAppends()).isEqualTo(2);

    progress.acknowledged(6, 3, FIRST);
    assertThat(progress.takesEntries()).as("the larger one is still under way").isFalse();
    progress.acknowledged(7, 3, FIRST);
    assertThat(progress.takesEntries()).isTrue();
  }

  @Test
  void theWindowIsClosedWhenItIsExactlyFull() {
    Progress progress = replicating();

    progress.sent(1, WINDOW_BYTES, 3);

    assertThat(progress.takesEntries()).isFalse();
  }

  @Test
  void anAppendWithoutEntriesTakesNoRoom() {
    Progress progress = replicating();

    progress.sent(0, 0, 5);

    assertThat(progress.status(0).inflightAppends()).isZero();
    assertThat(progress.next()).isEqualTo(6);
  }

  @Test
  void goingBackToProbingForgetsWhatWasUnderWay() {
    Progress progress = twoUnderWay();

    progress.unreachable();

    assertThat(progress.status(0).inflightAppends()).isZero();
    assertThat(progress.status(0).inflightBytes()).isZero();
  }

  @Test
  void aMemberThatGetsASnapshotHasNoAppendsUnderWay() {
    Progress progress = twoUnderWay();

    becomeSnapshot(progress, 1);

    assertThat(progress.status(0).inflightAppends()).isZero();
    assertThat(progress.status(0).inflightBytes()).isZero();
  }

  @Test
  void nothingIsDueWhenAllIsSent() {
    Progress progress = replicating();
    progress.sent(15, 15, 3); // up to the last entry

    assertThat(progress.wantsAppend(LAST, 3)).isFalse();
  }

  // The commit index.

  @Test
  void aCommitThatTheMemberHoldsAndDoesNotKnowIsDueOnce() {
    Progress progress = replicating();
    progress.sent(15, 15, 3);

    assertThat(progress.wantsAppend(LAST, 4)).isTrue();
    progress.sent(0, 0, 4);
    assertThat(progress.wantsAppend(LAST, 4)).isFalse();
  }

  @Test
  void aCommitBeyondWhatWasSentIsDueOnlyAsFarAsItWasSent() {
    Progress progress = new Progress(2, 6, WINDOW, WINDOW_BYTES);
    progress.sent(0, 0, 5);
    progress.acknowledged(5, 5, FIRST);

    assertThat(progress.wantsAppend(5, 5)).isFalse();
    assertThat(progress.wantsAppend(5, 9)).isFalse();
  }

  @Test
  void aCommitThatTheMemberToldOfIsNotDue() {
    Progress progress = replicating();
    progress.sent(15, 15, 3);
    progress.acknowledged(20, 7, FIRST);

    assertThat(progress.wantsAppend(LAST, 7)).isFalse();
    assertThat(progress.wantsAppend(LAST, 8)).isTrue();
  }

  @Test
  void aMemberThatIsProbedLearnsNoCommitByAnAppendOfItsOwn() {
    assertThat(probing().wantsAppend(LAST, 20)).isFalse();
  }

  // Losses.

  @Test
  void whatIsUnderWayIsLookedAfterWhenTheMemberIsAlive() {
    Progress progress = replicating();
    progress.sent(15, 15, 3);

    alive(progress);
    assertThat(progress.wantsAppend(LAST, 3)).isTrue();
    progress.sent(0, 0, 3);
    assertThat(progress.wantsAppend(LAST, 3)).as("once for each answer").isFalse();
  }

  @Test
  void onlyARegularHeartbeatSentAfterAProbeLeadsToAnother() {
    Progress progress = fresh();
    progress.heartbeatSent(1);
    progress.sent(0, 0, 5);

    progress.heartbeatAnswered(1);
    assertThat(progress.wantsAppend(LAST, 3)).as("sent before the probe").isFalse();
    progress.heartbeatAnswered(2);
    assertThat(progress.wantsAppend(LAST, 3)).as("a round for reads").isFalse();
    progress.heartbeatSent(3);
    progress.heartbeatSent(5);
    progress.heartbeatAnswered(2);
    assertThat(progress.wantsAppend(LAST, 3)).as("a late answer").isFalse();
    progress.heartbeatAnswered(3);
    assertThat(progress.wantsAppend(LAST, 3)).isTrue();
  }

  @Test
  void onlyARegularHeartbeatSentAfterAnAppendLeadsToACheck() {
    Progress progress = replicating();
    progress.heartbeatSent(1);
    progress.sent(15, 15, 3);

    assertThat(progress.heartbeatAnswered(2)).isFalse();
    assertThat(progress.wantsAppend(LAST, 3)).isFalse();
    progress.heartbeatSent(3);
    assertThat(progress.heartbeatAnswered(4)).as("a later round").isTrue();
    assertThat(progress.wantsAppend(LAST, 3)).isTrue();
  }

  @Test
  void aSnapshotIsAskedForAfterARegularHeartbeatThatWasSentAfterIt() {
    Progress progress = snapshotDue();
    progress.heartbeatSent(1);
    progress.heartbeatAnswered(1);
    assertThat(progress.wantsSnapshotCheck()).as("it has not left").isFalse();
    progress.snapshotSent();
    progress.heartbeatAnswered(1);
    assertThat(progress.wantsSnapshotCheck()).as("sent before the snapshot").isFalse();

    progress.heartbeatSent(2);
    progress.heartbeatAnswered(2);

    assertThat(progress.wantsSnapshotCheck()).isTrue();
    assertThat(progress.snapshotLast()).isEqualTo(new LogId(2, 10));
    progress.snapshotCheckSent();
    progress.heartbeatAnswered(2);
    assertThat(progress.wantsSnapshotCheck()).as("sent before the question").isFalse();
  }

  @Test
  void anEntryIsNeededFromTheMatchOnWhileTheMemberIsProbed() {
    assertThat(probing().firstNeeded()).isEqualTo(1);
    assertThat(twoUnderWay().firstNeeded()).isEqualTo(9);
    assertThat(snapshotUnderWay().firstNeeded()).isEqualTo(11);
  }

  @Test
  void whatIsUnderWayIsLookedAfterEvenIfTheWindowIsFull() {
    Progress progress = twoUnderWay();
    progress.sent(1, 10, 3);
    assertThat(progress.takesEntries()).isFalse();

    alive(progress);

    assertThat(progress.wantsAppend(LAST, 3)).isTrue();
  }

  @Test
  void nothingIsLookedAfterWhenNothingIsUnderWay() {
    Progress progress = replicating();
    progress.sent(15, 15, 3);
    progress.acknowledged(20, 3, FIRST);

    alive(progress);

    assertThat(progress.wantsAppend(LAST, 3)).isFalse();
  }

  @Test
  void aMemberIsAskedForItsCommitUntilItIsKnownToHavePersistedIt() {
    Progress progress = replicating();
    progress.sent(15, 15, 3);
    progress.acknowledged(20, 3, FIRST);
    progress.commitPersisted(2);

    progress.askForCommit(3);
    assertThat(progress.wantsAppend(LAST, 3)).isTrue();
    progress.sent(0, 0, 3);
    assertThat(progress.wantsAppend(LAST, 3)).as("once").isFalse();

    progress.commitPersisted(3);
    progress.askForCommit(3);
    assertThat(progress.wantsAppend(LAST, 3)).isFalse();
  }

  @Test
  void aMemberThatIsProbedAnswersItsProbeAndIsNotAsked() {
    Progress progress = probing();
    progress.sent(0, 0, 3);

    progress.askForCommit(3);

    assertThat(progress.wantsAppend(LAST, 3)).isFalse();
  }

  // The storage.

  @Test
  void nothingIsDueWhileTheStorageIsWaitedFor() {
    Progress progress = replicating();

    progress.waitForStorage();
    assertThat(progress.wantsAppend(LAST, 5)).isFalse();
    progress.askStorageAgain();
    assertThat(progress.wantsAppend(LAST, 5)).isTrue();
  }

  // Snapshots.

  @Test
  void aMemberNeedsASnapshotIfItsNextEntryIsCompacted() {
    Progress progress = replicating();

    assertThat(progress.needsSnapshot(6)).isFalse();
    assertThat(progress.needsSnapshot(7)).isTrue();
  }

  @Test
  void aMemberNeedsASnapshotIfItAsksForOne() {
    Progress progress = probing();

    progress.rejected(20, 1, true);

    assertThat(progress.needsSnapshot(FIRST)).isTrue();
    becomeSnapshot(progress, 1);
    progress.snapshotSent();
    progress.acknowledged(10, 10, FIRST);
    assertThat(progress.needsSnapshot(FIRST)).isFalse();
  }

  @Test
  void aSnapshotLeavesOnce() {
    Progress progress = snapshotDue();
    assertThat(progress.unsentSnapshot()).isSameAs(SNAPSHOT_AT_10);

    progress.snapshotSent();

    assertThat(progress.unsentSnapshot()).isNull();
  }

  @Test
  void anAttemptIsNamedByTheLeader() {
    Progress progress = fresh();
    assertThat(progress.attempt()).isZero();

    becomeSnapshot(progress, 3);
    assertThat(progress.attempt()).isEqualTo(3);
    progress.snapshotFailed(3);
    becomeSnapshot(progress, 5);
    assertThat(progress.attempt()).isEqualTo(5);
  }

  @Test
  void theTimeOutCountsFromWhenTheSnapshotLeft() {
    Progress progress = snapshotDue();
    for (int i = 0; i < 2 * TIMEOUT; i++) {
      progress.tick();
      progress.expireSnapshot(TIMEOUT);
    }
    assertThat(progress.state()).isEqualTo(SNAPSHOT);

    progress.snapshotSent();
    for (int i = 0; i < TIMEOUT - 1; i++) {
      progress.tick();
      progress.expireSnapshot(TIMEOUT);
    }
    assertThat(progress.state()).isEqualTo(SNAPSHOT);
    progress.tick();
    progress.expireSnapshot(TIMEOUT);
    assertThat(progress.state()).isEqualTo(PROBE);
  }

  @Test
  void wordThatASnapshotIsOnItsWayProlongsTheTimeOut() {
    Progress progress = snapshotUnderWay();
    for (int i = 0; i < 5 * TIMEOUT; i++) {
      progress.tick();
      progress.expireSnapshot(TIMEOUT);
      if (i % (TIMEOUT - 1) == 0) {
        progress.snapshotInProgress(1);
      }
    }

    assertThat(progress.state()).isEqualTo(SNAPSHOT);
  }

  @Test
  void aRefusalOfAnAttemptThatTimedOutDoesNotEndTheNextOne() {
    Progress progress = snapshotTimedOut();
    alive(progress);
    progress.becomeSnapshot(snapshot(2, 15, voters(1, 2)), 2, FIRST_WAIT, TIMEOUT);
    progress.snapshotSent();

    assertThat(progress.snapshotFailed(1)).isFalse();

    assertThat(progress.state()).isEqualTo(SNAPSHOT);
    assertThat(progress.attempt()).isEqualTo(2);
  }

  @Test
  void aLateInstallationOfAnEarlierSnapshotEndsTheNextAttemptIfTheLogGoesOnFromThere() {
    Progress progress = snapshotTimedOut();
    alive(progress);
    progress.becomeSnapshot(snapshot(2, 15, voters(1, 2)), 2, FIRST_WAIT, TIMEOUT);
    progress.snapshotSent();

    progress.acknowledged(10, 10, 16);
    assertThat(progress.state()).as("11 to 15 are compacted").isEqualTo(SNAPSHOT);
    progress.acknowledged(10, 10, 11);
    assertThat(progress.state()).isEqualTo(REPLICATE);
  }

  // What is known of the member besides.

  @Test
  void whenTheMemberWasHeardLastIsKnown() {
    Progress progress = fresh();
    assertThat(progress.heardAt()).isZero();

    progress.heard(7);

    assertThat(progress.heardAt()).isEqualTo(7);
  }

  @Test
  void theRoundThatTheMemberAnsweredNeverFalls() {
    Progress progress = fresh();
    assertThat(progress.answeredRound()).isZero();

    progress.heartbeatAnswered(5);
    progress.heartbeatAnswered(4);

    assertThat(progress.answeredRound()).isEqualTo(5);
  }

  @Test
  void theCommitIndexThatTheMemberHasPersistedNeverFalls() {
    Progress progress = fresh();
    assertThat(progress.durableCommit()).isZero();

    progress.commitPersisted(5);
    progress.commitPersisted(4);

    assertThat(progress.durableCommit()).isEqualTo(5);
  }

  // Copies.

  @Test
  void aCopyGoesItsOwnWay() {
    Progress progress = twoUnderWay();
    Progress copy = progress.copy();

    copy.acknowledged(8, 3, FIRST);

    assertThat(copy.match()).isEqualTo(8);
    assertThat(progress.match()).isEqualTo(5);
    assertThat(progress.status(0).inflightAppends()).isEqualTo(2);
    assertThat(progress.status(0))
        .hasToString(
            "2: REPLICATE, match 5, next 9, 2 appends of 30 bytes in flight, durable commit 0,"
                + " heard 0 ticks ago");
  }

  @Test
  void aProbeThatIsAcceptedAfterItsNextEntryWasCompactedIsFollowedByTheSnapshotAtOnce() {
    Progress progress = probing();
    progress.rejected(20, 6, false);
    progress.sent(0, 0, 0);

    progress.acknowledged(5, 3, 10);

    assertThat(progress.wantsAppend(LAST, 3)).isTrue();
    assertThat(progress.needsSnapshot(10)).isTrue();
  }
}
