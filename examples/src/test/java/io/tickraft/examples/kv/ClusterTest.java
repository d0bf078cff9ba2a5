package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.core.RoleName;
import io.tickraft.examples.kv.client.ClientLimits;
import io.tickraft.examples.kv.net.HostAndPort;
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
  void whatIsSetAtTheLeaderIsReadThere() throws Exception {
    try (TestCluster cluster = TestCluster.started(dir, TestCluster.LIMITS)) {
      cluster.onLeader(
          jedis -> {
            assertThat(jedis.set("key", "value")).isEqualTo("OK");
            assertThat(jedis.get("key")).isEqualTo("value");
            assertThat(jedis.ping()).isEqualTo("PONG");
          });
      assertThat(cluster.awaitSameDigest().hex()).hasSize(64);
    }
  }

  @Test
  void everyOtherNodeSendsWritersToTheLeader() throws Exception {
    try (TestCluster cluster = TestCluster.started(dir, TestCluster.LIMITS)) {
      TestCluster.await(
          "redirections to the leader",
          () -> {
            int leader = cluster.awaitLeader();
            try (Jedis jedis = cluster.client(other(leader))) {
              return jedis.role().get(0).equals("slave")
                  && moved(() -> jedis.incr("key")) == cluster.port(leader)
                  && Client.raft(jedis, "leader").equals(Integer.toString(leader));
            }
          });
    }
  }

  /** Where a request for the key "key" is sent to; 0 if it is not. */
  private static int moved(Runnable request) {
    try {
      request.run();
      return 0;
    } catch (JedisMovedDataException e) {
      assertThat(e.getSlot()).isEqualTo(JedisClusterCRC16.getSlot("key"));
      return e.getTargetNode().getPort();
    } catch (JedisDataException e) {
      return 0;
    }
  }

  @Test
  void requestsThatDoNotWaitAreAnsweredInOrder() throws Exception {
    try (TestCluster cluster = TestCluster.started(dir, TestCluster.LIMITS)) {
      cluster.onLeader(
          jedis -> {
            jedis.del("n");
            Pipeline pipeline = jedis.pipelined();
            List<Response<Long>> counts = new ArrayList<>();
            List<Response<String>> reads = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
              reads.add(pipeline.get("n"));
              counts.add(pipeline.incr("n"));
            }
            Response<Long> size = pipeline.dbSize();
            pipeline.sync();
            for (int i = 0; i < 200; i++) {
              assertThat(reads.get(i).get()).isEqualTo(i == 0 ? null : Integer.toString(i));
              assertThat(counts.get(i).get()).isEqualTo(i + 1);
            }
            assertThat(size.get()).isEqualTo(1);
          });
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
    NodeSettings.Limits shortLog =
        new NodeSettings.Limits(100, 3_000, ClientLimits.of(100_000), 100_000);
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
      cluster.onLeader(
          jedis -> {
            assertThat(jedis.dbSize()).isEqualTo(640);
            assertThat(jedis.get("large39")).hasSize(50_002);
          });
    }
  }

  @Test
  void everythingIsThereAfterAllWereStopped() throws Exception {
    Client.Digest before;
    try (TestCluster cluster = new TestCluster(dir, 3, TestCluster.LIMITS)) {
      for (int id = 1; id <= 3; id++) {
        cluster.start(id);
      }
      cluster.onLeader(
          jedis -> {
            for (int i = 0; i < 100; i++) {
              jedis.set("key" + i, "value" + i);
            }
          });
      before = cluster.awaitSameDigest();
      for (int id = 1; id <= 3; id++) {
        cluster.stop(id);
      }
      for (int id = 1; id <= 3; id++) {
        cluster.start(id);
      }
      cluster.onLeader(jedis -> assertThat(jedis.get("key99")).isEqualTo("value99"));
      assertThat(cluster.awaitSameDigest().hex()).isEqualTo(before.hex());
    }
  }

  @Test
  void withoutAMajorityThereIsNoLeaderOrNoAnswer() throws Exception {
    NodeSettings.Limits impatient =
        new NodeSettings.Limits(100, 300, ClientLimits.of(10_000), 64L << 20);
    try (TestCluster cluster = new TestCluster(dir, 3, impatient)) {
      cluster.start(1);
      try (Jedis jedis = cluster.client(1)) {
        assertThatThrownBy(() -> jedis.get("key"))
            .isInstanceOf(JedisDataException.class)
            .hasMessageStartingWith("CLUSTERDOWN ");
      }
      cluster.start(2);
      int leader = leaderOfItselfAlone(cluster);
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

  /**
   * Stops the other one of nodes 1 and 2; until then it may have taken over, so that it is tried.
   */
  private static int leaderOfItselfAlone(TestCluster cluster) throws Exception {
    while (true) {
      int leader = cluster.awaitLeader();
      cluster.stop(3 - leader);
      if (cluster.status(leader).role() == RoleName.LEADER) {
        return leader;
      }
      cluster.start(3 - leader);
    }
  }

  @Test
  void whoWaitsWhenTheNodeStopsIsToldThatTheOutcomeIsUnknown() throws Exception {
    try (TestCluster cluster = new TestCluster(dir, 2, TestCluster.LIMITS)) {
      cluster.start(1);
      cluster.start(2);
      int leader = leaderOfItselfAlone(cluster);
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
      cluster.onLeader(
          jedis -> {
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
          });
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
              two.founders(),
              two.peers(),
              cluster.settings(1).clients(),
              two.security(),
              two.limits());
      assertThatThrownBy(() -> KvNode.start(inOnesPlace))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot listen at 127.0.0.1:" + cluster.port(1));
      cluster.stop(1);
      NodeSettings inOnesDirectory =
          new NodeSettings(
              two.identity(),
              cluster.settings(1).dir(),
              two.founders(),
              two.peers(),
              two.clients(),
              two.security(),
              two.limits());
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
              new Identity("other", 1, 2),
              two.dir(),
              two.founders(),
              two.peers(),
              two.clients(),
              two.security(),
              two.limits()));
      assertApart(cluster);
      cluster.stop(2);
      Map<Long, HostAndPort> more = new TreeMap<>(two.founders());
      more.put(3L, new HostAndPort("127.0.0.1", Ports.free(1).get(0)));
      cluster.start(
          new NodeSettings(
              two.identity(),
              dir.resolve("more"),
              more,
              two.peers(),
              two.clients(),
              two.security(),
              two.limits()));
      assertApart(cluster);
    }
  }

  /** Each campaigns for itself and hears nothing of the other. */
  private static void assertApart(TestCluster cluster) throws InterruptedException {
    TestCluster.await(
        "campaigns",
        () ->
            cluster.status(1).role() == RoleName.PRE_CANDIDATE
                && cluster.status(2).role() == RoleName.PRE_CANDIDATE);
    assertThat(cluster.status(1).leader()).isZero();
    assertThat(cluster.status(2).leader()).isZero();
  }
}
