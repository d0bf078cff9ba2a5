package io.tickraft.core;

import java.util.Objects;

/** What became of a call of {@link RawNode#transferLeadership}. */
public sealed interface TransferResult {

  /**
   * The node leads and has begun to bring the target up to date. {@link Outcome.TransferEnded}
   * tells how it ended.
   *
   * @param target who is to lead
   */
  record Started(long target) implements TransferResult {}

  /**
   * The node follows and has passed the request to its leader. {@link Outcome.TransferEnded} or
   * {@link Outcome.TransferRejected} tells how it ended.
   *
   * @param leader the leader to which it was passed
   */
  record Forwarded(long leader) implements TransferResult {}

  /**
   * Nothing was started and nothing sent.
   *
   * @param reason why
   * @param leader the leader as far as the node knows; 0 if it knows of none
   */
  record Rejected(Reason reason, long leader) implements TransferResult {
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

  /** Why a transfer was not started. */
  enum Reason {
    /** The node does not lead and knows of no leader, or the one that was asked does not lead. */
    NO_LEADER,
    /** The node does not lead, and only the leader can choose a target: name one. */
    NOT_LEADER,
    /** The target leads already. */
    ALREADY_LEADER,
    /** The target does not vote: it is a learner, or no member. Or there is no other voter. */
    NOT_A_VOTER,
    /** Another transfer is under way, to the same target or another one. */
    IN_PROGRESS,
    /** The outbox has no room for the request: {@link RaftConfig#maxOutboxBytes()}. */
    OUTBOX_FULL
  }
}
