package io.tickraft.core.raft;

import io.tickraft.core.DropReason;
import io.tickraft.core.validate.MessageValidator;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.HeartbeatResponse;
import io.tickraft.proto.InstallSnapshotResponse;
import io.tickraft.proto.Message;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

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
   * Deals with a message of an earlier term: a leader is told that its term is over, or a node that
   * came back with a later term would get nothing from it and could not get through to it either;
   * everything else is dropped.
   */
  static void answerStale(NodeState node, Message message) {
    @Nullable UnaryOperator<Message.Builder> answer =
        switch (message.getBodyCase()) {
          case APPEND -> m -> m.setAppendResponse(AppendResponse.getDefaultInstance());
          case HEARTBEAT -> m -> m.setHeartbeatResponse(HeartbeatResponse.getDefaultInstance());
          case INSTALL_SNAPSHOT ->
              m -> m.setInstallSnapshotResponse(InstallSnapshotResponse.getDefaultInstance());
          default -> null;
        };
    if (answer == null) {
      node.drop(message, DropReason.STALE_TERM);
    } else {
      node.outbox.send(node.message(message.getFrom(), answer), Outbox.After.TERM);
    }
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
