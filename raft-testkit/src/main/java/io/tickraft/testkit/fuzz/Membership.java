package io.tickraft.testkit.fuzz;

import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.Status;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import io.tickraft.proto.ConfState;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.Simulation;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Changes the membership in all ways, and lets nodes join and retire.
 *
 * <p>A node {@linkplain #retire retires} only if the group can bear it. A change takes effect when
 * it is applied: a removed node may be the only one that knows that it is removed, and the others
 * may still need its vote. So all voters of a simple configuration must be up, must have applied
 * the same, and must hold no more: then this is the latest configuration. The node must not be in
 * it, and no later change may name the node. All other nodes come back in the end.
 */
final class Membership {

  private static final int MAX_NODES = 8;

  private static final List<ConfChangeTransition> TRANSITIONS =
      List.of(
          ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO,
          ConfChangeTransition.CONF_CHANGE_TRANSITION_JOINT_IMPLICIT,
          ConfChangeTransition.CONF_CHANGE_TRANSITION_JOINT_EXPLICIT);

  private static final List<ConfChangeType> TYPES =
      List.of(
          ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER,
          ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER,
          ConfChangeType.CONF_CHANGE_TYPE_REMOVE,
          ConfChangeType.CONF_CHANGE_TYPE_ADD_LEARNER);

  private final Simulation group;
  private final LostWrites lostWrites;
  private int joined;
  private boolean isOver;

  /** The last index at which a change was proposed that names a node. */
  private final Map<Long, Long> named = new TreeMap<>();

  Membership(Simulation group, LostWrites lostWrites) {
    this.group = group;
    this.lostWrites = lostWrites;
  }

  /** Proposes a change to each node that takes itself for the leader. */
  void change(Choices step) {
    if (step.percent("join", 25)) {
      join();
    }
    for (SimNode node : List.copyOf(group.nodes())) {
      if (node.isLeader()) {
        Choices own = step.part("leader %", node.id());
        group.whenUnblocked(node.id(), () -> propose(node, change(node.status(), own)));
      }
    }
  }

  /** Lets a node join, unless too many have; it is no member yet. */
  Optional<SimNode> join() {
    if (joined >= MAX_NODES) {
      return Optional.empty();
    }
    joined++;
    return Optional.of(group.node(group.join()));
  }

  /** From now on no change is proposed, nor any that waits for a node whose loop is blocked. */
  void end() {
    isOver = true;
  }

  /** Proposes a change to a node that is not blocked. */
  void propose(SimNode node, ConfChange change) {
    // A node that lacks what its disk has lost may not vote: the next configuration may need it.
    if (isOver || lostWrites.isAnyMissing()) {
      return;
    }
    // Changes without effect are to be in logs, too.
    if (group.proposeConfChangeEvenWithoutEffect(node.id(), change)
        instanceof ConfChangeResult.Accepted accepted) {
      change
          .getChangesList()
          .forEach(single -> named.merge(single.getNode(), accepted.index(), Math::max));
    }
  }

  private ConfChange change(Status status, Choices own) {
    if (status.confState().getVotersOutgoingCount() > 0) {
      return leaveJoint();
    }
    ConfChange.Builder change =
        ConfChange.newBuilder().setTransition(own.of("transition", TRANSITIONS));
    for (int i = own.of("changes", List.of(1, 1, 2, 3)); i > 0; i--) {
      change.addChanges(
          ConfChangeSingle.newBuilder()
              .setType(own.of("type of " + i, TYPES))
              .setNode(own.of("member of " + i, group.nodes()).id()));
    }
    return change.build();
  }

  /** Returns the change that leaves a joint configuration. */
  static ConfChange leaveJoint() {
    return ConfChange.newBuilder()
        .setTransition(ConfChangeTransition.CONF_CHANGE_TRANSITION_LEAVE)
        .build();
  }

  /** Stops a node for good, if there is one that the group can do without. */
  void retire() {
    Optional<SimNode> furthest =
        group.nodes().stream()
            .filter(SimNode::isUp)
            .max(Comparator.comparingLong(node -> node.status().appliedIndex()));
    if (furthest.isPresent() && isLatest(furthest.get().status())) {
      Status status = furthest.get().status();
      group.nodes().stream()
          .map(SimNode::id)
          .filter(id -> !status.confState().getVotersList().contains(id))
          .filter(id -> !status.confState().getLearnersList().contains(id))
          .filter(id -> named.getOrDefault(id, 0L) <= status.appliedIndex())
          .findFirst()
          .ifPresent(group::retire);
    }
  }

  /** Returns whether a node surely has applied the latest configuration. */
  private boolean isLatest(Status status) {
    ConfState configuration = status.confState();
    return configuration.getVotersCount() > 0
        && configuration.getVotersOutgoingCount() == 0
        && configuration.getVotersList().stream()
            .map(group::node)
            .allMatch(node -> hasAppliedAll(node, status.appliedIndex()));
  }

  private static boolean hasAppliedAll(SimNode node, long index) {
    return node.isUp()
        && node.status().appliedIndex() == index
        && node.status().last().index() == index;
  }
}
