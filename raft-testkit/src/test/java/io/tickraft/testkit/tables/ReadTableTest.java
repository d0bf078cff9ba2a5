package io.tickraft.testkit.tables;

import static io.tickraft.proto.ReadAbortReason.READ_ABORT_REASON_NOT_LEADER;
import static io.tickraft.testkit.message.Messages.appendResponse;
import static io.tickraft.testkit.message.Messages.heartbeat;
import static io.tickraft.testkit.message.Messages.heartbeatResponse;
import static io.tickraft.testkit.message.Messages.readIndex;
import static io.tickraft.testkit.message.Messages.readIndexAborted;
import static io.tickraft.testkit.message.Messages.readIndexReady;
import static io.tickraft.testkit.message.Messages.vote;
import static io.tickraft.testkit.message.Values.request;
import static io.tickraft.testkit.tables.States.CANDIDATE;
import static io.tickraft.testkit.tables.States.FOLLOWER;
import static io.tickraft.testkit.tables.States.JOINING;
import static io.tickraft.testkit.tables.States.LEADER;
import static io.tickraft.testkit.tables.States.LEADER_WITH_2;
import static io.tickraft.testkit.tables.States.LEARNER;
import static io.tickraft.testkit.tables.States.PRE_CANDIDATE;
import static io.tickraft.testkit.tables.States.WAITING;

import io.tickraft.core.DropReason;
import io.tickraft.proto.RequestId;
import java.util.List;

/** Reads, which are outside of terms, and the rounds that confirm them. */
final class ReadTableTest extends TableTest {

  /** Another node's. */
  private static final RequestId ITS = request(8, 1);

  /** Of node 1, as its host's first. */
  private static final RequestId OWN = request(0, 1);

  /** Has asked 2 for the index of its host's read "a". */
  private static final State READER = FOLLOWER.then("follower of 2, reads", States.reads("a"));

  /** Has sent 8 rounds of heartbeats, and the ninth for a read of 3. */
  private static final State CONFIRMING =
      LEADER_WITH_2.then("leader with 2, confirms", node -> node.step(readIndex(from(3), ITS)));

  /** The same for a read "a" of its own host. */
  private static final State CONFIRMING_OWN =
      LEADER_WITH_2.then("leader with 2, reads", States.reads("a"));

  @Override
  void table() {
    requests();
    requestsToALeader();
    rounds();
    ownReads();
    readsOfOneThatLostState();
    answers();
    answersThatNobodyWaitsFor();
    leadershipThatEnds();
    withATerm();
  }

  private void requests() {
    on(FOLLOWER, readIndex(from(3), ITS))
        .now("1→3 ReadIndexResponse request 8.1 aborted: not leader leader 2");
    on(LEARNER, readIndex(from(3), ITS))
        .now("1→3 ReadIndexResponse request 8.1 aborted: not leader leader 2");
    for (State state : List.of(WAITING, PRE_CANDIDATE, CANDIDATE, JOINING)) {
      on(state, readIndex(from(3), ITS))
          .now("1→3 ReadIndexResponse request 8.1 aborted: not leader");
    }
    allDrop(DropReason.MALFORMED, readIndex(from(3), request(8, 0)));
  }

  private void requestsToALeader() {
    on(LEADER_WITH_2, readIndex(from(3), ITS))
        .now("1→2 Heartbeat t5 commit 5 round 9", "1→3 Heartbeat t5 commit 0 round 9");
    on(LEADER_WITH_2, readIndex(from(9), ITS)) // Of whomever.
        .now("1→2 Heartbeat t5 commit 5 round 9", "1→3 Heartbeat t5 commit 0 round 9");
    // Each has its own round, as it came after the other's had begun.
    on(CONFIRMING, readIndex(from(2), ITS))
        .now("1→2 Heartbeat t5 commit 5 round 10", "1→3 Heartbeat t5 commit 0 round 10");
    // It does not know yet what earlier leaders have committed (thesis 6.4).
    State early = LEADER.then("leader, read too early", n -> n.step(readIndex(from(3), ITS)));
    on(early, heartbeatResponse(from(2, SAME)).round(8))
        .now("1→2 Append t5 prev (4,4) [(5,5) no-op] commit 3")
        .state("waits anew");
    on(early, appendResponse(from(2, SAME)).accepted(5).commit(3))
        .now(
            "1→2 Append t5 prev (5,5) [] commit 5 no answer",
            "1→2 Heartbeat t5 commit 5 round 9",
            "1→3 Heartbeat t5 commit 0 round 9")
        .state("commit 5", "2: replicate, match 5, next 6", "waits anew");
    on(LEADER, heartbeatResponse(from(2, SAME)).round(9)).drops(DropReason.STALE_ANSWER);
  }

  /** Who answers the ninth round, of two others of whom one is enough. */
  private void rounds() {
    on(CONFIRMING, heartbeatResponse(from(2, SAME)).round(9))
        .now("1→3 ReadIndexResponse request 8.1 ready 5")
        .state("waits anew");
    on(CONFIRMING, heartbeatResponse(from(3, SAME)).round(9))
        .now(
            "1→3 Append t5 prev (4,4) [(5,5) no-op] commit 5",
            "1→3 ReadIndexResponse request 8.1 ready 5")
        .state("waits anew");
    // A late answer to a round that began before the read.
    on(CONFIRMING, heartbeatResponse(from(2, SAME)).round(8)).state("waits anew");
    on(CONFIRMING, readIndex(from(3), ITS)).drops(DropReason.STALE_ANSWER);
    on(CONFIRMING, heartbeatResponse(from(2, LOWER)).round(9)).drops(DropReason.STALE_TERM);
    on(CONFIRMING, heartbeatResponse(from(9, SAME)).round(9)).drops(DropReason.STRANGER);
    // No answer to a round.
    on(CONFIRMING, appendResponse(from(2, SAME)).accepted(5).commit(5)).state("waits anew");
  }

  /** What is lost is told by a heartbeat; the leader's own index would be of no use meanwhile. */
  private void readsOfOneThatLostState() {
    on(READER, heartbeat(from(2, SAME)).commit(5).round(9))
        .drops(DropReason.LOST_STATE)
        .later("1→2 AppendResponse t5 rejected prev 5 hint (4,4) commit 3")
        .tells("read \"a\": aborted, lost state, leader 2")
        .state("lost up to 5", "waits anew");
  }

  private void ownReads() {
    on(CONFIRMING_OWN, heartbeatResponse(from(2, SAME)).round(9))
        .tells("read \"a\": confirmed at 5")
        .state("waits anew");
    on(CONFIRMING_OWN, heartbeatResponse(from(2, SAME)).round(8)).state("waits anew");
    // It is its own that is waited for, whatever others call theirs.
    on(CONFIRMING_OWN, readIndexReady(from(2), OWN, 9)).drops(DropReason.STALE_ANSWER);
  }

  private void answers() {
    on(READER, readIndexReady(from(2), OWN, 3)).tells("read \"a\": confirmed at 3");
    on(READER, readIndexReady(from(2), OWN, 9)).tells("read \"a\": confirmed at 9");
    on(READER, readIndexAborted(from(2), OWN, READ_ABORT_REASON_NOT_LEADER, 3))
        .tells("read \"a\": aborted, not leader, leader 3");
    on(READER, readIndexReady(from(2), request(0, 2), 9)).drops(DropReason.STALE_ANSWER);
    on(READER, readIndexReady(from(2), request(8, 1), 9)).drops(DropReason.STALE_ANSWER);
    State answered =
        READER.then("follower of 2, has read", node -> node.step(readIndexReady(from(2), OWN, 3)));
    on(answered, readIndexReady(from(2), OWN, 3)).drops(DropReason.STALE_ANSWER);
    on(answered, readIndexAborted(from(2), OWN, READ_ABORT_REASON_NOT_LEADER, 3))
        .drops(DropReason.STALE_ANSWER);
    // A restarted node counts from 1 again, in another incarnation.
    State restarted =
        READER.then(
            "follower of 2, restarted and reads",
            node ->
                States.reads("b")
                    .apply(node.restart().step(heartbeat(from(2, SAME)).round(9)).run()));
    on(restarted, readIndexReady(from(2), OWN, 3)).drops(DropReason.STALE_ANSWER);
    on(restarted, readIndexReady(from(2), request(1, 1), 3)).tells("read \"b\": confirmed at 3");
  }

  private void answersThatNobodyWaitsFor() {
    allDrop(DropReason.STALE_ANSWER, readIndexReady(from(2), OWN, 3));
    allDrop(
        DropReason.STALE_ANSWER, readIndexAborted(from(2), OWN, READ_ABORT_REASON_NOT_LEADER, 3));
    allDrop(DropReason.MALFORMED, readIndexReady(from(2), OWN, 0));
  }

  /** Each read has its outcome. */
  private void leadershipThatEnds() {
    on(CONFIRMING, heartbeat(from(3, HIGHER)).commit(3).round(1))
        .now("1→3 ReadIndexResponse request 8.1 aborted: not leader leader 3")
        .later("1→3 HeartbeatResponse t6 round 1")
        .state("follower of 3", "term 6", "vote none", "waits anew");
    on(CONFIRMING_OWN, heartbeat(from(3, HIGHER)).commit(3).round(1))
        .later("1→3 HeartbeatResponse t6 round 1")
        .tells("read \"a\": aborted, not leader, leader 3")
        .state("follower of 3", "term 6", "vote none", "waits anew");
    on(CONFIRMING_OWN, vote(from(3, HIGHER)).last(5, 5).committed(5, 5).transfer())
        .later("1→3 VoteResponse t6 granted committed (5,5)")
        .tells("read \"a\": aborted, not leader")
        .state("follower", "term 6", "vote 3", "waits anew");
  }

  private void withATerm() {
    for (long term : List.of(LOWER, SAME, HIGHER)) {
      allDrop(DropReason.MALFORMED, readIndex(from(3, term), ITS));
      allDrop(DropReason.MALFORMED, readIndexReady(from(2, term), OWN, 3));
    }
  }
}
