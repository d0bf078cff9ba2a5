package io.tickraft.testkit.labs.tinykv.store;

import static io.tickraft.testkit.labs.tinykv.store.Workload.clients;

import org.junit.jupiter.api.Test;

/**
 * TinyKV's Project 3B, as far as it is about one group: a store whose members and leaders change.
 */
final class Part3BTest {

  private static final int GC_LIMIT = 100;

  @Test
  void confChangeRecover3B() {
    clients(1).restarts().confChanges().run();
  }

  @Test
  void confChangeRecoverManyClients3B() {
    clients(20).restarts().confChanges().run();
  }

  @Test
  void confChangeUnreliable3B() {
    clients(5).unreliable().confChanges().run();
  }

  @Test
  void confChangeUnreliableRecover3B() {
    clients(5).unreliable().restarts().confChanges().run();
  }

  @Test
  void confChangeSnapshotUnreliableRecover3B() {
    clients(5).unreliable().restarts().gcLimit(GC_LIMIT).confChanges().run();
  }

  @Test
  void confChangeSnapshotUnreliableRecoverConcurrentPartition3B() {
    clients(5).unreliable().restarts().partitions().gcLimit(GC_LIMIT).confChanges().run();
  }
}
