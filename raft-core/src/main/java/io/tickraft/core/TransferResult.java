package io.tickraft.core;

import java.util.Objects;

/** The result of {@link RawNode#transferLeadership}. */
public sealed interface TransferResult {

  /**
   * The node is the leader and has started the transfer. {@link Outcome.TransferEnded} reports how
   * it ends.
   *
   * @param target the voter that is to lead
   */
  record Started(long target) implements TransferResult {}

  /**
   * The node is a follower and has forwarded the request to its leader. {@link
   * Outcome.TransferEnded} or {@link Outcome.TransferRejected} reports how the transfer ends.
   *
   * @param leader the leader to which the request was forwarded
   */
  record Forwarded(long leader) implements TransferResult {}

  /**
   * No transfer was started and nothing was sent.
   *
   * @param reason why it was rejected
   * @param leader the leader known to the node; 0 if none is known
   */
  record Rejected(Reason reason, long leader) implements TransferResult {
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

  /** Why a transfer was not started. */
  enum Reason {
    /** The node is not the leader and knows no leader. */
    NO_LEADER,
    /**
     * The node is not the leader, and only the leader can choose a target: pass a target. In {@link
     * Outcome.TransferRejected}: the node that received the forwarded request is not the leader.
     */
    NOT_LEADER,
    /** The target is the leader already. */
    ALREADY_LEADER,
    /** The target is a learner or not a member, or there is no other voter to choose. */
    NOT_A_VOTER,
    /**
     * Another transfer is in progress, to the same target or another one, or {@link
     * Ready#outcomes()} has not reported the last outcome yet.
     */
    IN_PROGRESS,
    /** The outbox has no room for the request: {@link RaftConfig#maxOutboxBytes()}. */
    OUTBOX_FULL
  }
}
