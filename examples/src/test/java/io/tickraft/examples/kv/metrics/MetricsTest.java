package io.tickraft.examples.kv.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.RawNode;
import io.tickraft.core.Ready;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.examples.kv.client.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {

  private final Metrics metrics = new Metrics(100);

  @AfterEach
  void close() {
    metrics.close();
  }

  /** The leader of a group of one, which has committed two entries. */
  private static Status leader() {
    MemoryStorage storage = MemoryStorage.bootstrapped(1);
    RawNode node = RawNode.open(RaftConfig.builder(1).build(), storage);
    node.campaign();
    while (node.hasReady()) {
      Ready ready = node.ready();
      storage.persist(ready);
      node.advance(ready);
    }
    return node.status();
  }

  private static NodeState state(List<NodeState.Peer> peers) {
    return new NodeState(
        leader(),
        false,
        new NodeState.Sizes(1_000, 7, 2_000),
        new NodeState.Clients(3, 400, 50),
        peers,
        0,
        0,
        true);
  }

  @Test
  void theStateOfTheNodeIsGauges() {
    metrics.publish(
        state(
            List.of(
                new NodeState.Peer(2, true, 10, Optional.empty()),
                new NodeState.Peer(3, false, 0, Optional.empty()))));
    assertThat(metrics.text().lines())
        .contains(
            "tickraft_role{role=\"leader\"} 1.0",
            "tickraft_role{role=\"follower\"} 0.0",
            "tickraft_leader 1.0",
            "tickraft_commit_index 2.0",
            "tickraft_lost_up_to_index 0.0",
            "tickraft_applied_index 2.0",
            "tickraft_log_entries 1.0",
            "tickraft_log_bytes 1000.0",
            "tickraft_snapshot_bytes 2000.0",
            "tickraft_keys 7.0",
            "tickraft_client_connections 3.0",
            "tickraft_client_held_bytes 400.0",
            "tickraft_client_owed_bytes 50.0",
            "tickraft_peer_match_index{peer=\"1\"} 2.0",
            "tickraft_peer_silence_seconds{peer=\"1\"} 0.0",
            "tickraft_peer_connected{peer=\"2\"} 1.0",
            "tickraft_peer_connected{peer=\"3\"} 0.0",
            "tickraft_peer_owed_bytes{peer=\"2\"} 10.0");
  }

  @Test
  void aNodeThatLeavesHasNoGaugesAnyMore() {
    metrics.publish(state(List.of(new NodeState.Peer(2, true, 10, Optional.empty()))));
    assertThat(metrics.text()).contains("peer=\"2\"");
    metrics.publish(state(List.of()));
    assertThat(metrics.text()).doesNotContain("peer=\"2\"");
  }

  @Test
  void theTimeLeftOfTheCertificateIsAGauge() {
    assertThat(metrics.text()).doesNotContain("certificate");
    metrics.observeCertificate(() -> Instant.now().plusSeconds(1_000));
    assertThat(metrics.text())
        .containsPattern("(?m)^tickraft_certificate_expiry_seconds (1000|9\\d\\d)\\.");
  }

  @Test
  void commandsAreCountedByNameAndOutcomeWithTheirTimes() {
    long aSecondAgo = System.nanoTime() - TimeUnit.SECONDS.toNanos(1);
    metrics.answered("GET", Outcome.OK, aSecondAgo);
    metrics.answered("GET", Outcome.OK, aSecondAgo);
    metrics.answered("SET", Outcome.MOVED, aSecondAgo);
    assertThat(metrics.text().lines())
        .contains(
            "tickraft_commands_seconds_count{command=\"get\",outcome=\"ok\"} 2",
            "tickraft_commands_seconds_count{command=\"set\",outcome=\"moved\"} 1",
            "tickraft_commands_seconds_bucket{command=\"get\",outcome=\"ok\",le=\"0.5\"} 0",
            "tickraft_commands_seconds_bucket{command=\"get\",outcome=\"ok\",le=\"+Inf\"} 2");
  }

  /** The gauge falls back to 0 when the leader has sent them again, often before it is read. */
  @Test
  void aLossOfEntriesStaysCountedWhenTheyAreRegained() {
    assertThat(metrics.text().lines()).contains("tickraft_lost_state_total 0.0");
    metrics.onEvent(new RaftEvent.StateLost(2, 5, 9));
    metrics.onEvent(new RaftEvent.StateRegained(9));
    assertThat(metrics.text().lines()).contains("tickraft_lost_state_total 1.0");
  }

  @Test
  void electionsAndSyncsAreCounted() {
    metrics.onEvent(new RaftEvent.RoleChanged(2, RoleName.PRE_CANDIDATE, RoleName.CANDIDATE));
    metrics.onEvent(new RaftEvent.RoleChanged(3, RoleName.PRE_CANDIDATE, RoleName.CANDIDATE));
    metrics.onEvent(new RaftEvent.RoleChanged(3, RoleName.CANDIDATE, RoleName.LEADER));
    metrics.onEvent(new RaftEvent.LeaderChanged(3, 1));
    metrics.onEvent(new RaftEvent.LeaderChanged(4, 0));
    metrics.accept(TimeUnit.MILLISECONDS.toNanos(3));
    assertThat(metrics.text().lines())
        .contains(
            "tickraft_elections_started_total 2.0",
            "tickraft_elections_won_total 1.0",
            "tickraft_leader_changes_total 1.0",
            "tickraft_log_sync_seconds_count 1",
            "tickraft_log_sync_seconds_bucket{le=\"0.002\"} 0",
            "tickraft_log_sync_seconds_bucket{le=\"0.005\"} 1");
  }
}
