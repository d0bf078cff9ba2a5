package io.tickraft.core;

import io.tickraft.proto.ConfState;
import io.tickraft.proto.Message;

/** Something that happened inside a node, reported to its {@link RaftObserver}. */
public sealed interface RaftEvent {

  /**
   * A message from another node was dropped whole, without any effect. The one exception is a
   * heartbeat that shows that this node has {@linkplain StateLost lost entries}: the node takes
   * over the heartbeat's term and leader, and answers as if it rejected an append.
   *
   * @param message the message
   * @param reason why the message was dropped
   */
  record MessageDropped(Message message, DropReason reason) implements RaftEvent {}

  /**
   * A message to another node was dropped. The node treats it like a message lost in the network.
   *
   * @param message the message
   * @param reason why the message was dropped
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
   * The leader known to the node changed.
   *
   * @param term the term now
   * @param leader the leader; 0: none is known
   */
  record LeaderChanged(long term, long leader) implements RaftEvent {}

  /**
   * The election timeout passed or {@link RawNode#campaign()} was called, but the node may not
   * campaign. A node that waits to be added to a group reports this at each election timeout.
   *
   * @param term the node's term
   * @param reason why the node may not campaign
   */
  record CampaignRefused(long term, CampaignRefused.Reason reason) implements RaftEvent {
    /** Why a node may not campaign. */
    public enum Reason {
      /**
       * The node has no configuration: its storage was empty and it has received no snapshot yet.
       */
      NO_CONFIGURATION,
      /** The node is a learner, or not a member of the configuration in effect. */
      NOT_A_VOTER,
      /**
       * A committed membership change or a snapshot is not {@linkplain RawNode#applied applied}.
       */
      CHANGE_NOT_APPLIED,
      /** A snapshot is not {@linkplain RawNode#persisted persisted}. */
      SNAPSHOT_NOT_PERSISTED,
      /** The node has {@linkplain StateLost lost entries} that it had acknowledged. */
      LOST_STATE,
      /** The node's term is the last possible one. */
      LAST_TERM
    }
  }

  /**
   * The node was most likely removed from the group while it was unreachable. A voter that hears a
   * leader refused its vote or pre-vote, and this node is not a member in the voter's
   * configuration. A removed node gets no messages from the leader, so it learns of its removal
   * only from such a refusal. The event is repeated with each campaign. The removal is not certain:
   * a voter that is behind may not know yet that this node was added.
   *
   * @param voter the voter that answered
   * @param commit the voter's commit index
   */
  record RemovalLikely(long voter, long commit) implements RaftEvent {}

  /**
   * The node answered a request for its vote.
   *
   * @param term the term of the campaign
   * @param candidate the candidate that asked
   * @param granted whether the vote was granted
   */
  record VoteAnswered(long term, long candidate, boolean granted) implements RaftEvent {}

  /**
   * The node answered a request for its pre-vote.
   *
   * @param campaignTerm the term of the campaign that the sender wants to start
   * @param candidate the pre-candidate that asked
   * @param granted whether the pre-vote was granted
   */
  record PreVoteAnswered(long campaignTerm, long candidate, boolean granted) implements RaftEvent {}

  /**
   * The node was the leader and stepped down, although it knows neither a later term nor another
   * leader.
   *
   * @param term the node's term, which does not change
   * @param reason why the node stepped down
   */
  record SteppedDown(long term, SteppedDown.Reason reason) implements RaftEvent {
    /** Why a leader steps down. */
    public enum Reason {
      /** The host called {@link RawNode#resign()}. */
      RESIGNED,
      /** The leader has not heard from a quorum for an election timeout. */
      QUORUM_LOST,
      /** No write was acknowledged as persisted for {@link RaftConfig#maxPersistTicks()}. */
      PERSIST_TIMED_OUT,
      /**
       * The leader was removed or made a learner, and a quorum has persisted that the change is
       * committed.
       */
      LEFT,
      /**
       * The leader was removed or made a learner, and for ten election timeouts no quorum has
       * reported to have persisted that the change is committed.
       */
      LEAVE_TIMED_OUT
    }
  }

  /**
   * Uncommitted entries were removed because they conflict with the leader's log.
   *
   * @param fromIndex the first index that was removed
   * @param toIndex the last index that was removed
   */
  record LogTruncated(long fromIndex, long toIndex) implements RaftEvent {}

  /**
   * A snapshot from the leader replaced the log.
   *
   * @param id the last entry that the snapshot covers
   */
  record SnapshotAccepted(LogId id) implements RaftEvent {}

  /**
   * Another configuration is in effect: the host has applied a membership change or a snapshot.
   *
   * @param configuration the configuration now in effect
   */
  record ConfigurationChanged(ConfState configuration) implements RaftEvent {}

  /**
   * The state of replication to a follower changed.
   *
   * @param peer the follower
   * @param from the state before
   * @param to the state now
   */
  record ReplicationChanged(long peer, PeerStatus.State from, PeerStatus.State to)
      implements RaftEvent {}

  /**
   * A member needs the storage's snapshot, which is too large for a message: protobuf limits a
   * message to 2^31 - 1 bytes. Reported once for each member and snapshot. The member gets no
   * snapshot until the storage has another one. A host whose state is that large puts a reference
   * into the snapshot's data, and the receiving host fetches the state with the reference.
   *
   * @param peer the member
   * @param id the last entry that the snapshot covers
   * @param bytes the size of the snapshot's data
   */
  record SnapshotTooLarge(long peer, LogId id, int bytes) implements RaftEvent {}

  /**
   * The node has lost entries. The leader reported that the node had acknowledged entries up to
   * {@code upTo}, but the node's log ends before that index: its disk has lost a synced write.
   * Until the log reaches {@code upTo} again, the node grants no vote, does not campaign and
   * answers no reads: {@link Status#lostUpTo()}. The leader sends the entries again.
   *
   * @param leader the leader that reported it
   * @param lastIndex the last index of the log
   * @param upTo an index up to which the node had acknowledged the log; the highest such index may
   *     be above it
   */
  record StateLost(long leader, long lastIndex, long upTo) implements RaftEvent {}

  /**
   * The log of a node that had {@linkplain StateLost lost entries} has reached {@code upTo} again:
   * the node votes, campaigns and answers reads again.
   *
   * @param upTo the index that the log had to reach
   */
  record StateRegained(long upTo) implements RaftEvent {}

  /**
   * The leader answered a proposal that this node forwarded.
   *
   * @param leader the node that answered
   * @param accepted whether the proposal is in the leader's log
   */
  record ForwardAnswered(long leader, boolean accepted) implements RaftEvent {}

  /**
   * A write has been outstanding for an election timeout or longer: the disk is slow or stuck, or
   * the host did not call {@link RawNode#persisted} or {@link RawNode#advance}. The event is
   * repeated each time the duration has doubled.
   *
   * @param readys how many Readys are outstanding, of {@link RaftConfig#maxOutstandingReadys()}
   * @param ticks how long the oldest of them has been outstanding, in ticks
   */
  record PersistOverdue(int readys, long ticks) implements RaftEvent {}

  /**
   * The applied index has not advanced for an election timeout or longer, although entries are
   * being applied: the state machine is stuck, or the host did not call {@link RawNode#applied} or
   * {@link RawNode#advance}. The event is repeated each time the duration has doubled.
   *
   * @param applyingIndex the last index that was given to the state machine
   * @param appliedIndex the last index that was acknowledged as applied
   * @param ticks for how long nothing was acknowledged, in ticks
   */
  record ApplyOverdue(long applyingIndex, long appliedIndex, long ticks) implements RaftEvent {}
}
