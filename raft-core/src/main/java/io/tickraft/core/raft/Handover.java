package io.tickraft.core.raft;

import io.tickraft.core.Digest;
import io.tickraft.core.LogId;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.progress.Progress;
import io.tickraft.proto.Message;
import io.tickraft.proto.TimeoutNow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The orders to campaign by which a leader that steps down of its own accord makes another voter
 * lead at once (thesis 3.10 and 4.2.2): first to the most advanced voter, and to the next one if
 * that voter refuses.
 *
 * <p>A refusal arrives after the leader has become a follower, so the handover outlives the role.
 * It ends with the term. An order may be lost, so it is repeated {@value #REPEATS} times, a
 * heartbeat interval apart: a node that has campaigned is in a later term and drops it. A leader
 * that has left the group hears nothing of the campaign, so it could not tell when to stop. The
 * next voter is ordered only after a refusal: two candidates at once could split the votes, and a
 * candidate whose disk is slow is silent for longer than a heartbeat interval.
 */
final class Handover {

  /**
   * A voter and the last entry that its log is expected to have.
   *
   * @param id the voter
   * @param last its last entry once everything that was sent to it has arrived
   */
  private record Target(long id, LogId last) {}

  private static final int REPEATS = 2;

  /** The voters to order, the most advanced first; empty if there is no handover. */
  private List<Target> targets = List.of();

  /** The position of the voter that was ordered last; the size of the list if all have refused. */
  private int current;

  /** How often the order was repeated. */
  private int repeats;

  /** The tick at which the handover began or the order was repeated last. */
  private long orderedAt;

  Handover() {}

  Handover copy() {
    Handover copy = new Handover();
    copy.targets = targets;
    copy.current = current;
    copy.repeats = repeats;
    copy.orderedAt = orderedAt;
    return copy;
  }

  /**
   * Adds the voters that are to be ordered, and when.
   *
   * @param now the node's tick
   * @param heartbeatTicks the heartbeat interval
   */
  void digest(Digest digest, long now, int heartbeatTicks) {
    digest.ordered(targets, (target, d) -> d.id(target.id).entry(target.last));
    if (!targets.isEmpty()) {
      digest.number(current).number(repeats).remaining(orderedAt + heartbeatTicks - now);
    }
  }

  /**
   * Sends the appends that are due and orders the most advanced voter to campaign. The leader must
   * step down right after that, in the same term: it forms no more appends.
   *
   * @param replication the leader's view of the members
   * @param change the index of the committed change that removes the leader; 0: none. A target must
   *     have persisted that it is committed: otherwise the target would still need the votes of the
   *     configuration before the change
   */
  void begin(NodeState node, Replication replication, long change) {
    // Entries that are appended and not sent would be in this log only, and this node could not
    // vote for the next leader.
    replication.form(node).forEach(message -> node.outbox.send(message, Outbox.After.TERM));
    List<Target> found = new ArrayList<>();
    for (Progress voter : mostAdvancedFirst(node, replication, Handover::expectedLast)) {
      long last = expectedLast(voter);
      // An order names an entry of the leader's term. A voter that has no such entry yet is not
      // known to match.
      if (voter.durableCommit() >= change && node.log.term(last) == node.term()) {
        found.add(new Target(voter.id(), node.log.id(last)));
      }
    }
    targets = List.copyOf(found);
    current = 0;
    repeats = 0;
    orderedAt = node.clock.now();
    order(node);
  }

  /**
   * Returns the other voters: those that were heard within an election timeout first, of these the
   * one whose log is the longest, of several the one with the lowest id. The target of a transfer
   * in progress comes before all others, as it may be campaigning already.
   *
   * @param lastIndex the assumed last index of a voter's log
   */
  private static List<Progress> mostAdvancedFirst(
      NodeState node, Replication replication, ToLongFunction<Progress> lastIndex) {
    List<Progress> voters = replication.otherVoters(node);
    voters.sort(
        Comparator.comparing((Progress voter) -> voter.id() != node.transfer.target())
            .thenComparing(
                voter -> node.clock.now() - voter.heardAt() >= node.config.electionTicks())
            .thenComparing(Comparator.comparingLong(lastIndex).reversed())
            .thenComparing(Comparator.comparingLong(Progress::match).reversed())
            .thenComparingLong(Progress::id));
    return voters;
  }

  /**
   * Returns the voter that a transfer without a target goes to: the one that needs the fewest
   * entries before it can lead; null if there is no other voter.
   */
  static @Nullable Progress mostAdvancedVoter(NodeState node, Replication replication) {
    List<Progress> voters = mostAdvancedFirst(node, replication, Progress::match);
    return voters.isEmpty() ? null : voters.get(0);
  }

  /**
   * Returns the last index of a member's log once everything that was sent to it has arrived. While
   * the member is probed, an append may be in flight that does not match.
   */
  private static long expectedLast(Progress member) {
    return member.state() == PeerStatus.State.REPLICATE ? member.next() - 1 : member.match();
  }

  /**
   * Orders a node to campaign if its last entry is {@code last}: for a handover, and for a transfer
   * ({@link TransferOrder}).
   */
  static void order(NodeState node, long target, LogId last) {
    TimeoutNow order = TimeoutNow.newBuilder().setLast(NodeState.proto(last)).build();
    node.outbox.send(node.message(target, m -> m.setTimeoutNow(order)), Outbox.After.TERM);
  }

  private void order(NodeState node) {
    if (current < targets.size()) {
      order(node, targets.get(current).id, targets.get(current).last);
    }
  }

  /** Repeats the order if a heartbeat interval has passed since the last one. */
  void repeatIfDue(NodeState node) {
    if (!repeats() || node.clock.now() - orderedAt < node.config.heartbeatTicks()) {
      return;
    }
    repeats++;
    orderedAt = node.clock.now();
    if (current == targets.size()) {
      current = 0; // The reason for a refusal may have passed, such as an append that came late.
    }
    order(node);
  }

  /** Returns whether the order will be repeated. */
  boolean repeats() {
    return !targets.isEmpty() && repeats < REPEATS;
  }

  /**
   * A node refuses to campaign.
   *
   * @return whether the refusal answers the last order; a late refusal does not
   */
  boolean refused(NodeState node, Message message) {
    if (current >= targets.size()
        || targets.get(current).id != message.getFrom()
        || !message
            .getTimeoutNowResponse()
            .getLast()
            .equals(NodeState.proto(targets.get(current).last))) {
      return false;
    }
    current++;
    order(node);
    return true;
  }

  /** The term has ended: no order is repeated. */
  void end() {
    targets = List.of();
  }
}
