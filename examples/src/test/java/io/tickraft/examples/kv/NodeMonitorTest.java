package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.examples.kv.client.ClientLimits;
import io.tickraft.examples.kv.client.Users;
import io.tickraft.examples.kv.net.HostAndPort;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** What a node that runs shows to monitoring. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class NodeMonitorTest {

  private static final NodeSettings.Limits LIMITS =
      new NodeSettings.Limits(20, 3_000, ClientLimits.of(10_000), 64L << 20);

  private static final String OK = "ok\n";

  @TempDir Path dir;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Integer> ports = Ports.free(3);

  private NodeSettings settings(TestCluster cluster, int id) {
    NodeSettings settings = cluster.settings(id);
    return new NodeSettings(
        settings.identity(),
        settings.dir(),
        settings.founders(),
        settings.peers(),
        settings.clients(),
        settings.security(),
        settings.limits(),
        Users.NONE,
        Optional.of(new HostAndPort("127.0.0.1", ports.get(id - 1))));
  }

  private HttpResponse<String> get(int id, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + ports.get(id - 1) + path);
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private void awaitReady(int id, Predicate<String> body) throws InterruptedException {
    TestCluster.await(
        "another answer of /readyz of node " + id,
        () -> {
          try {
            return body.test(get(id, "/readyz").body());
          } catch (InterruptedException e) {
            throw e;
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void aNodeIsReadyWhileItCanAnswerReads() throws Exception {
    try (TestCluster cluster = new TestCluster(dir, 3, LIMITS)) {
      cluster.start(settings(cluster, 1));
      awaitReady(1, "Node 1 knows no leader.\n"::equals);
      cluster.start(settings(cluster, 2));
      awaitReady(1, OK::equals);
      awaitReady(2, OK::equals);
      cluster.stop(2);
      awaitReady(1, body -> !body.equals(OK));
      assertThat(get(1, "/readyz").statusCode()).isEqualTo(503);
      assertThat(get(1, "/healthz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aNodeThatWasRemovedWhileItWasDownSaysThatItIsRefused() throws Exception {
    try (TestCluster cluster = TestCluster.started(dir, LIMITS)) {
      cluster.awaitLeader();
      cluster.stop(3);
      cluster.order("RAFT.REMOVENODE", "3");
      cluster.start(settings(cluster, 3));
      awaitReady(
          3,
          ("Node 3 knows no leader. Node 1 has refused it: node 3 was removed from the group."
                  + " Node 2 has refused it: node 3 was removed from the group.\n")
              ::equals);
    }
  }

  @Test
  void whatANodeDoesIsCounted() throws Exception {
    try (TestCluster cluster = new TestCluster(dir, 1, LIMITS)) {
      cluster.start(settings(cluster, 1));
      cluster.awaitLeader();
      try (Jedis client = cluster.client(1)) {
        client.set("key", "value");
        client.get("key");
        client.get("key");
      }
      awaitReady(1, OK::equals);
      assertThat(get(1, "/metrics").body().lines())
          .contains(
              "tickraft_commands_seconds_count{command=\"set\",outcome=\"ok\"} 1",
              "tickraft_commands_seconds_count{command=\"get\",outcome=\"ok\"} 2",
              "tickraft_elections_won_total 1.0",
              "tickraft_role{role=\"leader\"} 1.0")
          .anyMatch(line -> line.matches("tickraft_log_sync_seconds_count [1-9]\\d*"));
    }
  }
}
