package io.tickraft.core.raft;

import com.google.protobuf.ByteString;
import io.tickraft.core.Digest;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.quorum.Tally;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.Message;
import io.tickraft.proto.VoteRejectReason;
import java.util.List;

/** A node that campaigns: it has asked the voters and counts their answers. */
abstract sealed class Campaigner extends Role permits PreCandidate, Candidate {

  private final Tally tally;

  Campaigner(Tally tally) {
    this.tally = tally;
  }

  /** Returns an independent copy of the answers so far. */
  final Tally copyOfTally() {
    return tally.copy();
  }

  @Override
  void digest(Digest digest, NodeState node) {
    digest.unordered(
        tally.votes().entrySet(), (vote, d) -> d.id(vote.getKey()).flag(vote.getValue()));
  }

  /** The node may not be elected now, but perhaps after it has applied a committed change. */
  abstract Role notElectable(NodeState node);

  /** A quorum has granted. */
  abstract Role won(NodeState node);

  @Override
  final long leader(NodeState node) {
    return 0;
  }

  @Override
  final Role actOnTimeouts(NodeState node) {
    if (!node.timer.hasTimedOut()) {
      return this;
    }
    Role next = campaign(node);
    // A campaign waits for the state machine no longer than its timeout.
    return node.isElectable() ? next : Follower.withoutLeader();
  }

  @Override
  final long nextDeadline(NodeState node) {
    return node.timer.deadline();
  }

  /**
   * A voter answers.
   *
   * @param refusal why the voter refuses; UNSPECIFIED if it grants
   * @param commit the entry at the voter's commit index
   */
  final Role answered(
      NodeState node, long voter, boolean granted, VoteRejectReason refusal, EntryId commit) {
    if (refusal == VoteRejectReason.VOTE_REJECT_REASON_NOT_A_MEMBER && node.events.enabled()) {
      node.events.add(new RaftEvent.RemovalLikely(voter, commit.getIndex()));
    }
    Voting.learnCommit(node, commit);
    return count(node, voter, granted);
  }

  /** Counts an answer, the node's own included. */
  final Role count(NodeState node, long voter, boolean granted) {
    tally.record(voter, granted);
    return result(node);
  }

  /** Returns the next role by the answers so far. */
  final Role result(NodeState node) {
    // A committed change that is not applied may remove the node as a voter, or add voters that it
    // has not asked.
    if (!node.isElectable()) {
      return notElectable(node);
    }
    return switch (node.configuration().voters().result(tally)) {
      case WON -> won(node);
      case LOST -> Follower.withoutLeader();
      case PENDING -> this;
    };
  }

  @Override
  final Role onVote(NodeState node, Message message) {
    Voting.learnCommit(node, message.getVote().getCommit());
    // A node that votes for another candidate waits for it, as any voter does. If it went on
    // campaigning, it might end that candidate's term before it has begun.
    boolean granted = Voting.answer(node, message, 0);
    return granted ? Follower.withoutLeader() : result(node);
  }

  @Override
  final Role onPreVote(NodeState node, Message message) {
    super.onPreVote(node, message);
    return result(node);
  }

  // The term has a leader.

  @Override
  final Role onAppend(NodeState node, Message message) {
    return Follower.of(message.getFrom()).onAppend(node, message);
  }

  @Override
  final Role onHeartbeat(NodeState node, Message message) {
    return Follower.of(message.getFrom()).onHeartbeat(node, message);
  }

  @Override
  final Role onInstallSnapshot(NodeState node, Message message) {
    return Follower.of(message.getFrom()).onInstallSnapshot(node, message);
  }

  @Override
  final Role onTimeoutNow(NodeState node, Message message) {
    return Follower.of(message.getFrom()).onTimeoutNow(node, message);
  }

  @Override
  final ProposeResult propose(NodeState node, List<ByteString> payloads) {
    return new ProposeResult.Rejected(ProposeResult.Reason.NOT_LEADER, 0);
  }
}
