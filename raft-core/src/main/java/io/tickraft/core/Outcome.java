package io.tickraft.core;

/**
 * The end of a leadership transfer that the node accepted, or a committed membership change that
 * could not be made: see {@link Ready#outcomes()}.
 */
public sealed interface Outcome {

  /**
   * A leadership transfer ended. {@link RawNode#transferLeadership} had started or forwarded the
   * transfer, or this node had started it as the leader at the request of another node.
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
     * The target refused to campaign: its log was not the one that the leader expected, or it may
     * not campaign, for example because it does not know yet that it is a voter. The host may try
     * again.
     */
    REFUSED,
    /**
     * The node saw no other leader within an election timeout, or within two for a forwarded
     * transfer. The target may still become the leader.
     */
    TIMED_OUT,
    /** A node other than the target became the leader, or the target is no longer a voter. */
    ABORTED
  }
}
