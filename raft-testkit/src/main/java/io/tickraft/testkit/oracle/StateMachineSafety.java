package io.tickraft.testkit.oracle;

import io.tickraft.core.AppliedState;
import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Snapshot;
import java.util.Map;
import java.util.TreeMap;

/**
 * Every state machine applies the committed entries, each once, in order and without a gap (Raft
 * paper, figure 3, State Machine Safety).
 */
public final class StateMachineSafety implements Oracle {

  private final GhostLogs logs;
  private final CommittedLog committed;
  private final Map<Long, Long> applied = new TreeMap<>();

  /**
   * Judges by what others remember.
   *
   * @param logs told of each event before this
   * @param committed told of each event before this
   */
  public StateMachineSafety(GhostLogs logs, CommittedLog committed) {
    this.logs = logs;
    this.committed = committed;
  }

  @Override
  public void opened(long node, Storage storage) {
    // A volatile state machine starts from the storage's snapshot.
    applied.put(
        node,
        storage.snapshot() instanceof Storage.SnapshotResult.Available available
            ? available.snapshot().getMetadata().getIndex()
            : 0L);
  }

  @Override
  public void resumed(long node, AppliedState state) {
    if (state.index() > committed.last() || committed.at(state.index()).term() != state.term()) {
      throw new OracleViolation(
          "state-machine safety",
          "node " + node + " goes on from " + state.index() + ", which is not committed");
    }
    applied.put(node, state.index());
  }

  @Override
  public void restored(long node, Snapshot snapshot) {
    long index = snapshot.getMetadata().getIndex();
    if (index <= applied.getOrDefault(node, 0L)) {
      throw new OracleViolation(
          "state-machine safety",
          "node " + node + " goes back from " + applied.get(node) + " to a snapshot at " + index);
    }
    if (index > committed.last()
        || committed.at(index).term() != snapshot.getMetadata().getTerm()) {
      throw new OracleViolation(
          "state-machine safety",
          "node " + node + " restores a snapshot at " + index + " of what is not committed");
    }
    applied.put(node, index);
  }

  @Override
  public void applied(long node, Entry entry) {
    long due = applied.getOrDefault(node, 0L) + 1;
    if (entry.getIndex() != due) {
      throw new OracleViolation(
          "state-machine safety",
          "node " + node + " applies " + entry.getIndex() + " where " + due + " is due");
    }
    if (due > committed.last()) {
      throw new OracleViolation(
          "state-machine safety", "node " + node + " applies " + due + ", which is not committed");
    }
    committed.check("applied", node, due);
    if (logs.at(node, due).term() != entry.getTerm()) {
      throw new OracleViolation(
          "state-machine safety",
          "node "
              + node
              + " applies an entry of term "
              + entry.getTerm()
              + " at "
              + due
              + " that is not the one in its log");
    }
    applied.put(node, due);
  }
}
