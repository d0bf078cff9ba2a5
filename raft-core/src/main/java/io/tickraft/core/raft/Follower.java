package io.tickraft.core.raft;

import com.google.protobuf.ByteString;
import io.tickraft.core.Digest;
import io.tickraft.core.DropReason;
import io.tickraft.core.LogId;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.ReadResult;
import io.tickraft.core.RoleName;
import io.tickraft.core.TransferResult;
import io.tickraft.core.log.LogSlice;
import io.tickraft.core.membership.Configuration;
import io.tickraft.core.validate.MessageSizes;
import io.tickraft.proto.Append;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.HeartbeatResponse;
import io.tickraft.proto.InstallSnapshotResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.Propose;
import io.tickraft.proto.ReadIndex;
import io.tickraft.proto.RequestId;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.TimeoutNowResponse;
import io.tickraft.proto.TransferLeader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows the leader of the term, or waits for one until it campaigns (Raft paper, section 5.2).
 */
final class Follower extends Role {

  private final long leader;

  /** The leader's order to campaign, which waits until a change is applied; null: none. */
  private final @Nullable CampaignOrder order;

  private Follower(long leader, @Nullable CampaignOrder order) {
    this.leader = leader;
    this.order = order;
  }

  /** Follows a leader. */
  static Follower of(long leader) {
    return new Follower(leader, null);
  }

  /** Waits for a leader. */
  static Follower withoutLeader() {
    return new Follower(0, null);
  }

  @Override
  RoleName name() {
    return RoleName.FOLLOWER;
  }

  @Override
  Role copy() {
    return this; // Immutable.
  }

  @Override
  void digest(Digest digest, NodeState node) {
    digest.id(leader).flag(order != null);
    if (order != null) {
      digest.message(order.last()).remaining(order.end() - node.clock.now());
    }
  }

  @Override
  long leader(NodeState node) {
    return leader;
  }

  @Override
  Role actOnTimeouts(NodeState node) {
    return node.timer.hasTimedOut() ? campaign(node) : this;
  }

  @Override
  long nextDeadline(NodeState node) {
    return node.timer.deadline();
  }

  @Override
  Role forgetLeader(NodeState node) {
    node.contact.forget();
    return leader == 0 ? this : withoutLeader();
  }

  // Messages from the leader.

  @Override
  Role onAppend(NodeState node, Message message) {
    Follower next = heard(node, message);
    if (next == null) {
      return this;
    }
    Append append = message.getAppend();
    LogSlice slice =
        new LogSlice(
            append.getPrev().getIndex(), append.getPrev().getTerm(), append.getEntriesList());
    // Everything up to the commit index matches, as the append does not contradict it.
    long match = Math.max(slice.lastIndex(), node.log.committed());
    AppendResponse rejection =
        isJoining(node)
            ? wantsSnapshot(node, slice.prevIndex())
            : takeOver(node, slice, append.getCommit());
    node.logHasGrown();
    if (rejection != null || !append.getNeedsNoAnswer()) {
      AppendResponse response = rejection != null ? rejection : accepted(node, match);
      node.outbox.send(node.message(message.getFrom(), response), Outbox.After.WRITE);
    }
    return next;
  }

  /**
   * Returns whether the node has no configuration yet and no pending snapshot that brings one. If
   * it replayed the log from the start, its configuration would lack the group's first members.
   */
  private static boolean isJoining(NodeState node) {
    return node.configuration().isEmpty()
        && !node.membership.isApplying()
        && !node.log.hasUnstableSnapshot();
  }

  private static AppendResponse wantsSnapshot(NodeState node, long prevIndex) {
    return rejected(
        node, AppendResponse.Rejected.newBuilder().setPrevIndex(prevIndex).setWantsSnapshot(true));
  }

  /** Takes over the leader's entries and commit index, and returns null; or returns a rejection. */
  private static @Nullable AppendResponse takeOver(
      NodeState node, LogSlice slice, long leaderCommit) {
    long committed = node.log.committed();
    if (slice.lastIndex() <= committed) {
      return null; // All its entries are committed here, so they match.
    }
    LogSlice news = slice.prevIndex() < committed ? slice.after(committed) : slice;
    if (!node.log.matches(news.prevIndex(), news.prevTerm())) {
      return differsAt(node, news.prevIndex(), news.prevTerm());
    }
    long last = node.log.lastIndex();
    long truncated = node.log.append(news);
    if (truncated != 0 && node.events.enabled()) {
      node.events.add(new RaftEvent.LogTruncated(truncated, last));
    }
    // Not above the last entry that this message has shown to match (Raft paper, figure 2,
    // AppendEntries, 5).
    node.log.commitTo(Math.min(leaderCommit, news.lastIndex()));
    return null;
  }

  /** Rejects an append: at {@code index} the log has another entry than the leader's, or none. */
  private static AppendResponse differsAt(NodeState node, long index, long term) {
    LogId hint = node.log.lastNotAbove(index, term);
    return rejected(
        node,
        AppendResponse.Rejected.newBuilder().setPrevIndex(index).setHint(NodeState.proto(hint)));
  }

  private static AppendResponse accepted(NodeState node, long match) {
    return AppendResponse.newBuilder()
        .setAccepted(AppendResponse.Accepted.newBuilder().setMatch(match).build())
        .setCommit(node.log.committed())
        .build();
  }

  private static AppendResponse rejected(NodeState node, AppendResponse.Rejected.Builder why) {
    return AppendResponse.newBuilder()
        .setRejected(why.build())
        .setCommit(node.log.committed())
        .build();
  }

  @Override
  Role onHeartbeat(NodeState node, Message message) {
    Follower next = heard(node, message);
    if (next == null) {
      return this;
    }
    long commit = message.getHeartbeat().getCommit();
    if (commit > node.log.lastIndex()) {
      lost(node, message, commit);
      return next;
    }
    node.log.commitTo(commit);
    HeartbeatResponse response =
        HeartbeatResponse.newBuilder().setRound(message.getHeartbeat().getRound()).build();
    node.outbox.send(node.message(message.getFrom(), response), Outbox.After.TERM);
    return next;
  }

  /**
   * A heartbeat's commit index is above the last index. A leader sends no commit index above the
   * member's match index, so this node has lost entries that it had acknowledged. It answers with
   * the rejection of an append after that index, not with a heartbeat response: otherwise the
   * leader would never send the lost entries again.
   */
  private static void lost(NodeState node, Message message, long commit) {
    node.drop(message, DropReason.LOST_STATE);
    node.lost(commit, message.getFrom());
    AppendResponse response =
        isJoining(node) ? wantsSnapshot(node, commit) : differsAt(node, commit, message.getTerm());
    node.outbox.send(node.message(message.getFrom(), response), Outbox.After.WRITE);
  }

  @Override
  Role onInstallSnapshot(NodeState node, Message message) {
    Follower next = heard(node, message);
    if (next == null) {
      return this;
    }
    Snapshot snapshot = message.getInstallSnapshot().getSnapshot();
    long index = snapshot.getMetadata().getIndex();
    long term = snapshot.getMetadata().getTerm();
    if (index > node.log.committed()) {
      if (node.log.matches(index, term)) {
        // The log holds all entries that the snapshot covers. Entries after them are kept.
        node.log.commitTo(index);
      } else {
        node.log.restore(snapshot);
        if (node.events.enabled()) {
          node.events.add(new RaftEvent.SnapshotAccepted(new LogId(term, index)));
        }
        node.logHasGrown();
      }
    }
    InstallSnapshotResponse response =
        InstallSnapshotResponse.newBuilder()
            .setAttempt(message.getInstallSnapshot().getAttempt())
            .setSnapshot(NodeState.proto(term, index))
            .setInstalled(
                InstallSnapshotResponse.Installed.newBuilder()
                    .setMatch(node.log.committed())
                    .build())
            .build();
    node.outbox.send(
        node.message(message.getFrom(), m -> m.setInstallSnapshotResponse(response)),
        Outbox.After.WRITE);
    return next;
  }

  /**
   * Records that the leader of the term was heard.
   *
   * @return a follower of the sender; null if the term has another leader, which Raft excludes
   */
  private @Nullable Follower heard(NodeState node, Message message) {
    if (leader != 0 && leader != message.getFrom()) {
      node.drop(message, DropReason.SECOND_LEADER);
      return null;
    }
    node.timer.leaderHeard();
    node.contact.heard(message.getFrom());
    return leader == 0 ? of(message.getFrom()) : this;
  }

  @Override
  Role onTimeoutNow(NodeState node, Message message) {
    Follower next = heard(node, message);
    if (next == null) {
      return this;
    }
    return next.obey(
        node,
        new CampaignOrder(
            message.getTimeoutNow().getLast(), node.clock.now() + node.config.electionTicks()));
  }

  /**
   * Campaigns by order of the leader: at once, or after a pending change or snapshot is applied.
   */
  private Role obey(NodeState node, CampaignOrder given) {
    if (!given.last().equals(NodeState.proto(node.log.last()))) {
      // The order is an old one, or this node's log is not the one that the leader expects.
      return refuse(node, given, TimeoutNowResponse.Reason.REASON_LOG_DIFFERS);
    }
    if (node.hasChangeToApply()) {
      // A repeated order does not extend the deadline: when it passes, the leader has given up the
      // transfer and goes on leading.
      return isPending(node, given) ? this : new Follower(leader, given);
    }
    return node.mayCampaign()
        ? Candidate.start(node, true)
        : refuse(node, given, TimeoutNowResponse.Reason.REASON_MAY_NOT_CAMPAIGN);
  }

  private boolean isPending(NodeState node, CampaignOrder given) {
    return order != null && order.last().equals(given.last()) && node.clock.now() < order.end();
  }

  private Role refuse(NodeState node, CampaignOrder refused, TimeoutNowResponse.Reason reason) {
    TimeoutNowResponse response =
        TimeoutNowResponse.newBuilder()
            .setLast(refused.last())
            .setRefused(TimeoutNowResponse.Refused.newBuilder().setReason(reason).build())
            .build();
    node.outbox.send(
        node.message(leader, m -> m.setTimeoutNowResponse(response)), Outbox.After.TERM);
    return order == null ? this : of(leader);
  }

  @Override
  Role applied(NodeState node, @Nullable Configuration before) {
    if (order == null) {
      return this;
    }
    return node.clock.now() < order.end() ? obey(node, order) : of(leader);
  }

  // Requests to the leader.

  @Override
  ReadResult readIndex(NodeState node, ByteString context) {
    if (leader == 0) {
      return new ReadResult.Rejected(ReadResult.Reason.NO_LEADER, 0);
    }
    if (node.hasLostState()) {
      return new ReadResult.Rejected(ReadResult.Reason.LOST_STATE, leader);
    }
    if (node.reads.isFull()) {
      return new ReadResult.Rejected(ReadResult.Reason.TOO_MANY, leader);
    }
    RequestId request = node.nextRequest();
    ReadIndex question = ReadIndex.newBuilder().setRequest(request).build();
    if (!node.outbox.send(
        node.message(leader, m -> m.clearTerm().setReadIndex(question)), Outbox.After.TERM)) {
      return new ReadResult.Rejected(ReadResult.Reason.OUTBOX_FULL, leader);
    }
    node.reads.add(request, context, leader);
    return new ReadResult.Accepted();
  }

  @Override
  TransferResult transferLeadership(NodeState node) {
    // Only the leader knows the match index of each voter.
    return new TransferResult.Rejected(
        leader == 0 ? TransferResult.Reason.NO_LEADER : TransferResult.Reason.NOT_LEADER, leader);
  }

  @Override
  TransferResult transferLeadership(NodeState node, long target) {
    TransferResult.Reason obstacle = null;
    if (leader == 0) {
      obstacle = TransferResult.Reason.NO_LEADER;
    } else if (target == leader) {
      obstacle = TransferResult.Reason.ALREADY_LEADER;
    } else if (node.transfer.isBusy()) {
      obstacle = TransferResult.Reason.IN_PROGRESS;
    }
    if (obstacle != null) {
      return new TransferResult.Rejected(obstacle, leader);
    }
    RequestId request = node.nextRequest();
    TransferLeader question =
        TransferLeader.newBuilder().setRequest(request).setTarget(target).build();
    if (!node.outbox.send(
        node.message(leader, m -> m.clearTerm().setTransferLeader(question)), Outbox.After.TERM)) {
      return new TransferResult.Rejected(TransferResult.Reason.OUTBOX_FULL, leader);
    }
    // The leader gives up after one election timeout. This node also has to hear of the next
    // leader.
    node.transfer.asked(leader, node.term(), request, target, 2L * node.config.electionTicks());
    return new TransferResult.Forwarded(leader);
  }

  @Override
  ProposeResult propose(NodeState node, List<ByteString> payloads) {
    if (leader == 0 || !node.config.forwardProposals()) {
      return new ProposeResult.Rejected(ProposeResult.Reason.NOT_LEADER, leader);
    }
    long bytes = Batch.bytes(node.config, payloads);
    if (bytes == Batch.TOO_LARGE || !MessageSizes.fits(payloads.size(), bytes)) {
      return new ProposeResult.Rejected(ProposeResult.Reason.TOO_LARGE, leader);
    }
    Propose propose =
        Propose.newBuilder().setRequest(node.nextRequest()).addAllData(payloads).build();
    Message message = node.message(leader, m -> m.clearTerm().setPropose(propose));
    return node.outbox.send(message, Outbox.After.TERM)
        ? new ProposeResult.Forwarded(leader)
        : new ProposeResult.Rejected(ProposeResult.Reason.OUTBOX_FULL, leader);
  }
}
