package io.tickraft.testkit.oracle;

import io.tickraft.core.RoleName;
import java.util.Map;
import java.util.TreeMap;

/**
 * At most one leader is elected in a term (Raft paper, figure 3, Election Safety), also over the
 * whole run and not only at one moment.
 */
final class ElectionSafety implements Oracle {

  /** The leader of each term that had one. */
  private final Map<Long, Long> leaderOf = new TreeMap<>();

  // The leader that was seen last, and its term: most leaders that are seen are this one.
  private long lastLeader;
  private long lastTerm;

  /** Makes an oracle that has seen nothing yet. */
  ElectionSafety() {}

  @Override
  public void stepped(NodeView view) {
    if (view.role() != RoleName.LEADER || (view.node() == lastLeader && view.term() == lastTerm)) {
      return;
    }
    leads(view.node(), view.term());
  }

  /** A node has led in a term. */
  void leads(long node, long term) {
    lastLeader = node;
    lastTerm = term;
    Long other = leaderOf.putIfAbsent(term, node);
    if (other != null && other != node) {
      throw new OracleViolation(
          "election safety", "term " + term + " has leaders " + other + " and " + node);
    }
  }

  /** {@return the node that was elected in a term; 0: none was seen} */
  long leaderOf(long term) {
    if (term == lastTerm) {
      return lastLeader;
    }
    Long leader = leaderOf.get(term);
    return leader == null ? 0 : leader;
  }
}
