package io.tickraft.testkit.explore;

import io.tickraft.testkit.oracle.OracleViolation;
import org.jspecify.annotations.Nullable;

/**
 * Checks, in a new global state, the promises that concern several nodes: log matching; committed
 * entries are on the disks of a quorum; the entries up to a peer's match index are on the disk of
 * that peer; and state machines that have applied the same entries are in the same state.
 */
final class Pairs {

  private Pairs() {}

  /**
   * Checks a global state.
   *
   * @param locals the states of the nodes, after the step
   * @param before the past before the step
   * @param past the past after the step
   * @return the broken promise; null if there is none
   */
  static @Nullable OracleViolation broken(
      LocalState[] locals, LocalStep step, Past before, Past past) {
    LocalState moved = step.to();
    OracleViolation broken = null;
    if (step.has(LocalStep.LOG)) {
      broken = logMatching(locals, moved);
    }
    if (broken == null && past.committed().last() > before.committed().last()) {
      broken = durable(locals, past, "commits entry ", moved);
    }
    if (broken == null && step.has(LocalStep.DISK)) {
      if (!moved.facts().disk().holds(past.committed(), past.committed().last())) {
        broken = durable(locals, past, "removes from its disk entry ", moved);
      }
      for (LocalState leader : locals) {
        if (broken == null) {
          broken = match(leader, moved);
        }
      }
    }
    if (step.has(LocalStep.MATCHES)) {
      for (LocalState peer : locals) {
        if (broken == null) {
          broken = match(moved, peer);
        }
      }
    }
    if (broken == null && step.has(LocalStep.APPLIES)) {
      broken = equalStates(locals, moved);
    }
    return broken;
  }

  private static @Nullable OracleViolation logMatching(LocalState[] locals, LocalState moved) {
    for (LocalState other : locals) {
      int index = other.facts().log().mismatch(moved.facts().log());
      if (index > 0) {
        return new OracleViolation(
            "log matching",
            "nodes "
                + (moved.node() + 1)
                + " and "
                + (other.node() + 1)
                + " have different entries at index "
                + index
                + " of term "
                + moved.facts().log().term(index)
                + ", or an entry before it differs");
      }
    }
    return null;
  }

  private static @Nullable OracleViolation equalStates(LocalState[] locals, LocalState moved) {
    Facts its = moved.facts();
    for (LocalState other : locals) {
      if (other.facts().applied() == its.applied() && other.facts().state() != its.state()) {
        return new OracleViolation(
            "equal states",
            "nodes "
                + (moved.node() + 1)
                + " and "
                + (other.node() + 1)
                + " have applied all entries up to "
                + its.applied()
                + ", and their state machines have different states");
      }
    }
    return null;
  }

  private static @Nullable OracleViolation durable(
      LocalState[] locals, Past past, String what, LocalState moved) {
    int last = past.committed().last();
    int holders = 0;
    for (LocalState local : locals) {
      holders |= local.facts().disk().holds(past.committed(), last) ? 1 << local.node() : 0;
    }
    return past.hasQuorum(holders)
        ? null
        : new OracleViolation(
            "commit quorum",
            "node "
                + (moved.node() + 1)
                + " "
                + what
                + last
                + ", which is not on the disks of a quorum");
  }

  private static @Nullable OracleViolation match(LocalState leader, LocalState peer) {
    Facts leading = leader.facts();
    Facts counted = peer.facts();
    if (!leading.leads() || counted.term() > leading.term()) {
      return null; // A later leader may have replaced the entries that this leader counts.
    }
    // A leader sends entries before it has written them: a peer's match index may be higher.
    int match = Math.min(leading.matches()[peer.node()], leading.log().last());
    return counted.disk().holds(leading.log(), match)
        ? null
        : new OracleViolation(
            "acknowledged entries are on the disk",
            "leader "
                + (leader.node() + 1)
                + " counts the entries up to "
                + match
                + " of node "
                + (peer.node() + 1)
                + ", whose disk does not hold them");
  }
}
