package io.tickraft.core;

/**
 * How a leadership transfer that the node accepted ended, or that a committed membership change
 * could not be made: see {@link Ready#outcomes()}.
 */
public sealed interface Outcome {

  /**
   * A leadership transfer ended that {@link RawNode#transferLeadership} started or forwarded, or
   * that this node started as the leader at the request of another node.
   *
   * @param target the voter that was to lead
   * @param end how the transfer ended
   * @param leader the leader now known to the node; 0 if none is known
   */
  record TransferEnded(long target, TransferEnd end, long leader) implements Outcome {}

  /**
   * The leader did not start a transfer that this node had forwarded to it.
   *
   * @param target the voter that was to lead
   * @param reason why the transfer was rejected
   * @param leader the leader known to the node that answered; 0 if none is known
   */
  record TransferRejected(long target, TransferResult.Reason reason, long leader)
      implements Outcome {}

  /**
   * A membership change was committed that cannot be made in the configuration before it. The
   * configuration does not change.
   *
   * @param entry the entry with the change
   * @param problem why the change cannot be made, as a sentence
   */
  record ChangeImpossible(LogId entry, String problem) implements Outcome {}

  /** How a leadership transfer ended. */
  enum TransferEnd {
    /** The target is the leader. */
    COMPLETED,
    /**
     * The target did not campaign. Its log is not what the leader expected, or it may not campaign:
     * it does not know yet that it is a voter, or has a snapshot or a membership change to apply
     * first. The host may try again.
     */
    REFUSED,
    /**
     * The node saw no other leader within an election timeout, or within two for a forwarded
     * transfer. The target may still become the leader.
     */
    TIMED_OUT,
    /** Another node became the leader, or the target is no longer a voter. */
    ABORTED
  }
}
