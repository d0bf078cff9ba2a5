package io.tickraft.core;

import java.util.Objects;

/** What became of a call of {@link RawNode#propose}. */
public sealed interface ProposeResult {

  /**
   * The node leads and has appended the proposal to its log. That is no promise that it will be
   * applied: {@link ProposalFates} tells how it ended.
   *
   * @param term the leader's term, which is the term of the entries
   * @param firstIndex the index of the first entry
   * @param lastIndex the index of the last entry; equal to {@code firstIndex} for one payload
   */
  record Accepted(long term, long firstIndex, long lastIndex) implements ProposeResult {}

  /**
   * The node follows and has passed the proposal to its leader, which {@link
   * RaftConfig#forwardProposals()} allows. Its fate is never known: it may be lost, applied, or, if
   * the network duplicates the message, applied twice. If the leader's answer arrives, {@link
   * RaftEvent.ForwardAnswered} tells whether it was appended.
   *
   * @param leader the leader to which it was passed
   */
  record Forwarded(long leader) implements ProposeResult {}

  /**
   * Nothing was appended and nothing sent.
   *
   * @param reason why
   * @param leader the leader as far as the node knows; 0 if it knows of none
   */
  record Rejected(Reason reason, long leader) implements ProposeResult {
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

  /** Why a proposal was rejected. */
  enum Reason {
    /** The node does not lead, and does not forward or knows no leader. */
    NOT_LEADER,
    /**
     * The proposal is too large, and would be at any other time: a command is larger than {@link
     * RaftConfig#maxEntryBytes()}, or a batch of several is beyond {@link
     * RaftConfig#maxUncommittedBytes()} or {@link RaftConfig#maxUncommittedEntries()} by itself,
     * or, to be forwarded, beyond what a message can carry.
     */
    TOO_LARGE,
    /**
     * The proposal would take what this leader has appended and not yet committed beyond {@link
     * RaftConfig#maxUncommittedBytes()} or {@link RaftConfig#maxUncommittedEntries()}.
     */
    UNCOMMITTED_LIMIT,
    /**
     * As much of the leader's log as may be waits for the leader's own disk, whatever the others
     * have committed: {@link RaftConfig#maxUnstableBytes()}.
     */
    UNSTABLE_LIMIT,
    /** Leadership is on its way to another node: {@link RawNode#transferLeadership}. */
    TRANSFERRING,
    /** The leader is removed from the group, or made a learner, and about to step down. */
    LEAVING,
    /** The outbox has no room for the forwarded proposal: {@link RaftConfig#maxOutboxBytes()}. */
    OUTBOX_FULL
  }
}
