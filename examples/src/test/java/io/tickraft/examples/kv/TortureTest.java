package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/**
 * Clients write and read while one {@link Torment} after the other happens to three processes. Then
 * every write that was acknowledged is there, the history is linearizable, and all nodes have the
 * same map.
 *
 * <p>{@code examples/torture 100} does a hundred rounds.
 */
class TortureTest {

  private static final int ROUNDS = Integer.getInteger("tickraft.torture.rounds", 6);
  private static final long SEED = Long.getLong("tickraft.torture.seed", 1);

  /** How many rounds a cluster lives; with more, checking its history would take long. */
  private static final int ROUNDS_OF_A_CLUSTER = 10;

  private static final int WRITERS = 4;
  private static final int READERS = 2;
  private static final int WRITES_AFTER_A_ROUND = 100;

  /** More than a cluster writes in its life. */
  private static final long LONG_LOG = 1L << 30;

  private static final long SHORT_LOG = 100_000;

  @TempDir Path dir;

  private final Random random = new Random(SEED);

  @Test
  void nothingIsLostAndNothingOldIsReadWhateverHappens() throws Exception {
    boolean shortLog = false;
    for (int left = ROUNDS; left > 0; left -= ROUNDS_OF_A_CLUSTER) {
      torture(Math.min(left, ROUNDS_OF_A_CLUSTER), shortLog);
      shortLog = !shortLog;
    }
  }

  private void torture(int rounds, boolean shortLog) throws IOException, InterruptedException {
    Path its = Files.createTempDirectory(dir, "cluster-");
    try (TorturedCluster cluster = new TorturedCluster(its, shortLog ? SHORT_LOG : LONG_LOG);
        Clients clients = new Clients(cluster::connect, cluster.ports(), WRITERS, READERS)) {
      clients.start();
      clients.awaitWrites(WRITES_AFTER_A_ROUND);
      for (Torment torment : torments(cluster, rounds, shortLog)) {
        long start = System.nanoTime();
        torment.inflict(cluster, random);
        clients.awaitWrites(clients.writes() + WRITES_AFTER_A_ROUND);
        System.out.printf(
            "%s: writes go on after %d ms%n", torment, (System.nanoTime() - start) / 1_000_000);
      }
      clients.stop();
      check(cluster, clients);
    }
  }

  /** What happens to a cluster: each torment about equally often, in a random order. */
  private List<Torment> torments(TorturedCluster cluster, int rounds, boolean shortLog) {
    List<Torment> possible = new ArrayList<>(Arrays.asList(Torment.values()));
    if (shortLog) {
      possible.removeIf(Torment::isOfTheNetwork); // Snapshots take away what these need.
    }
    if (!cluster.smallDisk().isMounted()) {
      possible.remove(Torment.FULL_DISK);
      System.out.println(Torment.FULL_DISK + ": left out, as no file system can be mounted");
    }
    List<Torment> torments = new ArrayList<>();
    while (torments.size() < rounds) {
      Collections.shuffle(possible, random);
      torments.addAll(possible.subList(0, Math.min(possible.size(), rounds - torments.size())));
    }
    return torments;
  }

  private void check(TorturedCluster cluster, Clients clients) throws InterruptedException {
    assertThat(clients.reads()).as("reads").isPositive();
    clients.checkAnswers();
    TestCluster.await(
        "the same applied index", () -> Client.commonDigest(cluster::connect, cluster.ports()));
    for (int port : cluster.ports()) {
      try (Jedis jedis = cluster.connect(port)) {
        clients.checkNothingIsMissing(jedis);
      }
    }
    System.out.println(clients + "; all there, linearizable, digests equal");
  }
}
