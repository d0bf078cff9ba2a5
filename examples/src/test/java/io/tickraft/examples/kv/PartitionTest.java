package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.core.RoleName;
import io.tickraft.examples.kv.client.ClientLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** Three servers in this process, with a network between them that can be cut. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class PartitionTest {

  private static final int NODES = 3;
  private static final NodeSettings.Limits IMPATIENT =
      new NodeSettings.Limits(50, 500, ClientLimits.of(10_000), 64L << 20);

  @TempDir Path dir;

  private TestCluster cluster;
  private ProxiedNetwork network;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    cluster = new TestCluster(dir, NODES, IMPATIENT);
    network = ProxiedNetwork.start(cluster, NODES);
  }

  @AfterEach
  void stop() throws IOException {
    cluster.close();
    network.close();
  }

  /** Waits until one of the others leads. */
  private int awaitLeaderBeside(int cut) throws InterruptedException {
    int[] leader = new int[1];
    TestCluster.await(
        "another leader",
        () -> {
          for (int id = 1; id <= NODES; id++) {
            if (id != cut && cluster.status(id).role() == RoleName.LEADER) {
              leader[0] = id;
            }
          }
          return leader[0] != 0;
        });
    return leader[0];
  }

  @Test
  void aLeaderThatIsCutOffDoesNotAnswerWithWhatWasTrueBefore() throws Exception {
    int old = cluster.awaitLeader();
    cluster.onLeader(jedis -> jedis.set("key", "old"));
    try (Jedis reader = cluster.client(old)) {
      assertThat(reader.get("key")).isEqualTo("old");
      for (Proxy proxy : network.around(old)) {
        proxy.cut();
      }
      // While it still believes that it leads, and when it does so no more.
      assertNotAnswered(reader);
      int next = awaitLeaderBeside(old);
      try (Jedis writer = cluster.client(next)) {
        assertThat(writer.set("key", "new")).isEqualTo("OK");
        assertThat(writer.get("key")).isEqualTo("new");
      }
      assertNotAnswered(reader);
      network.around(old).forEach(Proxy::heal);
      TestCluster.await(
          "an answer",
          () -> {
            try {
              assertThat(reader.get("key")).isEqualTo("new");
              return true;
            } catch (JedisDataException e) {
              return false;
            }
          });
    }
  }

  private static void assertNotAnswered(Jedis reader) {
    assertThatThrownBy(() -> reader.get("key"))
        .isInstanceOf(JedisDataException.class)
        .message()
        .matches("(NOTAPPLIED timed out before|CLUSTERDOWN No leader) .*");
  }

  @Test
  void aFollowerThatIsCutOffDoesNotAnswerEither() throws Exception {
    int leader = cluster.awaitLeader();
    int follower = leader % NODES + 1;
    cluster.onLeader(jedis -> jedis.set("key", "old"));
    try (Jedis reader = cluster.client(follower)) {
      TestCluster.await("an answer", () -> "old".equals(reader.get("key")));
      for (Proxy proxy : network.around(follower)) {
        proxy.cut();
      }
      try (Jedis writer = cluster.client(awaitLeaderBeside(follower))) {
        assertThat(writer.set("key", "new")).isEqualTo("OK");
      }
      assertNotAnswered(reader);
    }
  }

  /** Clients of all nodes write and read while each leader is cut off in turn. */
  @Test
  void whatClientsSeeIsLinearizable() throws Exception {
    List<Integer> ports = List.of(cluster.port(1), cluster.port(2), cluster.port(3));
    cluster.awaitLeader();
    try (Clients clients = Clients.started(ports, 2, 2)) {
      for (int round = 1; round <= 3; round++) {
        clients.awaitWrites(50L * round);
        int old = cluster.awaitLeader();
        for (Proxy proxy : network.around(old)) {
          proxy.cut();
        }
        awaitLeaderBeside(old);
        clients.awaitWrites(50L * round + 25);
        network.around(old).forEach(Proxy::heal);
      }
      TestCluster.await("reads", () -> clients.reads() > 50);
      clients.stop();
      clients.checkAnswers();
    }
  }
}
