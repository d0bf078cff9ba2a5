package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Identity;
import io.tickraft.examples.kv.store.StoreException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** A node on a small file system of its own, which only a privileged user can mount. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FullDiskTest {

  /** So little that RocksDB cannot reserve room for its log. */
  private static final int MEGABYTES = 4;

  @TempDir Path dir;
  private SmallDisk disk;

  @BeforeEach
  void mount() {
    disk = SmallDisk.mount(dir, MEGABYTES);
    assumeTrue(disk.isMounted(), "only a privileged user can mount a file system");
  }

  @AfterEach
  void unmount() {
    disk.close();
  }

  private NodeSettings settings() {
    List<Integer> ports = Ports.free(2);
    HostAndPort peers = new HostAndPort("127.0.0.1", ports.get(0));
    return new NodeSettings(
        new Identity("test", 1, 1),
        dir.resolve("node"),
        Map.of(1L, peers),
        peers,
        new HostAndPort("127.0.0.1", ports.get(1)),
        NodeSettings.Security.NONE,
        new NodeSettings.Limits(10, 3_000, TestCluster.LIMITS.clients(), 64L << 20));
  }

  private static Jedis client(KvNode node, NodeSettings settings) throws InterruptedException {
    TestCluster.await("a leader", () -> node.status().leader() == 1);
    return Client.connect(settings.clients().port());
  }

  @Test
  void aDiskThatFillsUpStopsTheNodeAndNothingAcknowledgedIsLost() throws Exception {
    NodeSettings settings = settings();
    List<String> acknowledged = new ArrayList<>();
    try (KvNode node = KvNode.start(settings);
        Jedis jedis = client(node, settings)) {
      assertThat(jedis.set("key", "value")).isEqualTo("OK");
      disk.fill();
      assertThatThrownBy(
              () -> {
                while (true) {
                  String key = "key" + acknowledged.size();
                  jedis.set(key, "x".repeat(500));
                  acknowledged.add(key);
                }
              })
          .isInstanceOf(JedisException.class);
      assertThatThrownBy(() -> node.ended().get())
          .hasCauseInstanceOf(StoreException.class)
          .cause()
          .hasMessageStartingWith("cannot write: ")
          .hasMessageContaining("No space left on device");
    }
    // While there is no room, a start fails, and changes nothing.
    assertThatThrownBy(() -> KvNode.start(settings))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("No space left on device");
    disk.free();
    try (KvNode node = KvNode.start(settings);
        Jedis jedis = client(node, settings)) {
      acknowledged.forEach(key -> assertThat(jedis.exists(key)).as(key).isTrue());
      assertThat(jedis.get("key")).isEqualTo("value");
      assertThat(jedis.set("key", "another")).isEqualTo("OK");
    }
  }

  @Test
  void aReadOnlyDirectoryIsRefusedAndNothingIsLost() throws Exception {
    NodeSettings settings = settings();
    try (KvNode node = KvNode.start(settings);
        Jedis jedis = client(node, settings)) {
      assertThat(jedis.set("key", "value")).isEqualTo("OK");
    }
    disk.setReadOnly(true);
    assertThatThrownBy(() -> KvNode.start(settings))
        .isInstanceOf(StoreException.class)
        .hasMessage(
            "cannot open %s: cannot use %s: Read-only file system",
            settings.dir(), settings.dir().resolve("SYNCED"));
    disk.setReadOnly(false);
    try (KvNode node = KvNode.start(settings);
        Jedis jedis = client(node, settings)) {
      assertThat(jedis.get("key")).isEqualTo("value");
    }
  }
}
