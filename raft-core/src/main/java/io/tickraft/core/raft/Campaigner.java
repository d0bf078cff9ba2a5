package io.tickraft.core.raft;

import com.google.protobuf.ByteString;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.quorum.Tally;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.Message;
import io.tickraft.proto.VoteRejectReason;
import java.util.List;

/** Asks all voters the same, and goes on when a quorum has said yes. */
abstract sealed class Campaigner extends Role permits PreCandidate, Candidate {

  private final Tally tally;

  Campaigner(Tally tally) {
    this.tally = tally;
  }

  /** Returns the answers so far, to go their own way. */
  final Tally copyOfTally() {
    return tally.copy();
  }

  /** The node learns that it may not be elected, not before it has applied a change at least. */
  abstract Role notElectable(NodeState node);

  /** A quorum has said yes. */
  abstract Role won(NodeState node);

  @Override
  final long leader(NodeState node) {
    return 0;
  }

  @Override
  final void tick(NodeState node) {
    node.timer.tick();
  }

  @Override
  final Role actOnTimeouts(NodeState node) {
    if (!node.timer.hasTimedOut()) {
      return this;
    }
    Role next = campaign(node);
    // For so long it waits for its state machine, and no longer.
    return node.isElectable() ? next : Follower.withoutLeader();
  }

  /**
   * A voter answers.
   *
   * @param refusal why it refuses; UNSPECIFIED if it grants
   * @param commit the entry at its commit index
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

  /** Returns the role that follows the answers so far. */
  final Role result(NodeState node) {
    // A change that is committed and not applied may have taken the node's vote away, or brought in
    // voters that it does not ask.
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
    // Whoever votes for another waits for it, as any voter does. Were it to go on asking, it might
    // end that one's term before it has begun.
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
