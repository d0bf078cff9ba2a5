package io.tickraft.core;

import java.util.Objects;

/** What became of a call of {@link RawNode#readIndex}. */
public sealed interface ReadResult {

  /** The node is finding out: exactly one {@link ReadState} follows. */
  record Accepted() implements ReadResult {}

  /**
   * The node cannot find out now: no {@link ReadState} follows.
   *
   * @param reason why
   * @param leader the leader as far as the node knows; 0 if it knows of none
   */
  record Rejected(Reason reason, long leader) implements ReadResult {
    /**
     * Describes a rejection.
     *
     * @param reason why
     * @param leader the leader as far as the node knows; 0 if it knows of none
     */
    public Rejected {
      Objects.requireNonNull(reason, "reason");
    }
  }

  /** Why a read was rejected. */
  enum Reason {
    /** The node does not lead and knows of no leader. */
    NO_LEADER,
    /** As many reads as may be wait already: {@link RaftConfig#maxPendingReads()}. */
    TOO_MANY,
    /** The node leads, is removed from the group or made a learner, and about to step down. */
    LEAVING,
    /** The node has lost entries that it had acknowledged: {@link Status#lostUpTo()}. */
    LOST_STATE,
    /** The outbox has no room for the request: {@link RaftConfig#maxOutboxBytes()}. */
    OUTBOX_FULL
  }
}
