package io.tickraft.core.raft;

import io.tickraft.proto.HardState;
import org.jspecify.annotations.Nullable;

/** Decides what the next Ready tells the host to persist, beside the log. */
final class Persistence {

  /** The hard state that the host was told to write last. */
  private HardState lastWritten;

  /** Begins with a hard state that is written. */
  Persistence(HardState lastWritten) {
    this.lastWritten = lastWritten;
  }

  Persistence copy() {
    return new Persistence(lastWritten);
  }

  /** Returns whether there is something that the host was not told to write. */
  boolean hasUnwritten(NodeState node) {
    return node.log.hasUnwritten() || isHardStateChanged(node);
  }

  private boolean isHardStateChanged(NodeState node) {
    return isTermOrVoteChanged(node) || lastWritten.getCommit() != node.log.committed();
  }

  private boolean isTermOrVoteChanged(NodeState node) {
    return lastWritten.getTerm() != node.term() || lastWritten.getVote() != node.vote();
  }

  /** Returns whether what the host was not told yet must be synced to the disk. */
  boolean mustSync(NodeState node) {
    // The last but one: of {A, B, C}, A commits the removal of C and then, with B's help, that of
    // B. Should B forget that the first one is committed, B and C could elect a leader beside A.
    return isTermOrVoteChanged(node)
        || node.log.hasUnwritten()
        || node.log.hasCommittedChangeAbove(lastWritten.getCommit())
        // A node whose state machine was further than its hard state: the log does not remember
        // which of the entries in between were changes.
        || lastWritten.getCommit() < node.applying.appliedIndex();
  }

  /**
   * The host is told to write all that is new.
   *
   * @param ready the number of the Ready that tells it
   * @param awaited whether messages wait for the write, or for those before it
   * @return the hard state; null if it has not changed
   */
  @Nullable HardState write(NodeState node, long ready, boolean awaited) {
    boolean changed = isHardStateChanged(node);
    if (changed) {
      lastWritten =
          HardState.newBuilder()
              .setTerm(node.term())
              .setVote(node.vote())
              .setCommit(node.log.committed())
              .build();
    }
    if (changed || awaited || node.log.hasUnwritten()) {
      node.log.write(ready, lastWritten, node.clock.now());
    }
    return changed ? lastWritten : null;
  }
}
