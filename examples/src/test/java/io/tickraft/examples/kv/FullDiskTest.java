package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Identity;
import io.tickraft.examples.kv.store.StoreException;
import java.io.IOException;
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

  private static final String LITTLE_ROOM = "size=2m";
  private static final String ROOM = "size=100m";

  @TempDir Path dir;
  private boolean mounted;

  @BeforeEach
  void mount() throws Exception {
    mounted = run("mount", "-t", "tmpfs", "-o", LITTLE_ROOM, "tmpfs", dir.toString());
    assumeTrue(mounted, "only a privileged user can mount a file system");
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      assertThat(run("umount", dir.toString())).isTrue();
    }
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException e) {
      return false; // There is no such program.
    }
  }

  private void remount(String option) throws InterruptedException {
    assertThat(run("mount", "-o", "remount," + option, dir.toString())).isTrue();
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
      assertThatThrownBy(
              () -> {
                while (true) {
                  String key = "key" + acknowledged.size();
                  jedis.set(key, "x".repeat(9_000));
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
    assertThat(acknowledged).isNotEmpty();
    // While there is no room, a start fails, and changes nothing.
    assertThatThrownBy(() -> KvNode.start(settings))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("No space left on device");
    remount(ROOM);
    try (KvNode node = KvNode.start(settings);
        Jedis jedis = client(node, settings)) {
      assertThat(jedis.exists(acknowledged.toArray(String[]::new))).isEqualTo(acknowledged.size());
      assertThat(jedis.set("key", "value")).isEqualTo("OK");
    }
  }

  @Test
  void aReadOnlyDirectoryIsRefusedAndNothingIsLost() throws Exception {
    NodeSettings settings = settings();
    try (KvNode node = KvNode.start(settings);
        Jedis jedis = client(node, settings)) {
      assertThat(jedis.set("key", "value")).isEqualTo("OK");
    }
    remount("ro");
    assertThatThrownBy(() -> KvNode.start(settings))
        .isInstanceOf(StoreException.class)
        .hasMessage(
            "cannot open %s: cannot use %s: Read-only file system",
            settings.dir(), settings.dir().resolve("SYNCED"));
    remount("rw");
    try (KvNode node = KvNode.start(settings);
        Jedis jedis = client(node, settings)) {
      assertThat(jedis.get("key")).isEqualTo("value");
    }
  }
}
