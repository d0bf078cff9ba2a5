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
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;

/**
 * Checks one promise of the protocol in one group. An oracle gets each event of each node, and
 * throws an {@link OracleViolation} at the first event that breaks the promise. Oracles keep their
 * own state and do their own arithmetic: an oracle that used the core's code would repeat its
 * mistakes.
 *
 * <p>Events come one at a time, in the order in which they happen: a message is sent before it is
 * received. The events of different nodes are interleaved. The events of one node come in this
 * order:
 *
 * <ul>
 *   <li>A start: {@link #configured}, {@link #opened}, {@link #resumed} if its state machine is
 *       durable. Then the node is opened.
 *   <li>An input: {@link #ticked}, {@link #received}, {@link #proposing}, {@link #campaigning},
 *       {@link #resigning} and {@link #leaderForgotten} before the node gets it; {@link #proposed},
 *       {@link #changeProposed}, {@link #readRequested} and {@link #transferRequested} after it,
 *       with its result. Other inputs are not reported. Then {@link #stepped}; if several ticks and
 *       messages are delivered together, only after the last one.
 *   <li>A Ready is taken: {@link #snapshotInstalled} and {@link #appended} if it has a snapshot and
 *       entries, {@link #stepped}, {@link #taken}, then {@link #sent} for each of its first
 *       messages.
 *   <li>Its write is complete: {@link #written}, then {@link #sent} for each of its other messages.
 *   <li>The write is acknowledged: {@link #persisted}, then the node gets the acknowledgement, then
 *       {@link #stepped}.
 *   <li>The Ready is applied: {@link #restored} if it has a snapshot, {@link #applied} for each of
 *       its committed entries, {@link #stateStored} if the state machine is durable, then the node
 *       gets the acknowledgement, then {@link #stepped}.
 *   <li>{@link #compacted} between other steps, and {@link #crashed} between any two.
 * </ul>
 *
 * <p>Several Readys of a node may be at different steps. Each step is done for the Readys in the
 * order of their numbers. A Ready with a snapshot is applied only after its write is acknowledged.
 * Inputs may come between the steps. A message that is lost before it is sent is not reported.
 *
 * <p>A {@link Storage} in an event is not a copy: an oracle that keeps it sees the node's current
 * durable state.
 */
public interface Oracle {

  /**
   * A simulation begins. Called before all other events; not called where there is no virtual time,
   * such as in a scenario.
   *
   * @param clock gives the time of the event that is being reported, in virtual milliseconds since
   *     the start
   */
  default void begun(LongSupplier clock) {}

  /**
   * A node is about to be opened.
   *
   * @param node the node's id
   * @param config the node's configuration
   */
  default void configured(long node, RaftConfig config) {}

  /**
   * A node is opened, for the first time or after a crash.
   *
   * @param node the node's id
   * @param storage the storage that it starts from
   */
  default void opened(long node, Storage storage) {}

  /**
   * A node that is opened has a durable state machine, which does not start from the storage's
   * snapshot. Called after {@link #opened}.
   *
   * @param node the node's id
   * @param applied the last entry that the state machine has applied
   */
  default void resumed(long node, AppliedState applied) {}

  /**
   * A node has crashed. It has lost its memory and its unsynced writes, except for the oldest of
   * these writes.
   *
   * @param node the node's id
   * @param keptWrites how many unsynced writes its disk has kept, from 0
   * @param keptParts how many parts of the next write its disk has kept, from 0; above 0 if the
   *     crash has torn that write
   */
  default void crashed(long node, int keptWrites, int keptParts) {}

  /**
   * A node is about to tick.
   *
   * @param node the node's id
   */
  default void ticked(long node) {}

  /**
   * A node is about to process a message.
   *
   * @param node the node's id
   * @param message the message
   */
  default void received(long node, Message message) {}

  /**
   * A node's host is about to propose commands. {@link #proposed} follows.
   *
   * @param node the node's id
   * @param commands the commands, at least one
   */
  default void proposing(long node, List<ByteString> commands) {}

  /**
   * A node's host has proposed commands.
   *
   * @param node the node's id
   * @param result the node's result
   */
  default void proposed(long node, ProposeResult result) {}

  /**
   * A node's host has proposed a membership change.
   *
   * @param node the node's id
   * @param change the change
   * @param result the node's result
   */
  default void changeProposed(long node, ConfChange change, ConfChangeResult result) {}

  /**
   * A node's host has requested a read index.
   *
   * @param node the node's id
   * @param context the context that the host gave the read
   * @param result the node's result
   */
  default void readRequested(long node, ByteString context, ReadResult result) {}

  /**
   * A node's host has requested a leadership transfer.
   *
   * @param node the node's id
   * @param target the id of the next leader
   * @param result the node's result
   */
  default void transferRequested(long node, long target, TransferResult result) {}

  /**
   * A node's host makes it campaign.
   *
   * @param node the node's id
   */
  default void campaigning(long node) {}

  /**
   * A node's host makes it resign.
   *
   * @param node the node's id
   */
  default void resigning(long node) {}

  /**
   * A node's host makes it forget its leader.
   *
   * @param node the node's id
   */
  default void leaderForgotten(long node) {}

  /**
   * A node has processed an input: a tick, a message, a proposal or an acknowledgement. If the host
   * was late, these were several ticks and then several messages.
   *
   * @param view the node's state after the step
   */
  default void stepped(NodeView view) {}

  /**
   * A node's host writes entries to its log. They replace the entries from the first one's index
   * on.
   *
   * @param node the node's id
   * @param entries contiguous entries
   */
  default void appended(long node, List<Entry> entries) {}

  /**
   * A node's host writes a leader's snapshot, which replaces the log.
   *
   * @param node the node's id
   * @param snapshot the snapshot
   */
  default void snapshotInstalled(long node, Snapshot snapshot) {}

  /**
   * A host has taken a Ready. {@link #appended} and {@link #snapshotInstalled} were called before
   * for its entries and its snapshot.
   *
   * @param node the node's id
   * @param ready the Ready
   * @param durable the node's durable state: what surely survives a crash
   */
  default void taken(long node, ReadyView ready, Storage durable) {}

  /**
   * A host has written a Ready and is about to send the messages that waited for the write.
   *
   * @param node the node's id
   * @param ready the Ready
   * @param durable the node's durable state: what surely survives a crash
   */
  default void written(long node, ReadyView ready, Storage durable) {}

  /**
   * A host is about to acknowledge the write of a Ready to its node.
   *
   * @param node the node's id
   * @param ready the Ready
   */
  default void persisted(long node, ReadyView ready) {}

  /**
   * A node sends a message.
   *
   * @param message the message
   * @param durable the node's durable state: what surely survives a crash
   */
  default void sent(Message message, Storage durable) {}

  /**
   * A node's state machine restores a leader's snapshot.
   *
   * @param node the node's id
   * @param snapshot the snapshot
   */
  default void restored(long node, Snapshot snapshot) {}

  /**
   * A node's state machine applies an entry.
   *
   * @param node the node's id
   * @param entry the entry
   */
  default void applied(long node, Entry entry) {}

  /**
   * A node's host stores the state of its durable state machine, in an unsynced write.
   *
   * @param node the node's id
   * @param applied the last entry that the state machine has applied
   */
  default void stateStored(long node, AppliedState applied) {}

  /**
   * A node's host has taken a snapshot of the state machine and dropped the log up to it, in an
   * unsynced write.
   *
   * @param node the node's id
   * @param kept how many of the covered entries it meant to keep in the log, from 0
   */
  default void compacted(long node, int kept) {}

  /**
   * The network loses a message that was sent, or one of its copies. A message that has arrived,
   * and waits for a host that crashes, is lost without this event.
   *
   * @param message the message
   */
  default void lost(Message message) {}

  /**
   * Links of the network were cut or work again.
   *
   * @param carries returns whether the link from the first node to the second works; always gives
   *     the current state
   */
  default void linksChanged(BiPredicate<Long, Long> carries) {}
}
