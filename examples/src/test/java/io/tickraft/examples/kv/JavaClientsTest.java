package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Jedis and Lettuce as they come: plain and cluster clients, pipelines, transactions, and leaders
 * that hand over or stop. The clients of other languages are in {@code examples/clients}.
 */
@Execution(ExecutionMode.SAME_THREAD) // All use the same nodes, and some stop one.
@Timeout(120)
class JavaClientsTest {

  private static final int COUNT = 100;

  @TempDir static Path dir;

  @SuppressWarnings("NullAway.Init")
  private static TestCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = TestCluster.started(dir, TestCluster.LIMITS);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static int other(int id) {
    return id % 3 + 1;
  }

  /** Counts up to {@link #COUNT}. */
  private static List<Long> counts() {
    return LongStream.rangeClosed(1, COUNT).boxed().toList();
  }

  /** What a client of the whole cluster does, whatever client it is. */
  private interface ClusterClient {
    String set(String key, String value);

    String get(String key);
  }

  /** Writes and reads through all that happens to leaders. */
  private static void followLeaders(ClusterClient client) throws InterruptedException {
    useEach(client, "first");

    int leader = cluster.awaitLeader();
    cluster.order("RAFT.TRANSFER", String.valueOf(other(leader)));
    useEach(client, "handed over");

    leader = cluster.awaitLeader();
    cluster.stop(leader);
    try {
      useEach(client, "stopped");
    } finally {
      restart(leader);
    }
    cluster.awaitMember(leader);
  }

  private static void restart(int id) {
    try {
      cluster.start(id);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Sets and gets some keys, each until there is a leader to answer. */
  private static void useEach(ClusterClient client, String value) throws InterruptedException {
    for (int i = 0; i < 10; i++) {
      String key = "key" + i;
      TestCluster.await(
          "an answer",
          () -> {
            try {
              return client.set(key, value).equals("OK") && client.get(key).equals(value);
            } catch (JedisException | RedisException e) {
              return false;
            }
          });
    }
  }

  // Jedis.

  @Test
  void jedisPipelinesAndMakesTransactions() throws Exception {
    cluster.onLeader(
        jedis -> {
          jedis.del("jedis");
          List<Response<Long>> replies = new ArrayList<>();
          try (Pipeline pipeline = jedis.pipelined()) {
            IntStream.range(0, COUNT).forEach(i -> replies.add(pipeline.incr("jedis")));
          }
          assertThat(replies).extracting(Response::get).isEqualTo(counts());

          try (Transaction transaction = jedis.multi()) {
            transaction.incr("jedis");
            transaction.get("jedis");
            assertThat(transaction.exec()).isEqualTo(List.of(COUNT + 1L, "" + (COUNT + 1)));
          }
        });
  }

  @Test
  void jedisFollowsTheLeader() throws Exception {
    try (redis.clients.jedis.RedisClusterClient client =
        redis.clients.jedis.RedisClusterClient.create(
            new HostAndPort("127.0.0.1", cluster.port(other(cluster.awaitLeader()))))) {
      followLeaders(
          new ClusterClient() {
            @Override
            public String set(String key, String value) {
              return client.set(key, value);
            }

            @Override
            public String get(String key) {
              return client.get(key);
            }
          });
    }
  }

  // Lettuce.

  private static RedisURI uri(int port) {
    return RedisURI.builder()
        .withHost("127.0.0.1")
        .withPort(port)
        .withTimeout(Duration.ofSeconds(2))
        .build();
  }

  @Test
  void lettucePipelinesAndMakesTransactions() throws Exception {
    cluster.onLeader(
        jedis -> {
          jedis.del("lettuce");
          try (RedisClient client =
                  RedisClient.create(uri(jedis.getClient().getHostAndPort().getPort()));
              StatefulRedisConnection<String, String> connection = client.connect()) {
            pipelineAndMakeTransaction(connection);
          } catch (RedisException e) {
            throw new JedisDataException(e.getMessage()); // For onLeader.
          }
        });
  }

  private static void pipelineAndMakeTransaction(
      StatefulRedisConnection<String, String> connection) {
    connection.setAutoFlushCommands(false);
    List<RedisFuture<Long>> replies =
        IntStream.range(0, COUNT).mapToObj(i -> connection.async().incr("lettuce")).toList();
    connection.flushCommands();
    connection.setAutoFlushCommands(true);
    assertThat(replies)
        .extracting(reply -> LettuceFutures.awaitOrCancel(reply, 10, TimeUnit.SECONDS))
        .isEqualTo(counts());

    RedisCommands<String, String> commands = connection.sync();
    commands.multi();
    commands.incr("lettuce");
    commands.get("lettuce");
    assertThat(commands.exec()).containsExactly(COUNT + 1L, "" + (COUNT + 1));
  }

  @Test
  void lettuceFollowsTheLeader() throws Exception {
    try (RedisClusterClient client =
        RedisClusterClient.create(uri(cluster.port(other(cluster.awaitLeader()))))) {
      try (StatefulRedisClusterConnection<String, String> connection = client.connect()) {
        followLeaders(
            new ClusterClient() {
              @Override
              public String set(String key, String value) {
                return connection.sync().set(key, value);
              }

              @Override
              public String get(String key) {
                return connection.sync().get(key);
              }
            });
      }
    }
  }
}
