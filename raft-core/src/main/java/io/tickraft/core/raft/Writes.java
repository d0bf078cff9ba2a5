package io.tickraft.core.raft;

import io.tickraft.proto.HardState;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What the host was told to write of a node's state, and which of these writes it has made. */
final class Writes {

  private record Write(long term, long vote, boolean toLog) {}

  /** The hard state that the host was told to write last. */
  private HardState told;

  /** The writes that are out, oldest first. */
  private final ArrayDeque<Write> out = new ArrayDeque<>(4);

  /** Begins with a hard state that is written. */
  Writes(HardState told) {
    this.told = told;
  }

  Writes copy() {
    Writes copy = new Writes(told);
    copy.out.addAll(out);
    return copy;
  }

  /** Returns whether the host was not told of all of the hard state. */
  boolean isHardStateChanged(NodeState node) {
    return isTermOrVoteChanged(node) || told.getCommit() != node.log.committed();
  }

  private boolean isTermOrVoteChanged(NodeState node) {
    return told.getTerm() != node.term() || told.getVote() != node.vote();
  }

  /** Returns whether what the host was not told yet must be synced to the disk. */
  boolean mustSync(NodeState node) {
    // The last but one: of {A, B, C}, A commits the removal of C and then, with B's help, that of
    // B. Should B forget that the first one is committed, B and C could elect a leader beside A.
    return isTermOrVoteChanged(node)
        || node.log.hasUnwritten()
        || node.log.hasCommittedChangeAbove(told.getCommit())
        // A node whose state machine was further than its hard state: the log does not remember
        // which of the entries in between were changes.
        || told.getCommit() < node.log.applied();
  }

  /**
   * The host is told to write all that is new.
   *
   * @return the hard state; null if it has not changed
   */
  @Nullable HardState tell(NodeState node) {
    HardState hardState = null;
    if (isHardStateChanged(node)) {
      hardState =
          HardState.newBuilder()
              .setTerm(node.term())
              .setVote(node.vote())
              .setCommit(node.log.committed())
              .build();
      told = hardState;
    }
    boolean toLog = node.log.hasUnwritten();
    if (toLog) {
      node.log.write();
    }
    out.addLast(new Write(node.term(), node.vote(), toLog));
    return hardState;
  }

  /** The host has made the oldest of the writes that are out. */
  void persisted(NodeState node) {
    Write write = out.removeFirst();
    node.hardStatePersisted(write.term, write.vote);
    if (write.toLog) {
      node.log.writePersisted();
    }
  }
}
