package io.tickraft.core.raft;

import io.tickraft.core.Digest;
import io.tickraft.core.progress.Progress;
import io.tickraft.proto.Message;

/**
 * A leader's order to the target of a transfer to campaign, once the target holds all entries of
 * the leader (thesis 3.10). The order may be lost, so it is repeated with each regular heartbeat.
 */
final class TransferOrder {

  /** Whether the order was sent since the last heartbeat. */
  private boolean given;

  TransferOrder() {}

  TransferOrder copy() {
    TransferOrder copy = new TransferOrder();
    copy.given = given;
    return copy;
  }

  void digest(Digest digest) {
    digest.flag(given);
  }

  /** A transfer begins, or a heartbeat is due: the order is to be sent, or sent again. */
  void renew() {
    given = false;
  }

  /** Sends the order if there is a transfer and its target holds all entries of the leader. */
  void giveIfDue(NodeState node, Replication replication) {
    if (!node.transfer.isInProgress() || given) {
      return;
    }
    Progress target = replication.of(node.transfer.target());
    if (target != null && target.match() == node.log.lastIndex()) {
      given = true;
      Handover.order(node, target.id(), node.log.last());
    }
  }

  /**
   * Returns whether a message is the target's refusal of the current order. A target that lacks
   * entries has no current order: its refusal is a late one.
   */
  static boolean isRefusedBy(NodeState node, Progress member, Message message) {
    return node.transfer.target() == member.id()
        && member.match() == node.log.lastIndex()
        && message.getTimeoutNowResponse().getLast().equals(NodeState.proto(node.log.last()));
  }
}
