package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.RoleName;
import io.tickraft.examples.kv.client.ClientLimits;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** Three servers in this process, with a network between them that drops and damages packets. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class BadNetworkTest {

  private static final int NODES = 3;

  /** An election timeout is half a second. */
  private static final NodeSettings.Limits FAST =
      new NodeSettings.Limits(50, 500, ClientLimits.of(10_000), 64L << 20);

  /** For how long the network is bad, at least: {@code -Dtickraft.bad.seconds=60}. */
  private static final int SECONDS = Integer.getInteger("tickraft.bad.seconds", 0);

  @TempDir Path dir;

  private TestCluster cluster(boolean tls) {
    TestCluster cluster = new TestCluster(dir, NODES, FAST);
    TestAuthority authority = new TestAuthority();
    return tls ? cluster.secure(id -> authority.security(dir, id, false)) : cluster;
  }

  @ParameterizedTest(name = "TLS: {0}")
  @ValueSource(booleans = {false, true})
  void aNodeIsBackSoonAfterItsPacketsGetThroughAgain(boolean tls) throws Exception {
    try (TestCluster cluster = cluster(tls);
        ProxiedNetwork network = ProxiedNetwork.start(cluster, NODES)) {
      assertBackSoon(cluster, network);
    }
  }

  private static void assertBackSoon(TestCluster cluster, ProxiedNetwork network)
      throws InterruptedException {
    int leader = cluster.awaitLeader();
    int follower = leader % NODES + 1;
    network.around(follower).forEach(Proxy::swallow);
    TestCluster.await("silence", () -> cluster.status(follower).role() == RoleName.PRE_CANDIDATE);
    try (Jedis writer = cluster.client(leader)) {
      writer.set("key", "value");
    }

    TimeUnit.SECONDS.sleep(SECONDS);
    network.around(follower).forEach(Proxy::heal);
    long healed = System.nanoTime();
    try (Jedis reader = cluster.client(follower)) {
      TestCluster.await("the follower", () -> "value".equals(get(reader, "key")));
    }
    assertThat(System.nanoTime() - healed).isLessThan(TimeUnit.SECONDS.toNanos(2));
  }

  private static String get(Jedis reader, String key) {
    try {
      return reader.get(key);
    } catch (JedisException e) {
      return "no answer";
    }
  }

  @Test
  void flippedBitsDoNotReachTheData() throws Exception {
    try (TestCluster cluster = cluster(false);
        ProxiedNetwork network = ProxiedNetwork.start(cluster, NODES)) {
      assertUndamaged(cluster, network);
    }
  }

  private static void assertUndamaged(TestCluster cluster, ProxiedNetwork network)
      throws InterruptedException {
    List<Integer> ports = List.of(cluster.port(1), cluster.port(2), cluster.port(3));
    cluster.awaitLeader();
    try (Clients clients = Clients.started(ports, 2, 1)) {
      network.all().forEach(proxy -> proxy.flipOneBitIn(5_000));
      TestCluster.await(
          "many flipped bits, and writes all the same",
          () ->
              network.all().stream().mapToLong(Proxy::flipped).sum() > 20
                  && clients.writes() > 100
                  && clients.reads() > 20);
      TimeUnit.SECONDS.sleep(SECONDS);
      network.all().forEach(Proxy::heal);
      clients.stop();
      clients.checkAnswers();
    }
    cluster.awaitSameDigest();
  }
}
