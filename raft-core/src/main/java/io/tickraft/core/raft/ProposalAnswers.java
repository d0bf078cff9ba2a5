package io.tickraft.core.raft;

import io.tickraft.core.ProposeResult;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.Message;
import io.tickraft.proto.ProposeRejectReason;
import io.tickraft.proto.ProposeResponse;

/**
 * Answers to proposals that another node forwarded. Like the proposals, they are outside of terms.
 */
final class ProposalAnswers {

  private ProposalAnswers() {}

  static void answer(NodeState node, Message proposal, ProposeResult result) {
    if (result instanceof ProposeResult.Accepted accepted) {
      EntryId first = NodeState.proto(accepted.term(), accepted.firstIndex());
      send(
          node,
          proposal,
          ProposeResponse.newBuilder()
              .setAccepted(
                  ProposeResponse.Accepted.newBuilder()
                      .setFirst(first)
                      .setCount(accepted.lastIndex() - accepted.firstIndex() + 1)
                      .build()));
    } else if (result instanceof ProposeResult.Rejected rejected) {
      reject(node, proposal, wire(rejected.reason()), node.id());
    }
  }

  private static ProposeRejectReason wire(ProposeResult.Reason reason) {
    return switch (reason) {
      case NOT_LEADER, OUTBOX_FULL -> ProposeRejectReason.PROPOSE_REJECT_REASON_NOT_LEADER;
      // The sender handles both alike: it waits.
      case UNCOMMITTED_LIMIT, UNSTABLE_LIMIT ->
          ProposeRejectReason.PROPOSE_REJECT_REASON_UNCOMMITTED_LIMIT;
      case TRANSFERRING -> ProposeRejectReason.PROPOSE_REJECT_REASON_TRANSFERRING;
      case TOO_LARGE -> ProposeRejectReason.PROPOSE_REJECT_REASON_TOO_LARGE;
      case LEAVING -> ProposeRejectReason.PROPOSE_REJECT_REASON_LEAVING;
    };
  }

  static void reject(NodeState node, Message proposal, ProposeRejectReason reason, long leader) {
    send(
        node,
        proposal,
        ProposeResponse.newBuilder()
            .setRejected(
                ProposeResponse.Rejected.newBuilder().setReason(reason).setLeader(leader).build()));
  }

  private static void send(NodeState node, Message proposal, ProposeResponse.Builder response) {
    node.outbox.send(
        node.message(
            proposal.getFrom(),
            m ->
                m.clearTerm()
                    .setProposeResponse(
                        response.setRequest(proposal.getPropose().getRequest()).build())),
        Outbox.After.TERM);
  }
}
