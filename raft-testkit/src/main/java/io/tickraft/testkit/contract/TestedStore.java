package io.tickraft.testkit.contract;

import io.tickraft.core.Ready;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Snapshot;

/**
 * A storage and the code that writes to it, for {@link StorageContract}.
 *
 * <p>Implement at least {@link #storage}, {@link #persist} and {@link #close}. The other methods
 * are optional: {@link StorageContract} skips the tests that need a method which the store does not
 * implement.
 */
public interface TestedStore extends AutoCloseable {

  /** {@return the storage that is tested, always the same object} */
  Storage storage();

  /**
   * Persists the snapshot, entries and hard state of a Ready, as the host does. Returns when the
   * write is done, synced if {@link Ready#mustSync()}.
   *
   * @param ready the Ready of a follower
   */
  void persist(Ready ready);

  /**
   * Restores the state machine from the Ready's snapshot and applies its committed entries. Called
   * after {@link #persist}. Needed only if the storage depends on the state machine, for example
   * for its snapshots.
   *
   * @param ready the Ready
   */
  default void apply(Ready ready) {}

  /**
   * Prepares a snapshot that arrives from a leader, before the node gets it. A store that receives
   * the data of snapshots separately puts a reference into the snapshot here.
   *
   * @param snapshot the snapshot as it was sent
   * @return the snapshot as the node gets it, with the same metadata
   */
  default Snapshot receive(Snapshot snapshot) {
    return snapshot;
  }

  /**
   * Waits until the storage may deliver what it has answered with NotYet. Called several times
   * before an answer counts as missing.
   */
  default void awaitAnswer() {}

  /**
   * Makes a snapshot of the state machine at the applied index, if the storage needs one to compact
   * its log, and compacts the log. The store may keep some of the entries.
   *
   * @param index the applied index; no entry above it may be removed
   * @param confState the configuration after that index
   */
  default void compact(long index, ConfState confState) {
    throw new NotOffered("compaction");
  }

  /**
   * Writes the snapshot, entries and hard state of a Ready without a sync, so that {@link #crash}
   * may lose them.
   *
   * @param ready the Ready
   */
  default void writeWithoutSync(Ready ready) {
    throw new NotOffered("writes without a sync");
  }

  /**
   * Closes this store, and opens another one on the same data.
   *
   * @return the other store
   */
  default TestedStore restart() {
    throw new NotOffered("restarts");
  }

  /**
   * Ends this store like a crash of its machine or process, which may lose unsynced writes, and
   * opens another one on the data that is left.
   *
   * @return the other store
   */
  default TestedStore crash() {
    throw new NotOffered("crashes");
  }

  /** Ends the use of the store. */
  @Override
  void close();
}
