package io.tickraft.core.raft;

import io.tickraft.core.Digest;
import io.tickraft.core.DropReason;
import io.tickraft.core.RoleName;
import io.tickraft.core.membership.Configuration;
import io.tickraft.core.quorum.Tally;
import io.tickraft.proto.Message;
import io.tickraft.proto.Vote;
import io.tickraft.proto.VoteRejectReason;
import io.tickraft.proto.VoteResponse;
import org.jspecify.annotations.Nullable;

/** Asks for votes in its term (Raft paper, section 5.2). */
final class Candidate extends Campaigner {

  private final boolean transfer;

  /** The configuration whose voters were asked. */
  private Configuration asked = Configuration.NONE;

  private Candidate(Tally tally, boolean transfer) {
    super(tally);
    this.transfer = transfer;
  }

  /**
   * Starts a campaign in the next term. The node's own vote counts once it is persisted.
   *
   * @param transfer whether the leader has ordered it
   */
  static Candidate start(NodeState node, boolean transfer) {
    node.enterTerm(node.term() + 1);
    node.voteFor(node.id());
    node.timer.restart(node.term());
    Candidate candidate = new Candidate(new Tally(), transfer);
    candidate.askVoters(node);
    return candidate;
  }

  /** Asks the voters that were not asked yet. */
  private void askVoters(NodeState node) {
    Vote request =
        Vote.newBuilder()
            .setLast(NodeState.proto(node.log.last()))
            .setCommit(NodeState.proto(node.log.committedId()))
            .setPriority(node.config.priority())
            .setTransfer(transfer)
            .build();
    // Not before the write: if this node forgot the campaign, a vote for it would count for its
    // next campaign in the same term, perhaps with a shorter log.
    Voting.askVoters(node, asked, m -> m.setVote(request), Outbox.After.WRITE);
    asked = node.configuration();
  }

  @Override
  RoleName name() {
    return RoleName.CANDIDATE;
  }

  @Override
  Role copy() {
    Candidate copy = new Candidate(copyOfTally(), transfer);
    copy.asked = asked;
    return copy;
  }

  @Override
  void digest(Digest digest, NodeState node) {
    super.digest(digest, node);
    digest.flag(transfer).message(asked.confState());
  }

  /**
   * Waits until the change is applied, and then counts the votes in the new configuration. A vote
   * is for the candidate and its log, whatever the configuration. If the campaign ended here, the
   * term could be without a leader although a quorum has granted its votes, for example after a
   * leader that stepped down ordered the campaign.
   *
   * <p>Of several changes, one may make this node a learner, and a later one a voter again. It does
   * not wait for that: only voters campaign, and the status is to say so at any time.
   */
  @Override
  Role notElectable(NodeState node) {
    boolean waits = node.hasChangeToApply() && node.configuration().isVoter(node.id());
    return waits ? this : Follower.withoutLeader();
  }

  @Override
  Role applied(NodeState node, @Nullable Configuration before) {
    if (node.isElectable()) {
      askVoters(node);
    }
    return result(node);
  }

  @Override
  Role won(NodeState node) {
    return Leader.elected(node);
  }

  @Override
  Role onVoteResponse(NodeState node, Message message) {
    VoteResponse response = message.getVoteResponse();
    if (response.getRejected().getReason() == VoteRejectReason.VOTE_REJECT_REASON_STALE_TERM) {
      // The voter refused a vote in an earlier term. It may still grant its vote in this term.
      node.drop(message, DropReason.STALE_ANSWER);
      return this;
    }
    return answered(
        node,
        message.getFrom(),
        response.getResultCase() == VoteResponse.ResultCase.GRANTED,
        response.getRejected().getReason(),
        response.getCommit());
  }

  @Override
  Role persisted(NodeState node) {
    return node.hasDurablyVotedForItself() ? count(node, node.id(), true) : this;
  }
}
