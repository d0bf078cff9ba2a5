package io.tickraft.core.raft;

import com.google.protobuf.ByteString;
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

  /** The leader's order to campaign that waits until a change is applied; null if there is none. */
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
  long leader(NodeState node) {
    return leader;
  }

  @Override
  void tick(NodeState node) {
    node.timer.tick();
  }

  @Override
  Role actOnTimeouts(NodeState node) {
    return node.timer.hasTimedOut() ? campaign(node) : this;
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
    AppendResponse response =
        isJoining(node)
            ? wantsSnapshot(node, slice.prevIndex())
            : takeOver(node, slice, append.getCommit());
    node.logHasGrown();
    node.outbox.send(
        node.message(message.getFrom(), m -> m.setAppendResponse(response)), Outbox.After.WRITE);
    return next;
  }

  /**
   * Whether the node has no configuration yet, nor a snapshot that brings one. Replaying the log
   * from nothing, it would end in a configuration without the group's first members.
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

  private static AppendResponse takeOver(NodeState node, LogSlice slice, long leaderCommit) {
    long committed = node.log.committed();
    if (slice.lastIndex() <= committed) {
      // All of it is committed here, so it matches, and so does everything up to the commit index.
      return accepted(node, committed);
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
    // Not beyond what this message has shown to match (Raft paper, figure 2, AppendEntries, 5).
    node.log.commitTo(Math.min(leaderCommit, news.lastIndex()));
    return accepted(node, news.lastIndex());
  }

  /** The log has another entry than the leader's at an index, or none. */
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
    node.outbox.send(
        node.message(message.getFrom(), m -> m.setHeartbeatResponse(response)), Outbox.After.TERM);
    return next;
  }

  /**
   * The leader tells a member of no more commits than it knows the member to hold: this node has
   * lost what it had acknowledged. The heartbeat is not answered, but the leader is told where the
   * log ends, as if it had sent an append after what it takes the node to hold. Otherwise it would
   * never send the entries again.
   */
  private static void lost(NodeState node, Message message, long commit) {
    node.drop(message, DropReason.LOST_STATE);
    node.lost(commit, message.getFrom());
    AppendResponse response =
        isJoining(node) ? wantsSnapshot(node, commit) : differsAt(node, commit, message.getTerm());
    node.outbox.send(
        node.message(message.getFrom(), m -> m.setAppendResponse(response)), Outbox.After.WRITE);
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
        // The log holds all that the snapshot covers, and perhaps more, which is kept.
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
   * The leader of the term is heard.
   *
   * @return the role that follows it; null if the term has another leader, which cannot be
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

  /** Campaigns by order of the leader, at once or when what is to be applied first is applied. */
  private Role obey(NodeState node, CampaignOrder given) {
    if (!given.last().equals(NodeState.proto(node.log.last()))) {
      // The order is an old one, or this node is not the one that the leader takes it for.
      return refuse(node, given, TimeoutNowResponse.Reason.REASON_LOG_DIFFERS);
    }
    if (node.hasChangeToApply()) {
      // The leader repeats an order, and that does not prolong it: by the time it ends, the leader
      // has given up and goes on.
      return isKept(node, given) ? this : new Follower(leader, given);
    }
    return node.mayCampaign()
        ? Candidate.start(node, true)
        : refuse(node, given, TimeoutNowResponse.Reason.REASON_MAY_NOT_CAMPAIGN);
  }

  private boolean isKept(NodeState node, CampaignOrder given) {
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
    // Only the leader knows how far each voter is.
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
    // The leader gives up after an election timeout, and its successor is to be heard of here.
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
