package io.tickraft.core.raft;

import io.tickraft.core.Outcome;
import io.tickraft.core.TransferResult;
import io.tickraft.core.membership.Configuration;
import io.tickraft.proto.Message;
import io.tickraft.proto.RequestId;
import io.tickraft.proto.TransferLeaderResponse;
import io.tickraft.proto.TransferRejectReason;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The one transfer of leadership of which this node is to tell how it ends (thesis 3.10): as the
 * leader that makes it, or as the follower that has asked its leader for it.
 *
 * <p>It outlives the role. That it is completed, a leader learns as a follower of the next one.
 */
final class Transfer {

  private final List<Outcome> outcomes;

  /** Who is to lead; 0: there is no transfer. */
  private long target;

  private long ticksLeft;

  /** The request that was sent to the leader, and to which one; null: this node makes it itself. */
  private @Nullable RequestId request;

  private long askedNode;

  /** The term in which it was asked for. */
  private long askedTerm;

  /** The last request of another node that this node took up as a leader, and whose it was. */
  private RequestId takenUp = RequestId.getDefaultInstance();

  private long takenUpFrom;

  /** The last request of each member that this node answered as a leader. */
  private final Map<Long, RequestId> answered = new TreeMap<>();

  /** Whether the target was told to campaign since the last heartbeat. */
  private boolean ordered;

  Transfer(List<Outcome> outcomes) {
    this.outcomes = outcomes;
  }

  Transfer copy(List<Outcome> itsOutcomes) {
    Transfer copy = new Transfer(itsOutcomes);
    copy.target = target;
    copy.ticksLeft = ticksLeft;
    copy.request = request;
    copy.askedNode = askedNode;
    copy.askedTerm = askedTerm;
    copy.takenUp = takenUp;
    copy.takenUpFrom = takenUpFrom;
    copy.answered.putAll(answered);
    copy.ordered = ordered;
    return copy;
  }

  boolean isUnderWay() {
    return target != 0;
  }

  /** Returns whether none can begin: one is under way, or the end of one is not told yet. */
  boolean isBusy() {
    return target != 0 || !outcomes.isEmpty();
  }

  /** Returns who is to lead; 0 if there is no transfer. */
  long target() {
    return target;
  }

  /** This node leads and begins to hand over to {@code to}, within so many ticks. */
  void begin(long to, int ticks) {
    target = to;
    ticksLeft = ticks;
    request = null;
    askedNode = 0;
    takenUpFrom = 0;
    ordered = false;
  }

  /** The transfer that has just begun is the one that another node asks for. */
  void takeUp(Message question) {
    takenUp = question.getTransferLeader().getRequest();
    takenUpFrom = question.getFrom();
  }

  /** Returns whether the transfer under way is the one that is asked for. */
  boolean isTakenUp(Message question) {
    return isUnderWay()
        && question.getFrom() == takenUpFrom
        && question.getTransferLeader().getRequest().equals(takenUp);
  }

  /** This node answers a request as the leader. */
  void answers(Message question, Configuration configuration) {
    answered.keySet().removeIf(id -> !configuration.isMember(id));
    if (configuration.isMember(question.getFrom())) {
      answered.put(question.getFrom(), question.getTransferLeader().getRequest());
    }
  }

  /**
   * Returns whether a request was answered, or one that was made after it. The network may
   * duplicate it, and it must not count as another one: whoever asked was told that it is rejected,
   * or has got what it asked for.
   */
  boolean isAnswered(Message question) {
    RequestId last = answered.get(question.getFrom());
    RequestId asked = question.getTransferLeader().getRequest();
    return last != null
        && (asked.getIncarnation() == last.getIncarnation()
            ? asked.getSequence() <= last.getSequence()
            : asked.getIncarnation() < last.getIncarnation());
  }

  /** This node has asked its leader, in its term, to hand over to {@code to}. */
  void asked(long leader, long term, RequestId itsRequest, long to, long ticks) {
    askedTerm = term;
    target = to;
    ticksLeft = ticks;
    request = itsRequest;
    askedNode = leader;
  }

  /** Says whether the target is to be told to campaign, if it was not since the last heartbeat. */
  boolean order() {
    boolean again = ordered;
    ordered = true;
    return !again;
  }

  /** Another heartbeat is due: the order may have got lost, too. */
  void orderAgain() {
    ordered = false;
  }

  /** A tick passes. */
  void tick() {
    ticksLeft--;
  }

  /**
   * Gives up a transfer that has timed out.
   *
   * @param leader the leader that is known; 0: none
   */
  void expire(long leader) {
    if (target != 0 && ticksLeft <= 0) {
      end(Outcome.TransferEnd.TIMED_OUT, leader);
    }
  }

  /** There is another leader, or the one of before is heard again. */
  void ledBy(long leader, long term) {
    boolean heardAgain = request != null && leader == askedNode && term == askedTerm;
    if (target != 0 && !heardAgain) {
      end(leader == target ? Outcome.TransferEnd.COMPLETED : Outcome.TransferEnd.ABORTED, leader);
    }
  }

  void end(Outcome.TransferEnd end, long leader) {
    endAs(new Outcome.TransferEnded(target, end, leader));
  }

  private void endAs(Outcome outcome) {
    outcomes.add(outcome);
    target = 0;
    request = null;
  }

  /**
   * The leader answers the request.
   *
   * @return whether this node was waiting for that
   */
  boolean answered(Message message) {
    TransferLeaderResponse response = message.getTransferLeaderResponse();
    if (target == 0 || !response.getRequest().equals(request) || message.getFrom() != askedNode) {
      return false;
    }
    if (response.hasRejected()) {
      TransferLeaderResponse.Rejected rejected = response.getRejected();
      endAs(
          new Outcome.TransferRejected(target, reason(rejected.getReason()), rejected.getLeader()));
    }
    // Started: how it ends, this node sees by who leads next.
    return true;
  }

  private static TransferResult.Reason reason(TransferRejectReason reason) {
    return switch (reason) {
      case TRANSFER_REJECT_REASON_ALREADY_LEADER -> TransferResult.Reason.ALREADY_LEADER;
      case TRANSFER_REJECT_REASON_NOT_A_VOTER -> TransferResult.Reason.NOT_A_VOTER;
      case TRANSFER_REJECT_REASON_IN_PROGRESS -> TransferResult.Reason.IN_PROGRESS;
      case TRANSFER_REJECT_REASON_NOT_LEADER, TRANSFER_REJECT_REASON_UNSPECIFIED, UNRECOGNIZED ->
          TransferResult.Reason.NO_LEADER;
    };
  }

  /** Answers the request of another node. */
  static void answer(NodeState node, Message question, TransferResult result) {
    TransferLeaderResponse.Builder response =
        TransferLeaderResponse.newBuilder().setRequest(question.getTransferLeader().getRequest());
    if (result instanceof TransferResult.Rejected rejected) {
      response.setRejected(
          TransferLeaderResponse.Rejected.newBuilder()
              .setReason(wire(rejected.reason()))
              .setLeader(rejected.leader())
              .build());
    } else {
      response.setStarted(TransferLeaderResponse.Started.getDefaultInstance());
    }
    node.outbox.send(
        node.message(
            question.getFrom(), m -> m.clearTerm().setTransferLeaderResponse(response.build())),
        Outbox.After.TERM);
  }

  private static TransferRejectReason wire(TransferResult.Reason reason) {
    return switch (reason) {
      case NO_LEADER, NOT_LEADER, OUTBOX_FULL ->
          TransferRejectReason.TRANSFER_REJECT_REASON_NOT_LEADER;
      case ALREADY_LEADER -> TransferRejectReason.TRANSFER_REJECT_REASON_ALREADY_LEADER;
      case NOT_A_VOTER -> TransferRejectReason.TRANSFER_REJECT_REASON_NOT_A_VOTER;
      case IN_PROGRESS -> TransferRejectReason.TRANSFER_REJECT_REASON_IN_PROGRESS;
    };
  }
}
