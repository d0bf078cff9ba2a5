package io.tickraft.core.raft;

import io.tickraft.core.DropReason;
import io.tickraft.core.validate.MessageValidator;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.HeartbeatResponse;
import io.tickraft.proto.InstallSnapshotResponse;
import io.tickraft.proto.Message;
import java.util.function.UnaryOperator;

/** What the term of a message does, before its body is looked at (Raft paper, section 5.1). */
final class TermRule {

  private TermRule() {}

  /**
   * Enters the later term of a message.
   *
   * @return the role in it: a follower of the sender, if only a leader sends such a message
   */
  static Role adopt(NodeState node, Message message) {
    node.enterTerm(message.getTerm());
    if (isFromLeader(message)) {
      node.timer.restart(message.getTerm());
      return Follower.of(message.getFrom());
    }
    // The term alone is no reason to wait longer: candidates that cannot win, as their logs are
    // behind, would go on raising the term and keep those waiting that can.
    return Follower.withoutLeader();
  }

  /**
   * Deals with a message of an earlier term: leaders and candidates are told that their term is
   * over (Raft paper, figure 2), everything else is dropped. A node that came back with a later
   * term would get nothing from the leader and could not get through to it either. A candidate that
   * is not a member for those it asks would hear of their terms from nobody: each time it tries, so
   * do they, and it might stay behind for ever.
   */
  static void answerStale(NodeState node, Message message) {
    switch (message.getBodyCase()) {
      case APPEND ->
          tellTerm(node, message, m -> m.setAppendResponse(AppendResponse.getDefaultInstance()));
      case HEARTBEAT ->
          tellTerm(
              node, message, m -> m.setHeartbeatResponse(HeartbeatResponse.getDefaultInstance()));
      case INSTALL_SNAPSHOT ->
          tellTerm(
              node,
              message,
              m -> m.setInstallSnapshotResponse(InstallSnapshotResponse.getDefaultInstance()));
      case VOTE -> Voting.answerStale(node, message);
      default -> node.drop(message, DropReason.STALE_TERM);
    }
  }

  private static void tellTerm(
      NodeState node, Message message, UnaryOperator<Message.Builder> emptyAnswer) {
    node.outbox.send(node.message(message.getFrom(), emptyAnswer), Outbox.After.TERM);
  }

  /**
   * Returns whether a message answers another one, so that all it has to say to a later term is it.
   */
  static boolean isAnswer(Message message) {
    return switch (message.getBodyCase()) {
      case APPEND_RESPONSE,
          HEARTBEAT_RESPONSE,
          PRE_VOTE_RESPONSE,
          VOTE_RESPONSE,
          INSTALL_SNAPSHOT_RESPONSE,
          TIMEOUT_NOW_RESPONSE ->
          true;
      default -> false;
    };
  }

  /**
   * Returns whether a message is of its sender's term, and that term counts. A pre-vote and its
   * answer are about the term of a campaign that may never be. So they are never stale, and only an
   * answer that says no, as the voter is in a later term already, brings that term along.
   */
  static boolean isOfTerm(NodeState node, Message message) {
    return switch (message.getBodyCase()) {
      case PRE_VOTE -> false;
      case PRE_VOTE_RESPONSE ->
          message.getPreVoteResponse().hasRejected() && message.getTerm() > node.term();
      default -> !MessageValidator.isOutsideTerms(message.getBodyCase());
    };
  }

  private static boolean isFromLeader(Message message) {
    return switch (message.getBodyCase()) {
      case APPEND, HEARTBEAT, INSTALL_SNAPSHOT, TIMEOUT_NOW -> true;
      default -> false;
    };
  }
}
