package io.tickraft.testkit.oracle;

import io.tickraft.core.AppliedState;
import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import java.util.List;

/**
 * Watches the nodes of one group and throws an {@link OracleViolation} at the first step that
 * breaks a promise. Oracles remember on their own and do their own arithmetic: one that asked the
 * core would not see the core's mistakes.
 */
public interface Oracle {

  /**
   * A node is opened, for the first time or after a crash.
   *
   * @param node the node
   * @param storage what it starts from
   */
  default void opened(long node, Storage storage) {}

  /**
   * A node that was just opened goes on with a state machine that has kept what it applied, and not
   * from the storage's snapshot.
   *
   * @param node the node
   * @param applied how far the state machine has come
   */
  default void resumed(long node, AppliedState applied) {}

  /**
   * A node has done a step: it has ticked, taken a message, a proposal or an acknowledgement.
   *
   * @param view what it shows of itself
   */
  default void stepped(NodeView view) {}

  /**
   * A node writes entries to its log, which replace those from the same index on.
   *
   * @param node the node
   * @param entries contiguous entries
   */
  default void appended(long node, List<Entry> entries) {}

  /**
   * A node replaces its log with a leader's snapshot.
   *
   * @param node the node
   * @param snapshot the snapshot
   */
  default void snapshotInstalled(long node, Snapshot snapshot) {}

  /**
   * A node sends a message.
   *
   * @param message the message
   * @param durable what a crash of the node would leave for certain
   */
  default void sent(Message message, Storage durable) {}

  /**
   * A node's state machine is replaced by a leader's snapshot.
   *
   * @param node the node
   * @param snapshot the snapshot
   */
  default void restored(long node, Snapshot snapshot) {}

  /**
   * A node's state machine applies an entry.
   *
   * @param node the node
   * @param entry the entry
   */
  default void applied(long node, Entry entry) {}
}
