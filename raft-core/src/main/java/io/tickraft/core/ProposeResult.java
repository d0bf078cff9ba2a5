package io.tickraft.core;

import java.util.Objects;

/** The result of {@link RawNode#propose}. */
public sealed interface ProposeResult {

  /**
   * The node is the leader and has appended the proposal to its log. The proposal may still be
   * lost: {@link ProposalFates} reports how it ends.
   *
   * @param term the leader's term, which is the term of the entries
   * @param firstIndex the index of the first entry
   * @param lastIndex the index of the last entry; equal to {@code firstIndex} for one command
   */
  record Accepted(long term, long firstIndex, long lastIndex) implements ProposeResult {}

  /**
   * The node is a follower and has forwarded the proposal to its leader, as {@link
   * RaftConfig#forwardProposals()} allows. The fate of the proposal remains unknown: it may be
   * lost, applied, or, if the network duplicates the message, applied twice. If the leader's answer
   * arrives, {@link RaftEvent.ForwardAnswered} reports whether the proposal was appended.
   *
   * @param leader the leader to which the proposal was forwarded
   */
  record Forwarded(long leader) implements ProposeResult {}

  /**
   * Nothing was appended and nothing was sent.
   *
   * @param reason why it was rejected
   * @param leader the leader known to the node; 0 if none is known
   */
  record Rejected(Reason reason, long leader) implements ProposeResult {
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

  /** Why a proposal was rejected. */
  enum Reason {
    /** The node is not the leader, and does not forward proposals or knows no leader. */
    NOT_LEADER,
    /**
     * The proposal is too large, and a retry cannot succeed. A command is larger than {@link
     * RaftConfig#maxEntryBytes()}, a batch of several commands by itself exceeds {@link
     * RaftConfig#maxUncommittedBytes()} or {@link RaftConfig#maxUncommittedEntries()}, or a
     * proposal to be forwarded does not fit into a message.
     */
    TOO_LARGE,
    /**
     * With the proposal, the uncommitted commands of this leader would exceed {@link
     * RaftConfig#maxUncommittedBytes()} or {@link RaftConfig#maxUncommittedEntries()}.
     */
    UNCOMMITTED_LIMIT,
    /**
     * The unpersisted entries of this leader have reached {@link RaftConfig#maxUnstableBytes()}. An
     * entry counts until this node has persisted it, even if it is committed.
     */
    UNSTABLE_LIMIT,
    /** A leadership transfer is in progress: {@link RawNode#transferLeadership}. */
    TRANSFERRING,
    /** The leader was removed from the group or made a learner, and is about to step down. */
    LEAVING,
    /** The outbox has no room for the forwarded proposal: {@link RaftConfig#maxOutboxBytes()}. */
    OUTBOX_FULL
  }
}
