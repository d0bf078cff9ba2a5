package io.tickraft.core.raft;

import io.tickraft.core.Digest;
import io.tickraft.core.TransferResult;
import io.tickraft.core.membership.Configuration;
import io.tickraft.proto.Message;
import io.tickraft.proto.RequestId;
import io.tickraft.proto.TransferLeaderResponse;
import io.tickraft.proto.TransferRejectReason;
import java.util.Map;
import java.util.TreeMap;

/**
 * The requests for a transfer that other nodes have sent to this node as their leader. The network
 * may duplicate a request. The copy must not start a second transfer: the first one was rejected,
 * or has started the transfer.
 */
final class TransferRequests {

  /** The request for which the last transfer was started, and the node that sent it; 0: none. */
  private RequestId started = RequestId.getDefaultInstance();

  private long startedFor;

  /** The last answered request of each member, and of the last other node that asked. */
  private final Map<Long, RequestId> answered = new TreeMap<>();

  TransferRequests() {}

  TransferRequests copy() {
    TransferRequests copy = new TransferRequests();
    copy.started = started;
    copy.startedFor = startedFor;
    copy.answered.putAll(answered);
    return copy;
  }

  void digest(Digest digest) {
    digest.id(startedFor);
    if (startedFor != 0) {
      digest.message(started);
    }
    digest.unordered(
        answered.entrySet(), (answer, d) -> d.id(answer.getKey()).message(answer.getValue()));
  }

  /** This request has just started a transfer. */
  void started(Message question) {
    started = question.getTransferLeader().getRequest();
    startedFor = question.getFrom();
  }

  /** This node's own host has just started a transfer. */
  void startedForOwnHost() {
    startedFor = 0;
  }

  /** Returns whether this request started the last transfer. */
  boolean isStarted(Message question) {
    return question.getFrom() == startedFor
        && question.getTransferLeader().getRequest().equals(started);
  }

  /** Records that this request is answered. */
  void answered(Message question, Configuration configuration) {
    long from = question.getFrom();
    answered.keySet().removeIf(id -> id != from && !configuration.isMember(id));
    answered.put(from, question.getTransferLeader().getRequest());
  }

  /** Returns whether this request, or a later one of its sender, was answered. */
  boolean isAnswered(Message question) {
    RequestId last = answered.get(question.getFrom());
    RequestId asked = question.getTransferLeader().getRequest();
    return last != null
        && (asked.getIncarnation() == last.getIncarnation()
            ? asked.getSequence() <= last.getSequence()
            : asked.getIncarnation() < last.getIncarnation());
  }

  static void answer(NodeState node, Message question, TransferResult result) {
    TransferLeaderResponse.Builder response =
        TransferLeaderResponse.newBuilder().setRequest(question.getTransferLeader().getRequest());
    if (result instanceof TransferResult.Rejected rejected) {
      response.setRejected(
          TransferLeaderResponse.Rejected.newBuilder()
              .setReason(wire(rejected.reason()))
              .setLeader(rejected.leader())
              .build());
    } else {
      response.setStarted(TransferLeaderResponse.Started.getDefaultInstance());
    }
    node.outbox.send(
        node.message(
            question.getFrom(), m -> m.clearTerm().setTransferLeaderResponse(response.build())),
        Outbox.After.TERM);
  }

  private static TransferRejectReason wire(TransferResult.Reason reason) {
    return switch (reason) {
      case NO_LEADER, NOT_LEADER, OUTBOX_FULL ->
          TransferRejectReason.TRANSFER_REJECT_REASON_NOT_LEADER;
      case ALREADY_LEADER -> TransferRejectReason.TRANSFER_REJECT_REASON_ALREADY_LEADER;
      case NOT_A_VOTER -> TransferRejectReason.TRANSFER_REJECT_REASON_NOT_A_VOTER;
      case IN_PROGRESS -> TransferRejectReason.TRANSFER_REJECT_REASON_IN_PROGRESS;
    };
  }
}
