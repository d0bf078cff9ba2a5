package io.tickraft.testkit.labs.tinykv.store;

import static io.tickraft.testkit.labs.tinykv.store.Workload.clients;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** TinyKV's Project 2C: a store that drops its log. */
final class Part2CTest {

  private static final int GC_LIMIT = 100;

  @Test
  void oneSnapshot2C() {
    int gcLimit = 10;
    StoreLab.Totals totals =
        StoreLab.overSeeds(
            3,
            options -> options.snapshotEvery(gcLimit),
            lab -> {
              KvClient client = new KvClient(lab, 1);
              lab.mustPut(client, "k1", "v1");
              lab.mustPut(client, "k2", "v2");
              lab.mustGetEqual(1, "k1", "v1");
              lab.mustGetEqual(1, "k2", "v2");
              for (long server = 1; server <= 3; server++) {
                // Nothing is dropped yet but the bootstrap.
                assertThat(lab.group.node(server).disk().firstIndex()).isEqualTo(2);
              }

              lab.partition(List.of(1L), List.of(2L, 3L));
              for (int i = 100; i < 115; i++) {
                lab.mustPut(client, "k" + i, "v" + i);
              }
              lab.mustDelete(client, "k2");
              lab.group.run(500 * StoreLab.SLOWER);
              lab.mustGetNone(1, "k100");
              lab.clearFilters();

              lab.mustGetEqual(1, "k1", "v1");
              lab.mustGetEqual(1, "k100", "v100");
              lab.mustGetNone(1, "k2");
              lab.stop(1);
              lab.start(1);
              lab.mustGetEqual(1, "k1", "v1");
              lab.mustGetEqual(1, "k114", "v114");
              lab.mustGetNone(1, "k2");
              for (long server = 1; server <= 3; server++) {
                assertThat(lab.appliedInLog(server)).isLessThanOrEqualTo(2L * gcLimit);
              }
            });
    assertThat(totals.snapshotsSent).isGreaterThanOrEqualTo(totals.runs);
  }

  @Test
  void snapshotRecover2C() {
    clients(1).restarts().gcLimit(GC_LIMIT).run();
  }

  @Test
  void snapshotRecoverManyClients2C() {
    clients(20).restarts().gcLimit(GC_LIMIT).run();
  }

  @Test
  void snapshotUnreliable2C() {
    clients(5).unreliable().gcLimit(GC_LIMIT).run();
  }

  @Test
  void snapshotUnreliableRecover2C() {
    clients(5).unreliable().restarts().gcLimit(GC_LIMIT).run();
  }

  @Test
  void snapshotUnreliableRecoverConcurrentPartition2C() {
    clients(5).unreliable().restarts().partitions().gcLimit(GC_LIMIT).run();
  }

  /** Not in the course: the same where the log is limited by its size. */
  @Test
  void snapshotUnreliableRecoverConcurrentPartitionBySize2C() {
    clients(5).unreliable().restarts().partitions().gcBytes(2_000).run();
  }
}
