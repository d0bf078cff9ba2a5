package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
import io.tickraft.core.AppliedState;
import io.tickraft.testkit.contract.TestedStore;
import java.util.Optional;

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
   * Ends this store like a crash of its machine or process, and opens another one on what is left.
   *
   * @param choices say what is left of the writes that were not synced; choice 0 is all of them
   * @return the other store
   */
  HostedStore crash(Choices choices);
}
