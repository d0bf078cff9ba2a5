package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import redis.clients.jedis.Jedis;

/**
 * Three processes under SIGKILL, of which some are replaced by others: what was acknowledged is
 * never missing, nothing is applied twice, no reader sees what was true before, on whichever node
 * it reads, and all nodes come to the same map.
 */
@Isolated
class ThreeProcessesTest {

  private static final int NODES = 3;
  private static final int WRITERS = 6;
  private static final int READERS = 2;
  private static final int ROUNDS = 6;
  private static final int WRITES = 6_000;
  private static final int WRITES_EACH_ROUND = WRITES / ROUNDS;

  // Short elections, and a log so short that a node which was away needs snapshots.
  private static final List<String> LIMITS = List.of("--tick-ms", "50", "--log-bytes", "200000");

  @TempDir Path dir;

  private final TreeMap<Integer, ServerProcess> servers = new TreeMap<>();

  /** The ports of those that are members, as the clients know them. */
  private final List<Integer> ports = new CopyOnWriteArrayList<>();

  private final Clients clients = new Clients(Client::connect, ports, WRITERS, READERS);
  private final Random random = new Random(20_26);
  private int lastId = NODES;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    List<Integer> peerPorts = Ports.free(NODES);
    StringBuilder peers = new StringBuilder();
    for (int i = 0; i < NODES; i++) {
      peers.append(i == 0 ? "" : ",").append(i + 1).append("=127.0.0.1:").append(peerPorts.get(i));
    }
    for (int id = 1; id <= NODES; id++) {
      start(id, "--peers", peers.toString());
    }
    for (ServerProcess server : servers.values()) {
      server.awaitMember();
      ports.add(server.port());
    }
  }

  private ServerProcess start(int id, String... how) throws IOException {
    List<String> options = new ArrayList<>(List.of(how));
    options.addAll(LIMITS);
    ServerProcess server = new ServerProcess(id, Ports.free(1).get(0), dir, options);
    servers.put(id, server);
    return server;
  }

  @AfterEach
  void stop() throws InterruptedException {
    clients.stop();
    servers.values().forEach(ServerProcess::close);
  }

  @Test
  @Timeout(value = 240, unit = TimeUnit.SECONDS)
  void nothingAcknowledgedIsLostAndNothingOldIsReadUnderSigkillAndChanges() throws Exception {
    clients.start();
    for (int round = 0; round < ROUNDS; round++) {
      clients.awaitWrites((round + 1L) * WRITES_EACH_ROUND);
      int leader = (int) leader();
      switch (round) {
        case 1 -> order("RAFT.TRANSFER", other(leader));
        case 3 -> {
          remove(other(leader));
          add();
        }
        case 5 -> {
          add();
          remove(leader);
        }
        default -> {
          int victim = round == 2 ? other(leader) : leader;
          ServerProcess server = Objects.requireNonNull(servers.get(victim));
          server.kill();
          Thread.sleep(random.nextInt(1_000));
          server.restart();
          server.awaitMember();
        }
      }
    }
    clients.stop();
    assertThat(clients.writes()).as("acknowledged writes").isGreaterThanOrEqualTo(WRITES);
    assertThat(clients.reads()).as("reads").isGreaterThan(250);
    clients.checkAnswers();
    assertThat(servers.keySet()).as("members, of 5").hasSize(NODES).contains(lastId);
    Client.Digest before = assertNothingIsMissing();

    for (ServerProcess server : servers.values()) {
      server.kill();
    }
    for (ServerProcess server : servers.values()) {
      server.restart();
    }
    for (ServerProcess server : servers.values()) {
      server.awaitMember();
    }
    Client.Digest after = assertNothingIsMissing();
    assertThat(after.hex()).isEqualTo(before.hex());
    System.out.println(clients);
  }

  /** One of those that do not lead. */
  private int other(int leader) {
    List<Integer> others = new ArrayList<>(servers.keySet());
    others.remove((Integer) leader);
    return others.get(random.nextInt(others.size()));
  }

  private void order(String command, int id, String... more) throws InterruptedException {
    List<String> words = new ArrayList<>(List.of(command, Integer.toString(id)));
    words.addAll(List.of(more));
    Client.order(ports, words.toArray(String[]::new));
  }

  /** A new node with an empty directory learns, and then votes. */
  private void add() throws IOException, InterruptedException {
    lastId++;
    String address = "127.0.0.1:" + Ports.free(1).get(0);
    ServerProcess added = start(lastId, "--join", "--peer-address", address);
    added.awaitStart();
    order("RAFT.ADDLEARNER", lastId, address);
    added.awaitMember();
    ports.add(added.port());
    order("RAFT.PROMOTE", lastId);
  }

  private void remove(int id) throws InterruptedException {
    order("RAFT.REMOVENODE", id);
    ServerProcess removed = Objects.requireNonNull(servers.remove(id));
    ports.remove((Integer) removed.port());
    removed.kill();
  }

  private long leader() throws InterruptedException {
    while (true) {
      for (ServerProcess server : servers.values()) {
        long leader = server.leader();
        if (servers.containsKey((int) leader)) {
          return leader;
        }
      }
      Thread.sleep(10);
    }
  }

  private Client.Digest assertNothingIsMissing() throws InterruptedException {
    try (Jedis jedis = Client.connect(ports.get(random.nextInt(NODES)))) {
      clients.checkNothingIsMissing(jedis);
    }
    return TestCluster.await(
        "the same applied index", () -> Client.commonDigest(Client::connect, ports));
  }
}
