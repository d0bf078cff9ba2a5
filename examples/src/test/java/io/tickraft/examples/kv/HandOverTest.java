package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** A leader that is stopped in an orderly way. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HandOverTest {

  @TempDir Path dir;

  /** On a busy machine, too, nobody's election timeout of two seconds passes. */
  private static final NodeSettings.Limits PATIENT =
      new NodeSettings.Limits(
          200, 10_000, TestCluster.LIMITS.clients(), TestCluster.LIMITS.logBytes());

  @Test
  void anotherNodeLeadsInTheNextTermAndNoAcknowledgedWriteIsLost() throws Exception {
    try (TestCluster cluster = TestCluster.started(dir, PATIENT)) {
      int leader = cluster.awaitLeader();
      List<Integer> ports = new ArrayList<>(List.of(1, 2, 3));
      ports.replaceAll(cluster::port);
      Writer writer = new Writer(Client::connect, 0, ports);
      Thread thread = new Thread(writer);
      thread.start();
      TestCluster.await("writes", () -> writer.acknowledged().size() > 20);

      Status before = cluster.status(leader);
      cluster.handOver(leader);
      Status after = cluster.status(leader);
      assertThat(before.role()).isEqualTo(RoleName.LEADER);
      assertThat(after.role()).isEqualTo(RoleName.FOLLOWER);
      assertThat(after.leader()).isNotIn(0L, (long) leader);
      // Nobody's election timeout has passed: that would have taken a pre-vote, and other terms.
      assertThat(after.term()).isEqualTo(before.term() + 1);
      cluster.stop(leader);

      int written = writer.acknowledged().size();
      TestCluster.await("more writes", () -> writer.acknowledged().size() > written + 20);
      writer.stop();
      thread.join();
      try (Jedis jedis = cluster.client((int) after.leader())) {
        writer.acknowledged().forEach((key, value) -> assertThat(jedis.get(key)).isEqualTo(value));
      }
      assertThat(cluster.status((int) after.leader()).term()).isEqualTo(after.term());
    }
  }

  @Test
  void whoHasNobodyToHandOverToDoesNotWait() throws Exception {
    NodeSettings.Limits slow =
        new NodeSettings.Limits(
            60_000, 3_000, TestCluster.LIMITS.clients(), TestCluster.LIMITS.logBytes());
    try (TestCluster cluster = new TestCluster(dir, 3, slow)) {
      cluster.start(1);
      // Were it to wait, then for 3 s.
      cluster.handOver(1);
      assertThat(cluster.status(1).role()).isEqualTo(RoleName.FOLLOWER);
    }
  }
}
