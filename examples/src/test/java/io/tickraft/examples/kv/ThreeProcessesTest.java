package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import redis.clients.jedis.Jedis;

/**
 * Three processes under SIGKILL: what was acknowledged is never missing, nothing is applied twice,
 * and all nodes come to the same map.
 */
@Isolated
class ThreeProcessesTest {

  private static final int NODES = 3;
  private static final int WRITERS = 6;
  private static final int ROUNDS = 10;
  private static final int WRITES = 20_000;
  private static final int WRITES_EACH_ROUND = WRITES / ROUNDS;

  @TempDir Path dir;

  private final List<ServerProcess> servers = new ArrayList<>();
  private final List<Integer> ports = Ports.free(NODES);
  private final List<Writer> writers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  @BeforeEach
  void start() throws IOException, InterruptedException {
    List<Integer> peerPorts = Ports.free(NODES);
    StringBuilder peers = new StringBuilder();
    for (int i = 0; i < NODES; i++) {
      peers.append(i == 0 ? "" : ",").append(i + 1).append("=127.0.0.1:").append(peerPorts.get(i));
    }
    for (int i = 0; i < NODES; i++) {
      servers.add(
          new ServerProcess(
              i + 1,
              peers.toString(),
              ports.get(i),
              dir,
              // Short elections, and a log so short that a node which was away needs snapshots.
              "--tick-ms",
              "50",
              "--log-bytes",
              "200000"));
    }
    for (ServerProcess server : servers) {
      server.awaitMember();
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    stopWriters();
    servers.forEach(ServerProcess::close);
  }

  @Test
  @Timeout(value = 170, unit = TimeUnit.SECONDS)
  void nothingAcknowledgedIsLostUnderSigkill() throws Exception {
    startWriters();
    Random random = new Random(20_26);
    int leaders = 0;
    for (int round = 0; round < ROUNDS; round++) {
      awaitWrites((round + 1) * WRITES_EACH_ROUND);
      int leader = (int) leader() - 1;
      int victim = round % 3 == 0 ? leader : random.nextInt(NODES);
      leaders += victim == leader ? 1 : 0;
      servers.get(victim).kill();
      Thread.sleep(random.nextInt(1_000));
      servers.get(victim).restart();
      servers.get(victim).awaitMember();
    }
    stopWriters();
    assertThat(leaders).as("killed leaders").isGreaterThanOrEqualTo(3);
    assertThat(acknowledged().size()).as("acknowledged writes").isGreaterThanOrEqualTo(WRITES);
    Client.Digest before = assertNothingIsMissing();

    for (ServerProcess server : servers) {
      server.kill();
    }
    for (ServerProcess server : servers) {
      server.restart();
    }
    for (ServerProcess server : servers) {
      server.awaitMember();
    }
    Client.Digest after = assertNothingIsMissing();
    assertThat(after.hex()).isEqualTo(before.hex());
    System.out.printf(
        "killed %d leaders; %d writes acknowledged, %d unknown; %d increments, %d unknown%n",
        leaders,
        acknowledged().size(),
        writers.stream().mapToLong(Writer::unknown).sum(),
        writers.stream().mapToLong(Writer::increments).sum(),
        writers.stream().mapToLong(Writer::unknownIncrements).sum());
  }

  private void startWriters() {
    for (int i = 0; i < WRITERS; i++) {
      Writer writer = new Writer("writer" + i, ports);
      writers.add(writer);
      Thread thread = new Thread(writer, "writer" + i);
      threads.add(thread);
      thread.start();
    }
  }

  private void stopWriters() throws InterruptedException {
    writers.forEach(Writer::stop);
    for (Thread thread : threads) {
      thread.join();
    }
    threads.clear();
  }

  private void awaitWrites(int count) throws InterruptedException {
    while (writers.stream().mapToLong(writer -> writer.acknowledged().size()).sum() < count) {
      Thread.sleep(10);
    }
  }

  private long leader() throws InterruptedException {
    while (true) {
      for (ServerProcess server : servers) {
        long leader = server.leader();
        if (leader != 0) {
          return leader;
        }
      }
      Thread.sleep(10);
    }
  }

  private Map<String, String> acknowledged() {
    Map<String, String> all = new HashMap<>();
    writers.forEach(writer -> all.putAll(writer.acknowledged()));
    return all;
  }

  private Client.Digest assertNothingIsMissing() throws InterruptedException {
    try (Jedis jedis = Client.connect(ports.get((int) leader() - 1))) {
      List<Map.Entry<String, String>> expected = List.copyOf(acknowledged().entrySet());
      for (int from = 0; from < expected.size(); from += 1_000) {
        List<Map.Entry<String, String>> some =
            expected.subList(from, Math.min(from + 1_000, expected.size()));
        assertThat(jedis.mget(some.stream().map(Map.Entry::getKey).toArray(String[]::new)))
            .isEqualTo(some.stream().map(Map.Entry::getValue).toList());
      }
      long increments = writers.stream().mapToLong(Writer::increments).sum();
      long unknown = writers.stream().mapToLong(Writer::unknownIncrements).sum();
      assertThat(Long.parseLong(jedis.get(Writer.COUNTER)))
          .as("a counter of acknowledged increments, and perhaps the %d unknown ones", unknown)
          .isBetween(increments, increments + unknown);
    }
    return awaitSameDigest();
  }

  /** Nodes that have applied the same index have the same map; and all get there. */
  private Client.Digest awaitSameDigest() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      Map<Long, Set<String>> byIndex = new HashMap<>();
      List<Client.Digest> digests = new ArrayList<>();
      for (int port : ports) {
        try (Jedis jedis = Client.connect(port)) {
          Client.Digest digest = Client.digest(jedis);
          digests.add(digest);
          byIndex.computeIfAbsent(digest.index(), i -> new HashSet<>()).add(digest.hex());
        }
      }
      assertThat(byIndex.values()).allSatisfy(hexes -> assertThat(hexes).hasSize(1));
      if (byIndex.size() == 1) {
        return digests.get(0);
      }
      assertThat(System.nanoTime()).as("nodes come to one index: %s", digests).isLessThan(deadline);
      Thread.sleep(50);
    }
  }
}
