package io.tickraft.testkit.fuzz;

import io.tickraft.core.Status;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.HardState;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.SimDisk;
import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.Simulation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Lets disks lose synced writes as far as Raft bears it. Raft counts on what is acknowledged, so
 * little can be borne:
 *
 * <ul>
 *   <li>The term and the vote stay: a second vote in a term can elect a second leader.
 *   <li>All entries of the log are committed: a leader may count the acknowledgement of an entry
 *       that is not committed yet, and the entry would be on too few disks.
 *   <li>What is left is a part of it: an entry that another leader has replaced must not come back.
 *   <li>A quorum of the other voters has all committed entries on their disks, in each half of the
 *       configuration: every later leader needs the vote of one of them.
 *   <li>No membership change is lost: the node would vote in a configuration that may be left.
 * </ul>
 *
 * <p>The node learns from its leader what it has lost, and gets it again.
 */
final class LostWrites {

  private final Simulation group;
  private final Machines machines;
  private final LastChange lastChange;

  /** By node: the last index that its disk had before the last loss. */
  private final Map<Long, Long> lostUpTo = new TreeMap<>();

  LostWrites(Simulation group, Machines machines, LastChange lastChange) {
    this.group = group;
    this.machines = machines;
    this.lastChange = lastChange;
  }

  /** Returns whether a node lacks entries that its disk has lost. */
  boolean isMissing(SimNode node) {
    return node.storage().lastIndex() < lostUpTo.getOrDefault(node.id(), 0L);
  }

  /** Returns whether any node lacks entries that its disk has lost. */
  boolean isAnyMissing() {
    return !lostUpTo.isEmpty() && group.nodes().stream().anyMatch(this::isMissing);
  }

  /** Crashes a node, lets its disk lose synced writes if that can be borne, and starts it. */
  void lose(Choices step) {
    SimNode node = step.of("node", group.nodes());
    if (!node.isUp() || !node.hasDisk()) {
      return;
    }
    group.crash(node.id());
    List<Integer> bearable = bearable(node);
    if (!bearable.isEmpty()) {
      long before = node.disk().durable().lastIndex();
      node.disk().loseSynced(bearable.get(step.next("most", bearable.size())));
      lostUpTo.merge(node.id(), before, Math::max);
    }
    machines.start(node.id());
  }

  /** Returns how many of its latest synced writes a node that is down may lose, most first. */
  private List<Integer> bearable(SimNode node) {
    List<Integer> bearable = new ArrayList<>();
    Storage now = node.disk().durable();
    Optional<Status> latest =
        group.nodes().stream()
            .filter(SimNode::isUp)
            .map(SimNode::status)
            .max(Comparator.comparingLong(Status::commitIndex));
    if (latest.isEmpty()
        || latest.get().appliedIndex() < lastChange.index()
        || now.lastIndex() > latest.get().commitIndex()
        || !haveAll(latest.get(), node.id())
        || !isHeldBy(group.node(latest.get().id()), now)) {
      return bearable;
    }
    List<SimDisk.Earlier> earlier = node.disk().earlier();
    for (int i = earlier.size() - 1; i >= 0; i--) {
      if (canGoBackTo(earlier.get(i), now)) {
        bearable.add(i + 1);
      }
    }
    return bearable;
  }

  /** Returns whether a quorum without a node has all that is committed on their disks. */
  private boolean haveAll(Status latest, long without) {
    ConfState configuration = latest.confState();
    return haveAll(configuration.getVotersList(), latest, without)
        && haveAll(configuration.getVotersOutgoingList(), latest, without);
  }

  private boolean haveAll(List<Long> voters, Status latest, long without) {
    long holders =
        voters.stream()
            .filter(id -> id != without)
            .map(group::node)
            .filter(SimNode::hasDisk)
            .filter(node -> holds(node.disk().durable(), latest))
            .count();
    return voters.isEmpty() || 2 * holders > voters.size();
  }

  private boolean holds(Storage disk, Status latest) {
    long index = latest.commitIndex();
    Storage committed = group.node(latest.id()).storage();
    return disk.firstIndex() - 1 <= index
        && disk.lastIndex() >= index
        && disk.term(index) == committed.term(index);
  }

  /** Returns whether the last entry of a disk is committed on a node. */
  private static boolean isHeldBy(SimNode node, Storage disk) {
    long last = disk.lastIndex();
    return last >= node.storage().firstIndex() - 1 && node.storage().term(last) == disk.term(last);
  }

  private boolean canGoBackTo(SimDisk.Earlier earlier, Storage now) {
    HardState before = earlier.log().initialState();
    HardState hardState = now.initialState();
    long kept = Math.min(before.getCommit(), earlier.log().lastIndex());
    return before.getTerm() == hardState.getTerm()
        && before.getVote() == hardState.getVote()
        && isPrefix(earlier.log(), now)
        && earlier.appliedIndex() <= earlier.log().lastIndex()
        && lastChange.index() <= kept;
  }

  private static boolean isPrefix(Storage earlier, Storage now) {
    long last = earlier.lastIndex();
    return last < now.lastIndex()
        && last >= now.firstIndex() - 1
        && earlier.term(last) == now.term(last);
  }
}
