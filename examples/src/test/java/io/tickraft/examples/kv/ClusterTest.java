package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.examples.kv.peer.HostAndPort;
import io.tickraft.examples.kv.store.Identity;
import io.tickraft.examples.kv.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisMovedDataException;
import redis.clients.jedis.util.JedisClusterCRC16;

/** Whole servers in this process, and Jedis. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ClusterTest {

  @TempDir Path dir;

  private static int other(int id) {
    return id % 3 + 1;
  }

  @Test
  void whatIsSetAtTheLeaderIsReadThereAndEveryoneElsePointsToIt() throws Exception {
    try (TestCluster cluster = TestCluster.started(dir, TestCluster.LIMITS)) {
      int leader = cluster.awaitLeader();
      try (Jedis jedis = cluster.client(leader)) {
        assertThat(jedis.set("key", "value")).isEqualTo("OK");
        assertThat(jedis.get("key")).isEqualTo("value");
        assertThat(jedis.role().get(0)).isEqualTo("master");
      }
      try (Jedis jedis = cluster.client(other(leader))) {
        assertThatThrownBy(() -> jedis.get("key"))
            .isInstanceOfSatisfying(
                JedisMovedDataException.class,
                moved -> {
                  assertThat(moved.getSlot()).isEqualTo(JedisClusterCRC16.getSlot("key"));
                  assertThat(moved.getTargetNode().getPort()).isEqualTo(cluster.port(leader));
                });
        assertThatThrownBy(() -> jedis.incr("n")).isInstanceOf(JedisMovedDataException.class);
        assertThat(jedis.ping()).isEqualTo("PONG");
        assertThat(jedis.role().get(0)).isEqualTo("slave");
        assertThat(Client.raft(jedis, "leader")).isEqualTo(Integer.toString(leader));
      }
      assertThat(cluster.awaitSameDigest().hex()).hasSize(64);
    }
  }

  @Test
  void aClusterClientFindsTheLeaderFromAnyNodeAndFollowsANewOne() throws Exception {
    try (TestCluster cluster = TestCluster.started(dir, TestCluster.LIMITS)) {
      int leader = cluster.awaitLeader();
      try (RedisClusterClient client =
          RedisClusterClient.create(
              new redis.clients.jedis.HostAndPort("127.0.0.1", cluster.port(other(leader))))) {
        for (int i = 0; i < 100; i++) {
          assertThat(client.set("key" + i, "value" + i)).isEqualTo("OK");
        }
        cluster.stop(leader);
        cluster.awaitLeader();
        for (int i = 0; i < 100; i++) {
          assertThat(client.get("key" + i)).isEqualTo("value" + i);
        }
      }
    }
  }

  @Test
  void requestsThatDoNotWaitAreAnsweredInOrder() throws Exception {
    try (TestCluster cluster = TestCluster.started(dir, TestCluster.LIMITS)) {
      try (Jedis jedis = cluster.client(cluster.awaitLeader())) {
        Pipeline pipeline = jedis.pipelined();
        List<Response<Long>> counts = new ArrayList<>();
        List<Response<String>> reads = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
          reads.add(pipeline.get("n"));
          counts.add(pipeline.incr("n"));
        }
        Response<Long> size = pipeline.dbSize();
        pipeline.sync();
        for (int i = 0; i < 2_000; i++) {
          assertThat(reads.get(i).get()).isEqualTo(i == 0 ? null : Integer.toString(i));
          assertThat(counts.get(i).get()).isEqualTo(i + 1);
        }
        assertThat(size.get()).isEqualTo(1);
      }
    }
  }

  private static Map<String, String> values(String name, int count, String value) {
    Map<String, String> values = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      values.put(name + i, value + i);
    }
    return values;
  }

  @Test
  void aNodeThatWasAwayTooLongGetsTheMapAsASnapshot() throws Exception {
    NodeSettings.Limits shortLog = new NodeSettings.Limits(100, 3_000, 100_000, 100_000);
    try (TestCluster cluster = TestCluster.started(dir, shortLog)) {
      int leader = cluster.awaitLeader();
      int away = other(leader);
      cluster.stop(away);
      cluster.setAll(values("large", 40, "x".repeat(50_000)));
      cluster.setAll(values("key", 300, "value"));
      assertThat(cluster.status(cluster.awaitLeader()).firstIndex()).isGreaterThan(10);
      cluster.start(away);
      // Commands go on meanwhile.
      cluster.setAll(values("late", 300, "value"));
      cluster.awaitSameDigest();
      assertThat(cluster.status(away).firstIndex()).isGreaterThan(10);
      // It can do without the others' help now.
      cluster.stop(other(away));
      try (Jedis jedis = cluster.client(cluster.awaitLeader())) {
        assertThat(jedis.dbSize()).isEqualTo(640);
        assertThat(jedis.get("large39")).hasSize(50_002);
      }
    }
  }

  @Test
  void everythingIsThereAfterAllWereStopped() throws Exception {
    Client.Digest before;
    try (TestCluster cluster = new TestCluster(dir, 3, TestCluster.LIMITS)) {
      for (int id = 1; id <= 3; id++) {
        cluster.start(id);
      }
      try (Jedis jedis = cluster.client(cluster.awaitLeader())) {
        for (int i = 0; i < 100; i++) {
          jedis.incr("n");
        }
      }
      before = cluster.awaitSameDigest();
      for (int id = 1; id <= 3; id++) {
        cluster.stop(id);
      }
      for (int id = 1; id <= 3; id++) {
        cluster.start(id);
      }
      try (Jedis jedis = cluster.client(cluster.awaitLeader())) {
        assertThat(jedis.get("n")).isEqualTo("100");
      }
      assertThat(cluster.awaitSameDigest().hex()).isEqualTo(before.hex());
    }
  }

  @Test
  void withoutAMajorityThereIsNoLeaderOrNoAnswer() throws Exception {
    NodeSettings.Limits impatient = new NodeSettings.Limits(100, 300, 10_000, 64L << 20);
    try (TestCluster cluster = new TestCluster(dir, 3, impatient)) {
      cluster.start(1);
      try (Jedis jedis = cluster.client(1)) {
        assertThatThrownBy(() -> jedis.get("key"))
            .isInstanceOf(JedisDataException.class)
            .hasMessageStartingWith("CLUSTERDOWN ");
      }
      cluster.start(2);
      int leader = cluster.awaitLeader();
      cluster.stop(3 - leader);
      try (Jedis jedis = cluster.client(leader)) {
        assertThatThrownBy(() -> jedis.set("key", "value"))
            .isInstanceOf(JedisDataException.class)
            .hasMessage("UNKNOWN timed out: the command may or may not be applied");
        assertThatThrownBy(() -> jedis.get("key"))
            .isInstanceOf(JedisDataException.class)
            .hasMessage("NOTAPPLIED timed out before the read could be answered");
      }
    }
  }

  @Test
  void whoWaitsWhenTheNodeStopsIsToldThatTheOutcomeIsUnknown() throws Exception {
    try (TestCluster cluster = new TestCluster(dir, 2, TestCluster.LIMITS)) {
      cluster.start(1);
      cluster.start(2);
      int leader = cluster.awaitLeader();
      cluster.stop(3 - leader);
      try (Jedis jedis = cluster.client(leader)) {
        jedis.ping();
        long last = cluster.status(leader).last().index();
        CompletableFuture<String> write =
            CompletableFuture.supplyAsync(() -> jedis.set("key", "value"));
        TestCluster.await("the proposal", () -> cluster.status(leader).last().index() > last);
        cluster.stop(leader);
        assertThatThrownBy(write::join)
            .hasRootCauseMessage(
                "UNKNOWN leadership was lost: the command may or may not have been applied");
      }
    }
  }

  @Test
  void aValueBeyondTheLimitIsRefusedAndTheConnectionKept() throws Exception {
    try (TestCluster cluster = TestCluster.started(dir, TestCluster.LIMITS)) {
      try (Jedis jedis = cluster.client(cluster.awaitLeader())) {
        byte[] bytes = new byte[10_000];
        Arrays.fill(bytes, (byte) 0xfe);
        assertThat(jedis.set(bytes, bytes)).isEqualTo("OK");
        assertThatThrownBy(() -> jedis.set(new byte[1], new byte[10_001]))
            .isInstanceOf(JedisDataException.class)
            .hasMessageStartingWith("ERR string exceeds maximum allowed size");
        assertThatThrownBy(() -> jedis.set(new byte[1], new byte[5_000_000]))
            .isInstanceOf(JedisDataException.class)
            .hasMessageStartingWith("ERR string exceeds maximum allowed size");
        assertThat(jedis.get(bytes)).isEqualTo(bytes);
      }
    }
  }

  @Test
  void aDirectoryOfAnotherNodeOrAPortInUseIsRefused() throws Exception {
    try (TestCluster cluster = new TestCluster(dir, 3, TestCluster.LIMITS)) {
      cluster.start(1);
      NodeSettings two = cluster.settings(2);
      NodeSettings inOnesPlace =
          new NodeSettings(
              two.identity(),
              dir.resolve("elsewhere"),
              two.peers(),
              cluster.settings(1).clients(),
              two.limits());
      assertThatThrownBy(() -> KvNode.start(inOnesPlace))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot listen at 127.0.0.1:" + cluster.port(1));
      cluster.stop(1);
      NodeSettings inOnesDirectory =
          new NodeSettings(
              two.identity(), cluster.settings(1).dir(), two.peers(), two.clients(), two.limits());
      assertThatThrownBy(() -> KvNode.start(inOnesDirectory))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("belongs to node 1 of group 1 in cluster 'test'");
      // Nothing was left behind: both can be started.
      cluster.start(1);
      cluster.start(2);
      assertThat(cluster.awaitLeader()).isPositive();
    }
  }

  @Test
  void nodesOfDifferentClustersDoNotTalk() throws Exception {
    try (TestCluster cluster = new TestCluster(dir, 2, TestCluster.LIMITS)) {
      cluster.start(1);
      NodeSettings two = cluster.settings(2);
      cluster.start(
          new NodeSettings(
              new Identity("other", 1, 2), two.dir(), two.peers(), two.clients(), two.limits()));
      assertApart(cluster);
      cluster.stop(2);
      Map<Long, HostAndPort> more = new TreeMap<>(two.peers());
      more.put(3L, new HostAndPort("127.0.0.1", Ports.free(1).get(0)));
      cluster.start(
          new NodeSettings(two.identity(), dir.resolve("more"), more, two.clients(), two.limits()));
      assertApart(cluster);
    }
  }

  /** Each campaigns for itself and hears nothing of the other. */
  private static void assertApart(TestCluster cluster) throws InterruptedException {
    long one = cluster.status(1).term();
    long two = cluster.status(2).term();
    TestCluster.await(
        "campaigns",
        () -> cluster.status(1).term() > one + 1 && cluster.status(2).term() > two + 1);
    assertThat(cluster.status(1).leader()).isZero();
    assertThat(cluster.status(2).leader()).isZero();
  }
}
