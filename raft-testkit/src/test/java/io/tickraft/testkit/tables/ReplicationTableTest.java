package io.tickraft.testkit.tables;

import static io.tickraft.testkit.message.Messages.append;
import static io.tickraft.testkit.message.Messages.appendResponse;
import static io.tickraft.testkit.message.Messages.heartbeat;
import static io.tickraft.testkit.message.Messages.heartbeatResponse;
import static io.tickraft.testkit.message.Messages.message;
import static io.tickraft.testkit.message.Values.entry;
import static io.tickraft.testkit.message.Values.noOp;
import static io.tickraft.testkit.tables.States.ABANDONED;
import static io.tickraft.testkit.tables.States.CANDIDATE;
import static io.tickraft.testkit.tables.States.FOLLOWER;
import static io.tickraft.testkit.tables.States.JOINING;
import static io.tickraft.testkit.tables.States.LEADER;
import static io.tickraft.testkit.tables.States.LEADER_COMPACTED;
import static io.tickraft.testkit.tables.States.LEADER_DOUBTING_2;
import static io.tickraft.testkit.tables.States.LEADER_WITH_2;
import static io.tickraft.testkit.tables.States.LEARNER;
import static io.tickraft.testkit.tables.States.LOST;
import static io.tickraft.testkit.tables.States.PRE_CANDIDATE;
import static io.tickraft.testkit.tables.States.REMOVED;
import static io.tickraft.testkit.tables.States.VOTED;
import static io.tickraft.testkit.tables.States.WAITING;

import io.tickraft.core.DropReason;
import io.tickraft.proto.Append;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.testkit.message.AppendBuilder;
import io.tickraft.testkit.message.MessageBuilder;
import java.util.List;

/** Appends, heartbeats and their answers. */
final class ReplicationTableTest extends TableTest {

  private static final String LOG = "log [(2,2), (2,3), (4,4), ";

  @Override
  void table() {
    appendsOfEarlierTerms();
    appendsToAFollower();
    appendsThatDoNotFit();
    appendsThatAreDropped();
    appendsThatMakeAFollower();
    appendsToALeader();
    answersToTheLeader();
    rejectionsToTheLeader();
    answersToOthers();
    heartbeats();
    heartbeatsOfALaterTerm();
    answersToHeartbeats();
    withoutATerm();
  }

  private void withoutATerm() {
    allDrop(DropReason.MALFORMED, append(from(2)).commit(3));
    allDrop(DropReason.MALFORMED, appendResponse(from(2)).accepted(4));
    allDrop(DropReason.MALFORMED, heartbeat(from(2)).commit(3).round(1));
    allDrop(DropReason.MALFORMED, heartbeatResponse(from(2)).round(1));
  }

  // Appends.

  /** With which the leader of the term begins. */
  private static AppendBuilder next(long from, long term) {
    return append(from(from, term)).prev(4, 4).entries(noOp(term, 5)).commit(3);
  }

  /** A leader is told that its term is over, whoever it is. */
  private void appendsOfEarlierTerms() {
    for (State state : ROLES) {
      on(state, append(from(2, LOWER)).prev(4, 4).entries(entry(4, 5)).commit(3))
          .now("1→2 AppendResponse t5 only my term");
      on(state, append(from(9, LOWER)).prev(1, 1).entries(entry(3, 2)).commit(9))
          .now("1→9 AppendResponse t5 only my term");
    }
  }

  private void appendsToAFollower() {
    on(FOLLOWER, next(2, SAME))
        .later("1→2 AppendResponse t5 accepted 5 commit 3")
        .state(LOG + "(5,5) no-op]", "waits anew");
    on(FOLLOWER, next(2, SAME).commit(5))
        .later("1→2 AppendResponse t5 accepted 5 commit 5")
        .state(LOG + "(5,5) no-op]", "commit 5", "waits anew");
    on(FOLLOWER, append(from(2, SAME)).prev(4, 4).commit(4))
        .later("1→2 AppendResponse t5 accepted 4 commit 4")
        .state("commit 4", "waits anew");
    on(FOLLOWER, append(from(2, SAME)).prev(4, 4).commit(4).needsNoAnswer())
        .state("commit 4", "waits anew");
    on(FOLLOWER, append(from(2, SAME)).prev(2, 3).commit(3).needsNoAnswer()).state("waits anew");
    on(FOLLOWER, next(2, SAME).needsNoAnswer()).state(LOG + "(5,5) no-op]", "waits anew");
    // Not beyond what the message shows to match.
    on(FOLLOWER, append(from(2, SAME)).prev(2, 3).commit(9))
        .later("1→2 AppendResponse t5 accepted 3 commit 3")
        .state("waits anew");
    on(FOLLOWER, append(from(2, SAME)).prev(2, 3).entries(entry(4, 4)).commit(3))
        .later("1→2 AppendResponse t5 accepted 4 commit 3")
        .state("waits anew");
    // In the place of what a leader of an earlier term has left.
    on(FOLLOWER, append(from(2, SAME)).prev(2, 3).entries(noOp(5, 4), entry(5, 5)).commit(4))
        .later("1→2 AppendResponse t5 accepted 5 commit 4")
        .state("log [(2,2), (2,3), (5,4) no-op, (5,5)]", "commit 4", "waits anew");
    // All of it is committed, or some.
    on(FOLLOWER, append(from(2, SAME)).prev(1, 1).entries(entry(2, 2)).commit(2))
        .later("1→2 AppendResponse t5 accepted 3 commit 3")
        .state("waits anew");
    on(
            FOLLOWER,
            append(from(2, SAME))
                .prev(1, 1)
                .entries(entry(2, 2), entry(2, 3), entry(4, 4), noOp(5, 5))
                .commit(5))
        .later("1→2 AppendResponse t5 accepted 5 commit 5")
        .state(LOG + "(5,5) no-op]", "commit 5", "waits anew");
    on(ABANDONED, next(2, SAME))
        .later("1→2 AppendResponse t5 accepted 5 commit 3")
        .state(LOG + "(5,5) no-op]", "waits anew");
  }

  /** The leader has been heard all the same. */
  private void appendsThatDoNotFit() {
    on(FOLLOWER, append(from(2, SAME)).prev(5, 6).entries(entry(5, 7)).commit(3))
        .later("1→2 AppendResponse t5 rejected prev 6 hint (4,4) commit 3")
        .state("waits anew");
    on(FOLLOWER, append(from(2, SAME)).prev(5, 4).commit(4))
        .later("1→2 AppendResponse t5 rejected prev 4 hint (4,4) commit 3")
        .state("waits anew");
    on(FOLLOWER, append(from(2, SAME)).prev(5, 4).commit(4).needsNoAnswer()) // It does need this.
        .later("1→2 AppendResponse t5 rejected prev 4 hint (4,4) commit 3")
        .state("waits anew");
    on(FOLLOWER, append(from(2, SAME)).prev(3, 6).commit(4)) // What is of term 4 cannot match.
        .later("1→2 AppendResponse t5 rejected prev 6 hint (2,3) commit 3")
        .state("waits anew");
    on(FOLLOWER, append(from(3, HIGHER)).prev(6, 9).commit(9))
        .later("1→3 AppendResponse t6 rejected prev 9 hint (4,4) commit 3")
        .state("follower of 3", "term 6", "waits anew");
    on(JOINING, next(2, SAME))
        .later("1→2 AppendResponse t5 rejected prev 4 wants snapshot commit 0")
        .state("follower of 2", "term 5", "waits anew");
    on(JOINING, append(from(2, SAME)).prev(4, 4).commit(4).needsNoAnswer())
        .later("1→2 AppendResponse t5 rejected prev 4 wants snapshot commit 0")
        .state("follower of 2", "term 5", "waits anew");
  }

  private void appendsThatAreDropped() {
    on(FOLLOWER, next(3, SAME)).drops(DropReason.SECOND_LEADER);
    for (State state : ROLES) {
      on(state, append(from(2, HIGHER)).prev(1, 1).entries(entry(6, 2)).commit(3))
          .drops(DropReason.CONTRADICTS_COMMITTED);
      on(state, append(from(2, HIGHER)).prev(3, 3).commit(3))
          .drops(DropReason.CONTRADICTS_COMMITTED);
      on(state, ofUnknownType()).drops(DropReason.UNKNOWN_ENTRY_TYPE);
    }
    on(FOLLOWER, append(from(2, SAME)).prev(1, 1).entries(entry(5, 2)).commit(3))
        .drops(DropReason.CONTRADICTS_COMMITTED);
  }

  private static MessageBuilder ofUnknownType() {
    Entry unknown = entry(6, 5).toBuilder().setTypeValue(99).build();
    Append append = next(2, HIGHER).entries(unknown).build().getAppend();
    return message(Message.newBuilder().setFrom(2).setTo(1).setTerm(6).setAppend(append).build());
  }

  private void appendsThatMakeAFollower() {
    on(FOLLOWER, next(3, HIGHER))
        .later("1→3 AppendResponse t6 accepted 5 commit 3")
        .state("follower of 3", "term 6", LOG + "(6,5) no-op]", "waits anew");
    on(FOLLOWER, next(9, HIGHER)) // A leader that the node does not know of yet.
        .later("1→9 AppendResponse t6 accepted 5 commit 3")
        .state("follower of 9", "term 6", LOG + "(6,5) no-op]", "waits anew");
    on(WAITING, next(2, SAME))
        .later("1→2 AppendResponse t5 accepted 5 commit 3")
        .state("follower of 2", LOG + "(5,5) no-op]", "waits anew");
    on(VOTED, next(3, SAME))
        .later("1→3 AppendResponse t5 accepted 5 commit 3")
        .state("follower of 3", LOG + "(5,5) no-op]", "waits anew");
    on(VOTED, next(3, HIGHER))
        .later("1→3 AppendResponse t6 accepted 5 commit 3")
        .state("follower of 3", "term 6", "vote none", LOG + "(6,5) no-op]", "waits anew");
    on(REMOVED, next(2, SAME))
        .later("1→2 AppendResponse t5 accepted 5 commit 3")
        .state("follower of 2", LOG + "(5,5) no-op]", "waits anew");
    on(LEARNER, append(from(2, SAME)).prev(5, 5).entries(entry(5, 6)).commit(5))
        .later("1→2 AppendResponse t5 accepted 6 commit 5")
        .state(LOG + "(5,5), (5,6)]", "commit 5", "waits anew");
    on(PRE_CANDIDATE, next(2, SAME))
        .later("1→2 AppendResponse t5 accepted 5 commit 3")
        .state("follower of 2", LOG + "(5,5) no-op]", "waits anew");
    on(PRE_CANDIDATE, next(2, HIGHER))
        .later("1→2 AppendResponse t6 accepted 5 commit 3")
        .state("follower of 2", "term 6", LOG + "(6,5) no-op]", "waits anew");
    on(CANDIDATE, next(2, SAME))
        .later("1→2 AppendResponse t5 accepted 5 commit 3")
        .state("follower of 2", LOG + "(5,5) no-op]", "waits anew");
    on(CANDIDATE, next(2, HIGHER))
        .later("1→2 AppendResponse t6 accepted 5 commit 3")
        .state("follower of 2", "term 6", "vote none", LOG + "(6,5) no-op]", "waits anew");
  }

  private void appendsToALeader() {
    on(LEADER, next(2, SAME)).drops(DropReason.SECOND_LEADER);
    on(LEADER, append(from(2, HIGHER)).prev(5, 5).entries(noOp(6, 6)).commit(5))
        .later("1→2 AppendResponse t6 accepted 6 commit 5")
        .state(
            "follower of 2",
            "term 6",
            "vote none",
            LOG + "(5,5) no-op, (6,6) no-op]",
            "commit 5",
            "waits anew");
    on(LEADER, next(2, HIGHER)) // Its own no-op was never committed.
        .later("1→2 AppendResponse t6 accepted 5 commit 3")
        .state("follower of 2", "term 6", "vote none", LOG + "(6,5) no-op]", "waits anew");
  }

  // Answers to appends. The leader's last entry is (5,5), which it has sent to both.

  private void answersToTheLeader() {
    on(LEADER, appendResponse(from(2, LOWER)).accepted(4).commit(3)).drops(DropReason.STALE_TERM);
    on(LEADER, appendResponse(from(2, SAME)).accepted(5).commit(3))
        .now("1→2 Append t5 prev (5,5) [] commit 5 no answer")
        .state("commit 5", "2: replicate, match 5, next 6", "waits anew");
    on(LEADER, appendResponse(from(2, SAME)).accepted(4).commit(3))
        .now("1→2 Append t5 prev (4,4) [(5,5) no-op] commit 3")
        .state("2: replicate, match 4, next 6, in flight 1", "waits anew");
    // An entry of an earlier term is not committed by counting.
    on(LEADER_WITH_2, appendResponse(from(3, SAME)).accepted(5).commit(3))
        .now("1→3 Append t5 prev (5,5) [] commit 5 no answer")
        .state("3: replicate, match 5, next 6", "waits anew");
    on(LEADER_WITH_2, appendResponse(from(2, SAME)).accepted(5).commit(5)).state("waits anew");
    on(LEADER_WITH_2, appendResponse(from(2, SAME)).accepted(4).commit(3)).state("waits anew");
    on(LEADER, appendResponse(from(2, SAME)).accepted(6).commit(3)).drops(DropReason.LOST_STATE);
    on(LEADER, appendResponse(from(2, SAME))).drops(DropReason.STALE_ANSWER);
    on(LEADER, appendResponse(from(9, SAME)).accepted(5)).drops(DropReason.STRANGER);
  }

  private void rejectionsToTheLeader() {
    on(LEADER, appendResponse(from(2, SAME)).rejected(4, 2, 3).commit(3))
        .now("1→2 Append t5 prev (2,3) [(4,4), (5,5) no-op] commit 3")
        .state("2: probe, match 0, next 4", "waits anew");
    on(LEADER, appendResponse(from(2, SAME)).rejected(4, 1, 3).commit(1))
        .now("1→2 Append t5 prev (1,1) [(2,2), (2,3), (4,4), (5,5) no-op] commit 3")
        .state("2: probe, match 0, next 2", "waits anew");
    on(LEADER, appendResponse(from(2, SAME)).rejected(3, 2, 2)).drops(DropReason.STALE_ANSWER);
    // Late, or 2 has lost what it had acknowledged: the answer to a probe shows which.
    on(LEADER_WITH_2, appendResponse(from(2, SAME)).rejected(4, 2, 3))
        .now("1→2 Append t5 prev (5,5) [] commit 5")
        .state("waits anew");
    on(LEADER_WITH_2, appendResponse(from(2, SAME)).rejected(5, 2, 3))
        .now("1→2 Append t5 prev (5,5) [] commit 5")
        .state("2: probe, match 5, next 6", "waits anew");
    on(LEADER_DOUBTING_2, appendResponse(from(2, SAME)).rejected(5, 2, 3).commit(3))
        .now("1→2 Append t5 prev (2,3) [(4,4), (5,5) no-op] commit 5")
        .state("2: probe, match 0, next 4", "waits anew");
    on(LEADER_DOUBTING_2, appendResponse(from(2, SAME)).accepted(5).commit(5))
        .state("2: replicate, match 5, next 6", "waits anew");
    on(LEADER, appendResponse(from(2, SAME)).wantsSnapshot(4))
        .now("1→2 InstallSnapshot t5 snapshot (1,1) voters {1,2,3} attempt 1")
        .state("2: snapshot, match 0, next 1", "waits anew");
    // What it lacks is compacted.
    on(LEADER_COMPACTED, appendResponse(from(3, SAME)).rejected(4, 2, 3).commit(3))
        .now("1→3 InstallSnapshot t5 snapshot (5,6) voters {1,2,3} attempt 1")
        .state("3: snapshot, match 0, next 4", "waits anew");
  }

  private void answersToOthers() {
    MessageBuilder accepted = appendResponse(from(2, SAME)).accepted(4).commit(3);
    for (State state : List.of(FOLLOWER, PRE_CANDIDATE, CANDIDATE)) {
      on(state, appendResponse(from(2, LOWER)).accepted(4)).drops(DropReason.STALE_TERM);
      on(state, accepted).drops(DropReason.WRONG_ROLE);
      on(state, heartbeatResponse(from(2, LOWER)).round(1)).drops(DropReason.STALE_TERM);
      on(state, heartbeatResponse(from(2, SAME)).round(1)).drops(DropReason.WRONG_ROLE);
    }
    allEnterTheTermOf(appendResponse(from(2, HIGHER)));
    allEnterTheTermOf(appendResponse(from(2, HIGHER)).accepted(5).commit(5));
    allEnterTheTermOf(heartbeatResponse(from(2, HIGHER)));
    allEnterTheTermOf(heartbeatResponse(from(2, HIGHER)).round(1));
    allIgnoreStranger(appendResponse(from(9, LOWER)));
    allIgnoreStranger(appendResponse(from(9, HIGHER)));
    allIgnoreStranger(heartbeatResponse(from(9, LOWER)));
    allIgnoreStranger(heartbeatResponse(from(9, HIGHER)));
  }

  // Heartbeats.

  private void heartbeats() {
    for (State state : ROLES) {
      on(state, heartbeat(from(2, LOWER)).commit(9).round(3))
          .now("1→2 HeartbeatResponse t5 only my term");
      on(state, heartbeat(from(9, LOWER)).round(3)).now("1→9 HeartbeatResponse t5 only my term");
    }
    // Never clamped: this node has lost what it had acknowledged.
    on(FOLLOWER, heartbeat(from(2, HIGHER)).commit(9).round(3))
        .drops(DropReason.LOST_STATE)
        .later("1→2 AppendResponse t6 rejected prev 9 hint (4,4) commit 3")
        .state("term 6", "lost up to 9", "waits anew");
    on(JOINING, heartbeat(from(2, HIGHER)).commit(9).round(3))
        .drops(DropReason.LOST_STATE)
        .later("1→2 AppendResponse t6 rejected prev 9 wants snapshot commit 0")
        .state("follower of 2", "term 6", "lost up to 9", "waits anew");
    on(FOLLOWER, heartbeat(from(2, SAME)).commit(3).round(7))
        .now("1→2 HeartbeatResponse t5 round 7")
        .state("waits anew");
    on(FOLLOWER, heartbeat(from(2, SAME)).commit(4).round(7))
        .now("1→2 HeartbeatResponse t5 round 7")
        .state("commit 4", "waits anew");
    on(FOLLOWER, heartbeat(from(2, SAME)).round(7))
        .now("1→2 HeartbeatResponse t5 round 7")
        .state("waits anew");
    on(FOLLOWER, heartbeat(from(2, SAME)).commit(5).round(7))
        .drops(DropReason.LOST_STATE)
        .later("1→2 AppendResponse t5 rejected prev 5 hint (4,4) commit 3")
        .state("lost up to 5", "waits anew");
    on(LOST, heartbeat(from(2, SAME)).commit(6).round(7))
        .drops(DropReason.LOST_STATE)
        .later("1→2 AppendResponse t5 rejected prev 6 hint (4,4) commit 3")
        .state("lost up to 6", "waits anew");
    on(LOST, heartbeat(from(2, SAME)).commit(4).round(7))
        .now("1→2 HeartbeatResponse t5 round 7")
        .state("commit 4", "waits anew");
    on(LEADER, heartbeat(from(2, SAME)).commit(9).round(7)).drops(DropReason.SECOND_LEADER);
    on(FOLLOWER, heartbeat(from(3, SAME)).commit(3).round(7)).drops(DropReason.SECOND_LEADER);
    on(LEADER, heartbeat(from(2, SAME)).commit(3).round(7)).drops(DropReason.SECOND_LEADER);
    for (State state : List.of(WAITING, PRE_CANDIDATE, CANDIDATE)) {
      on(state, heartbeat(from(2, SAME)).commit(4).round(7))
          .now("1→2 HeartbeatResponse t5 round 7")
          .state("follower of 2", "commit 4", "waits anew");
    }
  }

  /** Not answered before the term is durable. */
  private void heartbeatsOfALaterTerm() {
    on(FOLLOWER, heartbeat(from(3, HIGHER)).commit(3).round(1))
        .later("1→3 HeartbeatResponse t6 round 1")
        .state("follower of 3", "term 6", "waits anew");
    on(FOLLOWER, heartbeat(from(9, HIGHER)).commit(4).round(1))
        .later("1→9 HeartbeatResponse t6 round 1")
        .state("follower of 9", "term 6", "commit 4", "waits anew");
    on(JOINING, heartbeat(from(2, SAME)).round(1))
        .later("1→2 HeartbeatResponse t5 round 1")
        .state("follower of 2", "term 5", "waits anew");
    on(PRE_CANDIDATE, heartbeat(from(3, HIGHER)).commit(3).round(1))
        .later("1→3 HeartbeatResponse t6 round 1")
        .state("follower of 3", "term 6", "waits anew");
    for (State state : List.of(CANDIDATE, LEADER)) {
      on(state, heartbeat(from(3, HIGHER)).commit(3).round(1))
          .later("1→3 HeartbeatResponse t6 round 1")
          .state("follower of 3", "term 6", "vote none", "waits anew");
    }
  }

  private void answersToHeartbeats() {
    on(LEADER, heartbeatResponse(from(2, LOWER)).round(1)).drops(DropReason.STALE_TERM);
    on(LEADER, heartbeatResponse(from(2, SAME)).round(1)) // What was sent may have been lost.
        .now("1→2 Append t5 prev (4,4) [(5,5) no-op] commit 3")
        .state("waits anew");
    on(LEADER_WITH_2, heartbeatResponse(from(2, SAME)).round(1)).state("waits anew");
    on(LEADER_WITH_2, heartbeatResponse(from(3, SAME)).round(1))
        .now("1→3 Append t5 prev (4,4) [(5,5) no-op] commit 5")
        .state("waits anew");
    on(LEADER, heartbeatResponse(from(9, SAME)).round(1)).drops(DropReason.STRANGER);
  }
}
