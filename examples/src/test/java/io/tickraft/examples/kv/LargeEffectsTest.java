package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/**
 * What once killed a server at each start: a few kilobytes that change more than its heap holds.
 */
class LargeEffectsTest {

  private static final int KEYS = 300;

  @TempDir private Path dir;

  @Test
  void shortCommandsThatChangeMuchAreAppliedSomeAtATime() throws Exception {
    List<Integer> ports = Ports.free(2);
    List<String> options = List.of("--peers", "1=127.0.0.1:" + ports.get(1));
    try (ServerProcess server = new ServerProcess(1, ports.get(0), dir, options)) {
      server.awaitMember();
      try (Jedis jedis = Client.connect(server.port())) {
        byte[] value = new byte[1_000_000];
        for (int i = 0; i < KEYS; i++) {
          jedis.set(("key" + i).getBytes(StandardCharsets.US_ASCII), value);
        }
        Pipeline pipeline = jedis.pipelined();
        for (int i = 0; i < KEYS; i++) {
          pipeline.append("key" + i, "y");
        }
        assertThat(pipeline.syncAndReturnAll()).containsOnly(1_000_001L);
        server.kill();
        server.restart();
        server.awaitMember();
      }
      try (Jedis jedis = Client.connect(server.port())) {
        assertThat(jedis.strlen("key" + (KEYS - 1))).isEqualTo(1_000_001L);
      }
    }
  }
}
