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
 * A storage of one's own with its writer and its state machine, for the simulator: see {@link
 * StoreHost}.
 */
public interface HostedStore extends TestedStore {

  /**
   * {@return what the state machine has applied, if it is durable} Asked before the node is opened.
   * Empty: the state machine starts from the storage's snapshot, and the later entries are applied
   * again.
   */
  default Optional<AppliedState> applied() {
    return Optional.empty();
  }

  /** {@return the state of the state machine: equal bytes for equal states} */
  ByteString state();

  /**
   * As {@link #apply(Ready)}, and replies to the clients of commands.
   *
   * @param ready the Ready
   * @param replies takes the entry of each command that was applied, and the reply to its client;
   *     see {@link HostContext#replied}
   */
  default void apply(Ready ready, BiConsumer<Entry, Object> replies) {
    apply(ready);
  }

  /**
   * Answers a query of a client from the state machine as it is now: see {@link Host#answer}.
   *
   * @param query the query
   * @return the answer
   */
  default Object answer(Object query) {
    throw new UnsupportedOperationException("this store answers no queries");
  }

  /**
   * Completes a snapshot that the node sends. A store that sends the data of snapshots separately
   * adds the data here, for {@link #receive} of the receiver.
   *
   * @param snapshot the snapshot of the storage
   * @return the snapshot as it is sent, with the same metadata
   */
  default Snapshot send(Snapshot snapshot) {
    return snapshot;
  }

  /**
   * Ends this store like a crash of its machine or process, and opens another one on what is left.
   *
   * @param choices say what is left of the writes that were not synced; choice 0 is all of them
   * @return the other store
   */
  HostedStore crash(Choices choices);

  /**
   * Adds what decides how this store goes on and does not show: neither in {@link #storage()},
   * {@link #applied()} and {@link #state()}, nor in these after a crash. An example is how full a
   * block is, if the store does something else when it is full. An {@linkplain
   * io.tickraft.testkit.explore.Exploration#stores exploration} takes two stores for the same if
   * they show the same and add the same. Most stores have nothing to add.
   *
   * @param digest what it is added to; ids of nodes are added by {@link Digest#id}
   */
  default void digest(Digest digest) {}
}
