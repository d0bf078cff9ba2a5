package io.tickraft.core.raft;

import io.tickraft.core.DropReason;
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
      case APPEND_RESPONSE, HEARTBEAT_RESPONSE, VOTE_RESPONSE, INSTALL_SNAPSHOT_RESPONSE -> true;
      default -> false;
    };
  }

  private static boolean isFromLeader(Message message) {
    return switch (message.getBodyCase()) {
      case APPEND, HEARTBEAT, INSTALL_SNAPSHOT -> true;
      default -> false;
    };
  }
}
