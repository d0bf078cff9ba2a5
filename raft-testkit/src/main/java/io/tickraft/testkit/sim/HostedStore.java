package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
import io.tickraft.core.AppliedState;
import io.tickraft.core.Digest;
import io.tickraft.core.Ready;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.contract.TestedStore;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * A storage of your own with its writer and its state machine, for the simulator and for
 * {@linkplain io.tickraft.testkit.explore.Exploration#stores explorations}. {@link StoreHost} runs
 * it.
 */
public interface HostedStore extends TestedStore {

  /**
   * {@return the applied index, its term and the configuration there, if the state machine is
   * durable} Called before the node is opened. If empty, the state machine starts from the snapshot
   * of the storage, and the later entries are applied again.
   */
  default Optional<AppliedState> applied() {
    return Optional.empty();
  }

  /** {@return the state of the state machine: equal bytes for equal states} */
  ByteString state();

  /**
   * Does the same as {@link #apply(Ready)}, and replies to the clients of commands. By default
   * there are no replies.
   *
   * @param ready the Ready
   * @param replies takes the entry of each applied command, and the reply to its client; see {@link
   *     HostContext#replied}
   */
  default void apply(Ready ready, BiConsumer<Entry, Object> replies) {
    apply(ready);
  }

  /**
   * Answers a query of a client from the state machine as it is now: see {@link Host#answer}.
   *
   * @param query the query
   * @return the answer
   * @throws UnsupportedOperationException by default
   */
  default Object answer(Object query) {
    throw new UnsupportedOperationException("this store answers no queries");
  }

  /**
   * Completes a snapshot that the node sends. A store that sends the data of snapshots separately
   * adds the data here; {@link #receive} of the receiving store gets it.
   *
   * @param snapshot the snapshot of the storage
   * @return the snapshot as it is sent, with the same metadata
   */
  default Snapshot toSend(Snapshot snapshot) {
    return snapshot;
  }

  /**
   * Ends this store like a crash of its machine or process, and opens another store on the data
   * that is left.
   *
   * @param choices decide which unsynced writes are left; with choice 0 all are left
   * @return the other store
   */
  HostedStore crash(Choices choices);

  /**
   * Adds what influences the later behaviour of this store but does not show in {@link #storage()},
   * {@link #applied()} and {@link #state()}, neither now nor after a crash. An example is how full
   * a block is, if the store behaves differently when the block is full. For an {@linkplain
   * io.tickraft.testkit.explore.Exploration#stores exploration}, two stores are equal if they show
   * the same and add the same. Most stores have nothing to add.
   *
   * @param digest what it is added to; add ids of nodes by {@link Digest#id}
   */
  default void digest(Digest digest) {}
}
