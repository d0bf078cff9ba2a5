package io.tickraft.testkit.oracle;

/**
 * A leader advances its commit index only to an entry of its own term. An entry of an earlier term
 * is not committed by being on a quorum (Raft paper, section 5.4.2 and figure 8). A violation
 * rarely leads to a visible inconsistency, so this oracle checks the rule itself.
 */
final class CommitByCounting implements Oracle {

  private final GhostLogs logs;
  private final LastViews lastViews = new LastViews();

  /**
   * Makes an oracle that has seen nothing yet.
   *
   * @param logs the logs of all nodes; must get each event before this oracle
   */
  CommitByCounting(GhostLogs logs) {
    this.logs = logs;
  }

  @Override
  public void stepped(NodeView view) {
    if (!view.drained()) {
      return;
    }
    NodeView before = lastViews.replace(view);
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
