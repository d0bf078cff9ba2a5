package io.tickraft.testkit.oracle;

import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was committed in earlier terms is in the log of every leader (Raft paper, figure 3, Leader
 * Completeness); and a leader never removes or replaces what is in its log (Leader Append-Only).
 */
public final class LeaderCompleteness implements Oracle {

  private final GhostLogs logs;
  private final CommittedLog committed;
  private final Map<Long, NodeView> lastViews = new TreeMap<>();

  /**
   * Judges by what others remember.
   *
   * @param logs told of each event before this
   * @param committed told of each event before this
   */
  public LeaderCompleteness(GhostLogs logs, CommittedLog committed) {
    this.logs = logs;
    this.committed = committed;
  }

  @Override
  public void opened(long node, Storage storage) {
    lastViews.remove(node);
  }

  @Override
  public void stepped(NodeView view) {
    NodeView before = lastViews.put(view.node(), view);
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
              + " has removed what was after "
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
              + " lacks the entry "
              + index
              + ", or one before it, which was committed in an earlier term");
    }
  }
}
