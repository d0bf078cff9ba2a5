package io.tickraft.testkit.tables;

import static io.tickraft.proto.VoteRejectReason.VOTE_REJECT_REASON_LOG_BEHIND;
import static io.tickraft.proto.VoteRejectReason.VOTE_REJECT_REASON_STALE_TERM;
import static io.tickraft.testkit.message.Messages.preVote;
import static io.tickraft.testkit.message.Messages.preVoteResponse;
import static io.tickraft.testkit.tables.States.ABANDONED;
import static io.tickraft.testkit.tables.States.CANDIDATE;
import static io.tickraft.testkit.tables.States.FAVOURED;
import static io.tickraft.testkit.tables.States.FOLLOWER;
import static io.tickraft.testkit.tables.States.IMPATIENT;
import static io.tickraft.testkit.tables.States.JOINING;
import static io.tickraft.testkit.tables.States.LEADER;
import static io.tickraft.testkit.tables.States.LEARNER;
import static io.tickraft.testkit.tables.States.LOST;
import static io.tickraft.testkit.tables.States.PRE_CANDIDATE;
import static io.tickraft.testkit.tables.States.REMOVED;
import static io.tickraft.testkit.tables.States.VOTED;
import static io.tickraft.testkit.tables.States.WAITING;

import io.tickraft.core.DropReason;
import io.tickraft.testkit.message.PreVoteBuilder;
import io.tickraft.testkit.message.PreVoteResponseBuilder;
import java.util.List;

/** Pre-votes: they change nothing in the one who is asked, but what it knows of commits. */
final class PreVoteTableTest extends TableTest {

  private static final String[] CAMPAIGNS = {"candidate", "term 6", "vote 1", "waits anew"};

  private static final String[] VOTES = {
    "1→2 Vote t6 last (4,4) committed (2,3)", "1→3 Vote t6 last (4,4) committed (2,3)"
  };

  /** A node of a term, whose log is as long as node 1's. */
  private static PreVoteBuilder equal(long from, long term) {
    return preVote(from(from, term)).campaignTerm(term + 1).last(4, 4).committed(2, 3);
  }

  /** A node of a term, whose log is shorter. */
  private static PreVoteBuilder behind(long term) {
    return preVote(from(3, term)).campaignTerm(term + 1).last(2, 3).committed(2, 3);
  }

  @Override
  void table() {
    terms();
    stickiness();
    otherRoles();
    logsAndPriorities();
    commits();
    learnersAndStrangers();
    malformed();
    grants();
    rejections();
    answersToOthers();
  }

  /** Only the term that is asked about counts, not the one that the asker is in. */
  private void terms() {
    on(WAITING, equal(3, SAME)).now("1→3 PreVoteResponse t5 campaign t6 granted committed (2,3)");
    on(VOTED, equal(3, SAME)).now("1→3 PreVoteResponse t5 campaign t6 granted committed (2,3)");
    on(WAITING, equal(3, HIGHER)).now("1→3 PreVoteResponse t5 campaign t7 granted committed (2,3)");
    // Of the own term it is granted if a vote would be: no leader, no vote, or this node's.
    on(WAITING, equal(3, LOWER)).now("1→3 PreVoteResponse t5 campaign t5 granted committed (2,3)");
    on(WAITING, behind(LOWER))
        .now("1→3 PreVoteResponse t5 campaign t5 rejected: log behind committed (2,3)");
    on(VOTED, equal(2, LOWER)).now("1→2 PreVoteResponse t5 campaign t5 granted committed (2,3)");
    on(VOTED, equal(3, LOWER))
        .now("1→3 PreVoteResponse t5 campaign t5 rejected: stale term committed (2,3)");
    on(WAITING, behind(LOWER - 1))
        .now("1→3 PreVoteResponse t5 campaign t4 rejected: stale term committed (2,3)");
    on(WAITING, preVote(from(3, 0)).campaignTerm(1))
        .now("1→3 PreVoteResponse t5 campaign t1 rejected: stale term committed (2,3)");
    on(WAITING, equal(3, LOWER).campaignTerm(6))
        .now("1→3 PreVoteResponse t5 campaign t6 granted committed (2,3)");
    // A rejection at term 0 is possible.
    on(JOINING, preVote(from(3, 0)).campaignTerm(1))
        .now("1→3 PreVoteResponse campaign t1 granted committed (0,0)");
  }

  /** Who has heard from a leader just now does not want another one. */
  private void stickiness() {
    on(FOLLOWER, equal(3, SAME))
        .now("1→3 PreVoteResponse t5 campaign t6 rejected: leader known committed (2,3)")
        .withoutBoth()
        .now("1→3 PreVoteResponse t5 campaign t6 granted committed (2,3)");
    // A node that was removed while it was cut off hears of it from nobody else.
    on(FOLLOWER, equal(9, SAME))
        .now("1→9 PreVoteResponse t5 campaign t6 rejected: not a member committed (2,3)")
        .withoutBoth()
        .now("1→9 PreVoteResponse t5 campaign t6 granted committed (2,3)");
    on(FOLLOWER, equal(3, HIGHER))
        .now("1→3 PreVoteResponse t5 campaign t7 rejected: leader known committed (2,3)")
        .withoutBoth()
        .now("1→3 PreVoteResponse t5 campaign t7 granted committed (2,3)");
    on(FOLLOWER, behind(SAME))
        .now("1→3 PreVoteResponse t5 campaign t6 rejected: leader known committed (2,3)")
        .withoutBoth()
        .now("1→3 PreVoteResponse t5 campaign t6 rejected: log behind committed (2,3)");
    on(FOLLOWER, equal(3, LOWER)) // The term is looked at first.
        .now("1→3 PreVoteResponse t5 campaign t5 rejected: stale term committed (2,3)");
    // But if it is that leader.
    on(FOLLOWER, equal(2, SAME)).now("1→2 PreVoteResponse t5 campaign t6 granted committed (2,3)");
    on(ABANDONED, equal(3, SAME)).now("1→3 PreVoteResponse t5 campaign t6 granted committed (2,3)");
    on(IMPATIENT, equal(3, SAME))
        .now("1→3 PreVoteResponse t5 campaign t6 rejected: leader known committed (2,3)");
    // Who has lost state helps nobody, once it does not keep to its leader.
    on(LOST, equal(3, SAME))
        .now("1→3 PreVoteResponse t5 campaign t6 rejected: lost state committed (2,3)");
    on(LOST, equal(2, SAME))
        .now("1→2 PreVoteResponse t5 campaign t6 rejected: lost state committed (2,3)");
    allDrop(DropReason.IMPLAUSIBLE_TERM, equal(3, SAME).campaignTerm(6 + (1L << 32)));
    on(LEADER, preVote(from(3, SAME)).campaignTerm(6).last(5, 5).committed(2, 3))
        .now("1→3 PreVoteResponse t5 campaign t6 rejected: leader known committed (2,3)")
        .withoutBoth()
        .now("1→3 PreVoteResponse t5 campaign t6 granted committed (2,3)");
    on(LEADER, preVote(from(3, HIGHER)).campaignTerm(7).last(5, 5).committed(2, 3))
        .now("1→3 PreVoteResponse t5 campaign t7 rejected: leader known committed (2,3)")
        .withoutBoth()
        .now("1→3 PreVoteResponse t5 campaign t7 granted committed (2,3)");
    on(LEADER, equal(3, LOWER))
        .now("1→3 PreVoteResponse t5 campaign t5 rejected: stale term committed (2,3)");
  }

  private void otherRoles() {
    // A pre-candidate has its vote of this term to give, a candidate has given it to itself.
    on(PRE_CANDIDATE, equal(3, LOWER))
        .now("1→3 PreVoteResponse t5 campaign t5 granted committed (2,3)");
    on(CANDIDATE, equal(3, LOWER))
        .now("1→3 PreVoteResponse t5 campaign t5 rejected: stale term committed (2,3)");
    for (State state : List.of(PRE_CANDIDATE, CANDIDATE)) {
      on(state, equal(3, SAME)).now("1→3 PreVoteResponse t5 campaign t6 granted committed (2,3)");
      on(state, equal(3, HIGHER)).now("1→3 PreVoteResponse t5 campaign t7 granted committed (2,3)");
      on(state, behind(SAME))
          .now("1→3 PreVoteResponse t5 campaign t6 rejected: log behind committed (2,3)");
    }
  }

  private void logsAndPriorities() {
    on(WAITING, behind(SAME))
        .now("1→3 PreVoteResponse t5 campaign t6 rejected: log behind committed (2,3)");
    on(WAITING, behind(HIGHER)) // Its term is not taken over: it cannot win.
        .now("1→3 PreVoteResponse t5 campaign t7 rejected: log behind committed (2,3)");
    on(WAITING, preVote(from(3, SAME)).campaignTerm(6).last(5, 2))
        .now("1→3 PreVoteResponse t5 campaign t6 granted committed (2,3)");
    on(FAVOURED, equal(3, SAME).priority(6))
        .now("1→3 PreVoteResponse t5 campaign t6 rejected: lower priority committed (2,3)");
    on(FAVOURED, behind(SAME).priority(9))
        .now("1→3 PreVoteResponse t5 campaign t6 rejected: log behind committed (2,3)");
    on(FAVOURED, equal(3, SAME).priority(7))
        .now("1→3 PreVoteResponse t5 campaign t6 granted committed (2,3)");
    // A newer log is never refused, nor is one that is newer but not longer.
    on(FAVOURED, preVote(from(3, SAME)).campaignTerm(6).last(4, 5).priority(6))
        .now("1→3 PreVoteResponse t5 campaign t6 granted committed (2,3)");
    for (int lastIndex : new int[] {2, 4}) {
      on(FAVOURED, preVote(from(3, SAME)).campaignTerm(6).last(5, lastIndex).priority(6))
          .now("1→3 PreVoteResponse t5 campaign t6 granted committed (2,3)");
    }
  }

  /** From a node that knows of more commits, if the log holds the entry. */
  private void commits() {
    on(WAITING, equal(3, SAME).committed(4, 4))
        .now("1→3 PreVoteResponse t5 campaign t6 granted committed (4,4)")
        .state("commit 4");
    on(WAITING, preVote(from(3, SAME)).campaignTerm(6).last(4, 9).committed(4, 5))
        .now("1→3 PreVoteResponse t5 campaign t6 granted committed (2,3)");
    on(LEADER, preVote(from(3, LOWER)).campaignTerm(5).last(4, 4).committed(4, 4))
        .now("1→3 PreVoteResponse t5 campaign t5 rejected: stale term committed (2,3)");
  }

  private void learnersAndStrangers() {
    on(LEARNER, preVote(from(2, SAME)).campaignTerm(6).last(5, 5))
        .now("1→2 PreVoteResponse t5 campaign t6 granted committed (2,3)");
    on(REMOVED, equal(3, SAME)).now("1→3 PreVoteResponse t5 campaign t6 granted committed (2,3)");
    on(WAITING, equal(9, SAME)).now("1→9 PreVoteResponse t5 campaign t6 granted committed (2,3)");
  }

  /** The term that is asked about is after the asker's, which is not before that of its log. */
  private void malformed() {
    allDrop(DropReason.MALFORMED, equal(3, SAME).campaignTerm(5));
    allDrop(DropReason.MALFORMED, equal(3, HIGHER).campaignTerm(6));
    allDrop(DropReason.MALFORMED, equal(3, SAME).last(6, 6));
    allDrop(DropReason.MALFORMED, preVote(from(3, 0)).campaignTerm(1).last(1, 1));
  }

  /** The pre-candidate has asked about term 6. */
  private void grants() {
    on(PRE_CANDIDATE, granted(2, SAME, 6)).later(VOTES).state(CAMPAIGNS);
    // The term of who grants it does not matter.
    on(PRE_CANDIDATE, granted(2, LOWER, 6)).later(VOTES).state(CAMPAIGNS);
    on(PRE_CANDIDATE, granted(2, 0, 6)).later(VOTES).state(CAMPAIGNS);
    on(PRE_CANDIDATE, granted(2, SAME, 5)).drops(DropReason.STALE_ANSWER);
    on(PRE_CANDIDATE, granted(2, SAME, 7)).drops(DropReason.STALE_ANSWER);
    on(PRE_CANDIDATE, granted(2, HIGHER, 7)).drops(DropReason.STALE_ANSWER);
    on(PRE_CANDIDATE, granted(9, SAME, 6)).drops(DropReason.STRANGER);
    on(PRE_CANDIDATE, granted(9, HIGHER, 7)).drops(DropReason.STRANGER);
  }

  private void rejections() {
    State onceRejected =
        PRE_CANDIDATE.then("pre-candidate, rejected by 2", n -> n.step(rejected(2, SAME, 6)));
    on(PRE_CANDIDATE, rejected(2, SAME, 6)).nothing();
    on(PRE_CANDIDATE, rejected(2, LOWER, 6)).nothing();
    on(onceRejected, rejected(3, SAME, 6)).state("follower");
    on(onceRejected, rejected(3, LOWER, 6)).state("follower");
    on(onceRejected, rejected(3, 0, 6)).state("follower");
    on(onceRejected, rejected(2, SAME, 6)).nothing();
    on(onceRejected, granted(3, SAME, 6)).later(VOTES).state(CAMPAIGNS);
    on(PRE_CANDIDATE, rejected(2, SAME, 5)).drops(DropReason.STALE_ANSWER);
    on(PRE_CANDIDATE, rejected(2, LOWER, 5)).drops(DropReason.STALE_ANSWER);
    // Its own term is over, which is why it is rejected: it asks again in the next one.
    on(PRE_CANDIDATE, rejected(2, HIGHER, 6)).state("follower", "term 6");
    on(PRE_CANDIDATE, rejected(2, 9, 6)).state("follower", "term 9");
    on(PRE_CANDIDATE, rejected(2, HIGHER, 5)).state("follower", "term 6");
    // Commits count if the log holds the entry.
    on(PRE_CANDIDATE, rejected(2, SAME, 6).committed(4, 4)).state("commit 4");
    on(PRE_CANDIDATE, rejected(2, SAME, 6).committed(3, 4)).nothing();
  }

  private void answersToOthers() {
    for (State state : List.of(FOLLOWER, CANDIDATE, LEADER)) {
      on(state, granted(2, LOWER, 6)).drops(DropReason.STALE_ANSWER);
      on(state, granted(2, SAME, 6)).drops(DropReason.STALE_ANSWER);
      on(state, granted(2, HIGHER, 7)).drops(DropReason.STALE_ANSWER);
      on(state, rejected(2, SAME, 6)).drops(DropReason.STALE_ANSWER);
      on(state, rejected(2, LOWER, 6)).drops(DropReason.STALE_ANSWER);
    }
    allEnterTheTermOf(rejected(2, HIGHER, 6));
    allIgnoreStranger(granted(9, SAME, 6));
    allIgnoreStranger(rejected(9, HIGHER, 6));
    // Of a node that has not seen any term.
    for (State state : List.of(FOLLOWER, CANDIDATE, LEADER)) {
      on(state, granted(2, 0, 6)).drops(DropReason.STALE_ANSWER);
    }
  }

  private static PreVoteResponseBuilder granted(long from, long term, long campaignTerm) {
    return preVoteResponse(from(from, term)).campaignTerm(campaignTerm).granted();
  }

  private static PreVoteResponseBuilder rejected(long from, long term, long campaignTerm) {
    return preVoteResponse(from(from, term))
        .campaignTerm(campaignTerm)
        .rejected(
            term >= campaignTerm ? VOTE_REJECT_REASON_STALE_TERM : VOTE_REJECT_REASON_LOG_BEHIND);
  }
}
