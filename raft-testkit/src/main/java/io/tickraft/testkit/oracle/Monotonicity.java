package io.tickraft.testkit.oracle;

import io.tickraft.core.Storage;

/**
 * Between crashes, a node's term, commit index and applied index never fall, and its vote of a term
 * never changes. The applied index is never above the commit index, and the commit index never
 * above the last index. The last entry's term is never above the node's.
 */
final class Monotonicity implements Oracle {

  private final LastViews lastViews = new LastViews();

  /** Makes an oracle that has seen nothing yet. */
  Monotonicity() {}

  @Override
  public void opened(long node, Storage storage) {
    lastViews.forget(node);
  }

  @Override
  public void stepped(NodeView view) {
    NodeView before = lastViews.replace(view);
    if (view.appliedIndex() > view.commitIndex()
        || view.commitIndex() > view.lastIndex()
        || view.lastTerm() > view.term()) {
      throw new OracleViolation(
          "order of indexes",
          "node "
              + view.node()
              + " in term "
              + view.term()
              + " has applied "
              + view.appliedIndex()
              + " and committed "
              + view.commitIndex()
              + ", and its log ends at "
              + view.lastIndex()
              + " with term "
              + view.lastTerm()
              + ": applied <= committed <= last, and no entry has a later term than the node");
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
