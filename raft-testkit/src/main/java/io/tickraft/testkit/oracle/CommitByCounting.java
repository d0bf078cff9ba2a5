package io.tickraft.testkit.oracle;

import java.util.Map;
import java.util.TreeMap;

/**
 * A leader moves its commit index to entries of its own term only. That an entry of an earlier term
 * is stored on a quorum does not commit it (Raft paper, section 5.4.2 and figure 8): that goes
 * wrong so rarely that it is watched for at its root.
 */
public final class CommitByCounting implements Oracle {

  private final GhostLogs logs;
  private final Map<Long, NodeView> lastViews = new TreeMap<>();

  /**
   * Judges by what others remember.
   *
   * @param logs told of each event before this
   */
  public CommitByCounting(GhostLogs logs) {
    this.logs = logs;
  }

  @Override
  public void stepped(NodeView view) {
    if (!view.drained()) {
      return;
    }
    NodeView before = lastViews.put(view.node(), view);
    if (before != null && view.leadsOnFrom(before) && view.commitIndex() > before.commitIndex()) {
      long term = logs.at(view.node(), view.commitIndex()).term();
      if (term != view.term()) {
        throw new OracleViolation(
            "commit by counting",
            "leader "
                + view.node()
                + " of term "
                + view.term()
                + " commits an entry of term "
                + term
                + " at index "
                + view.commitIndex());
      }
    }
  }
}
