package io.tickraft.core;

/** How something ended that a node had accepted or taken over: see {@link Ready#outcomes()}. */
public sealed interface Outcome {

  /**
   * A leadership transfer ended: one of which {@link RawNode#transferLeadership} had said that it
   * was started or passed on, or one that this node, as the leader, made for another node's host.
   *
   * @param target who was to lead
   * @param end how it ended
   * @param leader who leads now, as far as the node knows; 0 if it knows of none
   */
  record TransferEnded(long target, TransferEnd end, long leader) implements Outcome {}

  /**
   * The leader did not start a transfer that this node had passed on to it.
   *
   * @param target who was to lead
   * @param reason why not
   * @param leader the leader as far as the one that answered knows; 0 if it knows of none
   */
  record TransferRejected(long target, TransferResult.Reason reason, long leader)
      implements Outcome {}

  /**
   * A membership change was committed that cannot be made in the configuration before it. The
   * configuration stays as it is.
   *
   * @param entry the entry with the change
   * @param problem why it cannot be made, a sentence
   */
  record ChangeImpossible(LogId entry, String problem) implements Outcome {}

  /** How a leadership transfer ended. */
  enum TransferEnd {
    /** The target leads. */
    COMPLETED,
    /**
     * The target did not campaign: its log is not what the leader took it for, or it may not, as it
     * does not know yet that it votes, or has a snapshot or a membership change to apply first. It
     * may be asked again.
     */
    REFUSED,
    /**
     * Within an election timeout, or two of them where the leader had to be asked, nobody else was
     * seen to lead: the target may still win.
     */
    TIMED_OUT,
    /** Another node was elected meanwhile, or the target is no voter any more. */
    ABORTED
  }
}
