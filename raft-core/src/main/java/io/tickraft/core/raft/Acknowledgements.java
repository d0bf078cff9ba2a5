package io.tickraft.core.raft;

import io.tickraft.core.DropReason;
import io.tickraft.core.LogId;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.progress.Progress;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.InstallSnapshotResponse;
import io.tickraft.proto.Message;

/**
 * Processes the members' answers to appends and snapshots (Raft paper, figure 2, rules for
 * leaders). The leader's acknowledgement of its own persisted entries takes the same path.
 */
final class Acknowledgements {

  private Acknowledgements() {}

  /** A member answers an append. */
  static void appendAnswered(NodeState node, Progress member, Message message) {
    AppendResponse response = message.getAppendResponse();
    switch (response.getResultCase()) {
      case ACCEPTED ->
          matched(node, member, message, response.getAccepted().getMatch(), response.getCommit());
      case REJECTED -> rejected(node, member, message);
      case RESULT_NOT_SET -> node.drop(message, DropReason.STALE_ANSWER);
    }
  }

  /** A member answers a snapshot. */
  static void snapshotAnswered(NodeState node, Progress member, Message message) {
    InstallSnapshotResponse response = message.getInstallSnapshotResponse();
    switch (response.getResultCase()) {
      case INSTALLED -> {
        long match = response.getInstalled().getMatch();
        matched(node, member, message, match, match);
      }
      case REFUSED -> {
        PeerStatus.State before = member.state();
        boolean current = member.snapshotFailed(response.getAttempt());
        heardOrDropped(node, member, message, current);
        Replication.report(node, member, before);
      }
      case RESULT_NOT_SET -> node.drop(message, DropReason.STALE_ANSWER);
    }
  }

  private static void matched(
      NodeState node, Progress member, Message message, long match, long commit) {
    if (match > node.log.lastIndex()) {
      node.drop(message, DropReason.LOST_STATE);
    } else {
      member.heard(node.clock.receivedAt());
      member.commitPersisted(commit);
      acknowledged(node, member, match, commit);
    }
  }

  /** A member's log, the leader's own included, is durable up to {@code match}. */
  static void acknowledged(NodeState node, Progress member, long match, long commit) {
    PeerStatus.State before = member.state();
    // In REPLICATE the first index does not matter, and the storage need not be asked for it.
    boolean replicates = before == PeerStatus.State.REPLICATE;
    member.acknowledged(match, commit, replicates ? 0 : node.log.firstIndex());
    Replication.report(node, member, before);
  }

  private static void rejected(NodeState node, Progress member, Message message) {
    AppendResponse.Rejected rejected = message.getAppendResponse().getRejected();
    // Both sides skip entries that cannot match: the follower those of a later term than the
    // leader's entry, the leader those of a later term than the follower's. So a probe costs one
    // rejection for each term in conflict, not one for each entry (Raft paper, end of section 5.3).
    LogId next = node.log.lastNotAbove(rejected.getHint().getIndex(), rejected.getHint().getTerm());
    PeerStatus.State before = member.state();
    long hintedNext = Math.min(next.index(), rejected.getHint().getIndex()) + 1;
    boolean news =
        member.rejected(rejected.getPrevIndex(), hintedNext, rejected.getWantsSnapshot());
    heardOrDropped(node, member, message, news);
    Replication.report(node, member, before);
  }

  private static void heardOrDropped(
      NodeState node, Progress member, Message message, boolean news) {
    if (news) {
      member.heard(node.clock.receivedAt());
    } else {
      node.drop(message, DropReason.STALE_ANSWER);
    }
  }
}
