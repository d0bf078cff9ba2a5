package io.tickraft.testkit.oracle;

import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A leader appends a membership change only after it has applied all earlier ones in its log
 * (thesis 4.1). It leaves a joint configuration that has {@code auto_leave} without being asked.
 */
public final class OneChangeAtATime implements Oracle {

  /**
   * The highest number of ticks that a leader may take before it leaves: a transfer may just have
   * ended.
   */
  private static final int MAX_IDLE_TICKS = 2;

  private final GhostLogs logs;
  private final Map<Long, NodeView> lastViews = new TreeMap<>();

  /**
   * By leader: for how many ticks it has not begun to leave a joint configuration that it must
   * leave.
   */
  private final Map<Long, Integer> idle = new TreeMap<>();

  /**
   * Makes an oracle that has seen nothing yet.
   *
   * @param logs the logs of all nodes; must get each event before this oracle
   */
  public OneChangeAtATime(GhostLogs logs) {
    this.logs = logs;
  }

  @Override
  public void opened(long node, Storage storage) {
    lastViews.remove(node);
    idle.remove(node);
  }

  @Override
  public void appended(long node, List<Entry> entries) {
    NodeView view = lastViews.get(node);
    if (view == null || view.role() != RoleName.LEADER) {
      return;
    }
    for (Entry entry : entries) {
      if (entry.getType() == EntryType.ENTRY_TYPE_CONF_CHANGE
          && entry.getTerm() == view.term()
          && logs.hasChange(node, view.appliedIndex(), entry.getIndex() - 1)) {
        throw new OracleViolation(
            "one change at a time",
            "leader "
                + node
                + " of term "
                + view.term()
                + " appends a change at "
                + entry.getIndex()
                + " while an earlier one is above its applied index, "
                + view.appliedIndex());
      }
    }
  }

  @Override
  public void ticked(long node) {
    idle.computeIfPresent(node, (n, ticks) -> ticks + 1);
  }

  @Override
  public void stepped(NodeView view) {
    lastViews.put(view.node(), view);
    if (view.role() != RoleName.LEADER
        || !view.confState().getAutoLeave()
        || view.transferTarget() != 0
        || logs.hasChange(view.node(), view.appliedIndex(), view.lastIndex())) {
      idle.remove(view.node());
    } else if (!view.drained()) {
      // It may have begun to leave, which shows once it is drained. Its ticks count meanwhile: with
      // each heartbeat it has a Ready.
      idle.putIfAbsent(view.node(), 0);
    } else if (idle.computeIfAbsent(view.node(), n -> 0) > MAX_IDLE_TICKS) {
      throw new OracleViolation(
          "joint configurations are left",
          "leader "
              + view.node()
              + " of term "
              + view.term()
              + " does not leave its joint configuration");
    }
  }
}
