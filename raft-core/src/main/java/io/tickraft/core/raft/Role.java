package io.tickraft.core.raft;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.Digest;
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
 * The behaviour of a node as a follower, a pre-candidate, a candidate or a leader. A role owns the
 * state that no other role has, and returns for each input the next role, often itself.
 *
 * <p>Only messages get here that are valid, admissible, and of the node's own term (or outside of
 * terms): see {@link Admission} and {@link TermRule}.
 */
abstract sealed class Role permits Follower, Campaigner, Leader {

  abstract RoleName name();

  /** Returns an independent copy. */
  abstract Role copy();

  /** Adds what the role knows. */
  abstract void digest(Digest digest, NodeState node);

  /** Returns the leader of the term; 0 if none is known. */
  abstract long leader(NodeState node);

  /**
   * A tick passes. It is only counted: messages that arrived before it may not be delivered yet.
   */
  void tick(NodeState node) {}

  /** Acts on expired timeouts, after at least one tick and all messages that were due. */
  abstract Role actOnTimeouts(NodeState node);

  /**
   * Returns a tick up to which {@link #actOnTimeouts} has nothing to do, and {@link #tick} nothing
   * urgent, if there is no input until then; {@link Clock#NO_WAIT} if there is no such tick.
   */
  abstract long nextDeadline(NodeState node);

  /** Entries from the leader of the term. */
  abstract Role onAppend(NodeState node, Message message);

  /** A heartbeat from the leader of the term. */
  abstract Role onHeartbeat(NodeState node, Message message);

  /** A snapshot from the leader of the term. */
  abstract Role onInstallSnapshot(NodeState node, Message message);

  /** A candidate asks for the node's vote. */
  Role onVote(NodeState node, Message message) {
    Voting.learnCommit(node, message.getVote().getCommit());
    Voting.answer(node, message, leader(node));
    return this;
  }

  /** A pre-candidate asks whether the node would vote for it. */
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

  /** A voter grants or refuses its vote. */
  Role onVoteResponse(NodeState node, Message message) {
    node.drop(message, DropReason.STALE_ANSWER);
    return this;
  }

  /** A follower answers an append. */
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

  /** A follower forwards a proposal. */
  void onPropose(NodeState node, Message message) {
    ProposalAnswers.reject(
        node, message, ProposeRejectReason.PROPOSE_REJECT_REASON_NOT_LEADER, leader(node));
  }

  /** The host proposes. */
  abstract ProposeResult propose(NodeState node, List<ByteString> payloads);

  /** The host proposes a membership change. */
  ConfChangeResult proposeConfChange(NodeState node, ConfChange change, boolean evenWithoutEffect) {
    return new ConfChangeResult.Rejected(
        ConfChangeResult.Reason.NOT_LEADER, leader(node), "the node does not lead");
  }

  /** Campaigns if the node may: its election timeout has passed, or the host asks for it. */
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

  /** The host asks the node to forget its leader, as if it had never heard from it. */
  Role forgetLeader(NodeState node) {
    return this;
  }

  /** The host has persisted a write, so the node's own vote and entries may count. */
  Role persisted(NodeState node) {
    return this;
  }

  /**
   * The host has applied more of the log.
   *
   * @param before the configuration that was in effect before; null if it has not changed
   */
  Role applied(NodeState node, @Nullable Configuration before) {
    return this;
  }

  /** The host asks for a read index. */
  ReadResult readIndex(NodeState node, ByteString context) {
    return new ReadResult.Rejected(ReadResult.Reason.NO_LEADER, 0);
  }

  /** Another node asks for a read index. */
  void onReadIndex(NodeState node, Message message) {
    ReadRounds.refuse(node, message, ReadAbortReason.READ_ABORT_REASON_NOT_LEADER, leader(node));
  }

  /** The host asks for a leadership transfer to {@code target}. */
  TransferResult transferLeadership(NodeState node, long target) {
    return new TransferResult.Rejected(TransferResult.Reason.NO_LEADER, 0);
  }

  /** The host asks for a leadership transfer to the most advanced voter. */
  TransferResult transferLeadership(NodeState node) {
    return new TransferResult.Rejected(TransferResult.Reason.NO_LEADER, 0);
  }

  /** The host asks the node to step down. */
  Role resign(NodeState node) {
    return this; // Not leading: nothing to do.
  }

  /** Another node asks for a leadership transfer. */
  void onTransferLeader(NodeState node, Message message) {
    TransferRequests.answer(
        node, message, new TransferResult.Rejected(TransferResult.Reason.NOT_LEADER, leader(node)));
  }

  /** The leader orders the node to campaign. */
  abstract Role onTimeoutNow(NodeState node, Message message);

  /** A node refuses the order to campaign that this node gave when it led in this term. */
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

  /** Returns whether {@link #form} would form a message. */
  boolean hasFormable(NodeState node) {
    return false;
  }

  /** Forms the messages that depend on the state at the moment when a Ready is taken. */
  List<Message> form(NodeState node) {
    return List.of();
  }

  /** Returns the progress of each member; empty unless the node leads. */
  List<PeerStatus> peers(NodeState node) {
    return List.of();
  }
}
