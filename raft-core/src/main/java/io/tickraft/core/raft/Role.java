package io.tickraft.core.raft;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.DropReason;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.ReadResult;
import io.tickraft.core.RoleName;
import io.tickraft.core.SnapshotStatus;
import io.tickraft.core.TransferResult;
import io.tickraft.core.membership.Configuration;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Message;
import io.tickraft.proto.ProposeRejectReason;
import io.tickraft.proto.ReadAbortReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node does as a follower, a pre-candidate, a candidate or a leader: each role owns the
 * state that only it has, and answers each input with the role that follows, often itself.
 *
 * <p>Messages get here when they are valid, of the node's own term (or outside of terms), and
 * admissible: see {@link Admission} and {@link TermRule}.
 */
abstract sealed class Role permits Follower, Campaigner, Leader {

  /** Returns what this is. */
  abstract RoleName name();

  /** Returns a role in the same state that goes its own way. */
  abstract Role copy();

  /** Returns the leader of the term; 0 if none is known. */
  abstract long leader(NodeState node);

  /** A tick passes. It only counts: the messages of this moment may not have been seen yet. */
  abstract void tick(NodeState node);

  /** Acts on what has timed out, now that all messages are in; not called without a tick before. */
  abstract Role actOnTimeouts(NodeState node);

  /** Entries from the leader of the term. */
  abstract Role onAppend(NodeState node, Message message);

  /** A sign of life from the leader of the term. */
  abstract Role onHeartbeat(NodeState node, Message message);

  /** A snapshot from the leader of the term. */
  abstract Role onInstallSnapshot(NodeState node, Message message);

  /** A candidate wants the node's vote. */
  Role onVote(NodeState node, Message message) {
    Voting.learnCommit(node, message.getVote().getCommit());
    Voting.answer(node, message, leader(node));
    return this;
  }

  /** A pre-candidate asks for the node's vote in a later term. */
  Role onPreVote(NodeState node, Message message) {
    Voting.learnCommit(node, message.getPreVote().getCommit());
    Voting.answerPreVote(node, message, leader(node));
    return this;
  }

  /** A voter says whether it would vote for the node. */
  Role onPreVoteResponse(NodeState node, Message message) {
    node.drop(message, DropReason.STALE_ANSWER);
    return this;
  }

  /** A voter answers. */
  Role onVoteResponse(NodeState node, Message message) {
    node.drop(message, DropReason.STALE_ANSWER);
    return this;
  }

  /** A follower answers entries. */
  Role onAppendResponse(NodeState node, Message message) {
    node.drop(message, DropReason.WRONG_ROLE);
    return this;
  }

  /** A follower answers a heartbeat. */
  void onHeartbeatResponse(NodeState node, Message message) {
    node.drop(message, DropReason.WRONG_ROLE);
  }

  /** A follower answers a snapshot. */
  Role onInstallSnapshotResponse(NodeState node, Message message) {
    node.drop(message, DropReason.WRONG_ROLE);
    return this;
  }

  /** A follower passes a proposal on. */
  void onPropose(NodeState node, Message message) {
    ProposalAnswers.reject(
        node, message, ProposeRejectReason.PROPOSE_REJECT_REASON_NOT_LEADER, leader(node));
  }

  /** The host proposes. */
  abstract ProposeResult propose(NodeState node, List<ByteString> payloads);

  /** The host wants to change the membership. */
  ConfChangeResult proposeConfChange(NodeState node, ConfChange change, boolean evenWithoutEffect) {
    return new ConfChangeResult.Rejected(
        ConfChangeResult.Reason.NOT_LEADER, leader(node), "the node does not lead");
  }

  /** The election timeout has passed, or the host wants the node to campaign: if it may. */
  Role campaign(NodeState node) {
    node.contact.timeOut();
    RaftEvent.CampaignRefused.Reason obstacle = node.obstacleToCampaign();
    if (obstacle == null) {
      node.timer.campaigning();
      return node.config.preVote() ? PreCandidate.start(node) : Candidate.start(node, false);
    }
    node.timer.restart(node.term());
    if (node.events.enabled()) {
      node.events.add(new RaftEvent.CampaignRefused(node.term(), obstacle));
    }
    return this;
  }

  /** The host wants the node to go on as if its leader had never been heard. */
  Role forgetLeader(NodeState node) {
    return this;
  }

  /** The host has persisted something; the node's own acknowledgements count from then on. */
  Role persisted(NodeState node) {
    return this;
  }

  /**
   * The host has applied more of the log.
   *
   * @param before the configuration that was in effect before; null if it still is
   */
  Role applied(NodeState node, @Nullable Configuration before) {
    return this;
  }

  /** The host wants to read. */
  ReadResult readIndex(NodeState node, ByteString context) {
    return new ReadResult.Rejected(ReadResult.Reason.NO_LEADER, 0);
  }

  /** Another node wants to read. */
  void onReadIndex(NodeState node, Message message) {
    ReadRounds.refuse(node, message, ReadAbortReason.READ_ABORT_REASON_NOT_LEADER, leader(node));
  }

  /** The host wants another node to lead. */
  TransferResult transferLeadership(NodeState node, long target) {
    return new TransferResult.Rejected(TransferResult.Reason.NO_LEADER, 0);
  }

  /** The host wants another node to lead, whichever is the furthest. */
  TransferResult transferLeadership(NodeState node) {
    return new TransferResult.Rejected(TransferResult.Reason.NO_LEADER, 0);
  }

  /** The host wants the node to lead no longer. */
  Role resign(NodeState node) {
    return this; // Not leading: nothing to do.
  }

  /** The host of another node wants a node to lead. */
  void onTransferLeader(NodeState node, Message message) {
    TransferRequests.answer(
        node, message, new TransferResult.Rejected(TransferResult.Reason.NO_LEADER, leader(node)));
  }

  /** The leader wants the node to campaign. */
  abstract Role onTimeoutNow(NodeState node, Message message);

  /** A node refuses to campaign, as it was told to: by this node when it led in this term. */
  void onTimeoutNowResponse(NodeState node, Message message) {
    if (!node.handover.refused(node, message)) {
      node.drop(message, DropReason.WRONG_ROLE);
    }
  }

  /**
   * The role ends.
   *
   * @param leader the leader that is known from now on; 0: none
   */
  void end(NodeState node, long leader) {}

  /** The host could not reach a member. */
  void unreachable(NodeState node, long peer) {}

  /** The host reports the progress of a snapshot transfer to a member. */
  void reportSnapshot(NodeState node, long peer, long attempt, SnapshotStatus status) {}

  /** The storage may be asked again for what it could not deliver. */
  void storageReady() {}

  /** Returns whether {@link #pull} would form a message. */
  boolean hasPullable(NodeState node) {
    return false;
  }

  /** Forms the messages that depend on the state at the moment when a Ready is taken. */
  void pull(NodeState node, List<Message> out) {}

  /** Returns how far each member is; empty for all but leaders. */
  List<PeerStatus> peers(NodeState node) {
    return List.of();
  }
}
