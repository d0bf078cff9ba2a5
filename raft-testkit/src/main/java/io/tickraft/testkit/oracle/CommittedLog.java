package io.tickraft.testkit.oracle;

import java.util.ArrayList;
import java.util.List;

/**
 * What the group has committed, by the first node that said so; every other node must say the same.
 * It is the Raft paper's State Machine Safety (figure 3) for what is committed, and so the sooner
 * seen.
 */
public final class CommittedLog implements Oracle {

  /** An entry that was committed, and by when: in the term of a node that knew, or before. */
  private record Committed(GhostLogs.Prefix prefix, long byTerm) {}

  private final GhostLogs logs;

  // By when an entry was committed never falls from one to the next: see add.
  private final List<Committed> committed = new ArrayList<>();

  /**
   * Has seen nothing committed yet.
   *
   * @param logs told of each event before this
   */
  public CommittedLog(GhostLogs logs) {
    this.logs = logs;
    committed.add(new Committed(GhostLogs.START, 0));
  }

  @Override
  public void stepped(NodeView view) {
    if (!view.drained()) {
      return; // Its log may be another one than was seen; it is judged when it is drained.
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
    // What is before an entry was committed no later than it.
    for (int i = committed.size() - 1; i > 0 && committed.get(i).byTerm > view.term(); i--) {
      committed.set(i, new Committed(committed.get(i).prefix, view.term()));
    }
    for (long i = committed.size(); i <= view.commitIndex(); i++) {
      committed.add(new Committed(logs.at(view.node(), i), view.term()));
    }
  }

  /** Checks that a node's log is the committed one up to an index that is known to be committed. */
  void check(String deed, long node, long index) {
    GhostLogs.Prefix here = logs.at(node, index);
    GhostLogs.Prefix there = committed.get((int) index).prefix;
    if (!here.equals(there)) {
      throw new OracleViolation(
          "state-machine safety",
          "node "
              + node
              + " has "
              + deed
              + " an entry of term "
              + here.term()
              + " at index "
              + index
              + ", where one of term "
              + there.term()
              + " was committed, or one with another past");
    }
  }

  /** The highest index that is known to be committed. */
  long last() {
    return committed.size() - 1L;
  }

  /** The highest index that was committed before a term began, as far as is known. */
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

  /** The committed prefix that ends at an index. */
  GhostLogs.Prefix at(long index) {
    return committed.get((int) index).prefix;
  }
}
