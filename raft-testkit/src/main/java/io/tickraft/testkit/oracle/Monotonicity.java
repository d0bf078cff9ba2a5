package io.tickraft.testkit.oracle;

import io.tickraft.core.Storage;
import java.util.Map;
import java.util.TreeMap;

/**
 * Term, commit index and applied index of a node never fall, and a vote is never taken back, until
 * it crashes; applied is never above committed, nor that above the last entry.
 */
public final class Monotonicity implements Oracle {

  private final Map<Long, NodeView> lastViews = new TreeMap<>();

  /** Has seen nothing yet. */
  public Monotonicity() {}

  @Override
  public void opened(long node, Storage storage) {
    lastViews.remove(node);
  }

  @Override
  public void stepped(NodeView view) {
    NodeView before = lastViews.put(view.node(), view);
    if (view.appliedIndex() > view.commitIndex() || view.commitIndex() > view.lastIndex()) {
      throw new OracleViolation("order of indexes", view.toString());
    }
    if (before == null) {
      return;
    }
    notFallen("term", before.term(), view.term(), view);
    notFallen("commit index", before.commitIndex(), view.commitIndex(), view);
    notFallen("applied index", before.appliedIndex(), view.appliedIndex(), view);
    if (view.term() == before.term() && before.vote() != 0 && view.vote() != before.vote()) {
      throw new OracleViolation(
          "one vote", "node " + view.node() + " has changed its vote of term " + view.term());
    }
  }

  private static void notFallen(String what, long before, long now, NodeView view) {
    if (now < before) {
      throw new OracleViolation(
          "monotonicity",
          "the " + what + " of node " + view.node() + " fell from " + before + " to " + now);
    }
  }
}
