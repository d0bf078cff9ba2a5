package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.core.NodeFailedException;
import io.tickraft.examples.kv.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** A node that fails while it serves: it stops at once, and can be started again. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FailingNodeTest {

  @TempDir Path dir;

  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private TestCluster cluster;
  private NodeSettings settings;

  @BeforeEach
  void prepare() {
    cluster =
        new TestCluster(
            dir, 1, new NodeSettings.Limits(10, 3_000, TestCluster.LIMITS.clients(), 64L << 20));
    settings = cluster.settings(1);
  }

  /** What the Raft node does at a tick. */
  @FunctionalInterface
  private interface Failure {
    void at(RaftNode node);
  }

  /** Starts a node whose Raft node fails at each tick, once {@code armed} holds something. */
  private KvNode start(List<Failure> armed) throws Exception {
    RaftNode.Opener opener =
        (config, store) -> {
          RaftNode real = RaftNode.open(config, store);
          return (RaftNode)
              Proxy.newProxyInstance(
                  RaftNode.class.getClassLoader(),
                  new Class<?>[] {RaftNode.class},
                  (proxy, method, args) -> {
                    if (method.getName().equals("tick")) {
                      armed.forEach(failure -> failure.at(real));
                    }
                    try {
                      return method.invoke(real, args);
                    } catch (InvocationTargetException e) {
                      throw e.getCause();
                    }
                  });
        };
    return KvNode.start(settings, opener, failures::add);
  }

  private boolean isClosed() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), settings.clients().port())) {
      return !socket.isConnected();
    } catch (ConnectException e) {
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Throwable failureOf(Failure failure) throws Exception {
    List<Failure> armed = new CopyOnWriteArrayList<>();
    try (KvNode node = start(armed);
        Jedis jedis = Client.connect(settings.clients().port())) {
      TestCluster.await("a leader", () -> node.status().leader() == 1);
      assertThat(jedis.set("key", "value")).isEqualTo("OK");
      armed.add(failure);
      assertThatThrownBy(() -> node.ended().get()).isInstanceOf(ExecutionException.class);
      // Whoever is connected is cut off, and nobody can connect.
      assertThatThrownBy(() -> jedis.get("key")).isNotNull();
      TestCluster.await("the port to be closed", this::isClosed);
    }
    assertThat(failures).hasSize(1);
    try (KvNode again = start(new ArrayList<>());
        Jedis jedis = Client.connect(settings.clients().port())) {
      TestCluster.await("a leader", () -> again.status().leader() == 1);
      assertThat(jedis.get("key")).isEqualTo("value");
    }
    return failures.get(0);
  }

  @Test
  void withoutMemoryTheNodeStops() throws Exception {
    OutOfMemoryError none = new OutOfMemoryError("planted");
    assertThat(
            failureOf(
                node -> {
                  throw none;
                }))
        .isSameAs(none);
  }

  @Test
  void aDiskThatFailsStopsTheNode() throws Exception {
    StoreException full = new StoreException("cannot write: No space left on device");
    assertThat(
            failureOf(
                node -> {
                  throw full;
                }))
        .isSameAs(full);
    assertThat(ExitCode.of(full)).isEqualTo(1);
  }

  /**
   * A start would find no data: with {@code --peers} it would make the node a new one under its old
   * id, which could vote twice, and not have what it had acknowledged.
   */
  @Test
  void aNodeWhoseDirectoryIsGoneStopsAndIsNotStartedAgain() throws Exception {
    StoreException failed = new StoreException("cannot write: No such file or directory");
    List<Failure> armed = new CopyOnWriteArrayList<>();
    try (KvNode node = start(armed)) {
      TestCluster.await("a leader", () -> node.status().leader() == 1);
      Files.move(settings.dir(), dir.resolve("elsewhere"));
      armed.add(
          raft -> {
            throw failed;
          });
      assertThatThrownBy(() -> node.ended().get()).isInstanceOf(ExecutionException.class);
    }
    assertThat(failures).hasSize(1);
    assertThat(failures.get(0))
        .hasMessageStartingWith(
            "cannot write: No such file or directory: the file %s is missing: ",
            settings.dir().resolve("SYNCED"))
        .hasMessageContaining("Do not start it again")
        .message()
        .hasLineCount(1);
    assertThat(ExitCode.of(failures.get(0))).isEqualTo(3);
  }

  @Test
  void aNodeThatContradictsItsLeaderStops() throws Exception {
    Throwable why = failureOf(node -> node.step(DivergenceGuardTest.append(1, 9, 2)));
    assertThat(why)
        .isInstanceOf(NodeFailedException.class)
        .hasCauseInstanceOf(DivergenceGuard.DivergedException.class);
    assertThat(ExitCode.of(why)).isEqualTo(3);
  }
}
