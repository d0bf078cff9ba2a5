package io.tickraft.testkit.tables;

import static io.tickraft.proto.VoteRejectReason.VOTE_REJECT_REASON_ALREADY_VOTED;
import static io.tickraft.proto.VoteRejectReason.VOTE_REJECT_REASON_LOG_BEHIND;
import static io.tickraft.testkit.message.Messages.vote;
import static io.tickraft.testkit.message.Messages.voteResponse;
import static io.tickraft.testkit.tables.States.ABANDONED;
import static io.tickraft.testkit.tables.States.CANDIDATE;
import static io.tickraft.testkit.tables.States.CANDIDATE_OF_FIVE;
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
import io.tickraft.testkit.message.MessageBuilder;
import io.tickraft.testkit.message.VoteBuilder;
import java.util.List;

/** Votes. */
final class VoteTableTest extends TableTest {

  /** A candidate whose log is as long as node 1's. */
  private static VoteBuilder equal(long from, long term) {
    return vote(from(from, term)).last(4, 4).committed(2, 3);
  }

  /** A candidate whose log is shorter. */
  private static VoteBuilder behind(long term) {
    return vote(from(3, term)).last(2, 3).committed(2, 3);
  }

  @Override
  void table() {
    earlierTerms();
    votesOfTheTerm();
    stickiness();
    laterTerms();
    logs();
    priorities();
    learnersAndStrangers();
    commits();
    answersToCandidates();
    answersToOthers();
    allDrop(DropReason.MALFORMED, vote(from(3)));
    allDrop(DropReason.MALFORMED, voteResponse(from(2)).granted());
  }

  private void earlierTerms() {
    for (State state : ROLES) {
      on(state, equal(3, LOWER)).later("1→3 VoteResponse t5 rejected: stale term committed (2,3)");
      on(state, equal(9, LOWER).transfer())
          .later("1→9 VoteResponse t5 rejected: stale term committed (2,3)");
    }
  }

  private void votesOfTheTerm() {
    on(WAITING, equal(3, SAME))
        .later("1→3 VoteResponse t5 granted committed (2,3)")
        .state("vote 3", "waits anew");
    on(VOTED, equal(2, SAME)) // The answer was lost.
        .later("1→2 VoteResponse t5 granted committed (2,3)")
        .state("waits anew");
    on(VOTED, equal(3, SAME)).later("1→3 VoteResponse t5 rejected: already voted committed (2,3)");
    // It waits for the one that has its vote.
    on(PRE_CANDIDATE, equal(3, SAME))
        .later("1→3 VoteResponse t5 granted committed (2,3)")
        .state("follower", "vote 3", "waits anew");
    on(CANDIDATE, equal(3, SAME))
        .later("1→3 VoteResponse t5 rejected: already voted committed (2,3)");
    on(LEADER, vote(from(3, SAME)).last(5, 5).committed(2, 3))
        .later("1→3 VoteResponse t5 rejected: already voted committed (2,3)");
    // The term has its leader already.
    on(FOLLOWER, equal(3, SAME))
        .later("1→3 VoteResponse t5 rejected: leader known committed (2,3)");
  }

  /** Who has heard from a leader just now does not let itself be disturbed. */
  private void stickiness() {
    // Who has lost state helps nobody, whoever asks.
    on(LOST, equal(2, HIGHER))
        .later("1→2 VoteResponse t6 rejected: lost state committed (2,3)")
        .state("follower", "term 6");
    on(LOST, equal(3, HIGHER).transfer())
        .later("1→3 VoteResponse t6 rejected: lost state committed (2,3)")
        .state("follower", "term 6");
    on(FOLLOWER, equal(3, HIGHER))
        .drops(DropReason.LEADER_KNOWN)
        .withoutQuorumCheck()
        .later("1→3 VoteResponse t6 granted committed (2,3)")
        .state("follower", "term 6", "vote 3", "waits anew");
    on(FOLLOWER, equal(9, HIGHER))
        .drops(DropReason.LEADER_KNOWN)
        .withoutQuorumCheck()
        .later("1→9 VoteResponse t6 granted committed (2,3)")
        .state("follower", "term 6", "vote 9", "waits anew");
    // Not even by a log that is behind, for the term alone.
    on(FOLLOWER, behind(HIGHER))
        .drops(DropReason.LEADER_KNOWN)
        .withoutQuorumCheck()
        .later("1→3 VoteResponse t6 rejected: log behind committed (2,3)")
        .state("follower", "term 6");
    // But by that leader, or if it asked for the campaign.
    on(FOLLOWER, equal(2, HIGHER))
        .later("1→2 VoteResponse t6 granted committed (2,3)")
        .state("follower", "term 6", "vote 2", "waits anew");
    on(FOLLOWER, equal(3, HIGHER).transfer())
        .later("1→3 VoteResponse t6 granted committed (2,3)")
        .state("follower", "term 6", "vote 3", "waits anew");
    on(FOLLOWER, behind(HIGHER).transfer())
        .later("1→3 VoteResponse t6 rejected: log behind committed (2,3)")
        .state("follower", "term 6");
    // A change of role does not end it.
    on(IMPATIENT, equal(3, HIGHER))
        .drops(DropReason.LEADER_KNOWN)
        .withoutQuorumCheck()
        .later("1→3 VoteResponse t6 granted committed (2,3)")
        .state("follower", "term 6", "vote 3", "waits anew");
    // A leader hears itself.
    on(LEADER, vote(from(3, HIGHER)).last(5, 5).committed(2, 3))
        .drops(DropReason.LEADER_KNOWN)
        .withoutQuorumCheck()
        .later("1→3 VoteResponse t6 granted committed (2,3)")
        .state("follower", "term 6", "vote 3", "waits anew");
    on(LEADER, vote(from(3, HIGHER)).last(5, 5).committed(2, 3).transfer())
        .later("1→3 VoteResponse t6 granted committed (2,3)")
        .state("follower", "term 6", "vote 3", "waits anew");
  }

  private void laterTerms() {
    on(ABANDONED, equal(3, HIGHER))
        .later("1→3 VoteResponse t6 granted committed (2,3)")
        .state("follower", "term 6", "vote 3", "waits anew");
    on(WAITING, equal(3, HIGHER))
        .later("1→3 VoteResponse t6 granted committed (2,3)")
        .state("term 6", "vote 3", "waits anew");
    on(VOTED, equal(3, HIGHER))
        .later("1→3 VoteResponse t6 granted committed (2,3)")
        .state("term 6", "vote 3", "waits anew");
    on(PRE_CANDIDATE, equal(3, HIGHER))
        .later("1→3 VoteResponse t6 granted committed (2,3)")
        .state("follower", "term 6", "vote 3", "waits anew");
    on(CANDIDATE, equal(3, HIGHER))
        .later("1→3 VoteResponse t6 granted committed (2,3)")
        .state("follower", "term 6", "vote 3", "waits anew");
  }

  /** A log that is behind gets no vote, but its term, for which nobody waits longer. */
  private void logs() {
    on(ABANDONED, behind(HIGHER))
        .later("1→3 VoteResponse t6 rejected: log behind committed (2,3)")
        .state("follower", "term 6");
    on(WAITING, behind(SAME)).later("1→3 VoteResponse t5 rejected: log behind committed (2,3)");
    on(PRE_CANDIDATE, behind(SAME))
        .later("1→3 VoteResponse t5 rejected: log behind committed (2,3)");
    on(PRE_CANDIDATE, behind(HIGHER))
        .later("1→3 VoteResponse t6 rejected: log behind committed (2,3)")
        .state("follower", "term 6");
    on(CANDIDATE, behind(HIGHER))
        .later("1→3 VoteResponse t6 rejected: log behind committed (2,3)")
        .state("follower", "term 6", "vote none");
    on(LEADER, equal(3, HIGHER).transfer())
        .later("1→3 VoteResponse t6 rejected: log behind committed (2,3)")
        .state("follower", "term 6", "vote none", "waits anew");
    // The later term wins, then the longer log.
    on(WAITING, vote(from(3, SAME)).last(5, 2))
        .later("1→3 VoteResponse t5 granted committed (2,3)")
        .state("vote 3", "waits anew");
    on(WAITING, vote(from(3, SAME)).last(4, 5))
        .later("1→3 VoteResponse t5 granted committed (2,3)")
        .state("vote 3", "waits anew");
    on(WAITING, vote(from(3, SAME)).last(3, 9))
        .later("1→3 VoteResponse t5 rejected: log behind committed (2,3)");
    on(WAITING, vote(from(3, SAME)))
        .later("1→3 VoteResponse t5 rejected: log behind committed (2,3)");
  }

  /** The node has priority 7. */
  private void priorities() {
    on(FAVOURED, equal(3, SAME).priority(6))
        .later("1→3 VoteResponse t5 rejected: lower priority committed (2,3)");
    on(FAVOURED, equal(3, HIGHER).priority(6))
        .later("1→3 VoteResponse t6 rejected: lower priority committed (2,3)")
        .state("term 6");
    on(FAVOURED, equal(3, SAME).priority(7))
        .later("1→3 VoteResponse t5 granted committed (2,3)")
        .state("vote 3", "waits anew");
    on(FAVOURED, vote(from(3, SAME)).last(4, 5).priority(6)) // A newer log is never refused.
        .later("1→3 VoteResponse t5 granted committed (2,3)")
        .state("vote 3", "waits anew");
    // Nor is one that is newer but not longer: the last term counts first.
    for (int lastIndex : new int[] {2, 4}) {
      on(FAVOURED, vote(from(3, SAME)).last(5, lastIndex).priority(6))
          .later("1→3 VoteResponse t5 granted committed (2,3)")
          .state("vote 3", "waits anew");
      on(FAVOURED, vote(from(3, HIGHER)).last(5, lastIndex).priority(6))
          .later("1→3 VoteResponse t6 granted committed (2,3)")
          .state("term 6", "vote 3", "waits anew");
    }
    on(FAVOURED, equal(3, HIGHER).priority(6).transfer())
        .later("1→3 VoteResponse t6 granted committed (2,3)")
        .state("term 6", "vote 3", "waits anew");
  }

  /** All of them vote, and for anyone: a node may be a voter already and not know it. */
  private void learnersAndStrangers() {
    on(JOINING, equal(3, SAME))
        .later("1→3 VoteResponse t5 granted committed (0,0)")
        .state("term 5", "vote 3", "waits anew");
    on(LEARNER, vote(from(3, HIGHER)).last(5, 5).transfer())
        .later("1→3 VoteResponse t6 granted committed (2,3)")
        .state("follower", "term 6", "vote 3", "waits anew");
    on(REMOVED, equal(3, SAME))
        .later("1→3 VoteResponse t5 granted committed (2,3)")
        .state("vote 3", "waits anew");
    on(WAITING, equal(9, SAME))
        .later("1→9 VoteResponse t5 granted committed (2,3)")
        .state("vote 9", "waits anew");
  }

  /** From a node that knows of more commits, if the log holds the entry. */
  private void commits() {
    on(WAITING, vote(from(3, SAME)).last(4, 4).committed(4, 4))
        .later("1→3 VoteResponse t5 granted committed (4,4)")
        .state("vote 3", "commit 4", "waits anew");
    on(WAITING, vote(from(3, SAME)).last(4, 5).committed(4, 5))
        .later("1→3 VoteResponse t5 granted committed (2,3)")
        .state("vote 3", "waits anew");
    on(CANDIDATE, vote(from(3, SAME)).last(4, 4).committed(4, 4))
        .later("1→3 VoteResponse t5 rejected: already voted committed (4,4)")
        .state("commit 4");
    on(LEADER, vote(from(3, SAME)).last(5, 5).committed(4, 4))
        .later("1→3 VoteResponse t5 rejected: already voted committed (2,3)");
  }

  private void answersToCandidates() {
    on(CANDIDATE, voteResponse(from(2, SAME)).granted().committed(2, 3))
        .now(
            "1→2 Append t5 prev (4,4) [(5,5) no-op] commit 3",
            "1→3 Append t5 prev (4,4) [(5,5) no-op] commit 3")
        .state(
            "leader",
            "log [(2,2), (2,3), (4,4), (5,5) no-op]",
            "1: replicate, match 5, next 6",
            "2: probe, match 0, next 5",
            "3: probe, match 0, next 5",
            "waits anew");
    on(CANDIDATE, rejection(2, SAME)).nothing();
    State onceRejected =
        CANDIDATE.then("candidate, rejected by 2", node -> node.step(rejection(2, SAME)));
    on(onceRejected, rejection(3, SAME)).state("follower");
    on(onceRejected, rejection(2, SAME)).nothing(); // The same one counts once.
    on(CANDIDATE_OF_FIVE, voteResponse(from(2, SAME)).granted()).nothing();
    on(CANDIDATE, voteResponse(from(9, SAME)).granted()).drops(DropReason.STRANGER);
    // Commits count if the log holds the entry.
    on(CANDIDATE, rejection(2, SAME, 4, 4)).state("commit 4");
    on(CANDIDATE, rejection(2, SAME, 3, 4)).nothing();
    on(CANDIDATE, rejection(2, SAME, 5, 5)).nothing();
    on(CANDIDATE, rejection(2, SAME, 1, 1)).nothing();
  }

  private static MessageBuilder rejection(long from, long term) {
    return voteResponse(from(from, term)).rejected(VOTE_REJECT_REASON_LOG_BEHIND);
  }

  private static MessageBuilder rejection(long from, long term, long commitTerm, long commitIndex) {
    return voteResponse(from(from, term))
        .rejected(VOTE_REJECT_REASON_ALREADY_VOTED)
        .committed(commitTerm, commitIndex);
  }

  private void answersToOthers() {
    allDrop(DropReason.STALE_TERM, voteResponse(from(2, LOWER)).granted());
    for (State state : List.of(FOLLOWER, PRE_CANDIDATE, LEADER)) {
      on(state, voteResponse(from(2, SAME)).granted()).drops(DropReason.STALE_ANSWER);
      on(state, rejection(2, SAME)).drops(DropReason.STALE_ANSWER);
    }
    allEnterTheTermOf(voteResponse(from(2, HIGHER)).granted());
    allEnterTheTermOf(rejection(2, HIGHER));
    allIgnoreStranger(voteResponse(from(9, LOWER)).granted());
    allIgnoreStranger(voteResponse(from(9, SAME)).granted());
    allIgnoreStranger(rejection(9, HIGHER));
  }
}
