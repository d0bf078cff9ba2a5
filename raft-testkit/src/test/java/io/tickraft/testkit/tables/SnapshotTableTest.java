package io.tickraft.testkit.tables;

import static io.tickraft.proto.SnapshotRefuseReason.SNAPSHOT_REFUSE_REASON_BUSY;
import static io.tickraft.testkit.message.Messages.installSnapshot;
import static io.tickraft.testkit.message.Messages.installSnapshotResponse;
import static io.tickraft.testkit.message.Values.snapshot;
import static io.tickraft.testkit.tables.States.CANDIDATE;
import static io.tickraft.testkit.tables.States.FOLLOWER;
import static io.tickraft.testkit.tables.States.JOINING;
import static io.tickraft.testkit.tables.States.LEADER;
import static io.tickraft.testkit.tables.States.LEADER_SENDING;
import static io.tickraft.testkit.tables.States.LEADER_WITH_2;
import static io.tickraft.testkit.tables.States.PRE_CANDIDATE;
import static io.tickraft.testkit.tables.States.REMOVED;
import static io.tickraft.testkit.tables.States.WAITING;

import io.tickraft.core.DropReason;
import io.tickraft.testkit.message.InstallSnapshotBuilder;
import io.tickraft.testkit.message.MessageBuilder;
import java.util.List;

/** Snapshots and their answers. */
final class SnapshotTableTest extends TableTest {

  @Override
  void table() {
    snapshotsOfEarlierTerms();
    snapshotsToAFollower();
    snapshotsThatAreDropped();
    snapshotsToOthers();
    answersToTheLeader();
    answersToOthers();
    allDrop(DropReason.MALFORMED, at(2, 0, 4, 9));
    allDrop(DropReason.MALFORMED, installed(2, 0));
  }

  private static InstallSnapshotBuilder at(
      long from, long messageTerm, long lastTerm, long lastIndex) {
    return installSnapshot(from(from, messageTerm), snapshot(lastTerm, lastIndex, 1, 2, 3));
  }

  private void snapshotsOfEarlierTerms() {
    for (State state : ROLES) {
      on(state, at(2, LOWER, 4, 9))
          .now("1→2 InstallSnapshotResponse t5 only my term snapshot (0,0)");
      on(state, at(9, LOWER, 4, 9).attempt(3))
          .now("1→9 InstallSnapshotResponse t5 only my term snapshot (0,0)");
    }
  }

  private void snapshotsToAFollower() {
    on(FOLLOWER, at(2, SAME, 5, 9))
        .later("1→2 InstallSnapshotResponse t5 installed 9 snapshot (5,9) attempt 1")
        .state("log after (5,9) []", "commit 9", "waits anew");
    on(FOLLOWER, at(2, SAME, 5, 4).attempt(2)) // In the place of (4,4).
        .later("1→2 InstallSnapshotResponse t5 installed 4 snapshot (5,4) attempt 2")
        .state("log after (5,4) []", "commit 4", "waits anew");
    // The log holds all of it: it commits, and keeps what follows.
    on(FOLLOWER, at(2, SAME, 4, 4))
        .later("1→2 InstallSnapshotResponse t5 installed 4 snapshot (4,4) attempt 1")
        .state("commit 4", "waits anew");
    // Nothing in it is news: the answer says what is.
    on(FOLLOWER, at(2, SAME, 2, 3))
        .later("1→2 InstallSnapshotResponse t5 installed 3 snapshot (2,3) attempt 1")
        .state("waits anew");
    on(FOLLOWER, at(2, SAME, 2, 2))
        .later("1→2 InstallSnapshotResponse t5 installed 3 snapshot (2,2) attempt 1")
        .state("waits anew");
    on(FOLLOWER, installSnapshot(from(2, SAME), snapshot(5, 9, 1, 2, 4)))
        .later("1→2 InstallSnapshotResponse t5 installed 9 snapshot (5,9) attempt 1")
        .state("log after (5,9) []", "commit 9", "voters {1,2,4}", "waits anew");
    on(FOLLOWER, installSnapshot(from(2, SAME), snapshot(5, 9, 2, 3))) // It is not named in it.
        .later("1→2 InstallSnapshotResponse t5 installed 9 snapshot (5,9) attempt 1")
        .state("log after (5,9) []", "commit 9", "voters {2,3}", "waits anew");
  }

  private void snapshotsThatAreDropped() {
    on(FOLLOWER, at(3, SAME, 5, 9)).drops(DropReason.SECOND_LEADER);
    on(LEADER, at(3, SAME, 5, 9)).drops(DropReason.SECOND_LEADER);
    for (State state : ROLES) {
      on(state, at(3, HIGHER, 3, 3)).drops(DropReason.CONTRADICTS_COMMITTED);
      on(state, at(3, HIGHER, 1, 9)).drops(DropReason.CONTRADICTS_COMMITTED);
      on(state, at(3, SAME, 6, 9)).drops(DropReason.MALFORMED);
    }
  }

  private void snapshotsToOthers() {
    String[] news = {"log after (5,9) []", "commit 9", "waits anew"};
    on(FOLLOWER, at(3, HIGHER, 5, 9))
        .later("1→3 InstallSnapshotResponse t6 installed 9 snapshot (5,9) attempt 1")
        .state("follower of 3", "term 6")
        .state(news);
    on(FOLLOWER, at(9, HIGHER, 2, 3))
        .later("1→9 InstallSnapshotResponse t6 installed 3 snapshot (2,3) attempt 1")
        .state("follower of 9", "term 6", "waits anew");
    for (State state : List.of(WAITING, PRE_CANDIDATE, CANDIDATE)) {
      on(state, at(2, SAME, 5, 9))
          .later("1→2 InstallSnapshotResponse t5 installed 9 snapshot (5,9) attempt 1")
          .state("follower of 2")
          .state(news);
    }
    on(PRE_CANDIDATE, at(2, HIGHER, 5, 9))
        .later("1→2 InstallSnapshotResponse t6 installed 9 snapshot (5,9) attempt 1")
        .state("follower of 2", "term 6")
        .state(news);
    for (State state : List.of(CANDIDATE, LEADER)) {
      on(state, at(2, HIGHER, 5, 9))
          .later("1→2 InstallSnapshotResponse t6 installed 9 snapshot (5,9) attempt 1")
          .state("follower of 2", "term 6", "vote none")
          .state(news);
    }
    on(REMOVED, at(2, SAME, 5, 9))
        .later("1→2 InstallSnapshotResponse t5 installed 9 snapshot (5,9) attempt 1")
        .state("follower of 2", "voters {1,2,3}")
        .state(news);
    on(JOINING, at(2, SAME, 5, 9))
        .later("1→2 InstallSnapshotResponse t5 installed 9 snapshot (5,9) attempt 1")
        .state("follower of 2", "term 5", "voters {1,2,3}")
        .state(news);
    on(JOINING, at(2, SAME, 1, 1)) // The one with which the group began.
        .later("1→2 InstallSnapshotResponse t5 installed 1 snapshot (1,1) attempt 1")
        .state("follower of 2", "term 5", "commit 1", "voters {1,2,3}", "waits anew");
  }

  private static MessageBuilder installed(long from, long term) {
    return installSnapshotResponse(from(from, term)).attempt(1).snapshot(5, 6).installed(6);
  }

  private static MessageBuilder refused(long from, long term, long attempt) {
    return installSnapshotResponse(from(from, term))
        .attempt(attempt)
        .snapshot(5, 6)
        .refused(SNAPSHOT_REFUSE_REASON_BUSY);
  }

  /** The leader has sent 3 the snapshot (5,6), as its first attempt, and its log begins after. */
  private void answersToTheLeader() {
    on(LEADER_SENDING, installed(3, LOWER)).drops(DropReason.STALE_TERM);
    on(LEADER_SENDING, installed(3, SAME)).state("3: replicate, match 6, next 7", "waits anew");
    on(LEADER_SENDING, refused(3, SAME, 1)).state("3: probe, match 0, next 1", "waits anew");
    on(LEADER_SENDING, refused(3, SAME, 2)).drops(DropReason.STALE_ANSWER);
    on(LEADER_SENDING, installSnapshotResponse(from(3, SAME))).drops(DropReason.STALE_ANSWER);
    on(
            LEADER_SENDING,
            installSnapshotResponse(from(3, SAME)).attempt(1).snapshot(5, 6).installed(9))
        .drops(DropReason.LOST_STATE);
    // A late acknowledgement counts, a late refusal does not.
    State givenUp =
        LEADER_SENDING.then("leader, refused", n -> n.step(refused(3, SAME, 1)).tick(8));
    on(givenUp, installed(3, SAME)).state("3: replicate, match 6, next 7", "waits anew");
    on(givenUp, refused(3, SAME, 1)).drops(DropReason.STALE_ANSWER);
    on(LEADER_WITH_2, refused(2, SAME, 1)).drops(DropReason.STALE_ANSWER);
    on(LEADER, refused(2, SAME, 1)).drops(DropReason.STALE_ANSWER);
  }

  private void answersToOthers() {
    for (State state : List.of(FOLLOWER, PRE_CANDIDATE, CANDIDATE)) {
      on(state, installed(2, LOWER)).drops(DropReason.STALE_TERM);
      on(state, installed(2, SAME)).drops(DropReason.WRONG_ROLE);
      on(state, refused(2, SAME, 1)).drops(DropReason.WRONG_ROLE);
    }
    on(LEADER, installed(2, LOWER)).drops(DropReason.STALE_TERM);
    allEnterTheTermOf(installed(2, HIGHER));
    allEnterTheTermOf(refused(2, HIGHER, 1));
    allEnterTheTermOf(installSnapshotResponse(from(2, HIGHER)));
    allIgnoreStranger(installed(9, LOWER));
    allIgnoreStranger(installed(9, SAME));
    allIgnoreStranger(installed(9, HIGHER));
  }
}
