package io.tickraft.testkit.fuzz;

import io.tickraft.core.Status;
import io.tickraft.proto.ConfState;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.Simulation;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The nodes that must go on by themselves, whatever becomes of all others.
 *
 * <p>They contain a quorum of each half of the latest configuration, of nodes that have applied it.
 * A quorum that does not know yet that its configuration is committed would not do: a change takes
 * effect when it is applied, and the only node that has applied it may be lost (of nodes A and B, A
 * is removed, and dies before B hears that this is committed). And no log and no append in flight
 * may hold a change that is later than the latest configuration: nobody can say which configuration
 * will be in effect. Then all nodes are the core. A node that lacks what its disk has lost may not
 * vote, so it does not count.
 */
final class Core {

  private Core() {}

  /** Returns all nodes. */
  static NavigableSet<Long> all(Simulation group) {
    return group.nodes().stream().map(SimNode::id).collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Chooses a core.
   *
   * @param lastChange the highest index at which any log had a change
   * @param lostWrites knows which nodes lack what they have acknowledged; they do not count
   */
  static NavigableSet<Long> choose(
      Simulation group, long lastChange, LostWrites lostWrites, Choices choices) {
    NavigableSet<Long> core = all(group);
    Optional<Status> latest =
        group.nodes().stream()
            .filter(SimNode::isUp)
            .map(SimNode::status)
            .max(Comparator.comparingLong(Status::appliedIndex));
    if (latest.isEmpty()
        || lastChange > latest.get().appliedIndex()
        || isBehind(group, latest.get().appliedIndex())) {
      return core;
    }
    ConfState configuration = latest.get().confState();
    for (SimNode node : group.nodes()) {
      if (choices.next("without " + node.id(), 2) == 1) {
        core.remove(node.id());
        if (!isQuorum(group, lostWrites, core, configuration)) {
          core.add(node.id());
        }
      }
    }
    return core;
  }

  /** Returns whether a node may have applied, or got in a snapshot, what is beyond an index. */
  private static boolean isBehind(Simulation group, long index) {
    return group.nodes().stream()
        .anyMatch(node -> node.appliedIndex() > index || node.storage().firstIndex() > index + 1);
  }

  private static boolean isQuorum(
      Simulation group, LostWrites lostWrites, Collection<Long> core, ConfState configuration) {
    List<Long> know =
        core.stream()
            .filter(id -> group.node(id).isUp() && !lostWrites.isMissing(group.node(id)))
            .filter(id -> group.node(id).status().confState().equals(configuration))
            .toList();
    return isMajority(know, configuration.getVotersList())
        && isMajority(know, configuration.getVotersOutgoingList());
  }

  private static boolean isMajority(Collection<Long> nodes, List<Long> voters) {
    return voters.isEmpty() || 2 * voters.stream().filter(nodes::contains).count() > voters.size();
  }
}
