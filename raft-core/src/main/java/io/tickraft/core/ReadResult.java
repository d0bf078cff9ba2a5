package io.tickraft.core;

import java.util.Objects;

/** The result of {@link RawNode#readIndex}. */
public sealed interface ReadResult {

  /** The node requests a read index: exactly one {@link ReadState} follows. */
  record Accepted() implements ReadResult {}

  /**
   * The node cannot get a read index now: no {@link ReadState} follows.
   *
   * @param reason why it was rejected
   * @param leader the leader known to the node; 0 if none is known
   */
  record Rejected(Reason reason, long leader) implements ReadResult {
    /**
     * Creates a rejection.
     *
     * @param reason why it was rejected
     * @param leader the leader known to the node; 0 if none is known
     */
    public Rejected {
      Objects.requireNonNull(reason, "reason");
    }
  }

  /** Why a read was rejected. */
  enum Reason {
    /** The node is not the leader and knows no leader. */
    NO_LEADER,
    /** {@link RaftConfig#maxPendingReads()} reads are pending already. */
    TOO_MANY,
    /** The leader was removed from the group or made a learner, and is about to step down. */
    LEAVING,
    /** The node has lost entries that it had acknowledged: {@link Status#lostUpTo()}. */
    LOST_STATE,
    /** The outbox has no room for the request: {@link RaftConfig#maxOutboxBytes()}. */
    OUTBOX_FULL
  }
}
