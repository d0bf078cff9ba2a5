package io.tickraft.core.raft;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.DropReason;
import io.tickraft.core.EntryId;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.RoleName;
import io.tickraft.core.SnapshotStatus;
import io.tickraft.core.log.IndexedBytes;
import io.tickraft.core.membership.ConfChanger;
import io.tickraft.core.progress.Progress;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.InstallSnapshotResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.TimeoutNow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Leads in its term: appends, replicates and commits (Raft paper, sections 5.3 and 5.4). */
final class Leader extends Role {

  private static final ConfChange LEAVE =
      ConfChange.newBuilder()
          .setTransition(ConfChangeTransition.CONF_CHANGE_TRANSITION_LEAVE)
          .build();

  private final Replication replication;

  /** The index of the no-op with which the term began. */
  private final long firstOwnIndex;

  /** The payloads of this term that are not committed. */
  private final IndexedBytes uncommitted;

  private final Departure departure;

  /** Ticks since the term began for this leader. */
  private long now;

  private int ticksSinceHeartbeat;
  private long round;

  private Leader(NodeState node) {
    this.replication = new Replication(node);
    this.firstOwnIndex = node.log.lastIndex() + 1;
    this.uncommitted = new IndexedBytes();
    this.departure = new Departure();
  }

  private Leader(Leader other) {
    this.replication = other.replication.copy();
    this.firstOwnIndex = other.firstOwnIndex;
    this.uncommitted = other.uncommitted.copy();
    this.departure = other.departure.copy();
    this.now = other.now;
    this.ticksSinceHeartbeat = other.ticksSinceHeartbeat;
    this.round = other.round;
  }

  /**
   * Takes office in the node's term, with a no-op: entries of earlier terms are only ever committed
   * along with one of the own term (Raft paper, section 5.4.2).
   */
  static Role elected(NodeState node) {
    node.timer.reset();
    node.contact.heard(node.id());
    Leader leader = new Leader(node);
    append(node, EntryType.ENTRY_TYPE_NO_OP, ByteString.EMPTY);
    leader.leaveJoint(node);
    // What is persisted already was acknowledged before there was a leader to count it.
    return leader.persisted(node);
  }

  @Override
  RoleName name() {
    return RoleName.LEADER;
  }

  @Override
  Role copy() {
    return new Leader(this);
  }

  @Override
  long leader(NodeState node) {
    return node.id();
  }

  // Time.

  @Override
  Role tick(NodeState node) {
    // It hears itself: if it has to step down, it waits as long as those who followed it.
    node.timer.reset();
    node.contact.heard(node.id());
    now++;
    if (node.config.checkQuorum() && hasLostQuorum(node)) {
      return stepDown(node, RaftEvent.SteppedDown.Reason.QUORUM_LOST);
    }
    replication.tick(node);
    ticksSinceHeartbeat++;
    if (ticksSinceHeartbeat >= node.config.heartbeatTicks()) {
      ticksSinceHeartbeat = 0;
      round++;
      replication.sendHeartbeats(node, round);
    }
    departure.tick();
    return unlessDeparted(node);
  }

  /**
   * Returns whether so few members were heard in the last election timeout that the others may have
   * elected another leader (thesis 6.2).
   */
  private boolean hasLostQuorum(NodeState node) {
    Progress self = replication.of(node.id());
    if (self != null) {
      self.heard(now);
    }
    return now - replication.quorumHeard(node.configuration()) >= node.config.electionTicks();
  }

  // Membership.

  @Override
  ConfChangeResult proposeConfChange(NodeState node, ConfChange change) {
    if (departure.hasBegun()) {
      return rejected(node, ConfChangeResult.Reason.LEAVING, "the leader is no voter any more");
    }
    if (node.log.hasPendingChange()) {
      return rejected(
          node, ConfChangeResult.Reason.PENDING, "another membership change is not applied yet");
    }
    if (ConfChanger.change(node.configuration(), change)
        instanceof ConfChanger.Result.Impossible impossible) {
      return rejected(node, ConfChangeResult.Reason.INVALID, impossible.problem());
    }
    if (node.log.unstableBytes() >= node.config.maxUnstableBytes()) {
      return rejected(
          node, ConfChangeResult.Reason.UNSTABLE_LIMIT, "too much waits for the leader's disk");
    }
    append(node, EntryType.ENTRY_TYPE_CONF_CHANGE, change.toByteString());
    return new ConfChangeResult.Accepted(node.term(), node.log.lastIndex());
  }

  private static ConfChangeResult rejected(
      NodeState node, ConfChangeResult.Reason reason, String problem) {
    return new ConfChangeResult.Rejected(reason, node.id(), problem);
  }

  @Override
  Role applied(NodeState node, boolean reconfigured) {
    if (reconfigured) {
      replication.reconfigure(node, now);
      if (!node.configuration().isVoter(node.id())) {
        departure.begin(node.membership.since());
      }
      // Without those who left, less may be a quorum.
      commitByCounting(node);
    }
    leaveJoint(node);
    return unlessDeparted(node);
  }

  /** Leaves a joint configuration that says so, unless it is on the way already. */
  private void leaveJoint(NodeState node) {
    if (node.configuration().confState().getAutoLeave() && !node.log.hasPendingChange()) {
      append(node, EntryType.ENTRY_TYPE_CONF_CHANGE, LEAVE.toByteString());
    }
  }

  /** Returns the role that follows when the leader has left the group, and is not needed longer. */
  private Role unlessDeparted(NodeState node) {
    if (!departure.hasBegun() || !node.config.stepDownOnRemoval()) {
      return this;
    }
    RaftEvent.SteppedDown.Reason reason =
        departure.due(replication.quorumCommit(node.configuration()), node.config.electionTicks());
    if (reason == null) {
      return this;
    }
    Progress next = replication.mostAdvancedVoter(node);
    if (next != null) {
      sendTimeoutNow(node, next.id());
    }
    return stepDown(node, reason);
  }

  private static void sendTimeoutNow(NodeState node, long target) {
    TimeoutNow order = TimeoutNow.newBuilder().setLast(NodeState.proto(node.log.last())).build();
    node.outbox.send(node.message(target, m -> m.setTimeoutNow(order)), Outbox.After.TERM);
  }

  private static Role stepDown(NodeState node, RaftEvent.SteppedDown.Reason reason) {
    // It kept to itself as long as it led.
    node.contact.forget();
    if (node.events.enabled()) {
      node.events.add(new RaftEvent.SteppedDown(node.term(), reason));
    }
    return Follower.withoutLeader();
  }

  @Override
  Role campaign(NodeState node) {
    return this; // It has what a campaign is for.
  }

  @Override
  Role onVote(NodeState node, Message message) {
    // Without learning of commits: it is the leader who counts them.
    Voting.answer(node, message, node.id());
    return this;
  }

  @Override
  Role onPreVote(NodeState node, Message message) {
    Voting.answerPreVote(node, message);
    return this;
  }

  // Proposals.

  @Override
  ProposeResult propose(NodeState node, List<ByteString> payloads) {
    if (departure.hasBegun()) {
      return new ProposeResult.Rejected(ProposeResult.Reason.LEAVING, node.id());
    }
    long bytes = 0;
    for (int i = 0; i < payloads.size(); i++) {
      bytes += payloads.get(i).size();
    }
    if (uncommitted.count() > 0
        && (uncommitted.bytes() + bytes > node.config.maxUncommittedBytes()
            || uncommitted.count() + payloads.size() > node.config.maxUncommittedEntries())) {
      return new ProposeResult.Rejected(ProposeResult.Reason.UNCOMMITTED_LIMIT, node.id());
    }
    if (node.log.unstableBytes() >= node.config.maxUnstableBytes()) {
      // The others commit without this node's disk, so that the limit above does not hold it.
      return new ProposeResult.Rejected(ProposeResult.Reason.UNSTABLE_LIMIT, node.id());
    }
    long first = node.log.lastIndex() + 1;
    for (int i = 0; i < payloads.size(); i++) {
      ByteString payload = payloads.get(i);
      append(node, EntryType.ENTRY_TYPE_COMMAND, payload);
      uncommitted.add(first + i, payload.size());
    }
    return new ProposeResult.Accepted(node.term(), first, node.log.lastIndex());
  }

  @Override
  Role onPropose(NodeState node, Message message) {
    ProposalAnswers.answer(node, message, propose(node, message.getPropose().getDataList()));
    return this;
  }

  private static void append(NodeState node, EntryType type, ByteString data) {
    node.log.append(
        Entry.newBuilder()
            .setTerm(node.term())
            .setIndex(node.log.lastIndex() + 1)
            .setType(type)
            .setData(data)
            .build());
  }

  // Acknowledgements.

  @Override
  Role persisted(NodeState node) {
    Progress self = replication.of(node.id());
    if (self != null) {
      acknowledged(node, self, node.log.persisted(), node.log.committed());
    }
    return this;
  }

  @Override
  Role onAppendResponse(NodeState node, Message message) {
    Progress member = memberOf(node, message);
    if (member == null) {
      return this;
    }
    AppendResponse response = message.getAppendResponse();
    switch (response.getResultCase()) {
      case ACCEPTED -> {
        long match = response.getAccepted().getMatch();
        if (match > node.log.lastIndex()) {
          node.drop(message, DropReason.LOST_STATE);
        } else {
          member.committed(response.getCommit());
          acknowledged(node, member, match, response.getCommit());
        }
      }
      case REJECTED -> rejected(node, member, message);
      case RESULT_NOT_SET -> node.drop(message, DropReason.STALE_ANSWER);
    }
    return unlessDeparted(node);
  }

  private void rejected(NodeState node, Progress member, Message message) {
    AppendResponse.Rejected rejected = message.getAppendResponse().getRejected();
    // Both sides skip what cannot match: the follower what is of a later term than the leader's
    // entry, the leader what is of a later term than the follower's. So a probe costs one rejection
    // for each term in conflict, not one for each entry (Raft paper, end of section 5.3).
    EntryId next =
        node.log.lastNotAbove(rejected.getHint().getIndex(), rejected.getHint().getTerm());
    PeerStatus.State before = member.state();
    long hintedNext = Math.min(next.index(), rejected.getHint().getIndex()) + 1;
    if (!member.rejected(rejected.getPrevIndex(), hintedNext, rejected.getWantsSnapshot())) {
      node.drop(message, DropReason.STALE_ANSWER);
    }
    Replication.report(node, member, before);
  }

  @Override
  Role onHeartbeatResponse(NodeState node, Message message) {
    Progress member = memberOf(node, message);
    if (member != null) {
      member.heartbeatAnswered();
    }
    return this;
  }

  @Override
  Role onInstallSnapshotResponse(NodeState node, Message message) {
    Progress member = memberOf(node, message);
    if (member == null) {
      return this;
    }
    InstallSnapshotResponse response = message.getInstallSnapshotResponse();
    switch (response.getResultCase()) {
      case INSTALLED -> {
        long match = response.getInstalled().getMatch();
        if (match > node.log.lastIndex()) {
          node.drop(message, DropReason.LOST_STATE);
        } else {
          member.committed(match);
          acknowledged(node, member, match, match);
        }
      }
      case REFUSED -> {
        PeerStatus.State before = member.state();
        if (!member.snapshotFailed(response.getAttempt())) {
          node.drop(message, DropReason.STALE_ANSWER);
        }
        Replication.report(node, member, before);
      }
      case RESULT_NOT_SET -> node.drop(message, DropReason.STALE_ANSWER);
    }
    return unlessDeparted(node);
  }

  private @Nullable Progress memberOf(NodeState node, Message message) {
    Progress member = replication.of(message.getFrom());
    if (member == null) {
      node.drop(message, DropReason.STRANGER);
    } else {
      member.heard(now);
    }
    return member;
  }

  /** A member's log, the leader's own included, is durable up to {@code match}. */
  private void acknowledged(NodeState node, Progress member, long match, long commit) {
    PeerStatus.State before = member.state();
    if (member.acknowledged(match, commit, node.log.firstIndex())) {
      commitByCounting(node);
    }
    Replication.report(node, member, before);
  }

  /**
   * Commits what a quorum has stored, if it is of this term. An entry of an earlier term may be
   * stored on a quorum and still be overwritten (Raft paper, section 5.4.2 and figure 8).
   */
  private void commitByCounting(NodeState node) {
    long index = replication.quorumMatch(node.configuration());
    if (index >= firstOwnIndex && index > node.log.committed()) {
      node.log.commitTo(index);
      uncommitted.freeTo(index);
    }
  }

  // What the host reports.

  @Override
  void unreachable(NodeState node, long peer) {
    Progress member = replication.of(peer);
    if (member != null && peer != node.id()) {
      PeerStatus.State before = member.state();
      member.unreachable();
      Replication.report(node, member, before);
    }
  }

  @Override
  void reportSnapshot(NodeState node, long peer, SnapshotStatus status) {
    Progress member = replication.of(peer);
    if (member == null) {
      return;
    }
    PeerStatus.State before = member.state();
    switch (status) {
      case IN_PROGRESS -> member.snapshotInProgress();
      case FAILED -> member.snapshotFailed(member.attempt());
    }
    Replication.report(node, member, before);
  }

  // What a Ready takes.

  @Override
  boolean hasPullable(NodeState node) {
    return replication.isDue(node);
  }

  @Override
  void pull(NodeState node, List<Message> out) {
    replication.form(node, out);
  }

  @Override
  List<PeerStatus> peers() {
    return replication.status();
  }

  // Only the leader of a term sends these, and this is the leader of the term.

  @Override
  Role onAppend(NodeState node, Message message) {
    node.drop(message, DropReason.SECOND_LEADER);
    return this;
  }

  @Override
  Role onHeartbeat(NodeState node, Message message) {
    node.drop(message, DropReason.SECOND_LEADER);
    return this;
  }

  @Override
  Role onInstallSnapshot(NodeState node, Message message) {
    node.drop(message, DropReason.SECOND_LEADER);
    return this;
  }
}
