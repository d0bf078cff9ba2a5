package io.tickraft.examples.kv;

import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.examples.kv.client.ClientLimits;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Identity;
import io.tickraft.examples.kv.store.Members;
import io.tickraft.testkit.contract.HostWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Some nodes in this process, each of which can be stopped and started again. Ids from 1. Each call
 * of a Raft node is checked, and so is what each node finds when it is started again.
 */
final class TestCluster implements AutoCloseable {

  static final NodeSettings.Limits LIMITS =
      new NodeSettings.Limits(50, 3_000, ClientLimits.of(10_000), 64L << 20);

  private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Path dir;
  private final int founders;
  private final NodeSettings.Limits limits;
  private final List<Integer> clientPorts;
  private final List<Integer> peerPorts;
  private final @Nullable KvNode[] nodes;
  private IntFunction<NodeSettings.Security> security = id -> NodeSettings.Security.NONE;

  /** By cluster: a node of another one is another node. */
  private final Map<String, HostWatch> watches = new TreeMap<>();

  TestCluster(Path dir, int founders, NodeSettings.Limits limits) {
    this(dir, founders, founders, limits);
  }

  /** Those after the first voters start with nothing, and have to be added. */
  TestCluster(Path dir, int founders, int nodes, NodeSettings.Limits limits) {
    this.dir = dir;
    this.founders = founders;
    this.limits = limits;
    this.clientPorts = Ports.free(nodes);
    this.peerPorts = Ports.free(nodes);
    this.nodes = new KvNode[nodes];
  }

  static TestCluster started(Path dir, NodeSettings.Limits limits) throws Exception {
    return started(dir, 3, limits);
  }

  /** Starts the three first voters. */
  static TestCluster started(Path dir, int nodes, NodeSettings.Limits limits) throws Exception {
    TestCluster cluster = new TestCluster(dir, 3, nodes, limits);
    for (int id = 1; id <= 3; id++) {
      cluster.start(id);
    }
    return cluster;
  }

  /** Gives the nodes that are started from now on other settings for security, by id. */
  TestCluster secure(IntFunction<NodeSettings.Security> byId) {
    security = byId;
    return this;
  }

  NodeSettings settings(int id) {
    Map<Long, HostAndPort> peers = new TreeMap<>();
    for (int i = 1; id <= founders && i <= founders; i++) {
      peers.put((long) i, peerAddress(i));
    }
    return new NodeSettings(
        new Identity("test", 1, id),
        dir.resolve("node-" + id),
        peers,
        peerAddress(id),
        new HostAndPort("127.0.0.1", port(id)),
        security.apply(id),
        limits);
  }

  void start(int id) throws IOException, InterruptedException {
    start(settings(id));
  }

  void start(NodeSettings settings) throws IOException, InterruptedException {
    nodes[(int) settings.identity().id() - 1] =
        KvNode.start(
            settings,
            (config, store) -> WatchedRaftNode.open(watch(settings), config, store),
            failure -> {});
  }

  private HostWatch watch(NodeSettings settings) {
    return watches.computeIfAbsent(
        settings.identity().cluster(), c -> new HostWatch().guard(this::oneAtATime));
  }

  void stop(int id) {
    node(id).close();
    nodes[id - 1] = null;
  }

  /**
   * Has a node hand the leadership over, if it leads, as a signal does before it stops the node.
   */
  void handOver(int id) {
    node(id).handOver();
  }

  private KvNode node(int id) {
    KvNode node = nodes[id - 1];
    if (node == null) {
      throw new IllegalStateException("node " + id + " does not run");
    }
    return node;
  }

  /** The nodes that run, by id. */
  List<KvNode> running() {
    return Stream.of(nodes).filter(Objects::nonNull).toList();
  }

  HostAndPort peerAddress(int id) {
    return new HostAndPort("127.0.0.1", peerPorts.get(id - 1));
  }

  int port(int id) {
    return clientPorts.get(id - 1);
  }

  Status status(int id) throws InterruptedException {
    return node(id).status();
  }

  Jedis client(int id) {
    return Client.connect(port(id));
  }

  /** Whether a node runs, and is a member as far as it knows. */
  private boolean isMember(int id) throws InterruptedException {
    return nodes[id - 1] != null && Members.ids(status(id).confState()).contains((long) id);
  }

  /** Waits until a node has joined and follows a leader. */
  void awaitMember(int id) throws InterruptedException {
    await("node " + id + " to join", () -> isMember(id) && status(id).leader() != 0);
  }

  /** Waits until all members that run follow the same leader. */
  int awaitLeader() throws InterruptedException {
    int[] leader = new int[1];
    await(
        "one leader",
        () -> {
          leader[0] = 0;
          for (int id = 1; id <= nodes.length; id++) {
            if (isMember(id)) {
              int followed = (int) status(id).leader();
              if (followed == 0 || (leader[0] != 0 && leader[0] != followed)) {
                return false;
              }
              leader[0] = followed;
            }
          }
          return leader[0] != 0
              && nodes[leader[0] - 1] != null
              && status(leader[0]).role() == RoleName.LEADER;
        });
    return leader[0];
  }

  /** Sets keys to values, again wherever that fails: on a busy machine leaders change. */
  void setAll(Map<String, String> values) throws InterruptedException {
    TreeMap<String, String> left = new TreeMap<>(values);
    await(
        "all values to be set",
        () -> {
          try (Jedis jedis = client(awaitLeader())) {
            while (!left.isEmpty()) {
              jedis.set(left.firstKey(), left.firstEntry().getValue());
              left.pollFirstEntry();
            }
          } catch (JedisDataException e) {
            return false; // It has no leader at the moment, or another one.
          }
          return true;
        });
  }

  /** What is asked of a leader. May be asked again, of the next one. */
  @FunctionalInterface
  interface Action {
    void by(Jedis client);
  }

  /**
   * Asks the leader; and if it is deposed meanwhile, as happens on a busy machine, the next one.
   */
  void onLeader(Action action) throws InterruptedException {
    await(
        "a leader that stays one",
        () -> {
          try (Jedis jedis = client(awaitLeader())) {
            action.by(jedis);
            return true;
          } catch (JedisDataException e) {
            if (!isPassing(e)) {
              throw e;
            }
            return false;
          }
        });
  }

  /** Whether what failed may succeed when it is tried again: another node leads, or none does. */
  private static boolean isPassing(JedisDataException e) {
    return String.valueOf(e.getMessage())
        .matches("(MOVED|CLUSTERDOWN|NOTAPPLIED|UNKNOWN|TRYAGAIN) .*");
  }

  /** Has the group do what an administrator wants: {@link Client#order}. */
  void order(String... words) throws InterruptedException {
    awaitLeader();
    Client.order(memberPorts(), words);
  }

  /** Waits until all members that run have applied the same, and asserts that it is the same. */
  Client.Digest awaitSameDigest() throws InterruptedException {
    return await(
        "the same applied index", () -> Client.commonDigest(Client::connect, memberPorts()));
  }

  /** The ports of all members that run. */
  private List<Integer> memberPorts() throws InterruptedException {
    List<Integer> ports = new ArrayList<>();
    for (int id = 1; id <= nodes.length; id++) {
      if (isMember(id)) {
        ports.add(port(id));
      }
    }
    return ports;
  }

  /** What is waited for. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws InterruptedException;
  }

  static void await(String what, Condition condition) throws InterruptedException {
    await(what, () -> condition.holds() ? Optional.of(true) : Optional.empty());
  }

  /** What is waited for, and is there at some time. */
  @FunctionalInterface
  interface Source<T> {
    Optional<T> get() throws InterruptedException;
  }

  static <T> T await(String what, Source<T> source) throws InterruptedException {
    long start = System.nanoTime();
    Optional<T> got = source.get();
    while (got.isEmpty()) {
      if (System.nanoTime() - start > WAIT_NANOS) {
        throw new AssertionError("waited too long for " + what);
      }
      Thread.sleep(10);
      got = source.get();
    }
    return got.get();
  }

  @Override
  public void close() {
    for (int id = 1; id <= nodes.length; id++) {
      if (nodes[id - 1] != null) {
        stop(id);
      }
    }
    watches.values().forEach(HostWatch::check);
  }

  private synchronized void oneAtATime(Runnable action) {
    action.run();
  }
}
