package io.tickraft.testkit.oracle;

import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import java.util.List;

/**
 * A leader appends a membership change only after it has applied all earlier ones in its log
 * (thesis 4.1). It leaves a joint configuration that has {@code auto_leave} without being asked.
 */
final class OneChangeAtATime implements Oracle {

  /**
   * The highest number of ticks that a leader may take before it leaves: a transfer may just have
   * ended.
   */
  private static final int MAX_IDLE_TICKS = 2;

  private final GhostLogs logs;
  private final LastViews lastViews = new LastViews();

  /** A leader that must leave its joint configuration, and has not begun to. */
  private static final class Idle {
    private static final int NOT = -1;

    /** For how many ticks it has not begun; NOT: it need not leave, or has begun. */
    private int ticks = NOT;
  }

  private final ByNode<Idle> idle = new ByNode<>(node -> new Idle());

  /**
   * Makes an oracle that has seen nothing yet.
   *
   * @param logs the logs of all nodes; must get each event before this oracle
   */
  OneChangeAtATime(GhostLogs logs) {
    this.logs = logs;
  }

  @Override
  public void opened(long node, Storage storage) {
    lastViews.forget(node);
    idle.of(node).ticks = Idle.NOT;
  }

  @Override
  public void appended(long node, List<Entry> entries) {
    NodeView view = lastViews.of(node);
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
    Idle leader = idle.of(node);
    if (leader.ticks != Idle.NOT) {
      leader.ticks++;
    }
  }

  @Override
  public void stepped(NodeView view) {
    lastViews.replace(view);
    Idle leader = idle.of(view.node());
    if (view.role() != RoleName.LEADER
        || !view.confState().getAutoLeave()
        || view.transferTarget() != 0
        || logs.hasChange(view.node(), view.appliedIndex(), view.lastIndex())) {
      leader.ticks = Idle.NOT;
      return;
    }
    leader.ticks = Math.max(leader.ticks, 0);
    // Before it is drained it may have begun to leave without showing it. Its ticks count
    // meanwhile:
    // with each heartbeat it has a Ready.
    if (view.drained() && leader.ticks > MAX_IDLE_TICKS) {
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
