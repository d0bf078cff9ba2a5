package io.tickraft.testkit.oracle;

import io.tickraft.core.Storage;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * What a leader commits is on the disks of a quorum of the configuration that is in effect with it,
 * of both halves of a joint one (Raft paper, sections 5.3 and 6). Learners do not count, nor does a
 * leader that is no voter any more; nor does it matter who is up.
 */
public final class CommitQuorum implements Oracle {

  private final GhostLogs logs;
  private final ConfigurationHistory history;
  private final Disks disks;
  private final Map<Long, NodeView> lastViews = new TreeMap<>();

  /**
   * Judges by what others remember.
   *
   * @param logs told of each event before this
   * @param history told of each event before this
   * @param disks told of each event before this
   */
  public CommitQuorum(GhostLogs logs, ConfigurationHistory history, Disks disks) {
    this.logs = logs;
    this.history = history;
    this.disks = disks;
  }

  @Override
  public void opened(long node, Storage storage) {
    lastViews.remove(node);
  }

  @Override
  public void stepped(NodeView view) {
    NodeView before = lastViews.put(view.node(), view);
    if (before == null
        || !view.leadsOnFrom(before)
        || view.commitIndex() == before.commitIndex()
        || !logs.has(view.node(), view.commitIndex())) {
      return;
    }
    Members members = history.inEffect(view);
    SortedSet<Long> holders =
        disks.holding(view.commitIndex(), logs.at(view.node(), view.commitIndex()).term());
    if (members != null && !members.hasQuorum(holders)) {
      throw new OracleViolation(
          "commit quorum",
          "leader "
              + view.node()
              + " of term "
              + view.term()
              + " commits "
              + view.commitIndex()
              + ", which is on the disks of "
              + holders
              + ": no quorum of "
              + members);
    }
  }
}
