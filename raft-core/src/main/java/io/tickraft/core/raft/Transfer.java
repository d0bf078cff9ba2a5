package io.tickraft.core.raft;

import io.tickraft.core.Digest;
import io.tickraft.core.Outcome;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.Message;
import io.tickraft.proto.RequestId;
import io.tickraft.proto.TransferLeaderResponse;
import io.tickraft.proto.TransferRejectReason;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one leadership transfer whose outcome this node reports to its host (thesis 3.10): as the
 * leader that makes it, or as the follower that has asked its leader for it.
 *
 * <p>It outlives the role: a leader learns as a follower of the next leader that the transfer is
 * completed.
 */
final class Transfer {

  private final List<Outcome> outcomes;
  private final Clock clock;

  /** The node that is to lead; 0: there is no transfer. */
  private long target;

  /** The tick at which the transfer times out. */
  private long deadline;

  /** The request that was sent to the leader; null: this node makes the transfer itself. */
  private @Nullable RequestId request;

  /** The leader that the request was sent to; 0: this node makes the transfer itself. */
  private long askedNode;

  /** The term in which the request was sent. */
  private long askedTerm;

  Transfer(List<Outcome> outcomes, Clock clock) {
    this.outcomes = outcomes;
    this.clock = clock;
  }

  Transfer copy(List<Outcome> itsOutcomes, Clock itsClock) {
    Transfer copy = new Transfer(itsOutcomes, itsClock);
    copy.target = target;
    copy.deadline = deadline;
    copy.request = request;
    copy.askedNode = askedNode;
    copy.askedTerm = askedTerm;
    return copy;
  }

  void digest(Digest digest) {
    digest.id(target);
    if (target != 0) {
      digest.remaining(deadline - clock.now());
      digest.message(Optional.ofNullable(request)).id(askedNode).number(askedTerm);
    }
  }

  boolean isInProgress() {
    return target != 0;
  }

  /**
   * Returns whether no transfer can begin: one is in progress, or an outcome is not reported yet.
   */
  boolean isBusy() {
    return target != 0 || !outcomes.isEmpty();
  }

  /** Returns the node that is to lead; 0 if there is no transfer. */
  long target() {
    return target;
  }

  /** This node leads and begins a transfer to {@code to}, which times out after {@code ticks}. */
  void begin(long to, int ticks) {
    target = to;
    deadline = clock.now() + ticks;
    request = null;
    askedNode = 0;
  }

  /** This node has asked the leader of {@code term} for a transfer to {@code to}. */
  void asked(long leader, long term, RequestId itsRequest, long to, long ticks) {
    askedTerm = term;
    target = to;
    deadline = clock.now() + ticks;
    request = itsRequest;
    askedNode = leader;
  }

  /** Returns the tick at which the transfer times out; none if there is no transfer. */
  long deadline() {
    return target == 0 ? Long.MAX_VALUE : deadline;
  }

  /**
   * Gives up a transfer that has timed out.
   *
   * @param leader the leader that is known; 0: none
   */
  void expire(long leader) {
    if (clock.now() >= deadline()) {
      end(Outcome.TransferEnd.TIMED_OUT, leader);
    }
  }

  /** A leader is known: another one, or the previous one again. */
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
   * @return whether this node was waiting for this answer
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
    // Started: the next leader shows how the transfer ends.
    return true;
  }

  private static TransferResult.Reason reason(TransferRejectReason reason) {
    return switch (reason) {
      case TRANSFER_REJECT_REASON_ALREADY_LEADER -> TransferResult.Reason.ALREADY_LEADER;
      case TRANSFER_REJECT_REASON_NOT_A_VOTER -> TransferResult.Reason.NOT_A_VOTER;
      case TRANSFER_REJECT_REASON_IN_PROGRESS -> TransferResult.Reason.IN_PROGRESS;
      case TRANSFER_REJECT_REASON_NOT_LEADER, TRANSFER_REJECT_REASON_UNSPECIFIED, UNRECOGNIZED ->
          TransferResult.Reason.NOT_LEADER;
    };
  }
}
