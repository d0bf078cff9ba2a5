package io.tickraft.core.raft;

import com.google.protobuf.ByteString;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RoleName;
import io.tickraft.core.membership.Configuration;
import io.tickraft.core.quorum.Tally;
import io.tickraft.proto.Message;
import io.tickraft.proto.ProposeRejectReason;
import io.tickraft.proto.Vote;
import io.tickraft.proto.VoteResponse;
import java.util.List;

/** Asks for votes in its term (Raft paper, section 5.2). */
final class Candidate extends Role {

  private final Tally tally;

  private Candidate(Tally tally) {
    this.tally = tally;
  }

  /** Starts a campaign in the next term. The node's own vote counts once it is persisted. */
  static Candidate start(NodeState node) {
    node.enterTerm(node.term() + 1);
    node.voteFor(node.id());
    node.timer.restart(node.term());
    Vote request =
        Vote.newBuilder()
            .setLast(NodeState.proto(node.log.last()))
            .setCommit(NodeState.proto(node.log.committedId()))
            .build();
    Configuration configuration = node.configuration();
    for (int i = 0; i < configuration.memberCount(); i++) {
      long member = configuration.member(i);
      if (member != node.id() && configuration.isVoter(member)) {
        // Not before the write: a vote that is granted to a campaign which this node then forgets
        // would count for its next campaign in the same term, with a shorter log perhaps.
        node.outbox.send(node.message(member, m -> m.setVote(request)), Outbox.After.WRITE);
      }
    }
    return new Candidate(new Tally());
  }

  @Override
  RoleName name() {
    return RoleName.CANDIDATE;
  }

  @Override
  Role copy() {
    return new Candidate(tally.copy());
  }

  @Override
  long leader(NodeState node) {
    return 0;
  }

  @Override
  Role tick(NodeState node) {
    return node.timer.tick() ? campaign(node) : this;
  }

  @Override
  Role campaign(NodeState node) {
    return node.mayCampaign() ? start(node) : Follower.withoutLeader().campaign(node);
  }

  @Override
  Role onVoteResponse(NodeState node, Message message) {
    VoteResponse response = message.getVoteResponse();
    return count(
        node, message.getFrom(), response.getResultCase() == VoteResponse.ResultCase.GRANTED);
  }

  @Override
  Role persisted(NodeState node) {
    return node.hasDurablyVotedForItself() ? count(node, node.id(), true) : this;
  }

  private Role count(NodeState node, long voter, boolean granted) {
    tally.record(voter, granted);
    return switch (node.configuration().voters().result(tally)) {
      case WON -> Leader.elected(node);
      case LOST -> Follower.withoutLeader();
      case PENDING -> this;
    };
  }

  // Another node has won the term.

  @Override
  Role onAppend(NodeState node, Message message) {
    return Follower.of(message.getFrom()).onAppend(node, message);
  }

  @Override
  Role onHeartbeat(NodeState node, Message message) {
    return Follower.of(message.getFrom()).onHeartbeat(node, message);
  }

  @Override
  Role onInstallSnapshot(NodeState node, Message message) {
    return Follower.of(message.getFrom()).onInstallSnapshot(node, message);
  }

  @Override
  ProposeResult propose(NodeState node, List<ByteString> payloads) {
    return new ProposeResult.Rejected(ProposeResult.Reason.NOT_LEADER, 0);
  }

  @Override
  Role onPropose(NodeState node, Message message) {
    ProposalAnswers.reject(node, message, ProposeRejectReason.PROPOSE_REJECT_REASON_NOT_LEADER, 0);
    return this;
  }
}
