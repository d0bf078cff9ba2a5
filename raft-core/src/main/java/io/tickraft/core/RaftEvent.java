package io.tickraft.core;

import io.tickraft.proto.ConfState;
import io.tickraft.proto.Message;

/** Something that happened inside a node: what a {@link RaftObserver} gets. */
public sealed interface RaftEvent {

  /**
   * A message from another node was dropped whole, before anything changed. The one exception is a
   * heartbeat that shows that this node has {@linkplain StateLost lost state}: its term and its
   * sender count, and the sender is told where the log ends.
   *
   * @param message the message
   * @param reason why
   */
  record MessageDropped(Message message, DropReason reason) implements RaftEvent {}

  /**
   * A message to another node was dropped, as the network might have done.
   *
   * @param message the message
   * @param reason why
   */
  record OutgoingDropped(Message message, DropReason reason) implements RaftEvent {}

  /**
   * The node's role or its term changed.
   *
   * @param term the term now
   * @param from the role before
   * @param to the role now
   */
  record RoleChanged(long term, RoleName from, RoleName to) implements RaftEvent {}

  /**
   * The leader that the node knows of changed.
   *
   * @param term the term now
   * @param leader the leader; 0: none is known
   */
  record LeaderChanged(long term, long leader) implements RaftEvent {}

  /**
   * The node was to campaign, as its election timeout passed or {@link RawNode#campaign()} was
   * called, and may not. A node that waits to be taken into a group reports it at each election
   * timeout.
   *
   * @param term the term
   * @param reason why it may not
   */
  record CampaignRefused(long term, CampaignRefused.Reason reason) implements RaftEvent {
    /** Why a node may not campaign. */
    public enum Reason {
      /** It has no configuration: it was opened on an empty storage, and no snapshot came yet. */
      NO_CONFIGURATION,
      /** It is a learner, or no member of the configuration in effect. */
      NOT_A_VOTER,
      /**
       * A committed membership change, or a snapshot, waits to be {@linkplain RawNode#applied
       * applied}.
       */
      CHANGE_NOT_APPLIED,
      /** A snapshot waits to be {@linkplain RawNode#persisted persisted}. */
      SNAPSHOT_NOT_PERSISTED,
      /** It has {@linkplain StateLost lost entries} that it had acknowledged. */
      LOST_STATE,
      /** There is no later term. */
      LAST_TERM
    }
  }

  /**
   * The node was most likely removed from the group while it could not be reached: a voter that
   * hears a leader refused its vote or pre-vote, and this node is not a member in the voter's
   * configuration. Nobody sends a removed node anything, so this is how it learns of the removal,
   * again with each campaign. It is not certain: a voter that is behind may not know yet that this
   * node was added.
   *
   * @param voter who answered
   * @param commit the voter's commit index
   */
  record RemovalLikely(long voter, long commit) implements RaftEvent {}

  /**
   * The node answered a request for its vote.
   *
   * @param term the term of the campaign
   * @param candidate who asked
   * @param granted whether it got the vote
   */
  record VoteAnswered(long term, long candidate, boolean granted) implements RaftEvent {}

  /**
   * The node answered a pre-vote: whether it would vote for the sender.
   *
   * @param campaignTerm the term of the campaign that the sender means to start
   * @param candidate who asked
   * @param granted whether it would get the vote
   */
  record PreVoteAnswered(long campaignTerm, long candidate, boolean granted) implements RaftEvent {}

  /**
   * The node led and gave that up by itself.
   *
   * @param term the term, which stays
   * @param reason why
   */
  record SteppedDown(long term, SteppedDown.Reason reason) implements RaftEvent {
    /** Why a leader steps down. */
    public enum Reason {
      /** Its host called {@link RawNode#resign()}. */
      RESIGNED,
      /** It has not heard from a quorum for an election timeout. */
      QUORUM_LOST,
      /** Its own disk is stuck: see {@link RaftConfig#maxPersistTicks()}. */
      PERSIST_TIMED_OUT,
      /** It is removed or made a learner, and a quorum knows that. */
      LEFT,
      /** It is removed or made a learner, and a quorum did not come to know that in time. */
      LEAVE_TIMED_OUT
    }
  }

  /**
   * Entries that were not committed were removed, as the leader's log has others.
   *
   * @param fromIndex the first index that was removed
   * @param toIndex the last index that was removed
   */
  record LogTruncated(long fromIndex, long toIndex) implements RaftEvent {}

  /**
   * A snapshot from the leader replaced the log.
   *
   * @param id the last entry that it covers
   */
  record SnapshotAccepted(LogId id) implements RaftEvent {}

  /**
   * Another configuration is in effect, as the host has applied what brought it.
   *
   * @param configuration the configuration now
   */
  record ConfigurationChanged(ConfState configuration) implements RaftEvent {}

  /**
   * How the leader replicates to a follower changed.
   *
   * @param peer the follower
   * @param from the state before
   * @param to the state now
   */
  record ReplicationChanged(long peer, PeerStatus.State from, PeerStatus.State to)
      implements RaftEvent {}

  /**
   * A member needs the storage's snapshot, and no message can carry that: protobuf counts a
   * message's bytes in an int. Reported once for each member and snapshot; nothing is sent until
   * the storage has another snapshot. A host whose state is that large puts a reference into the
   * snapshot's data, by which the receiving host fetches the state.
   *
   * @param peer the member
   * @param id the last entry that the snapshot covers
   * @param bytes the size of the snapshot's data
   */
  record SnapshotTooLarge(long peer, LogId id, int bytes) implements RaftEvent {}

  /**
   * The leader has told this node that it had acknowledged entries which its log does not hold: its
   * disk has lost a write that was synced. Until the log reaches that index again, the node grants
   * no vote, does not campaign and answers no reads: {@link Status#lostUpTo()}. The leader sends
   * the entries again.
   *
   * @param leader the leader
   * @param lastIndex the last index of the log
   * @param upTo the index up to which the node had acknowledged the log at least
   */
  record StateLost(long leader, long lastIndex, long upTo) implements RaftEvent {}

  /**
   * The log of a node that had lost entries reaches up to where it had acknowledged it: the node
   * votes, campaigns and answers reads again.
   *
   * @param upTo the index that the log had to reach
   */
  record StateRegained(long upTo) implements RaftEvent {}

  /**
   * The leader answered a proposal that this node forwarded.
   *
   * @param leader who answered
   * @param accepted whether the proposal is in the leader's log
   */
  record ForwardAnswered(long leader, boolean accepted) implements RaftEvent {}

  /**
   * The host has not acknowledged a write for long: its disk is stuck, or it forgot {@link
   * RawNode#persisted} or {@link RawNode#advance}. Reported after an election timeout, and again
   * whenever the time has doubled.
   *
   * @param readys how many Readys are outstanding, of {@link RaftConfig#maxOutstandingReadys()}
   * @param ticks how long the oldest of them has been outstanding, in ticks
   */
  record PersistOverdue(int readys, long ticks) implements RaftEvent {}

  /**
   * The host has not acknowledged for long that its state machine has applied what it was given:
   * the state machine is stuck, or the host forgot {@link RawNode#applied} or {@link
   * RawNode#advance}. Reported after an election timeout, and again whenever the time has doubled.
   *
   * @param applyingIndex the last index that was given to the state machine
   * @param appliedIndex the last index that was acknowledged
   * @param ticks how long nothing was acknowledged, in ticks
   */
  record ApplyOverdue(long applyingIndex, long appliedIndex, long ticks) implements RaftEvent {}
}
