package io.tickraft.testkit.labs.tinykv.store;

import static io.tickraft.testkit.labs.tinykv.store.Workload.clients;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * TinyKV's Project 3B, as far as it is about one group: a store whose members and leaders change.
 */
final class Part3BTest {

  private static final int GC_LIMIT = 100;

  @Test
  void transferLeader3B() {
    StoreLab.Totals totals =
        StoreLab.overSeeds(
            5,
            lab -> {
              Peers peers = new Peers(lab);
              for (int store = 1; store <= 5; store++) {
                peers.mustTransferLeader(store);
                assertThat(lab.leader()).isEqualTo(peers.node(store));
              }
            });
    assertThat(totals.leaderChanges()).isGreaterThanOrEqualTo(4 * totals.runs);
  }

  @Test
  void basicConfChange3B() {
    StoreLab.Totals totals =
        StoreLab.overSeeds(
            5,
            lab -> {
              KvClient client = new KvClient(lab, 1);
              Peers peers = new Peers(lab);
              peers.mustTransferLeader(1);
              long second = peers.mustRemove(2);
              peers.mustRemove(3);
              peers.mustRemove(4);
              long fifth = peers.mustRemove(5);

              // Only store 1 is left.
              lab.mustPut(client, "k1", "v1");
              lab.mustStayWithout(second, "k1");

              peers.mustAdd(2);
              lab.mustPut(client, "k2", "v2");
              lab.mustGet(client, "k2", "v2");
              peers.mustGetEqual(2, "k1", "v1");
              peers.mustGetEqual(2, "k2", "v2");
              lab.mustStayWithout(fifth, "k1");

              peers.mustAdd(3);
              second = peers.mustRemove(2);
              lab.mustPut(client, "k3", "v3");
              lab.mustGet(client, "k3", "v3");
              peers.mustGetEqual(3, "k1", "v1");
              peers.mustGetEqual(3, "k2", "v2");
              peers.mustGetEqual(3, "k3", "v3");
              lab.mustStayWithout(second, "k3");

              // Its node is gone, and it gets another one.
              lab.group.retire(second);
              peers.mustAdd(2);
              assertThat(peers.node(2)).isNotEqualTo(second);
              peers.mustGetEqual(2, "k1", "v1");
              peers.mustGetEqual(2, "k2", "v2");
              peers.mustGetEqual(2, "k3", "v3");
            });
    assertThat(totals.changes).isEqualTo(8 * totals.runs);
    assertThat(totals.snapshotsSent).isGreaterThan(totals.runs);
  }

  @Test
  void confChangeRemoveLeader3B() {
    StoreLab.Totals totals =
        StoreLab.overSeeds(
            5,
            lab -> {
              KvClient client = new KvClient(lab, 1);
              Peers peers = new Peers(lab);
              peers.mustTransferLeader(1);
              long first = peers.mustRemove(1);
              lab.mustPut(client, "k0", "v0");
              assertThat(lab.leader()).isNotEqualTo(first);
              lab.mustStayWithout(first, "k0");

              peers.mustAdd(1);
              peers.mustGetEqual(1, "k0", "v0");
              first = peers.mustRemove(1);
              lab.mustPut(client, "k1", "v1");
              lab.mustStayWithout(first, "k1");

              // The leader is removed again, and again.
              for (int store = 2; store <= 3; store++) {
                peers.mustTransferLeader(store);
                long leader = peers.mustRemove(store);
                lab.mustPut(client, "k" + store, "v" + store);
                assertThat(lab.leader()).isNotEqualTo(leader);
                lab.mustStayWithout(leader, "k" + store);
              }
              peers.mustAdd(1);
              peers.mustGetEqual(1, "k1", "v1");
              peers.mustGetEqual(1, "k3", "v3");
            });
    assertThat(totals.changes).isEqualTo(6 * totals.runs);
    assertThat(totals.leaderChanges()).isGreaterThanOrEqualTo(3 * totals.runs);
  }

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
