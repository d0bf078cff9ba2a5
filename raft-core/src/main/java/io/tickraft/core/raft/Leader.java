package io.tickraft.core.raft;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.Digest;
import io.tickraft.core.DropReason;
import io.tickraft.core.Outcome;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.ReadResult;
import io.tickraft.core.RoleName;
import io.tickraft.core.SnapshotStatus;
import io.tickraft.core.TransferResult;
import io.tickraft.core.membership.Configuration;
import io.tickraft.core.membership.Departure;
import io.tickraft.core.progress.Progress;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Message;
import io.tickraft.proto.ProposeRejectReason;
import io.tickraft.proto.ReadAbortReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Leads in its term: appends, replicates and commits (Raft paper, sections 5.3 and 5.4). */
final class Leader extends Role {

  private final Replication replication;

  private final OwnEntries own;
  private final ReadRounds reads;
  private final Departure departure;
  private final TransferOrder order;

  /** The tick of the last regular round of heartbeats; at first that of the election. */
  private long heartbeatsAt;

  private long round;

  private Leader(NodeState node) {
    this.replication = new Replication(node);
    this.own = new OwnEntries(node);
    this.reads = new ReadRounds();
    this.departure = new Departure();
    this.order = new TransferOrder();
    this.heartbeatsAt = node.clock.now();
  }

  private Leader(Leader other) {
    this.replication = other.replication.copy();
    this.own = other.own.copy();
    this.reads = other.reads.copy();
    this.departure = other.departure.copy();
    this.order = other.order.copy();
    this.heartbeatsAt = other.heartbeatsAt;
    this.round = other.round;
  }

  /**
   * Begins to lead in the node's term, and appends a no-op: entries of earlier terms are committed
   * only along with an entry of the leader's own term (Raft paper, section 5.4.2).
   */
  static Role elected(NodeState node) {
    node.contact.leads(node.id());
    Leader leader = new Leader(node);
    leader.own.append(node, EntryType.ENTRY_TYPE_NO_OP, ByteString.EMPTY);
    // Entries that are persisted already were acknowledged before this leader could count them.
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
  void digest(Digest digest, NodeState node) {
    replication.digest(digest, node);
    own.digest(digest);
    reads.digest(digest, node.clock.now());
    departure.digest(digest, node.config.electionTicks());
    order.digest(digest);
    digest.remaining(heartbeatsAt + node.config.heartbeatTicks() - node.clock.now());
    digest.number(round);
  }

  @Override
  long leader(NodeState node) {
    return node.id();
  }

  // Time.

  @Override
  void tick(NodeState node) {
    replication.tick(node);
    departure.tick();
  }

  /** A leader counts as heard by itself. */
  private void hearItself(NodeState node) {
    Progress self = replication.of(node.id());
    if (self != null) {
      self.heard(node.clock.now());
    }
  }

  @Override
  long nextDeadline(NodeState node) {
    if (replication.needsTicks()
        || departure.hasBegun()
        || reads.isPending()
        || node.configuration().voters().isJoint()) {
      return Clock.NO_WAIT;
    }
    long heartbeats = heartbeatsAt + node.config.heartbeatTicks();
    return node.config.checkQuorum()
        ? Math.min(heartbeats, replication.quorumHeard() + node.config.electionTicks())
        : heartbeats;
  }

  @Override
  Role actOnTimeouts(NodeState node) {
    hearItself(node);
    if (node.config.checkQuorum() && hasLostQuorum(node)) {
      return stepDown(node, RaftEvent.SteppedDown.Reason.QUORUM_LOST);
    }
    if (node.log.writes().ticksWithoutProgress(node.clock.now()) >= node.config.maxPersistTicks()
        && !replication.otherVoters(node).isEmpty()) {
      return handOver(node, RaftEvent.SteppedDown.Reason.PERSIST_TIMED_OUT);
    }
    replication.expireSnapshots(node);
    // One round of heartbeats, however many ticks came at once.
    if (node.clock.now() - heartbeatsAt >= node.config.heartbeatTicks()) {
      heartbeatsAt = node.clock.now();
      beginRound(node);
      replication.sendHeartbeats(node, round);
      order.renew();
      order.giveIfDue(node, replication);
    }
    reads.expire(node);
    ChangeProposals.leaveJointIfDue(node, own);
    return unlessDeparted(node);
  }

  /**
   * Returns whether no quorum was heard within the last election timeout: the others may have
   * elected another leader (thesis 6.2). If the host was late ({@link Clock#isCatchingUp}), the
   * leader waits for the answers to its first heartbeats, but only one heartbeat interval longer.
   * The answers that are in already were delivered before {@link #actOnTimeouts}.
   */
  private boolean hasLostQuorum(NodeState node) {
    long ticks = node.clock.now() - replication.quorumHeard();
    int heartbeatTicks = node.config.heartbeatTicks();
    return ticks >= node.config.electionTicks()
        && (ticks - heartbeatTicks >= node.config.electionTicks()
            || !node.clock.isCatchingUp(heartbeatTicks));
  }

  // Membership.

  @Override
  ConfChangeResult proposeConfChange(NodeState node, ConfChange change, boolean evenWithoutEffect) {
    if (departure.hasBegun()) {
      return ChangeProposals.rejected(
          node, ConfChangeResult.Reason.LEAVING, "the leader is no longer a voter");
    }
    return ChangeProposals.propose(node, own, change, evenWithoutEffect);
  }

  @Override
  Role applied(NodeState node, @Nullable Configuration before) {
    if (before != null) {
      replication.reconfigure(node, before);
      if (!node.configuration().isVoter(node.id())) {
        departure.begin(node.membership.changeIndex());
        reads.abortAll(node, ReadAbortReason.READ_ABORT_REASON_LEAVING, node.id());
      }
      if (node.transfer.isInProgress() && !node.configuration().isVoter(node.transfer.target())) {
        node.transfer.end(Outcome.TransferEnd.ABORTED, node.id());
      }
      // Without the removed voters a quorum may be smaller.
      commitByCounting(node);
      confirmReads(node);
    }
    ChangeProposals.leaveJointIfDue(node, own);
    return unlessDeparted(node);
  }

  /** Steps down if the leader has left the group and the others no longer need it. */
  private Role unlessDeparted(NodeState node) {
    if (!departure.hasBegun()
        || !node.config.stepDownOnRemoval()
        || replication.owesLastAppend(node)) {
      return this;
    }
    RaftEvent.SteppedDown.Reason reason =
        departure.due(replication.quorumCommit(), node.config.electionTicks());
    return reason == null ? this : handOver(node, reason);
  }

  /** Orders another voter to campaign, and steps down. */
  private Role handOver(NodeState node, RaftEvent.SteppedDown.Reason reason) {
    node.handover.begin(node, replication, departure.changeIndex());
    return stepDown(node, reason);
  }

  @Override
  Role resign(NodeState node) {
    return handOver(node, RaftEvent.SteppedDown.Reason.RESIGNED);
  }

  private static Role stepDown(NodeState node, RaftEvent.SteppedDown.Reason reason) {
    // The leader that it has heard until now was itself.
    node.contact.forget();
    if (node.events.enabled()) {
      node.events.add(new RaftEvent.SteppedDown(node.term(), reason));
    }
    return Follower.withoutLeader();
  }

  @Override
  Role campaign(NodeState node) {
    return this; // Already the leader: nothing to do.
  }

  @Override
  Role onVote(NodeState node, Message message) {
    // Does not learn the commit index of others: a leader counts acknowledgements.
    Voting.answer(node, message, node.id());
    return this;
  }

  @Override
  Role onPreVote(NodeState node, Message message) {
    Voting.answerPreVote(node, message, node.id());
    return this;
  }

  // Proposals.

  @Override
  ProposeResult propose(NodeState node, List<ByteString> payloads) {
    if (departure.hasBegun()) {
      return new ProposeResult.Rejected(ProposeResult.Reason.LEAVING, node.id());
    }
    if (node.transfer.isInProgress()) {
      return new ProposeResult.Rejected(ProposeResult.Reason.TRANSFERRING, node.id());
    }
    return own.propose(node, payloads);
  }

  @Override
  void onPropose(NodeState node, Message message) {
    if (node.config.acceptForwardedProposals()) {
      ProposalAnswers.answer(node, message, propose(node, message.getPropose().getDataList()));
    } else {
      ProposalAnswers.reject(
          node, message, ProposeRejectReason.PROPOSE_REJECT_REASON_FORWARDING_OFF, node.id());
    }
  }

  // Acknowledgements.

  @Override
  Role persisted(NodeState node) {
    Progress self = replication.of(node.id());
    if (self == null) {
      return unlessDeparted(node);
    }
    Acknowledgements.acknowledged(node, self, node.log.persisted(), node.log.committed());
    return counted(node, self);
  }

  @Override
  Role onAppendResponse(NodeState node, Message message) {
    Progress member = replication.sender(message);
    Acknowledgements.appendAnswered(node, member, message);
    return counted(node, member);
  }

  @Override
  Role onInstallSnapshotResponse(NodeState node, Message message) {
    Progress member = replication.sender(message);
    Acknowledgements.snapshotAnswered(node, member, message);
    return counted(node, member);
  }

  /** Recounts what a quorum holds if the member's match index is above the commit index. */
  private Role counted(NodeState node, Progress member) {
    if (member.match() > node.log.committed()) {
      commitByCounting(node);
    }
    order.giveIfDue(node, replication);
    return unlessDeparted(node);
  }

  @Override
  void onHeartbeatResponse(NodeState node, Message message) {
    long answered = message.getHeartbeatResponse().getRound();
    if (answered > round) {
      node.drop(message, DropReason.STALE_ANSWER);
      return;
    }
    Progress member = replication.sender(message);
    member.heard(node.clock.receivedAt());
    boolean maybeLost = member.heartbeatAnswered(answered);
    if (maybeLost && departure.hasBegun()) {
      // Otherwise, if the awaited answer was lost, the leader would wait until its limit.
      member.askForCommit(departure.changeIndex());
    }
    confirmReads(node);
  }

  /**
   * Commits what a quorum has stored, if it is of this term. An entry of an earlier term may be
   * stored on a quorum and still be overwritten (Raft paper, section 5.4.2 and figure 8).
   */
  private void commitByCounting(NodeState node) {
    long index = replication.quorumMatch();
    if (own.isOfThisTerm(index)) {
      node.log.commitTo(index);
      own.committedTo(index);
    }
  }

  // Reads.

  @Override
  ReadResult readIndex(NodeState node, ByteString context) {
    return departure.hasBegun()
        ? new ReadResult.Rejected(ReadResult.Reason.LEAVING, node.id())
        : reads.ask(node, context);
  }

  @Override
  void onReadIndex(NodeState node, Message message) {
    if (departure.hasBegun()) {
      ReadRounds.refuse(node, message, ReadAbortReason.READ_ABORT_REASON_LEAVING, node.id());
    } else {
      reads.ask(node, message);
    }
  }

  /**
   * Returns whether reads wait for a round and one may begin. A leader does not know what is
   * committed before it has committed an entry of its own term (thesis 6.4, step 1).
   */
  private boolean isRoundDue(NodeState node) {
    return reads.isRoundWanted() && own.isOfThisTerm(node.log.committed());
  }

  private void beginRound(NodeState node) {
    round++;
    if (isRoundDue(node)) {
      reads.begin(round, node.log.committed());
      confirmReads(node);
    }
  }

  private void confirmReads(NodeState node) {
    Progress self = replication.of(node.id());
    if (self != null) {
      self.heartbeatAnswered(round);
    }
    reads.confirmedTo(node, replication.quorumRound());
  }

  @Override
  void end(NodeState node, long leader) {
    node.contact.ledUntilNow();
    // The timer did not count while the node led: it waits for a whole timeout before it campaigns.
    node.timer.leaderHeard();
    reads.abortAll(node, ReadAbortReason.READ_ABORT_REASON_NOT_LEADER, leader);
  }

  // Leadership transfer.

  @Override
  TransferResult transferLeadership(NodeState node) {
    Progress target = Handover.mostAdvancedVoter(node, replication);
    return target == null
        ? new TransferResult.Rejected(TransferResult.Reason.NOT_A_VOTER, node.id())
        : transferLeadership(node, target.id());
  }

  @Override
  TransferResult transferLeadership(NodeState node, long target) {
    TransferResult.Reason obstacle = null;
    if (target == node.id()) {
      obstacle = TransferResult.Reason.ALREADY_LEADER;
    } else if (!node.configuration().isVoter(target)) {
      obstacle = TransferResult.Reason.NOT_A_VOTER;
    } else if (node.transfer.isBusy()) {
      obstacle = TransferResult.Reason.IN_PROGRESS;
    }
    if (obstacle != null) {
      return new TransferResult.Rejected(obstacle, node.id());
    }
    node.transfer.begin(target, node.config.electionTicks());
    node.transferRequests.startedForOwnHost();
    order.renew();
    order.giveIfDue(node, replication);
    return new TransferResult.Started(target);
  }

  @Override
  void onTransferLeader(NodeState node, Message message) {
    long target = message.getTransferLeader().getTarget();
    if (node.transfer.isInProgress() && node.transferRequests.isStarted(message)) {
      TransferRequests.answer(node, message, new TransferResult.Started(target));
    } else if (node.transferRequests.isAnswered(message)) {
      node.drop(message, DropReason.STALE_ANSWER);
    } else {
      TransferResult result = transferLeadership(node, target);
      if (result instanceof TransferResult.Started) {
        node.transferRequests.started(message);
      }
      node.transferRequests.answered(message, node.configuration());
      TransferRequests.answer(node, message, result);
    }
  }

  @Override
  void onTimeoutNowResponse(NodeState node, Message message) {
    Progress member = replication.sender(message);
    if (TransferOrder.isRefusedBy(node, member, message)) {
      member.heard(node.clock.receivedAt());
      node.transfer.end(Outcome.TransferEnd.REFUSED, node.id());
    } else {
      node.drop(message, DropReason.STALE_ANSWER);
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
  void reportSnapshot(NodeState node, long peer, long attempt, SnapshotStatus status) {
    Progress member = replication.of(peer);
    if (member == null) {
      return;
    }
    PeerStatus.State before = member.state();
    switch (status) {
      case IN_PROGRESS -> member.snapshotInProgress(attempt);
      case DELIVERED -> member.snapshotDelivered(attempt);
      case FAILED -> member.snapshotFailed(attempt);
    }
    Replication.report(node, member, before);
  }

  @Override
  void storageReady() {
    replication.storageReady();
  }

  // What a Ready takes.

  @Override
  boolean hasFormable(NodeState node) {
    // Without room in the outbox the heartbeats of the round would be dropped. Room returns when a
    // slow disk has written what the messages in the outbox wait for.
    return replication.isDue(node)
        || (isRoundDue(node) && node.outbox.hasRoomFor(Replication.MAX_HEARTBEAT_BYTES));
  }

  @Override
  List<Message> form(NodeState node) {
    if (isRoundDue(node)) {
      // All reads since the last Ready share a round.
      beginRound(node);
      replication.askVoters(node, round);
    }
    return replication.form(node);
  }

  @Override
  List<PeerStatus> peers(NodeState node) {
    hearItself(node);
    return replication.status(node.clock.now());
  }

  // Only the leader of a term sends these messages, and this node is the leader of the term.

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

  @Override
  Role onTimeoutNow(NodeState node, Message message) {
    node.drop(message, DropReason.SECOND_LEADER);
    return this;
  }
}
