package io.tickraft.core.raft;

import com.google.protobuf.ByteString;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.quorum.Tally;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.Message;
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
    return node.timer.hasTimedOut() ? campaign(node) : this;
  }

  /**
   * A voter answers.
   *
   * @param commit the entry at its commit index
   */
  final Role answered(NodeState node, long voter, boolean granted, EntryId commit) {
    Voting.learnCommit(node, commit);
    // A change that is committed and not applied may have taken the node's vote away, or brought in
    // voters that it does not ask.
    return node.isElectable() ? count(node, voter, granted) : Follower.withoutLeader();
  }

  /** Counts an answer, the node's own included. */
  final Role count(NodeState node, long voter, boolean granted) {
    tally.record(voter, granted);
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
    return granted || !node.isElectable() ? Follower.withoutLeader() : this;
  }

  @Override
  final Role onPreVote(NodeState node, Message message) {
    super.onPreVote(node, message);
    return node.isElectable() ? this : Follower.withoutLeader();
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
