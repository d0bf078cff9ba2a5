package io.tickraft.testkit.contract;

/** The contract tests of a storage that breaks a rule; not run as tests of their own. */
public final class BrokenContract extends StorageContract {

  @Override
  protected TestedStore create(long... voters) {
    return BrokenStore.IGNORES_THE_LIMIT.create(voters);
  }
}
