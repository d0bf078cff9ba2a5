package io.tickraft.core.raft;

import io.tickraft.core.Digest;
import io.tickraft.proto.HardState;
import org.jspecify.annotations.Nullable;

/** Decides what the next Ready asks the host to persist besides the log. */
final class Persistence {

  // The hard state of the last Ready that had one.
  private long term;
  private long vote;
  private long commit;

  /** Reused: each change of the commit index makes a hard state. */
  private final HardState.Builder builder = HardState.newBuilder();

  /** Begins with the hard state in the storage. */
  Persistence(HardState stored) {
    this(stored.getTerm(), stored.getVote(), stored.getCommit());
  }

  private Persistence(long term, long vote, long commit) {
    this.term = term;
    this.vote = vote;
    this.commit = commit;
  }

  Persistence copy() {
    return new Persistence(term, vote, commit);
  }

  void digest(Digest digest) {
    digest.number(term).id(vote).number(commit);
  }

  /** Returns whether there is something that no Ready has asked the host to write. */
  boolean hasUnwritten(NodeState node) {
    return node.log.hasUnwritten() || isHardStateChanged(node);
  }

  private boolean isHardStateChanged(NodeState node) {
    return isTermOrVoteChanged(node) || commit != node.log.committed();
  }

  private boolean isTermOrVoteChanged(NodeState node) {
    return term != node.term() || vote != node.vote();
  }

  /** Returns whether the unwritten state must be synced to the disk. */
  boolean mustSync(NodeState node) {
    // A committed change must be synced: of {A, B, C}, A commits the removal of C and then, with B,
    // the removal of B. If B forgot that the first removal is committed, B and C could elect a
    // leader beside A.
    return isTermOrVoteChanged(node)
        || node.log.hasUnwritten()
        || node.log.hasCommittedChangeAbove(commit)
        // The state machine was ahead of the hard state at the start: the log does not know which
        // of the entries in between were changes.
        || commit < node.applying.appliedIndex();
  }

  /**
   * A Ready asks the host to write everything unwritten.
   *
   * @param ready the number of the Ready
   * @param awaited whether messages wait for this write or an earlier one
   * @return the hard state; null if it has not changed
   */
  @Nullable HardState write(NodeState node, long ready, boolean awaited) {
    boolean changed = isHardStateChanged(node);
    if (changed) {
      term = node.term();
      vote = node.vote();
      commit = node.log.committed();
    }
    if (changed || awaited || node.log.hasUnwritten()) {
      node.log.write(ready, term, vote, node.clock.now());
    }
    return changed ? builder.setTerm(term).setVote(vote).setCommit(commit).build() : null;
  }
}
