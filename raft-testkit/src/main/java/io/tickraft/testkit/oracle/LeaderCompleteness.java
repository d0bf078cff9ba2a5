package io.tickraft.testkit.oracle;

import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;

/**
 * A new leader's log has all entries that were committed in earlier terms (Raft paper, figure 3,
 * Leader Completeness). A leader never removes or replaces entries of its log (Leader Append-Only).
 */
final class LeaderCompleteness implements Oracle {

  /** The end of a leader's log in its term. */
  private static final class Tail {
    private long term;
    private long index;
    private GhostLogs.Prefix prefix = GhostLogs.START;
  }

  private final GhostLogs logs;
  private final CommittedLog committed;
  private final LastViews lastViews = new LastViews();
  private final ByNode<Tail> tails = new ByNode<>(node -> new Tail());

  /**
   * Makes an oracle that has seen nothing yet.
   *
   * @param logs the logs of all nodes; must get each event before this oracle
   * @param committed the committed log; must get each event before this oracle
   */
  LeaderCompleteness(GhostLogs logs, CommittedLog committed) {
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
      throw appendsOnly(view, "has removed the entries after " + view.lastIndex());
    }
    if (view.drained()) {
      checkTail(view);
    }
  }

  /** What the log of a leader was, it stays; what is new, is of its term. */
  private void checkTail(NodeView view) {
    Tail tail = tails.of(view.node());
    long last = logs.last(view.node());
    if (tail.term == view.term() && tail.index <= last) {
      if (!logs.at(view.node(), tail.index).equals(tail.prefix)) {
        throw appendsOnly(view, "has replaced entries up to " + tail.index);
      }
      if (tail.index < last && logs.at(view.node(), tail.index + 1).term() != view.term()) {
        throw appendsOnly(view, "has appended an entry of another term after " + tail.index);
      }
    }
    if (tail.term != view.term() || tail.index != last) {
      tail.term = view.term();
      tail.index = last;
      tail.prefix = logs.at(view.node(), last);
    }
  }

  private static OracleViolation appendsOnly(NodeView view, String what) {
    return new OracleViolation(
        "leader append-only", "leader " + view.node() + " of term " + view.term() + " " + what);
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
