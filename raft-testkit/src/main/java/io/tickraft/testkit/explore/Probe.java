package io.tickraft.testkit.explore;

import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.proto.ConfState;
import io.tickraft.testkit.oracle.OracleViolation;
import java.util.List;
import java.util.TreeSet;

/**
 * Checks from one state that the group can go on (Raft paper, section 5.6): everything in flight is
 * lost, slow storages answer again, nothing else goes wrong, and then a leader has to come, commit
 * a new entry and bring all members level.
 */
final class Probe {

  /** What is tried, in election timeouts; the widest random timeout has five of them. */
  private static final int MAX_TIMEOUTS = 60;

  /** More messages than any tick leads to. */
  private static final int MAX_DELIVERIES = 10_000;

  private final Group group;
  private final Acts acts;
  private final int electionTicks;

  /**
   * Creates a probe.
   *
   * @param acts does each event with all that the host has to do after it
   */
  Probe(Group group, Acts acts, int electionTicks) {
    this.group = group;
    this.acts = acts;
    this.electionTicks = electionTicks;
  }

  /**
   * Lets the group go on.
   *
   * @throws OracleViolation if it does not come level
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
    // The node is not told so: its next tick has to ask the storage again.
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

  /** Returns the position of the leader of the latest term; below 0: there is none. */
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
      // A member that is no node of the group is like one that is down for ever.
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
