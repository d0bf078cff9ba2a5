package io.tickraft.testkit.labs.tinykv.store;

import static io.tickraft.testkit.labs.tinykv.store.Workload.clients;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** TinyKV's Project 2B: a store that bears crashes, losses and partitions. */
final class Part2BTest {

  @Test
  void basic2B() {
    clients(1).run();
  }

  @Test
  void concurrent2B() {
    clients(5).run();
  }

  @Test
  void unreliable2B() {
    clients(5).unreliable().run();
  }

  @Test
  void onePartition2B() {
    StoreLab.Totals totals =
        StoreLab.overSeeds(
            5,
            lab -> {
              KvClient client = new KvClient(lab, 1);
              long leader = lab.leader();
              List<Long> circle =
                  LongStream.range(0, 5).mapToObj(i -> (leader - 1 + i) % 5 + 1).toList();

              // The leader is on the side of the majority.
              lab.partition(circle.subList(0, 3), circle.subList(3, 5));
              lab.mustPut(client, "k1", "v1");
              lab.mustGet(client, "k1", "v1");
              assertThat(lab.leader()).isEqualTo(leader);
              lab.group.run(StoreLab.ELECTION_MILLIS);
              lab.mustGetNone(circle.get(3), "k1");
              lab.mustGetNone(circle.get(4), "k1");
              lab.clearFilters();
              // In the course the others learn of k1 in no time.
              lab.mustGetEqual(circle.get(3), "k1", "v1");
              lab.mustGetEqual(circle.get(4), "k1", "v1");

              // It is on the side of the minority.
              lab.partition(circle.subList(0, 2), circle.subList(2, 5));
              lab.within(
                  StoreLab.REQUEST_MILLIS,
                  "a leader of the majority",
                  () -> circle.subList(2, 5).contains(lab.leaderIfAny().orElse(0)));
              lab.mustGet(client, "k1", "v1");
              lab.mustPut(client, "k1", "changed");
              lab.group.run(StoreLab.ELECTION_MILLIS);
              lab.mustGetEqual(circle.get(0), "k1", "v1");
              lab.mustGetEqual(circle.get(1), "k1", "v1");
              lab.clearFilters();

              // The old leader catches up.
              lab.mustPut(client, "k2", "v2");
              lab.mustGetEqual(circle.get(0), "k2", "v2");
              lab.mustGetEqual(circle.get(0), "k1", "changed");
            });
    assertThat(totals.partitions).isEqualTo(2 * totals.runs);
    assertThat(totals.leaderChanges()).isGreaterThanOrEqualTo(totals.runs);
  }

  @Test
  void manyPartitionsOneClient2B() {
    clients(1).partitions().run();
  }

  @Test
  void manyPartitionsManyClients2B() {
    clients(5).partitions().run();
  }

  @Test
  void persistOneClient2B() {
    clients(1).restarts().run();
  }

  @Test
  void persistConcurrent2B() {
    clients(5).restarts().run();
  }

  @Test
  void persistConcurrentUnreliable2B() {
    clients(5).unreliable().restarts().run();
  }

  @Test
  void persistPartition2B() {
    clients(5).restarts().partitions().run();
  }

  @Test
  void persistPartitionUnreliable2B() {
    clients(5).unreliable().restarts().partitions().run();
  }
}
