package io.tickraft.testkit.sim;

import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.Status;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import io.tickraft.proto.ConfState;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Changes who is in the group, in all ways that there are, and lets nodes join and leave it.
 *
 * <p>Nodes are only lost for good where the group can bear it: with activation at apply, who is
 * removed may be the only one to know that, and those who stay may still need its vote. So a node
 * {@linkplain #retire retires} only when all voters of a simple configuration are up, have applied
 * the same, and hold nothing more: then it is the latest configuration. The node must not be in it,
 * and no change that names it may come after. All others come back in the end, members or not.
 */
final class RandomMembership {

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
  private final boolean on;
  private int joined;

  /** The last index at which a change was proposed that names a node. */
  private final Map<Long, Long> named = new TreeMap<>();

  RandomMembership(Simulation group, boolean on) {
    this.group = group;
    this.on = on;
  }

  boolean isOn() {
    return on;
  }

  /** Proposes a change to each node that takes itself for the leader. */
  void change(Choices step) {
    if (!on) {
      return;
    }
    if (joined < MAX_NODES && step.next("join", 4) == 3) {
      joined++;
      group.join();
    }
    for (SimNode node : List.copyOf(group.nodes())) {
      if (node.isLeader()) {
        group.whenUnblocked(node.id(), () -> change(node, step));
      }
    }
  }

  private void change(SimNode node, Choices step) {
    ConfChange change = change(node.status(), step);
    // Changes without effect are to be in logs, too.
    if (group.proposeConfChangeEvenWithoutEffect(node.id(), change)
        instanceof ConfChangeResult.Accepted accepted) {
      change
          .getChangesList()
          .forEach(single -> named.merge(single.getNode(), accepted.index(), Math::max));
    }
  }

  /** Chooses a change: the same for all nodes that take themselves for the leader. */
  private ConfChange change(Status status, Choices step) {
    if (status.confState().getVotersOutgoingCount() > 0) {
      return leave();
    }
    ConfChange.Builder change =
        ConfChange.newBuilder().setTransition(step.of("transition", TRANSITIONS));
    for (int i = step.of("changes", List.of(1, 1, 2, 3)); i > 0; i--) {
      change.addChanges(
          ConfChangeSingle.newBuilder()
              .setType(step.of("type " + i, TYPES))
              .setNode(step.of("member " + i, group.nodes()).id()));
    }
    return change.build();
  }

  static ConfChange leave() {
    return ConfChange.newBuilder()
        .setTransition(ConfChangeTransition.CONF_CHANGE_TRANSITION_LEAVE)
        .build();
  }

  private static boolean isLevel(SimNode node, long index) {
    return node.isUp()
        && node.status().appliedIndex() == index
        && node.status().last().index() == index;
  }

  /** Stops a node for good, if there is one that the group can do without. */
  void retire(Choices step) {
    if (!on || step.next("retire", 2) == 0) {
      return;
    }
    Optional<SimNode> furthest =
        group.nodes().stream()
            .filter(SimNode::isUp)
            .max(Comparator.comparingLong(node -> node.status().appliedIndex()));
    if (furthest.isEmpty()) {
      return;
    }
    Status status = furthest.get().status();
    ConfState configuration = status.confState();
    boolean calm =
        configuration.getVotersCount() > 0
            && configuration.getVotersOutgoingCount() == 0
            && configuration.getVotersList().stream()
                .map(group::node)
                .allMatch(node -> isLevel(node, status.appliedIndex()));
    if (!calm) {
      return;
    }
    group.nodes().stream()
        .map(SimNode::id)
        .filter(id -> !configuration.getVotersList().contains(id))
        .filter(id -> !configuration.getLearnersList().contains(id))
        .filter(id -> named.getOrDefault(id, 0L) <= status.appliedIndex())
        .findFirst()
        .ifPresent(group::retire);
  }
}
