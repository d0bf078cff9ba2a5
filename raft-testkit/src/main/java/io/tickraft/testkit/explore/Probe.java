package io.tickraft.testkit.explore;

import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.proto.ConfState;
import io.tickraft.testkit.oracle.OracleViolation;
import java.util.List;
import java.util.TreeSet;

/**
 * Checks liveness from one state (Raft paper, section 5.6): all messages in flight are lost, slow
 * storages answer again, and no further fault happens; then a leader must be elected, commit a new
 * entry and bring all members up to date.
 */
final class Probe {

  /** The length of a probe, in election timeouts; the longest random timeout is five of them. */
  private static final int MAX_TIMEOUTS = 60;

  /** More messages than any tick causes. */
  private static final int MAX_DELIVERIES = 10_000;

  private final Group group;
  private final Acts acts;
  private final int electionTicks;

  /**
   * @param acts performs each event, and then all work of the host
   */
  Probe(Group group, Acts acts, int electionTicks) {
    this.group = group;
    this.acts = acts;
    this.electionTicks = electionTicks;
  }

  /**
   * Runs the probe.
   *
   * @throws OracleViolation if no leader brings all members up to date in time
   */
  void run() {
    group.loseAll();
    for (int node = 0; node < group.nodes(); node++) {
      finish(node);
    }
    long target = 0;
    for (int tick = 0; tick < MAX_TIMEOUTS * electionTicks; tick++) {
      for (int node = 0; node < group.nodes(); node++) {
        act(EventKind.TICK, node);
      }
      deliverAll();
      int leader = leader();
      if (leader >= 0 && target == 0) {
        Status before = group.host(leader).status();
        act(EventKind.PROPOSE, leader);
        Status after = group.host(leader).status();
        target = after.last().index() > before.last().index() ? after.last().index() : 0;
        deliverAll();
      }
      if (leader >= 0 && target > 0 && isLevel(leader, target)) {
        return;
      }
    }
    throw new OracleViolation(
        "liveness",
        MAX_TIMEOUTS
            + " election timeouts without trouble have not brought "
            + (leader() < 0 ? "a leader" : "all members level: " + statuses()));
  }

  private void finish(int node) {
    NodeHost host = group.host(node);
    // Not reported to the node: at its next tick the node must ask the storage again.
    host.resumeReads();
    while (host.hasReady() || host.isWriting()) {
      if (host.isWriting()) {
        host.write();
      } else {
        host.take();
      }
      host.apply();
    }
    host.apply();
    host.stepped();
  }

  private void act(EventKind kind, int node) {
    group.perform(acts, kind, node);
  }

  private void deliverAll() {
    if (!group.deliverAll(acts, MAX_DELIVERIES)) {
      throw new OracleViolation(
          "no storm of messages", "still messages after " + MAX_DELIVERIES + " deliveries");
    }
  }

  /** Returns the position of the leader of the latest term; -1 if there is none. */
  private int leader() {
    int leader = -1;
    for (int node = 0; node < group.nodes(); node++) {
      Status status = group.host(node).status();
      if (status.role() == RoleName.LEADER
          && (leader < 0 || status.term() > group.host(leader).status().term())) {
        leader = node;
      }
    }
    return leader;
  }

  private boolean isLevel(int leader, long target) {
    ConfState members = group.host(leader).status().confState();
    TreeSet<Long> all = new TreeSet<>(members.getVotersList());
    for (List<Long> more :
        List.of(
            members.getVotersOutgoingList(),
            members.getLearnersList(),
            members.getLearnersNextList())) {
      all.addAll(more);
    }
    for (long id : all) {
      // A member that does not exist in the group is like a node that never starts again.
      if (id <= group.nodes() && group.host((int) id - 1).appliedIndex() < target) {
        return false;
      }
    }
    return true;
  }

  private String statuses() {
    StringBuilder text = new StringBuilder();
    for (int node = 0; node < group.nodes(); node++) {
      Status status = group.host(node).status();
      text.append(node == 0 ? "" : "; ")
          .append("node ")
          .append(node + 1)
          .append(" is ")
          .append(status.role())
          .append(" in term ")
          .append(status.term())
          .append(" and has applied ")
          .append(group.host(node).appliedIndex());
    }
    return text.toString();
  }
}
