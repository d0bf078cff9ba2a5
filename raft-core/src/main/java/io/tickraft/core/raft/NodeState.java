package io.tickraft.core.raft;

import io.tickraft.core.Digest;
import io.tickraft.core.DropReason;
import io.tickraft.core.LogId;
import io.tickraft.core.Outcome;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.ReadState;
import io.tickraft.core.Storage;
import io.tickraft.core.log.Applying;
import io.tickraft.core.log.RaftLog;
import io.tickraft.core.membership.Configuration;
import io.tickraft.core.membership.Membership;
import io.tickraft.proto.Append;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.HeartbeatResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.RequestId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The state of a node that is independent of its role: term, vote, log, configuration, contact with
 * the leader, pending requests of its host, and messages to send. Roles get it as an argument and
 * hold no reference to it.
 */
final class NodeState {

  final RaftConfig config;
  final RaftLog log;

  final Applying applying;

  final Membership membership;
  final Events events;
  final Outbox outbox;
  final Clock clock;
  final ElectionTimer timer;
  final LeaderContact contact;

  /** Reused for all messages: a builder is larger than the message that it builds. */
  private final Message.Builder envelope = Message.newBuilder();

  /** The current term. Never falls. */
  private long term;

  /** The candidate that has the node's vote in the term; 0: none. Set at most once in a term. */
  private long vote;

  /** The term that the host has acknowledged as persisted. Never above {@link #term}. */
  private long durableTerm;

  /** The vote that was persisted with {@link #durableTerm}; 0: none. */
  private long durableVote;

  /** The outcomes that the next Ready reports. */
  final List<Outcome> outcomes = new ArrayList<>(0);

  final HostReads reads;
  final Transfer transfer;
  final TransferRequests transferRequests;
  final Handover handover;

  /** Counts the requests of this incarnation. */
  private long requests;

  /** Counts the snapshots that the node has sent in this incarnation, as leader of any term. */
  private long snapshotAttempts;

  /**
   * The highest index that the node had acknowledged to a leader and has lost: above the last
   * index; 0 if nothing is known to be lost. Kept in memory only: after a restart the leader's
   * heartbeats show the loss again, as long as its match index for this node is that high.
   */
  private long lostUpTo;

  NodeState(
      RaftConfig config,
      RaftLog log,
      Configuration configuration,
      long term,
      long vote,
      long durableTerm,
      long durableVote) {
    this.config = config;
    this.log = log;
    this.applying = log.applying();
    this.membership = new Membership(configuration, applying.appliedIndex());
    this.events = new Events(config.observer());
    this.outbox = new Outbox(config, events);
    this.clock = new Clock(config.electionTicks());
    this.timer = new ElectionTimer(config, clock, term);
    this.contact = new LeaderContact(clock);
    this.reads = new HostReads(config, clock);
    this.transfer = new Transfer(outcomes, clock);
    this.transferRequests = new TransferRequests();
    this.handover = new Handover();
    this.term = term;
    this.vote = vote;
    this.durableTerm = durableTerm;
    this.durableVote = durableVote;
  }

  private NodeState(NodeState other, Storage storage) {
    this.config = other.config;
    this.log = other.log.copy(storage);
    this.applying = log.applying();
    this.membership = other.membership.copy();
    this.events = new Events(Optional.empty());
    this.outbox = other.outbox.copy(events);
    this.clock = other.clock.copy();
    this.timer = other.timer.copy(clock);
    this.contact = other.contact.copy(clock);
    this.term = other.term;
    this.vote = other.vote;
    this.durableTerm = other.durableTerm;
    this.durableVote = other.durableVote;
    this.requests = other.requests;
    this.snapshotAttempts = other.snapshotAttempts;
    this.lostUpTo = other.lostUpTo;
    this.outcomes.addAll(other.outcomes);
    this.reads = other.reads.copy(clock);
    this.transfer = other.transfer.copy(outcomes, clock);
    this.transferRequests = other.transferRequests.copy();
    this.handover = other.handover.copy();
  }

  /** Returns an independent copy without an observer, on a storage in the same state. */
  NodeState copy(Storage storage) {
    return new NodeState(this, storage);
  }

  /**
   * Adds everything but the role and the storage.
   *
   * @param lastTaken the number of the last Ready
   */
  void digest(Digest digest, long lastTaken) {
    digest.id(config.id()).number(config.incarnation());
    digest.number(term).id(vote).number(durableTerm).id(durableVote);
    log.digest(digest, lastTaken, clock.now(), config.maxPersistTicks());
    membership.digest(digest);
    outbox.digest(digest);
    clock.digest(digest, config.heartbeatTicks());
    timer.digest(digest);
    contact.digest(digest, config.electionTicks());
    digest.ordered(outcomes, NodeState::digest);
    reads.digest(digest);
    transfer.digest(digest);
    transferRequests.digest(digest);
    handover.digest(digest, clock.now(), config.heartbeatTicks());
    digest.number(requests).number(snapshotAttempts).number(lostUpTo);
  }

  private static void digest(Outcome outcome, Digest digest) {
    if (outcome instanceof Outcome.TransferEnded ended) {
      digest.id(ended.target()).constant(ended.end()).id(ended.leader());
    } else if (outcome instanceof Outcome.TransferRejected rejected) {
      digest.number(-1).id(rejected.target()).constant(rejected.reason()).id(rejected.leader());
    } else if (outcome instanceof Outcome.ChangeImpossible impossible) {
      digest.entry(impossible.entry()).text(impossible.problem());
    }
  }

  long id() {
    return config.id();
  }

  long term() {
    return term;
  }

  long vote() {
    return vote;
  }

  Configuration configuration() {
    return membership.inEffect();
  }

  /** Enters a later term, in which the node has not voted. */
  void enterTerm(long newTerm) {
    if (newTerm <= term) {
      throw new IllegalStateException("invariant: term " + newTerm + " is not after " + term);
    }
    term = newTerm;
    vote = 0;
    handover.end();
  }

  /** Sets the vote of this term, which never changes afterwards. */
  void voteFor(long candidate) {
    if (vote != 0 && vote != candidate) {
      throw new IllegalStateException(
          "invariant: the vote of term " + term + " is given to " + vote);
    }
    vote = candidate;
  }

  /** The host has persisted a hard state. */
  void hardStatePersisted(long persistedTerm, long persistedVote) {
    durableTerm = persistedTerm;
    durableVote = persistedVote;
  }

  long durableTerm() {
    return durableTerm;
  }

  /** Returns whether the node's vote of this term is its own and survives a crash. */
  boolean hasDurablyVotedForItself() {
    return durableTerm == term && durableVote == id();
  }

  /**
   * Returns whether the node may be elected: it is a voter, it is not known to have lost entries
   * that it had acknowledged, and no membership change or snapshot is waiting to be applied.
   */
  boolean isElectable() {
    return obstacleToElection() == null;
  }

  private RaftEvent.CampaignRefused.@Nullable Reason obstacleToElection() {
    if (hasLostState()) {
      return RaftEvent.CampaignRefused.Reason.LOST_STATE;
    }
    if (log.hasUnstableSnapshot()) {
      return RaftEvent.CampaignRefused.Reason.SNAPSHOT_NOT_PERSISTED;
    }
    if (hasChangeToApply()) {
      return RaftEvent.CampaignRefused.Reason.CHANGE_NOT_APPLIED;
    }
    if (configuration().isVoter(id())) {
      return null;
    }
    return configuration().isEmpty()
        ? RaftEvent.CampaignRefused.Reason.NO_CONFIGURATION
        : RaftEvent.CampaignRefused.Reason.NOT_A_VOTER;
  }

  /** Returns why the node may not campaign now; null if it may. */
  RaftEvent.CampaignRefused.@Nullable Reason obstacleToCampaign() {
    RaftEvent.CampaignRefused.Reason obstacle = obstacleToElection();
    return obstacle == null && term == Long.MAX_VALUE
        ? RaftEvent.CampaignRefused.Reason.LAST_TERM
        : obstacle;
  }

  /**
   * Returns whether a committed membership change or a snapshot is not applied yet: the
   * configuration in effect may change.
   */
  boolean hasChangeToApply() {
    return membership.isApplying()
        || log.hasCommittedChangeAbove(applying.appliedIndex())
        || log.hasUnstableSnapshot();
  }

  /** Returns whether the node may campaign: it may be elected, and there is a later term. */
  boolean mayCampaign() {
    return obstacleToCampaign() == null;
  }

  /**
   * The node has lost entries up to {@code index} that it had acknowledged to the leader. Until its
   * log reaches {@code index} again, it must neither vote nor campaign. Counterexample: of {1,2,3},
   * 1 and 3 commit an entry, 3 loses it, and 1 fails. 2 and 3 would elect a leader without the
   * entry.
   */
  void lost(long index, long leader) {
    if (index > lostUpTo) {
      lostUpTo = index;
      reads.abortAll(ReadState.Reason.LOST_STATE, leader);
      if (events.enabled()) {
        events.add(new RaftEvent.StateLost(leader, log.lastIndex(), index));
      }
    }
  }

  /** The log has grown, perhaps up to what was lost. */
  void logHasGrown() {
    if (lostUpTo != 0 && log.lastIndex() >= lostUpTo) {
      if (events.enabled()) {
        events.add(new RaftEvent.StateRegained(lostUpTo));
      }
      lostUpTo = 0;
    }
  }

  /** Returns the index that the log must reach again; 0 if nothing is known to be lost. */
  long lostUpTo() {
    return lostUpTo;
  }

  boolean hasLostState() {
    return lostUpTo != 0;
  }

  /** Returns a new id for a request to another node. */
  RequestId nextRequest() {
    requests++;
    return RequestId.newBuilder()
        .setIncarnation(config.incarnation())
        .setSequence(requests)
        .build();
  }

  /**
   * Returns a new number for an attempt to send a snapshot. No two attempts of an incarnation share
   * a number, so the host's report on one is never taken for a report on another.
   */
  long nextSnapshotAttempt() {
    snapshotAttempts++;
    return snapshotAttempts;
  }

  /** Makes a message to another node, with the node's term unless {@code body} clears it. */
  Message message(long to, UnaryOperator<Message.Builder> body) {
    return built(body.apply(addressed(to)));
  }

  // The messages that are sent most often need no function that sets the body.

  Message message(long to, Append body) {
    return built(addressed(to).setAppend(body));
  }

  Message message(long to, AppendResponse body) {
    return built(addressed(to).setAppendResponse(body));
  }

  Message message(long to, Heartbeat body) {
    return built(addressed(to).setHeartbeat(body));
  }

  Message message(long to, HeartbeatResponse body) {
    return built(addressed(to).setHeartbeatResponse(body));
  }

  /** Returns the envelope with all fields set but the body. */
  private Message.Builder addressed(long to) {
    return envelope.setFrom(id()).setTo(to).setTerm(term).setGroup(config.group());
  }

  private static Message built(Message.Builder envelope) {
    Message message = envelope.build();
    // Not clear(), which visits every kind of body: the next message sets the other fields again.
    envelope.clearBody();
    return message;
  }

  /** Drops a message from another node. */
  void drop(Message message, DropReason reason) {
    if (events.enabled()) {
      events.add(new RaftEvent.MessageDropped(message, reason));
    }
  }

  static EntryId proto(LogId id) {
    return proto(id.term(), id.index());
  }

  static EntryId proto(long term, long index) {
    return EntryId.newBuilder().setTerm(term).setIndex(index).build();
  }
}
