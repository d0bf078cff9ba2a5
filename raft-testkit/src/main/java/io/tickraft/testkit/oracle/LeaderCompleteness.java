package io.tickraft.testkit.oracle;

import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;

/**
 * A new leader's log has all entries that were committed in earlier terms (Raft paper, figure 3,
 * Leader Completeness). A leader never removes or replaces entries of its log (Leader Append-Only).
 */
public final class LeaderCompleteness implements Oracle {

  private final GhostLogs logs;
  private final CommittedLog committed;
  private final LastViews lastViews = new LastViews();

  /**
   * Makes an oracle that has seen nothing yet.
   *
   * @param logs the logs of all nodes; must get each event before this oracle
   * @param committed the committed log; must get each event before this oracle
   */
  public LeaderCompleteness(GhostLogs logs, CommittedLog committed) {
    this.logs = logs;
    this.committed = committed;
  }

  @Override
  public void opened(long node, Storage storage) {
    lastViews.forget(node);
  }

  @Override
  public void stepped(NodeView view) {
    NodeView before = lastViews.replace(view);
    if (view.role() != RoleName.LEADER) {
      return;
    }
    if (before == null || view.isNewLeaderAfter(before)) {
      elected(view);
    } else if (view.lastIndex() < before.lastIndex()) {
      throw new OracleViolation(
          "leader append-only",
          "leader "
              + view.node()
              + " of term "
              + view.term()
              + " has removed the entries after "
              + view.lastIndex());
    }
  }

  private void elected(NodeView view) {
    long index = committed.lastBefore(view.term());
    if (index > 0
        && (!logs.has(view.node(), index)
            || !logs.at(view.node(), index).equals(committed.at(index)))) {
      throw new OracleViolation(
          "leader completeness",
          "leader "
              + view.node()
              + " of term "
              + view.term()
              + " lacks entry "
              + index
              + " or one before it, which were committed in earlier terms");
    }
  }
}
