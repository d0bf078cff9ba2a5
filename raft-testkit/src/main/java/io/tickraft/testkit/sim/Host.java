package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RawNode;
import io.tickraft.core.ReadResult;
import io.tickraft.core.SnapshotStatus;
import io.tickraft.core.Status;
import io.tickraft.core.Storage;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Message;
import java.util.List;

/**
 * A whole host of one's own, as the simulator drives it: the event loop around a {@link RawNode},
 * with its storage, state machine and disk. Time and network come from a {@link HostContext}, so
 * that a run is deterministic.
 *
 * <p>One object is one machine: it stays the same over all starts and crashes of its node. What
 * {@link #crash} leaves is its disk.
 *
 * <p>While the simulator {@linkplain Simulation#freeze pauses} the process, no method is called and
 * no {@linkplain HostContext#after timer} fires; what was due is made up for afterwards.
 */
public interface Host extends AutoCloseable {

  /**
   * Starts the node with what is on the disk; at the first start the disk is empty.
   *
   * @param context the time, the network and the configuration of the node until it crashes
   */
  void start(HostContext context);

  /**
   * The process dies at once. The memory is lost. Of what was written and not synced, some may be
   * lost, as the choices say; what was synced is kept.
   *
   * @param choices the choices of this crash
   */
  void crash(Choices choices);

  /** Ticks the node. */
  void tick();

  /**
   * Gives the node a message.
   *
   * @param message the message
   */
  void step(Message message);

  /**
   * All inputs that were due are delivered: take the Readys. Called after each tick, message,
   * proposal or other input; after a pause, only after the last of them. Not called while the host
   * {@linkplain HostContext#block blocks} its loop.
   */
  void inputsDelivered();

  /**
   * Proposes commands.
   *
   * @param commands the commands, at least one
   * @return the node's result
   */
  ProposeResult propose(List<ByteString> commands);

  /**
   * Proposes a membership change.
   *
   * @param change the change
   * @return the node's result
   */
  ConfChangeResult proposeConfChange(ConfChange change);

  /**
   * Proposes a membership change, even one that only removes nodes that are not members. A host
   * that does not distinguish the two proposes it as any other.
   *
   * @param change the change
   * @return the node's result
   */
  default ConfChangeResult proposeConfChangeEvenWithoutEffect(ConfChange change) {
    return proposeConfChange(change);
  }

  /**
   * Asks for a read index. The host reports the outcome by {@link HostContext#ended}.
   *
   * @param context identifies the read
   * @return the node's result
   */
  ReadResult readIndex(ByteString context);

  /**
   * Asks for a transfer of leadership. The host reports the outcome by {@link HostContext#ended}.
   *
   * @param target the voter that is to become the leader; 0: the node chooses
   * @return the node's result
   */
  TransferResult transferLeadership(long target);

  /** Makes the node step down if it leads. A host that never does so does nothing. */
  default void resign() {}

  /** Makes the node campaign. A host that never does so does nothing. */
  default void campaign() {}

  /** Makes the node forget its leader. A host that never does so does nothing. */
  default void forgetLeader() {}

  /**
   * A message to a member was lost, as the host's connection to it shows. A host that does not
   * notice does nothing.
   *
   * @param peer the member
   */
  default void reportUnreachable(long peer) {}

  /**
   * The transfer of a snapshot makes progress. A host that does not notice does nothing.
   *
   * @param peer the member that the snapshot is sent to
   * @param attempt the attempt of the message
   * @param status the progress
   */
  default void reportSnapshot(long peer, long attempt, SnapshotStatus status) {}

  /**
   * Takes a snapshot and drops the log up to it. A host that decides itself when to do so does
   * nothing.
   *
   * @param kept how many of the covered entries stay in the log
   * @return whether the log was compacted
   */
  default boolean compact(int kept) {
    return false;
  }

  /** {@return the status of the node, which is up} */
  Status status();

  /** {@return the storage that the node reads from, also while it is down} */
  Storage storage();

  /** {@return the last index that the state machine has applied, from 0} */
  long appliedIndex();

  /**
   * {@return the state of the state machine: equal bytes for equal states} The states of nodes that
   * have applied the same entries are compared by it.
   */
  ByteString state();

  /**
   * Answers a query of a client from the state machine as it is now. Called by {@link
   * HostContext#answerRead}, and at the end of a run. A host whose clients are not checked does not
   * implement it.
   *
   * @param query what the client asks for; of the type that the {@link SimulationOptions#clients
   *     clients} use
   * @return what the client is told
   */
  default Object answer(Object query) {
    throw new UnsupportedOperationException("this host answers no queries");
  }

  /** The simulation has ended: releases what the host holds, such as open files. */
  @Override
  default void close() {}
}
