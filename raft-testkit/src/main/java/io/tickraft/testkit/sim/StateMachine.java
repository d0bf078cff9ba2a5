package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
import io.tickraft.core.ReadState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Snapshot;

/**
 * What a simulated node does with what its group has agreed on. It is volatile: after a crash it
 * starts from the snapshot on the disk and gets the entries after it again.
 */
public interface StateMachine {

  /**
   * Applies the next entry, whatever its type.
   *
   * @param entry the entry
   */
  void apply(Entry entry);

  /**
   * Returns the state after the last entry that was applied.
   *
   * @return the data for a snapshot
   */
  ByteString save();

  /**
   * Replaces the state.
   *
   * @param snapshot a snapshot with data that {@link #save()} returned, or the bootstrap's
   */
  void restore(Snapshot snapshot);

  /**
   * Takes how a read has ended that its node was asked for, once for each. A confirmed one may be
   * ahead of what is applied here, and then has to wait for its index.
   *
   * @param read the outcome
   */
  default void ended(ReadState read) {}
}
