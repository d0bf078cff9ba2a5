package io.tickraft.core.raft;

import io.tickraft.core.DropReason;
import io.tickraft.core.validate.MessageValidator;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.HeartbeatResponse;
import io.tickraft.proto.InstallSnapshotResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.Message.BodyCase;
import java.util.function.UnaryOperator;

/** Handles the term of a message, before its body is looked at (Raft paper, section 5.1). */
final class TermRule {

  private TermRule() {}

  /**
   * Enters the later term of a message.
   *
   * @return a follower: of the sender if only leaders send such messages; otherwise without a
   *     leader
   */
  static Role adopt(NodeState node, Message message) {
    node.enterTerm(message.getTerm());
    if (isFromLeader(message)) {
      node.timer.restart(message.getTerm());
      return Follower.of(message.getFrom());
    }
    // The election timer is not restarted: otherwise candidates whose logs are behind would keep
    // raising the term, and nodes that could win would never campaign.
    return Follower.withoutLeader();
  }

  /**
   * Handles a message of an earlier term: the node answers leaders and candidates with its own term
   * (Raft paper, figure 2) and drops everything else. Without the answer to a leader, a node that
   * returns with a later term could neither follow the leader nor reach it. Without the answer to a
   * candidate, a candidate that the others do not count as a member would never learn their term:
   * whenever it campaigns, they may campaign too, and its term might stay behind for ever.
   */
  static void answerStale(NodeState node, Message message) {
    switch (message.getBodyCase()) {
      case APPEND ->
          sendTerm(node, message, m -> m.setAppendResponse(AppendResponse.getDefaultInstance()));
      case HEARTBEAT ->
          sendTerm(
              node, message, m -> m.setHeartbeatResponse(HeartbeatResponse.getDefaultInstance()));
      case INSTALL_SNAPSHOT ->
          sendTerm(
              node,
              message,
              m -> m.setInstallSnapshotResponse(InstallSnapshotResponse.getDefaultInstance()));
      case VOTE -> Voting.answerStale(node, message);
      default -> node.drop(message, DropReason.STALE_TERM);
    }
  }

  private static void sendTerm(
      NodeState node, Message message, UnaryOperator<Message.Builder> emptyAnswer) {
    node.outbox.send(node.message(message.getFrom(), emptyAnswer), Outbox.After.TERM);
  }

  /**
   * Returns whether a message is an answer with a term. Of an answer in a later term than the
   * node's only the term matters, as the node has asked nothing in that term.
   */
  static boolean isAnswer(BodyCase body) {
    return switch (body) {
      case APPEND_RESPONSE,
          HEARTBEAT_RESPONSE,
          PRE_VOTE_RESPONSE,
          VOTE_RESPONSE,
          INSTALL_SNAPSHOT_RESPONSE,
          TIMEOUT_NOW_RESPONSE ->
          true;
      // Requests, and the answers that have no term.
      case APPEND,
          HEARTBEAT,
          PRE_VOTE,
          VOTE,
          INSTALL_SNAPSHOT,
          TIMEOUT_NOW,
          PROPOSE,
          PROPOSE_RESPONSE,
          READ_INDEX,
          READ_INDEX_RESPONSE,
          TRANSFER_LEADER,
          TRANSFER_LEADER_RESPONSE,
          BODY_NOT_SET ->
          false;
    };
  }

  /**
   * Returns whether the term rule applies to a message. A pre-vote and its answer are about the
   * term of a campaign that may never begin, so they are never stale. Only a rejection from a voter
   * in a later term moves the node to that term.
   */
  static boolean appliesTo(NodeState node, Message message, BodyCase body) {
    return switch (body) {
      case PRE_VOTE -> false;
      case PRE_VOTE_RESPONSE ->
          message.getPreVoteResponse().hasRejected() && message.getTerm() > node.term();
      default -> !MessageValidator.isOutsideTerms(body);
    };
  }

  private static boolean isFromLeader(Message message) {
    return switch (message.getBodyCase()) {
      case APPEND, HEARTBEAT, INSTALL_SNAPSHOT, TIMEOUT_NOW -> true;
      default -> false;
    };
  }
}
