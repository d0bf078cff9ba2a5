package io.tickraft.examples.kv.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.Ready;
import io.tickraft.core.RoleName;
import io.tickraft.examples.kv.client.MembershipChange;
import io.tickraft.examples.kv.command.Command;
import io.tickraft.examples.kv.command.CommandCodec;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.contract.HostWatch;
import io.tickraft.testkit.contract.WatchedNode;
import io.tickraft.testkit.oracle.Oracles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three nodes with their stores on the disk, in one thread: on a network that loses messages, with
 * processes that are killed at any point, compaction, snapshots and membership changes. Their host
 * handles a Ready as {@code RaftLoop} does, and is watched; all oracles check the group.
 */
class WatchedStoresTest {

  private static final int STEPS = 3_000;
  private static final int LOG_BYTES = 1_000;

  @TempDir Path dir;

  private final HostWatch watch = new HostWatch().oracle(Oracles.all());
  private final List<Node> nodes = new ArrayList<>();
  private final List<Packet> network = new ArrayList<>();
  private Random random = new Random(0);
  private long cutOff;
  private int proposals;
  private int kills;
  private int snapshots;

  /** A message, with the pairs of the map if it is a snapshot. */
  private record Packet(Message message, List<ByteString> chunks) {}

  /** The process of a node was killed. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final class Node {
    private final long id;
    private final List<SnapshotStaging> staged = new ArrayList<>();
    private Path place;
    private NodeStore store;
    private WatchedNode node;

    Node(long id) {
      this.id = id;
      this.place = dir.resolve("node-" + id);
      this.store = openStore();
      this.node = openNode();
    }

    private NodeStore openStore() {
      return NodeStore.open(place, new Identity("test", 1, id), StoredNode.founders(1, 2, 3));
    }

    private WatchedNode openNode() {
      return watch.open(
          RaftConfig.builder(id).group(1).seed(7).incarnation(store.incarnation()).build(),
          store.log(),
          store.machine().applied());
    }

    /** Kills the process, and starts another one on what is on the disk. */
    void kill() {
      kills++;
      Path left = StoredNode.image(place, dir.resolve("node-" + id + "-" + kills));
      store.close();
      place = left;
      staged.clear();
      store = openStore();
      node = openNode();
    }

    void tick() {
      node.tick();
      work();
    }

    void deliver(Packet packet) throws IOException {
      Message message = packet.message;
      if (message.hasInstallSnapshot()) {
        SnapshotStaging staging = store.machine().stage();
        for (ByteString chunk : packet.chunks) {
          staging.add(chunk);
        }
        Message.Builder received = message.toBuilder();
        Snapshot.Builder snapshot = received.getInstallSnapshotBuilder().getSnapshotBuilder();
        snapshot.setData(staging.complete(snapshot.getData()));
        staged.add(staging);
        message = received.build();
      }
      node.step(message);
      work();
    }

    void work() {
      try {
        while (node.hasReady()) {
          handle(node.ready());
        }
        staged.forEach(store.machine()::discardUnlessRestored);
        staged.clear();
        store.log().compactBeyond(LOG_BYTES, Long.MAX_VALUE);
      } catch (Killed e) {
        kill();
      }
    }

    private void handle(Ready ready) {
      send(ready.messages());
      crashPoint();
      store.log().persist(ready);
      node.written(ready, ready.mustSync());
      crashPoint();
      send(ready.messagesAfterPersist());
      ready.snapshot().ifPresent(this::restore);
      StoredNode.applyAll(
          store.machine(), ready.committedEntries(), ready.confState(), (e, r) -> applying(e));
      crashPoint();
      node.advance(ready);
    }

    private void restore(Snapshot snapshot) {
      snapshots++;
      node.restoring(snapshot);
      store.machine().restore(snapshot);
    }

    private void applying(Entry entry) {
      node.applying(entry);
    }

    private void crashPoint() {
      if (random.nextInt(600) == 0) {
        throw new Killed();
      }
    }

    private void send(List<Message> messages) {
      for (Message message : messages) {
        node.sending(message);
        boolean passes = id != cutOff && message.getTo() != cutOff && random.nextInt(20) > 0;
        if (passes && message.getTo() <= 3) {
          network.add(new Packet(message, message.hasInstallSnapshot() ? chunks() : List.of()));
        }
      }
    }

    private List<ByteString> chunks() {
      List<ByteString> chunks = new ArrayList<>();
      try (MapView view = store.machine().view()) {
        for (ByteString c = view.nextChunk(1_000); !c.isEmpty(); c = view.nextChunk(1_000)) {
          chunks.add(c);
        }
      }
      return chunks;
    }

    void propose() {
      proposals++;
      ByteString key = ByteString.copyFromUtf8("key" + random.nextInt(20));
      ByteString value = ByteString.copyFromUtf8("x".repeat(random.nextInt(100)));
      node.propose(
          CommandCodec.encode(new Command.Set(key, value, Command.Condition.ALWAYS, false)));
      work();
    }

    void change() {
      if (node.role() == RoleName.LEADER) {
        boolean isThere = node.confState().getLearnersList().contains(4L);
        MembershipChange change =
            isThere
                ? new MembershipChange.Remove(4)
                : new MembershipChange.Add(4, new HostAndPort("four", 7_000), false);
        node.proposeConfChange(change.toConfChange());
        work();
      }
    }

    String digest() {
      try (MapView view = store.machine().view()) {
        return view.digest();
      }
    }
  }

  @AfterEach
  void close() {
    nodes.forEach(node -> node.store.close());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void theStoresKeepTheContractAndAgree(long seed) throws IOException {
    random = new Random(seed);
    for (long id = 1; id <= 3; id++) {
      nodes.add(new Node(id));
    }
    for (int i = 0; i < STEPS; i++) {
      step();
    }
    watch.check();

    assertThat(kills).isGreaterThan(2);
    assertThat(snapshots).isPositive();
    assertThat(proposals).isGreaterThan(100);
    TreeMap<Long, String> digests = new TreeMap<>();
    for (Node node : nodes) {
      String digest = node.digest();
      String other = digests.putIfAbsent(node.store.machine().appliedIndex(), digest);
      assertThat(other == null ? digest : other).isEqualTo(digest);
    }
    assertThat(digests.firstKey()).isGreaterThan(20);
  }

  private void step() throws IOException {
    Node node = nodes.get(random.nextInt(nodes.size()));
    int what = random.nextInt(1_000);
    if (what < 150) {
      nodes.forEach(Node::tick);
    } else if (what < 250) {
      node.propose();
    } else if (what < 255) {
      node.change();
    } else if (what < 258) {
      node.kill();
    } else if (what < 264) {
      cutOff = random.nextInt(4);
    } else if (!network.isEmpty()) {
      Packet packet = network.remove(random.nextInt(Math.min(5, network.size())));
      nodes.get((int) packet.message.getTo() - 1).deliver(packet);
    }
  }
}
