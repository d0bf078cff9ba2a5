package io.tickraft.core.fuzz;

import io.tickraft.core.Outcome;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RoleName;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.Message;
import io.tickraft.proto.RequestId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What must hold of the transfers of leadership that a node makes or asks for: one at a time, each
 * with one outcome and within a time, and nothing is appended meanwhile.
 *
 * <p>A broken rule is an {@link AssertionError} that begins with the rule's name.
 */
final class TransferInvariants {

  /** What can be broken. TransferInvariantsTest shows each of them breaking. */
  enum Rule {
    A_TRANSFER_STARTED_BY_NO_LEADER,
    A_TRANSFER_FORWARDED_BY_NO_FOLLOWER,
    A_SECOND_TRANSFER,
    A_TRANSFER_TO_NO_VOTER,
    A_TRANSFER_TO_THE_LEADER,
    A_TARGET_THAT_NOBODY_NAMED,
    A_TRANSFER_THAT_LASTS_TOO_LONG,
    A_TRANSFER_ENDS_THAT_NEVER_BEGAN,
    A_TRANSFER_OF_ANOTHER_TARGET_ENDS,
    A_TRANSFER_WITHOUT_AN_END,
    A_COMMAND_TAKEN_DURING_A_TRANSFER,
    AN_ORDER_TO_ANOTHER_THAN_THE_TARGET,
    AN_ANSWER_THAT_WAS_NOT_ASKED_FOR
  }

  private final RaftConfig config;

  /** The target of the transfer that is under way as far as the node shows; 0: none. */
  private long target;

  private int ticks;

  /** Within so many ticks it ends. */
  private int limit;

  /** The targets of the transfers that are over and of which the end is not told yet. */
  private final Deque<Long> untold = new ArrayDeque<>();

  /** How often each request of another node was taken and is not answered. */
  private final Map<String, Integer> asked = new TreeMap<>();

  TransferInvariants(RaftConfig config) {
    this.config = config;
  }

  /** A tick passes, after which {@link #observed} is called. */
  void tick() {
    ticks++;
  }

  /** The host asked for a transfer, after which {@link #observed} is called. */
  void asked(long to, TransferResult result, Observation before) {
    if (result instanceof TransferResult.Started) {
      require(before.role() == RoleName.LEADER, Rule.A_TRANSFER_STARTED_BY_NO_LEADER, result);
      require(
          before.confState().getVotersList().contains(to)
              || before.confState().getVotersOutgoingList().contains(to),
          Rule.A_TRANSFER_TO_NO_VOTER,
          result);
    } else if (result instanceof TransferResult.Forwarded) {
      require(
          before.role() == RoleName.FOLLOWER && before.leader() != 0,
          Rule.A_TRANSFER_FORWARDED_BY_NO_FOLLOWER,
          result);
    } else {
      return;
    }
    require(before.leader() != to, Rule.A_TRANSFER_TO_THE_LEADER, result);
    require(before.transferTarget() == 0, Rule.A_SECOND_TRANSFER, result);
    // A leader gives it an election timeout; who has asked waits for that and for what follows.
    begins(to, (before.role() == RoleName.LEADER ? 1 : 2) * config.electionTicks());
  }

  private void begins(long to, int ticksAtMost) {
    target = to;
    ticks = 0;
    limit = ticksAtMost;
  }

  /** A message was processed and not dropped, after which {@link #observed} is called. */
  void processed(Message message, Observation before, Observation after) {
    if (message.hasTransferLeader()) {
      asked.merge(
          key(message.getFrom(), message.getTransferLeader().getRequest()), 1, Integer::sum);
      if (before.transferTarget() == 0 && after.transferTarget() != 0) {
        begins(message.getTransferLeader().getTarget(), config.electionTicks());
      }
    }
  }

  /** The node took commands or a change. */
  void appended(Observation before) {
    require(before.transferTarget() == 0, Rule.A_COMMAND_TAKEN_DURING_A_TRANSFER, before);
  }

  /** Something happened to the node, and this is what it shows now. */
  void observed(Observation now) {
    if (target != 0 && now.transferTarget() == 0) {
      untold.addLast(target);
      target = 0;
    }
    require(now.transferTarget() == target, Rule.A_TARGET_THAT_NOBODY_NAMED, now);
    require(target == 0 || ticks < limit, Rule.A_TRANSFER_THAT_LASTS_TOO_LONG, now);
  }

  /**
   * A Ready was taken.
   *
   * @param before what the node showed before it
   */
  void taken(Taken ready, Observation before) {
    for (Outcome outcome : ready.outcomes()) {
      if (outcome instanceof Outcome.TransferEnded ended) {
        told(ended.target(), outcome);
      } else if (outcome instanceof Outcome.TransferRejected rejected) {
        told(rejected.target(), outcome);
      }
    }
    require(untold.isEmpty(), Rule.A_TRANSFER_WITHOUT_AN_END, ready);
    for (List<Message> messages : List.of(ready.messages(), ready.messagesAfterPersist())) {
      messages.forEach(message -> sent(message, before));
    }
  }

  private void told(long itsTarget, Outcome outcome) {
    Long expected = untold.pollFirst();
    require(expected != null, Rule.A_TRANSFER_ENDS_THAT_NEVER_BEGAN, outcome);
    require(expected == itsTarget, Rule.A_TRANSFER_OF_ANOTHER_TARGET_ENDS, outcome);
  }

  private void sent(Message message, Observation before) {
    if (message.hasTransferLeaderResponse()) {
      String key = key(message.getTo(), message.getTransferLeaderResponse().getRequest());
      require(
          asked.merge(key, -1, Integer::sum) >= 0, Rule.AN_ANSWER_THAT_WAS_NOT_ASKED_FOR, message);
    } else if (message.hasTimeoutNow()
        && before.role() == RoleName.LEADER
        && before.term() == message.getTerm()
        && target != 0) {
      require(message.getTo() == target, Rule.AN_ORDER_TO_ANOTHER_THAN_THE_TARGET, message);
    }
  }

  private static String key(long from, RequestId request) {
    return from + "/" + request.getIncarnation() + "." + request.getSequence();
  }

  /** So much time has passed that each transfer must have ended. */
  void allEnded() {
    require(target == 0 && untold.isEmpty(), Rule.A_TRANSFER_WITHOUT_AN_END, target);
  }

  private static void require(boolean holds, Rule rule, Object about) {
    if (!holds) {
      throw new AssertionError(rule + ": " + about);
    }
  }
}
