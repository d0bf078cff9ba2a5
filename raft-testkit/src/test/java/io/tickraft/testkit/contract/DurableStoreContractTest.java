package io.tickraft.testkit.contract;

/** A store that offers all operations keeps all rules. */
final class DurableStoreContractTest extends StorageContract {

  @Override
  protected TestedStore create(long... voters) {
    return new DurableStore(DurableStore.content(voters));
  }

  @Override
  protected int seeds() {
    return 100;
  }
}
