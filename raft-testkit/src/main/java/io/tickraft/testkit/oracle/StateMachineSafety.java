package io.tickraft.testkit.oracle;

import io.tickraft.core.AppliedState;
import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Snapshot;

/**
 * Each state machine applies each committed entry once, in order and without a gap (Raft paper,
 * figure 3, State Machine Safety).
 */
final class StateMachineSafety implements Oracle {

  private final GhostLogs logs;
  private final CommittedLog committed;

  /** What a node's state machine has applied. */
  private static final class Applied {
    private long index;
  }

  private final ByNode<Applied> applied = new ByNode<>(node -> new Applied());

  /**
   * Makes an oracle that has seen nothing yet.
   *
   * @param logs the logs of all nodes; must get each event before this oracle
   * @param committed the committed log; must get each event before this oracle
   */
  StateMachineSafety(GhostLogs logs, CommittedLog committed) {
    this.logs = logs;
    this.committed = committed;
  }

  @Override
  public void opened(long node, Storage storage) {
    // A volatile state machine starts from the storage's snapshot.
    applied.of(node).index =
        storage.snapshot() instanceof Storage.SnapshotResult.Available available
            ? available.snapshot().getMetadata().getIndex()
            : 0;
  }

  @Override
  public void resumed(long node, AppliedState state) {
    if (state.index() > committed.last() || committed.at(state.index()).term() != state.term()) {
      throw new OracleViolation(
          "state-machine safety",
          "node " + node + " resumes from " + state.index() + ", which is not committed");
    }
    applied.of(node).index = state.index();
  }

  @Override
  public void restored(long node, Snapshot snapshot) {
    long index = snapshot.getMetadata().getIndex();
    Applied before = applied.of(node);
    if (index <= before.index) {
      throw new OracleViolation(
          "state-machine safety",
          "node "
              + node
              + " with applied index "
              + before.index
              + " restores a snapshot at "
              + index);
    }
    if (index > committed.last()
        || committed.at(index).term() != snapshot.getMetadata().getTerm()) {
      throw new OracleViolation(
          "state-machine safety",
          "node "
              + node
              + " restores a snapshot at "
              + index
              + ", whose last entry is not committed");
    }
    before.index = index;
  }

  @Override
  public void applied(long node, Entry entry) {
    Applied before = applied.of(node);
    long expected = before.index + 1;
    if (entry.getIndex() != expected) {
      throw new OracleViolation(
          "state-machine safety",
          "node " + node + " applies entry " + entry.getIndex() + " instead of " + expected);
    }
    if (expected > committed.last()) {
      throw new OracleViolation(
          "state-machine safety",
          "node " + node + " applies entry " + expected + ", which is not committed");
    }
    committed.check("applied", node, expected);
    if (logs.at(node, expected).term() != entry.getTerm()) {
      throw new OracleViolation(
          "state-machine safety",
          "node "
              + node
              + " applies an entry of term "
              + entry.getTerm()
              + " at "
              + expected
              + ", which is not the one in its log");
    }
    before.index = expected;
  }
}
