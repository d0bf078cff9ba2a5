package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.examples.kv.client.ClientLimits;
import io.tickraft.examples.kv.net.HostAndPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Servers with TLS between them, and for clients. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class TlsClusterTest {

  private static final TestAuthority AUTHORITY = new TestAuthority();
  private static final String PASSWORD = "secret";

  @TempDir Path dir;

  @Test
  void aGroupWithTlsWritesReadsAndTakesInANodeByASnapshot() throws Exception {
    NodeSettings.Limits limits =
        new NodeSettings.Limits(50, 3_000, ClientLimits.of(10_000), 20_000);
    try (TestCluster cluster = new TestCluster(dir, 3, 4, limits)) {
      cluster.secure(id -> AUTHORITY.security(dir, id, false));
      for (int id = 1; id <= 4; id++) {
        cluster.start(id);
      }
      Map<String, String> values = new TreeMap<>();
      for (int i = 0; i < 200; i++) {
        values.put("key" + i, "value".repeat(50));
      }
      cluster.setAll(values);
      cluster.order("RAFT.ADDLEARNER", "4", cluster.peerAddress(4).toString());
      cluster.awaitMember(4);
      cluster.awaitSameDigest();
      try (Jedis four = cluster.client(4)) {
        assertThat(four.dbSize()).isEqualTo(200);
      }
    }
  }

  @Test
  void clientsAreServedWithTlsOnly() throws Exception {
    try (TestCluster cluster = new TestCluster(dir, 1, TestCluster.LIMITS)) {
      cluster.secure(id -> AUTHORITY.security(dir, id, true));
      cluster.start(1);
      TestCluster.await("a leader", () -> cluster.status(1).leader() == 1);
      assertThatThrownBy(() -> cluster.client(1).close())
          .isInstanceOf(JedisConnectionException.class);
      SslOptions tls =
          SslOptions.builder()
              .truststore(
                  AUTHORITY.writeStore(dir.resolve("ca.p12"), PASSWORD).toFile(),
                  PASSWORD.toCharArray())
              .trustStoreType("PKCS12")
              .build();
      try (Jedis jedis =
          new Jedis(
              new redis.clients.jedis.HostAndPort("127.0.0.1", cluster.port(1)),
              DefaultJedisClientConfig.builder()
                  .sslOptions(tls)
                  .autoNegotiateProtocol(false)
                  .build())) {
        assertThat(jedis.set("key", "x".repeat(10_000))).isEqualTo("OK");
        assertThat(jedis.get("key")).hasSize(10_000);
      }
    }
  }

  @Test
  void withoutTlsPeersListenOnThisMachineOnly() throws Exception {
    try (TestCluster cluster = new TestCluster(dir, 1, TestCluster.LIMITS)) {
      NodeSettings local = cluster.settings(1);
      HostAndPort anywhere = new HostAndPort("0.0.0.0", local.peers().port());
      assertThatThrownBy(
              () -> KvNode.start(at(anywhere, local, NodeSettings.Security.NONE)).close())
          .isInstanceOf(IOException.class)
          .hasMessage(
              "without TLS, the address for peers must be one of this machine, such as 127.0.0.1,"
                  + " and not "
                  + anywhere
                  + ": give --tls-cert, --tls-key and --tls-ca, or --insecure");
      assertThat(Files.exists(local.dir())).as("a directory is left behind").isFalse();
      KvNode.start(at(anywhere, local, new NodeSettings.Security(Optional.empty(), false, true)))
          .close();
    }
  }

  private static NodeSettings at(
      HostAndPort peers, NodeSettings settings, NodeSettings.Security security) {
    return new NodeSettings(
        settings.identity(),
        settings.dir(),
        settings.founders(),
        peers,
        settings.clients(),
        security,
        settings.limits());
  }

  @Test
  void aNodeWithUnusableFilesLeavesNothingBehind() throws Exception {
    try (TestCluster cluster = new TestCluster(dir, 1, TestCluster.LIMITS)) {
      cluster.secure(id -> AUTHORITY.security(dir, 2, false));
      NodeSettings settings = cluster.settings(1);
      assertThatThrownBy(() -> KvNode.start(settings).close())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("must have URI:tickraft:test/1/1, and has [tickraft:test/1/2]");
      assertThat(Files.exists(settings.dir())).isFalse();
    }
  }
}
