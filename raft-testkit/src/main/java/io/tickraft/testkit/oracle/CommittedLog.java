package io.tickraft.testkit.oracle;

import java.util.ArrayList;
import java.util.List;

/**
 * The committed log of the group. The first node that commits an index defines the entry there; all
 * other nodes must commit the same one. This is the Raft paper's State Machine Safety (figure 3),
 * checked when an entry is committed, before it is applied.
 */
final class CommittedLog implements Oracle {

  /**
   * A committed entry.
   *
   * @param prefix the log up to the entry
   * @param byTerm the lowest term of a node that is known to have had it committed: it was
   *     committed in this term or before
   */
  private record Committed(GhostLogs.Prefix prefix, long byTerm) {}

  private final GhostLogs logs;

  /** The committed entries by index; {@code byTerm} never falls from one to the next. */
  private final List<Committed> committed = new ArrayList<>();

  /**
   * Makes an oracle that has seen nothing yet.
   *
   * @param logs the logs of all nodes; must get each event before this oracle
   */
  CommittedLog(GhostLogs logs) {
    this.logs = logs;
    committed.add(new Committed(GhostLogs.START, 0));
  }

  @Override
  public void stepped(NodeView view) {
    if (!view.drained()) {
      return; // GhostLogs may not have its latest log yet: checked once it is drained.
    }
    if (view.commitIndex() > logs.last(view.node())) {
      throw new OracleViolation(
          "log contiguity",
          "node " + view.node() + " has committed " + view.commitIndex() + " beyond its log");
    }
    if (view.commitIndex() > last()) {
      add(view);
    }
    if (view.commitIndex() > 0) {
      check("committed", view.node(), view.commitIndex());
    }
  }

  private void add(NodeView view) {
    // An entry is committed no later than the entries after it.
    for (int i = committed.size() - 1; i > 0 && committed.get(i).byTerm > view.term(); i--) {
      committed.set(i, new Committed(committed.get(i).prefix, view.term()));
    }
    for (long i = committed.size(); i <= view.commitIndex(); i++) {
      committed.add(new Committed(logs.at(view.node(), i), view.term()));
    }
  }

  /** Checks that a node's log is the committed one up to an index that is known to be committed. */
  void check(String action, long node, long index) {
    GhostLogs.Prefix here = logs.at(node, index);
    GhostLogs.Prefix there = committed.get((int) index).prefix;
    if (!here.equals(there)) {
      throw new OracleViolation(
          "state-machine safety",
          "node "
              + node
              + " has "
              + action
              + " an entry of term "
              + here.term()
              + " at index "
              + index
              + ", where the committed one has term "
              + there.term()
              + ", or an entry before it differs");
    }
  }

  /** {@return the highest index that is known to be committed} */
  long last() {
    return committed.size() - 1L;
  }

  /** {@return the highest index that is known to be committed before a term began} */
  long lastBefore(long term) {
    int low = 0;
    int high = committed.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (committed.get(middle).byTerm < term) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** {@return the committed prefix that ends at an index} */
  GhostLogs.Prefix at(long index) {
    return committed.get((int) index).prefix;
  }
}
