package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
import io.tickraft.core.ReadState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Snapshot;

/**
 * The state machine of a simulated node. It is volatile: after a crash, a new state machine is
 * restored from the snapshot on the disk and applies the entries after the snapshot again. With
 * {@link SimulationOptions#keepState}, the new state machine is restored from the last stored state
 * instead.
 */
public interface StateMachine {

  /**
   * Applies the next entry, whatever its type.
   *
   * @param entry the entry
   */
  void apply(Entry entry);

  /** {@return the state after the last applied entry, as the data of a snapshot} */
  ByteString save();

  /**
   * Replaces the state.
   *
   * @param snapshot a snapshot with data that {@link #save()} returned, or the bootstrap's
   */
  void restore(Snapshot snapshot);

  /**
   * Receives the result of a read at this node; called once for each read. The index of a confirmed
   * read may be above the applied index; the read must then wait for that index.
   *
   * @param read the result
   */
  default void ended(ReadState read) {}
}
