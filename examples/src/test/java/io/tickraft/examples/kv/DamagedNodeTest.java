package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.examples.kv.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import redis.clients.jedis.Jedis;

/** A node whose write-ahead log was damaged while it was down. */
@Isolated
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DamagedNodeTest {

  @TempDir Path dir;

  /**
   * The damaged node was one of the two that had acknowledged the last writes. Were it to start
   * with the first half of its log, it could lead with the node that was away, and those writes
   * would be gone.
   */
  @Test
  void aNodeWithHalfItsLogDoesNotStartAndNothingIsLost() throws Exception {
    Map<String, String> all = new TreeMap<>(values(0, 100));
    try (TestCluster cluster = TestCluster.started(dir, TestCluster.LIMITS)) {
      cluster.setAll(all);
      int leader = cluster.awaitLeader();
      int away = leader % 3 + 1;
      int damaged = away % 3 + 1;
      cluster.stop(away);
      all.putAll(values(100, 250));
      cluster.setAll(all);
      cluster.stop(leader);
      cluster.stop(damaged);

      Path log = writeAheadLog(dir.resolve("node-" + damaged));
      flipTheMiddle(log);

      assertThatThrownBy(() -> cluster.start(damaged))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining(log.toString())
          .hasMessageContaining("remove it from the group, and let a new node with a new id");
      cluster.start(away);
      cluster.start(leader);
      try (Jedis jedis = cluster.client(cluster.awaitLeader())) {
        assertThat(jedis.mget(all.keySet().toArray(String[]::new)))
            .isEqualTo(List.copyOf(all.values()));
      }
    }
  }

  private static Map<String, String> values(int from, int to) {
    Map<String, String> values = new TreeMap<>();
    for (int i = from; i < to; i++) {
      values.put("key-" + i, "value-" + i);
    }
    return values;
  }

  private static Path writeAheadLog(Path node) throws IOException {
    try (Stream<Path> files = Files.list(node)) {
      return files.filter(file -> file.toString().endsWith(".log")).findFirst().orElseThrow();
    }
  }

  private static void flipTheMiddle(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 4;
    Files.write(file, bytes);
  }
}
