package io.tickraft.examples.kv.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.Ready;
import io.tickraft.core.Status;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.Message;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HealthTest {

  private static final long NOW = TimeUnit.SECONDS.toNanos(100);
  private final Health health = new Health(TimeUnit.SECONDS.toNanos(2));

  private static NodeState state(Status raft, boolean isRemoved, long ageMillis, long readMillis) {
    return new NodeState(
        raft,
        isRemoved,
        new NodeState.Sizes(0, 0, 0),
        new NodeState.Clients(0, 0, 0),
        List.of(),
        NOW - TimeUnit.MILLISECONDS.toNanos(ageMillis),
        NOW - TimeUnit.MILLISECONDS.toNanos(readMillis),
        readMillis > 0);
  }

  private static RawNode node(MemoryStorage storage) {
    return RawNode.open(RaftConfig.builder(1).build(), storage);
  }

  /** A leader that has committed one entry more than it has applied. */
  private static Status catchingUp() {
    MemoryStorage storage = MemoryStorage.bootstrapped(1);
    RawNode node = node(storage);
    node.campaign();
    while (node.hasReady()) {
      Ready ready = node.ready();
      storage.persist(ready);
      node.persisted(ready);
    }
    return node.status();
  }

  private Optional<String> live(NodeState state) {
    return health.liveProblem(Optional.of(state), NOW);
  }

  private Optional<String> ready(NodeState state) {
    return health.readyProblem(Optional.of(state), NOW);
  }

  @Test
  void aNodeThatPublishesAndReadsIsAliveAndReady() {
    NodeState state = state(node(MemoryStorage.bootstrapped(1)).status(), false, 100, 100);
    assertThat(live(state)).isEmpty();
    assertThat(ready(state)).isEmpty();
  }

  @Test
  void aNodeThatHasPublishedNothingIsStarting() {
    assertThat(health.liveProblem(Optional.empty(), NOW)).contains("The node is starting.");
    assertThat(health.readyProblem(Optional.empty(), NOW)).contains("The node is starting.");
  }

  @Test
  void aNodeWhoseTicksHaveStoppedIsNeitherAliveNorReady() {
    NodeState state = state(node(MemoryStorage.bootstrapped(1)).status(), false, 2_001, 1);
    assertThat(live(state)).contains("Node 1 is blocked: its last tick was 2001 ms ago.");
    assertThat(ready(state)).isEqualTo(live(state));
  }

  @Test
  void aNodeThatCannotReadSaysWhy() {
    Status alone = node(MemoryStorage.bootstrapped(1, 2, 3)).status();
    Status joining = node(new MemoryStorage()).status();
    Status behind = catchingUp();
    assertThat(ready(state(alone, false, 0, 2_001))).contains("Node 1 knows no leader.");
    assertThat(ready(state(alone, true, 0, 100))).contains("Node 1 was removed from the group.");
    assertThat(ready(state(joining, false, 0, 0))).contains("Node 1 has not joined a group yet.");
    assertThat(ready(state(behind, false, 0, 0)))
        .contains("Node 1 is catching up: it has applied 1 of 2 entries.");
  }

  /** It has heard of its removal from nobody but those that refuse it. */
  @Test
  void aNodeThatIsNotReadySaysWhoHasRefusedItAndWhy() {
    NodeState alone = state(node(MemoryStorage.bootstrapped(1, 2, 3)).status(), false, 0, 2_001);
    NodeState refused =
        new NodeState(
            alone.raft(),
            false,
            alone.sizes(),
            alone.clients(),
            List.of(
                new NodeState.Peer(2, false, 0, Optional.of("node 1 was removed from the group")),
                new NodeState.Peer(3, false, 0, Optional.empty()),
                new NodeState.Peer(4, false, 0, Optional.of("this is node 5, not 4"))),
            alone.publishedNanos(),
            alone.readNanos(),
            true);
    assertThat(ready(refused))
        .contains(
            "Node 1 knows no leader. Node 2 has refused it: node 1 was removed from the group."
                + " Node 4 has refused it: this is node 5, not 4.");
    assertThat(live(refused)).isEmpty();
  }

  @Test
  void aNodeThatHasLostEntriesSaysThatItMustBeReplaced() {
    RawNode node = node(MemoryStorage.bootstrapped(1, 2, 3));
    // The leader believes that this node has entry 9.
    node.step(
        Message.newBuilder()
            .setFrom(2)
            .setTo(1)
            .setTerm(2)
            .setHeartbeat(Heartbeat.newBuilder().setCommit(9).setRound(1))
            .build());
    assertThat(ready(state(node.status(), false, 0, 0)))
        .contains(
            "Node 1 lacks entries that it had acknowledged, up to index 9: replace it by a node"
                + " with a new id.");
  }

  @Test
  void aNodeWithoutAMajorityIsAliveButNotReady() {
    MemoryStorage storage = MemoryStorage.bootstrapped(1);
    RawNode node = node(storage);
    node.campaign();
    while (node.hasReady()) {
      Ready ready = node.ready();
      storage.persist(ready);
      node.advance(ready);
    }
    NodeState state = state(node.status(), false, 0, 2_001);
    assertThat(live(state)).isEmpty();
    assertThat(ready(state))
        .contains("Node 1 cannot answer reads: the last one was answered 2001 ms ago.");
  }
}
