package io.tickraft.core.raft;

import io.tickraft.core.DropReason;
import io.tickraft.core.RoleName;
import io.tickraft.core.membership.Configuration;
import io.tickraft.core.quorum.Tally;
import io.tickraft.proto.Message;
import io.tickraft.proto.PreVote;
import io.tickraft.proto.PreVoteResponse;

/**
 * Asks the voters whether they would elect it, without changing its term or vote (thesis 9.6): a
 * node that could not win does not disturb the others with a later term.
 */
final class PreCandidate extends Campaigner {

  private PreCandidate(Tally tally) {
    super(tally);
  }

  /**
   * Asks all other voters. The node's own pre-vote promises nothing, so it counts without a write.
   */
  static Role start(NodeState node) {
    node.timer.restart(node.term());
    PreVote request =
        PreVote.newBuilder()
            .setCampaignTerm(node.term() + 1)
            .setLast(NodeState.proto(node.log.last()))
            .setCommit(NodeState.proto(node.log.committedId()))
            .setPriority(node.config.priority())
            .build();
    Voting.askVoters(node, Configuration.NONE, m -> m.setPreVote(request), Outbox.After.TERM);
    return new PreCandidate(new Tally()).count(node, node.id(), true);
  }

  @Override
  RoleName name() {
    return RoleName.PRE_CANDIDATE;
  }

  @Override
  Role copy() {
    return new PreCandidate(copyOfTally());
  }

  @Override
  Role notElectable(NodeState node) {
    return Follower.withoutLeader();
  }

  @Override
  Role won(NodeState node) {
    return Candidate.start(node, false);
  }

  @Override
  Role onPreVoteResponse(NodeState node, Message message) {
    PreVoteResponse response = message.getPreVoteResponse();
    if (response.getCampaignTerm() != node.term() + 1) {
      node.drop(message, DropReason.STALE_ANSWER);
      return this;
    }
    return answered(
        node,
        message.getFrom(),
        response.getResultCase() == PreVoteResponse.ResultCase.GRANTED,
        response.getRejected().getReason(),
        response.getCommit());
  }
}
