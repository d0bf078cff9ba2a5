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
 * <p>One object is one machine, over all starts and crashes of its node. A {@link #crash} leaves
 * only its disk.
 *
 * <p>While the simulator {@linkplain Simulation#pause pauses} the process, no method is called and
 * no {@linkplain HostContext#after timer} fires; whatever became due happens afterwards.
 */
public interface Host extends AutoCloseable {

  /**
   * Starts the node with the content of the disk, which is empty at the first start.
   *
   * @param context the time, the network and the configuration of the node until it crashes
   */
  void start(HostContext context);

  /**
   * Ends the process at once. Its memory is lost. Unsynced writes may be lost, as the choices
   * decide; synced writes are kept.
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
   * Takes the Readys: all inputs that were due are delivered. Called after each tick, message,
   * proposal or other input; after a pause, only after the last input. Not called while the host
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
   * Proposes a membership change, even one that only removes nodes that are not members. By default
   * the change is proposed like any other.
   *
   * @param change the change
   * @return the node's result
   */
  default ConfChangeResult proposeConfChangeEvenWithoutEffect(ConfChange change) {
    return proposeConfChange(change);
  }

  /**
   * Requests a read index. The host reports the result with {@link HostContext#ended(ReadState)}.
   *
   * @param context identifies the read
   * @return the node's result
   */
  ReadResult readIndex(ByteString context);

  /**
   * Requests a leadership transfer. The host reports the outcome with {@link
   * HostContext#ended(Outcome)}.
   *
   * @param target the voter that is to become the leader; 0: the node chooses
   * @return the node's result
   */
  TransferResult transferLeadership(long target);

  /** Makes the node step down if it leads. By default nothing happens. */
  default void resign() {}

  /** Makes the node campaign. By default nothing happens. */
  default void campaign() {}

  /** Makes the node forget its leader. By default nothing happens. */
  default void forgetLeader() {}

  /**
   * Reports that a message to a member was lost, as a host's connection shows. By default nothing
   * happens.
   *
   * @param peer the member
   */
  default void reportUnreachable(long peer) {}

  /**
   * Reports the progress of a snapshot transfer. By default nothing happens.
   *
   * @param peer the member that the snapshot is sent to
   * @param attempt the number of the attempt in the message
   * @param status the progress
   */
  default void reportSnapshot(long peer, long attempt, SnapshotStatus status) {}

  /**
   * Takes a snapshot and compacts the log up to its index. By default nothing happens: the host
   * decides itself when to do so.
   *
   * @param kept how many of the covered entries stay in the log
   * @return whether the log was compacted
   */
  default boolean compact(int kept) {
    return false;
  }

  /** {@return the status of the node} Called only while the node is up. */
  Status status();

  /** {@return the storage that the node reads from, also while it is down} */
  Storage storage();

  /** {@return the last index that the state machine has applied, from 0} */
  long appliedIndex();

  /**
   * {@return the state of the state machine: equal bytes for equal states} A run compares these
   * bytes to compare the states of nodes that have applied the same entries.
   */
  ByteString state();

  /**
   * Answers a query of a client from the state machine as it is now. Called by {@link
   * HostContext#answerRead}, and at the end of a run. A host whose clients are not checked need not
   * implement this method.
   *
   * @param query the query, of the type that the {@link SimulationOptions#clients clients} use
   * @return the answer
   */
  default Object answer(Object query) {
    throw new UnsupportedOperationException("this host answers no queries");
  }

  /** Releases the resources of the host, such as open files, at the end of the simulation. */
  @Override
  default void close() {}
}
