package io.tickraft.testkit.oracle;

import com.google.protobuf.ByteString;
import io.tickraft.core.AppliedState;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.ReadResult;
import io.tickraft.core.Storage;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.ConfChange;
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
   * A node is about to be opened.
   *
   * @param node the node
   * @param config its settings
   */
  default void configured(long node, RaftConfig config) {}

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
   * A tick of a node's clock passes; what comes of it is still to be seen.
   *
   * @param node the node
   */
  default void ticked(long node) {}

  /**
   * A node gets a message; what comes of it is still to be seen.
   *
   * @param node the node
   * @param message the message
   */
  default void received(long node, Message message) {}

  /**
   * A node's host has proposed commands.
   *
   * @param node the node
   * @param result what the node said
   */
  default void proposed(long node, ProposeResult result) {}

  /**
   * A node's host has proposed a membership change.
   *
   * @param node the node
   * @param change the change
   * @param result what the node said
   */
  default void changeProposed(long node, ConfChange change, ConfChangeResult result) {}

  /**
   * A node's host has asked for a read.
   *
   * @param node the node
   * @param context the host's name for the read
   * @param result what the node said
   */
  default void readRequested(long node, ByteString context, ReadResult result) {}

  /**
   * A node's host has asked for a transfer of leadership.
   *
   * @param node the node
   * @param target who is to lead
   * @param result what the node said
   */
  default void transferRequested(long node, long target, TransferResult result) {}

  /**
   * A node's host tells it to forget its leader.
   *
   * @param node the node
   */
  default void leaderForgotten(long node) {}

  /**
   * A node has done a step: it has ticked, taken a message, a proposal or an acknowledgement; or
   * several ticks and then several messages, where its host was late.
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
   * A host has taken a Ready. Its entries and its snapshot were told already.
   *
   * @param node the node
   * @param ready the Ready
   * @param durable what a crash of the node would leave for certain
   */
  default void taken(long node, ReadyView ready, Storage durable) {}

  /**
   * The write of a Ready is made; what waited for it is about to be sent.
   *
   * @param node the node
   * @param ready the Ready
   * @param durable what a crash of the node would leave for certain
   */
  default void written(long node, ReadyView ready, Storage durable) {}

  /**
   * A node is about to be told that a Ready is persisted.
   *
   * @param node the node
   * @param ready the Ready
   */
  default void persisted(long node, ReadyView ready) {}

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
