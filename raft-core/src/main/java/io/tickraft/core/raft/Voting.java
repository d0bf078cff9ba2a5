package io.tickraft.core.raft;

import io.tickraft.core.EntryId;
import io.tickraft.core.RaftEvent;
import io.tickraft.proto.Message;
import io.tickraft.proto.Vote;
import io.tickraft.proto.VoteRejectReason;
import io.tickraft.proto.VoteResponse;

/**
 * The rule for granting votes, which is the same in all roles (Raft paper, figure 2, RequestVote;
 * sections 5.2 and 5.4.1).
 *
 * <p>Learners and nodes outside of the configuration vote too: a node may be a voter already and
 * not know it yet (thesis 4.1 and 4.2.2).
 */
final class Voting {

  private static final VoteResponse.Granted GRANTED = VoteResponse.Granted.getDefaultInstance();

  private Voting() {}

  /**
   * Answers a request for the node's vote in its own term.
   *
   * @param leader the leader of the term; 0 if none is known
   */
  static void answer(NodeState node, Message message, long leader) {
    long candidate = message.getFrom();
    Vote request = message.getVote();
    VoteRejectReason refusal = refusal(node, candidate, request, leader);
    VoteResponse.Builder response =
        VoteResponse.newBuilder().setCommit(NodeState.proto(node.log.committedId()));
    boolean granted = refusal == VoteRejectReason.VOTE_REJECT_REASON_UNSPECIFIED;
    if (granted) {
      node.voteFor(candidate);
      node.timer.restart(node.term());
      response.setGranted(GRANTED);
    } else {
      response.setRejected(VoteResponse.Rejected.newBuilder().setReason(refusal).build());
    }
    node.outbox.send(
        node.message(candidate, m -> m.setVoteResponse(response.build())), Outbox.After.WRITE);
    if (node.events.enabled()) {
      node.events.add(new RaftEvent.VoteAnswered(node.term(), candidate, granted));
    }
  }

  /** Why the vote is refused; UNSPECIFIED if it is not. */
  private static VoteRejectReason refusal(
      NodeState node, long candidate, Vote request, long leader) {
    if (node.vote() != 0 && node.vote() != candidate) {
      return VoteRejectReason.VOTE_REJECT_REASON_ALREADY_VOTED;
    }
    if (leader != 0 && node.vote() == 0) {
      return VoteRejectReason.VOTE_REJECT_REASON_LEADER_KNOWN;
    }
    EntryId last = new EntryId(request.getLast().getTerm(), request.getLast().getIndex());
    if (!last.isUpToDateWith(node.log.last())) {
      return VoteRejectReason.VOTE_REJECT_REASON_LOG_BEHIND;
    }
    return VoteRejectReason.VOTE_REJECT_REASON_UNSPECIFIED;
  }
}
