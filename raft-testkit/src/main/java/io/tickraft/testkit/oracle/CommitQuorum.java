package io.tickraft.testkit.oracle;

import io.tickraft.core.Storage;

/**
 * An entry that a leader commits is on the disks of a quorum of the configuration in effect on the
 * leader; in joint consensus, of a majority of each half (Raft paper, sections 5.3 and 6). Learners
 * do not count, nor does a leader that is no longer a voter. Disks of nodes that are down do count.
 */
final class CommitQuorum implements Oracle {

  private final GhostLogs logs;
  private final ConfigurationHistory history;
  private final Disks disks;
  private final LastViews lastViews = new LastViews();

  /**
   * Makes an oracle that has seen nothing yet.
   *
   * @param logs the logs of all nodes; must get each event before this oracle
   * @param history the configurations of the group; must get each event before this oracle
   * @param disks the disks of all nodes; must get each event before this oracle
   */
  CommitQuorum(GhostLogs logs, ConfigurationHistory history, Disks disks) {
    this.logs = logs;
    this.history = history;
    this.disks = disks;
  }

  @Override
  public void opened(long node, Storage storage) {
    lastViews.forget(node);
  }

  @Override
  public void stepped(NodeView view) {
    NodeView before = lastViews.replace(view);
    if (before == null
        || !view.leadsOnFrom(before)
        || view.commitIndex() == before.commitIndex()
        || !logs.has(view.node(), view.commitIndex())) {
      return;
    }
    Members members = history.inEffect(view);
    long term = logs.at(view.node(), view.commitIndex()).term();
    if (members != null && !members.hasQuorum(id -> disks.holds(id, view.commitIndex(), term))) {
      throw new OracleViolation(
          "commit quorum",
          "leader "
              + view.node()
              + " of term "
              + view.term()
              + " commits "
              + view.commitIndex()
              + ", which is on the disks of "
              + members.voting(id -> disks.holds(id, view.commitIndex(), term))
              + " only: no quorum of "
              + members);
    }
  }
}
