package io.tickraft.core.raft;

import com.google.protobuf.ByteString;
import io.tickraft.core.AppliedState;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.Digest;
import io.tickraft.core.DropReason;
import io.tickraft.core.LogId;
import io.tickraft.core.Outcome;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.core.RoleName;
import io.tickraft.core.SnapshotStatus;
import io.tickraft.core.Storage;
import io.tickraft.core.TransferResult;
import io.tickraft.core.log.OutstandingWrites;
import io.tickraft.core.log.RaftLog;
import io.tickraft.core.membership.Configuration;
import io.tickraft.core.validate.MessageValidator;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Message;
import io.tickraft.proto.Message.BodyCase;
import io.tickraft.proto.ProposeResponse;
import io.tickraft.proto.Snapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Raft state machine of one node: takes inputs one at a time, passes each to the current role,
 * and keeps the outputs until a Ready takes them.
 *
 * <p>Does not check the order of calls: {@code RawNode} does.
 */
public final class Raft {

  private final NodeState node;
  private final Admission admission;
  private Role role;

  private final Persistence persistence;
  private final HostDelays hostDelays;

  /**
   * The term of the last {@code RoleChanged} event; before the first one, the term at the start.
   */
  private long reportedTerm;

  private Raft(NodeState node, Role role, Persistence persistence, HostDelays hostDelays) {
    this.node = node;
    this.admission = new Admission(new MessageValidator(node.id(), node.config.group()));
    this.role = role;
    this.reportedTerm = node.term();
    this.persistence = persistence;
    this.hostDelays = hostDelays;
  }

  /**
   * Starts a node from its storage.
   *
   * @param config the settings
   * @param storage what the host has persisted
   * @param applied what the state machine has applied; null: what the storage's snapshot covers
   * @return a node
   * @throws IllegalArgumentException if the storage contradicts itself or the applied state
   */
  public static Raft open(RaftConfig config, Storage storage, @Nullable AppliedState applied) {
    InitialState initial = InitialState.of(storage, applied);
    NodeState node = initial.nodeState(config, storage);
    return new Raft(
        node, Follower.withoutLeader(), new Persistence(initial.hardState()), new HostDelays(node));
  }

  /**
   * {@return an independent copy without an observer}
   *
   * @param storage a storage in the same state
   */
  public Raft copy(Storage storage) {
    Raft copy = new Raft(node.copy(storage), role.copy(), persistence.copy(), hostDelays.copy());
    copy.reportedTerm = reportedTerm;
    return copy;
  }

  /**
   * Adds everything that decides what the node does next, except for its storage.
   *
   * @param digest what it is added to
   * @param lastTaken the number of the last Ready
   */
  public void digest(Digest digest, long lastTaken) {
    node.digest(digest, lastTaken);
    digest.constant(role.name());
    role.digest(digest, node);
    persistence.digest(digest);
  }

  // Inputs.

  /**
   * A tick passes. Nothing times out yet: a host whose loop was blocked delivers several ticks, and
   * then the messages that arrived meanwhile.
   */
  public void tick() {
    node.clock.tick();
    if (node.clock.isDue()) {
      node.applying.askStorageAgain();
      role.tick(node);
    }
  }

  /** An input other than a tick follows: it may begin something that times out. */
  public void beforeInput() {
    if (node.clock.stopWaiting()) {
      // A node waits only if its host is idle.
      hostDelays.idleUntilNow(node);
    }
  }

  /**
   * Acts on expired timeouts. The caller calls this before every input and every query other than
   * {@link #tick} and {@link #step}: by then all ticks and messages that were due have been
   * delivered.
   *
   * @return whether any timeout may have expired
   */
  public boolean actOnTimeouts() {
    if (!node.clock.hasTicked()) {
      return false;
    }
    boolean due = node.clock.isDue();
    if (due) {
      node.clock.stopWaiting();
      node.reads.expire(leader());
      node.transfer.expire(leader());
      node.handover.repeatIfDue(node);
      become(role.actOnTimeouts(node));
    }
    node.clock.timeoutsActedOn();
    if (due) {
      hostDelays.look(node);
    }
    return due;
  }

  /** There is no output, and timeouts were acted on at this tick: the node waits for an input. */
  public void waitForInput() {
    node.clock.waitUntil(findNextDeadline());
  }

  private long findNextDeadline() {
    if (!HostDelays.isIdle(node)
        || node.applying.isWaitingForStorage()
        || node.handover.repeats()) {
      return Clock.NO_WAIT;
    }
    long ofHost = Math.min(node.reads.nextDeadline(), node.transfer.deadline());
    return Math.min(ofHost, role.nextDeadline(node));
  }

  /**
   * A message arrives.
   *
   * @param message the message
   */
  public void step(Message message) {
    node.clock.messageReceived();
    // Passed on, as each call of getBodyCase() translates a number.
    BodyCase body = message.getBodyCase();
    DropReason refusal = admission.refusal(node, message, body);
    if (refusal != null) {
      node.drop(message, refusal);
    } else if (!TermRule.appliesTo(node, message, body)) {
      dispatch(message, body);
    } else if (message.getTerm() < node.term()) {
      TermRule.answerStale(node, message);
    } else if (message.getTerm() == node.term()) {
      dispatch(message, body);
    } else {
      become(TermRule.adopt(node, message));
      if (!TermRule.isAnswer(body)) {
        dispatch(message, body);
      }
    }
  }

  private void dispatch(Message message, BodyCase body) {
    switch (body) {
      case APPEND -> become(role.onAppend(node, message));
      case APPEND_RESPONSE -> become(role.onAppendResponse(node, message));
      case HEARTBEAT -> become(role.onHeartbeat(node, message));
      case HEARTBEAT_RESPONSE -> role.onHeartbeatResponse(node, message);
      case PRE_VOTE -> become(role.onPreVote(node, message));
      case PRE_VOTE_RESPONSE -> become(role.onPreVoteResponse(node, message));
      case VOTE -> become(role.onVote(node, message));
      case VOTE_RESPONSE -> become(role.onVoteResponse(node, message));
      case INSTALL_SNAPSHOT -> become(role.onInstallSnapshot(node, message));
      case INSTALL_SNAPSHOT_RESPONSE -> become(role.onInstallSnapshotResponse(node, message));
      case TIMEOUT_NOW -> become(role.onTimeoutNow(node, message));
      case TIMEOUT_NOW_RESPONSE -> role.onTimeoutNowResponse(node, message);
      case PROPOSE -> role.onPropose(node, message);
      case PROPOSE_RESPONSE -> forwardAnswered(message);
      case READ_INDEX -> role.onReadIndex(node, message);
      case READ_INDEX_RESPONSE -> unlessExpected(message, node.reads.answered(message));
      case TRANSFER_LEADER -> role.onTransferLeader(node, message);
      case TRANSFER_LEADER_RESPONSE -> unlessExpected(message, node.transfer.answered(message));
      case BODY_NOT_SET -> throw new IllegalStateException("invariant: a message without a body");
    }
  }

  private void unlessExpected(Message answer, boolean expected) {
    if (!expected) {
      node.drop(answer, DropReason.STALE_ANSWER);
    }
  }

  private void forwardAnswered(Message message) {
    boolean accepted =
        message.getProposeResponse().getResultCase() == ProposeResponse.ResultCase.ACCEPTED;
    if (node.events.enabled()) {
      node.events.add(new RaftEvent.ForwardAnswered(message.getFrom(), accepted));
    }
  }

  /**
   * The host proposes commands.
   *
   * @param payloads the commands, at least one
   * @return the result
   */
  public ProposeResult propose(List<ByteString> payloads) {
    return role.propose(node, payloads);
  }

  /**
   * The host proposes a membership change.
   *
   * @param change the change
   * @param evenWithoutEffect whether the change may remove only nodes that are not members
   * @return the result
   */
  public ConfChangeResult proposeConfChange(ConfChange change, boolean evenWithoutEffect) {
    return role.proposeConfChange(node, change, evenWithoutEffect);
  }

  /**
   * The host asks for a read index.
   *
   * @param context the host's name for the read
   * @return the result
   */
  public ReadResult readIndex(ByteString context) {
    return role.readIndex(node, context);
  }

  /**
   * The host asks for a leadership transfer.
   *
   * @param target the node that is to lead
   * @return the result
   */
  public TransferResult transferLeadership(long target) {
    return role.transferLeadership(node, target);
  }

  /**
   * The host asks for a leadership transfer to the most advanced voter.
   *
   * @return the result
   */
  public TransferResult transferLeadership() {
    return role.transferLeadership(node);
  }

  /** The host asks the node to step down. */
  public void resign() {
    become(role.resign(node));
  }

  /** The host asks the node to campaign, if it may. */
  public void campaign() {
    become(role.campaign(node));
  }

  /** The host asks the node to forget its leader, as if it had never heard from it. */
  public void forgetLeader() {
    become(role.forgetLeader(node));
  }

  /**
   * The host could not reach a member.
   *
   * @param peer the member
   */
  public void reportUnreachable(long peer) {
    role.unreachable(node, peer);
  }

  /**
   * The host reports the progress of a snapshot transfer to a member.
   *
   * @param peer the member
   * @param attempt the number of the attempt
   * @param status the progress
   */
  public void reportSnapshot(long peer, long attempt, SnapshotStatus status) {
    role.reportSnapshot(node, peer, attempt, status);
  }

  /** The storage can now deliver what it answered with "not yet" before. */
  public void storageReady() {
    node.applying.askStorageAgain();
    role.storageReady();
  }

  private void become(Role next) {
    if (next == role) {
      return;
    }
    Role before = role;
    role = next;
    long leader = next.leader(node);
    before.end(node, leader);
    if (leader != before.leader(node)) {
      node.reads.abortAll(ReadState.Reason.NOT_LEADER, leader);
      if (leader != 0) {
        node.transfer.ledBy(leader, node.term());
      }
    }
    if (node.events.enabled()) {
      reportChange(before, next);
    }
  }

  private void reportChange(Role before, Role after) {
    if (before.name() != after.name() || reportedTerm != node.term()) {
      node.events.add(new RaftEvent.RoleChanged(node.term(), before.name(), after.name()));
      reportedTerm = node.term();
    }
    long leader = after.leader(node);
    if (before.leader(node) != leader) {
      node.events.add(new RaftEvent.LeaderChanged(node.term(), leader));
    }
  }

  // Outputs.

  /**
   * {@return whether a Ready may ask the host to write something, or to wait for a write: while
   * fewer than {@link io.tickraft.core.RaftConfig#maxOutstandingReadys()} such Readys are
   * outstanding}
   *
   * <p>Otherwise a Ready holds only what depends on nothing unpersisted.
   */
  public boolean mayWrite() {
    return node.log.writes().count() < node.config.maxOutstandingReadys();
  }

  /** {@return whether a Ready would hold anything} */
  public boolean hasOutput() {
    if (mayWrite()) {
      return !node.outbox.isEmpty()
          || persistence.hasUnwritten(node)
          || node.applying.hasBatch()
          || hasEnded()
          || role.hasFormable(node);
    }
    // A slow disk must not keep heartbeats from being answered.
    return node.outbox.hasSendable(node.durableTerm())
        || hasEnded()
        || (isTermDurable() && role.hasFormable(node));
  }

  private boolean hasEnded() {
    return !node.outcomes.isEmpty() || node.reads.hasEnded();
  }

  /**
   * {@return whether the host has acknowledged that the node's term is persisted} If not, what the
   * node forms must wait for that.
   */
  public boolean isTermDurable() {
    return node.term() <= node.durableTerm();
  }

  /**
   * Forms the messages that depend on the state at the moment when a Ready is taken.
   *
   * @return the messages, which the next Ready has to send
   */
  public List<Message> form() {
    return role.form(node);
  }

  /**
   * Takes the messages that may be sent at once.
   *
   * @param formed what {@link #form} returned
   * @return the messages
   */
  public List<Message> takeSendable(List<Message> formed) {
    List<Message> waiting = node.outbox.takeSendable(node.durableTerm());
    return isTermDurable() ? Lists.concat(formed, waiting) : waiting;
  }

  /**
   * Takes the messages that may be sent after the write: all that {@link #takeSendable} left.
   *
   * @param formed what {@link #form} returned
   * @return the messages
   */
  public List<Message> takeUnsendable(List<Message> formed) {
    List<Message> waiting = node.outbox.takeAll();
    // A leader's term may not be durable yet: votes may arrive before the host has acknowledged the
    // write that the requests wait for, and late votes from before a restart even earlier.
    return isTermDurable() ? waiting : Lists.concat(formed, waiting);
  }

  /** A Ready without a write leaves the messages that wait for one. */
  public void keepUnsendable() {
    node.outbox.dropSuperseded();
  }

  /** {@return the snapshot to write; null if there is none} */
  public @Nullable Snapshot unwrittenSnapshot() {
    return node.log.unwrittenSnapshot();
  }

  /** {@return the entries to write} */
  public List<Entry> unwrittenEntries() {
    return node.log.unwrittenEntries();
  }

  /** {@return whether the unwritten state must be synced to the disk} */
  public boolean mustSync() {
    return persistence.mustSync(node);
  }

  /**
   * A Ready asks the host to write everything unwritten, and to restore the snapshot if there is
   * one.
   *
   * @param ready the number of the Ready
   * @param awaited whether messages wait for this write or an earlier one
   * @return the hard state to write; null if it has not changed
   */
  public @Nullable HardState write(long ready, boolean awaited) {
    Snapshot snapshot = node.log.unwrittenSnapshot();
    HardState hardState = persistence.write(node, ready, awaited);
    if (snapshot != null) {
      node.applying.takeSnapshot(snapshot);
      node.membership.beginApplying(snapshot.getMetadata());
    }
    return hardState;
  }

  /**
   * Gives the next batch of committed entries to the state machine.
   *
   * @return the entries; empty if there are none
   */
  public List<Entry> takeCommitted() {
    List<Entry> batch = node.applying.takeBatch();
    if (!batch.isEmpty()) {
      Entry last = batch.get(batch.size() - 1);
      if (last.getType() == EntryType.ENTRY_TYPE_CONF_CHANGE) {
        node.membership
            .beginApplying(last)
            .ifPresent(
                problem ->
                    node.outcomes.add(
                        new Outcome.ChangeImpossible(
                            new LogId(last.getTerm(), last.getIndex()), problem)));
      }
    }
    return batch;
  }

  /**
   * Takes the configuration as of the applying index, for the host to store.
   *
   * @return the configuration; null if it has not changed since it was reported
   */
  public @Nullable ConfState takeConfState() {
    return node.membership.takeUnreported();
  }

  /** {@return the ended reads, which are taken} */
  public List<ReadState> takeReadStates() {
    return node.reads.takeEnded();
  }

  /** {@return the outcomes, which are taken} */
  public List<Outcome> takeOutcomes() {
    return Lists.take(node.outcomes);
  }

  /**
   * The host has persisted a Ready and all before it.
   *
   * @param ready the number of the Ready
   */
  public void persisted(long ready) {
    // None, if it had nothing to write, or was acknowledged together with an earlier one.
    while (ready >= node.log.writes().oldestReady()) {
      OutstandingWrites.Write durable = node.log.writePersisted(node.clock.now());
      node.hardStatePersisted(durable.term(), durable.vote());
    }
    become(role.persisted(node));
  }

  /**
   * The host has applied all entries up to an index.
   *
   * @param index the index
   */
  public void applied(long index) {
    node.applying.appliedTo(index);
    Configuration before = node.configuration();
    boolean reconfigured = node.membership.appliedTo(index);
    if (reconfigured && node.events.enabled()) {
      node.events.add(new RaftEvent.ConfigurationChanged(confState()));
    }
    become(role.applied(node, reconfigured ? before : null));
  }

  /** Delivers the events of the last call to the observer. */
  public void deliverEvents() {
    node.events.deliver();
  }

  // Queries.

  /** {@return the log, for queries only} */
  public RaftLog log() {
    return node.log;
  }

  /** {@return the node's clock} */
  public Clock clock() {
    return node.clock;
  }

  /** {@return why the node may not campaign now; null if it may} */
  public RaftEvent.CampaignRefused.@Nullable Reason campaignObstacle() {
    return node.obstacleToCampaign();
  }

  /** {@return the role} */
  public RoleName role() {
    return role.name();
  }

  /** {@return the known leader; 0: none} */
  public long leader() {
    return role.leader(node);
  }

  /** {@return the term} */
  public long term() {
    return node.term();
  }

  /** {@return the candidate that has the node's vote; 0: none} */
  public long vote() {
    return node.vote();
  }

  /** {@return the configuration in effect} */
  public ConfState confState() {
    return node.configuration().confState();
  }

  /** {@return the target of the leadership transfer in progress; 0: none} */
  public long transferTarget() {
    return node.transfer.target();
  }

  /** {@return the index that the log must reach again; 0 if nothing is known to be lost} */
  public long lostUpTo() {
    return node.lostUpTo();
  }

  /** {@return the progress of each member; empty unless the node leads} */
  public List<PeerStatus> peers() {
    return role.peers(node);
  }
}
