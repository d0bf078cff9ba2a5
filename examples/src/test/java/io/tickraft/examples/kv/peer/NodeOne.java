package io.tickraft.examples.kv.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.tickraft.core.SnapshotStatus;
import io.tickraft.examples.kv.Ports;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.net.Tls;
import io.tickraft.examples.kv.store.Identity;
import io.tickraft.examples.kv.store.Members;
import io.tickraft.examples.kv.store.NodeStore;
import io.tickraft.examples.kv.store.SnapshotStaging;
import io.tickraft.proto.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The connections of node 1, of a group whose first voters are nodes 1 and 2. */
final class NodeOne implements AutoCloseable {

  static final long ATTEMPT = 7;

  /** An election timeout that a busy machine keeps. */
  static final long PATIENT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final long id;
  private final List<Integer> ports = Ports.free(2);
  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  final Recorder host = new Recorder();
  final NodeStore store;
  final Peers peers;
  final EventLoop loop;

  /** Records what arrives. */
  static final class Recorder implements PeerHost {
    final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    final BlockingQueue<Long> unreachable = new LinkedBlockingQueue<>();
    final BlockingQueue<SnapshotStatus> statuses = new LinkedBlockingQueue<>();
    final BlockingQueue<Message> snapshots = new LinkedBlockingQueue<>();
    final BlockingQueue<SnapshotStaging> stagings = new LinkedBlockingQueue<>();

    @Override
    public void receive(Message message) {
      messages.add(message);
    }

    @Override
    public void unreachable(long peer) {
      unreachable.add(peer);
    }

    @Override
    public void snapshotStatus(long peer, long attempt, SnapshotStatus status) {
      assertThat(attempt).isEqualTo(ATTEMPT);
      statuses.add(status);
    }

    @Override
    public void snapshotReceived(Message message, SnapshotStaging staging) {
      stagings.add(staging);
      snapshots.add(message);
    }
  }

  NodeOne(Path dir) throws IOException, InterruptedException {
    this(dir, 1, Optional.empty(), PATIENT_NANOS);
  }

  /**
   * Starts node 1, or one of another id: lines in the log begin with the id, and other tests write
   * lines at the same time.
   *
   * @param silenceNanos an election timeout
   */
  NodeOne(Path dir, long id, Optional<Tls> tls, long silenceNanos)
      throws IOException, InterruptedException {
    this.id = id;
    Identity me = new Identity("kv", 1, id);
    store = NodeStore.open(dir, me, Members.founders(Map.of(id, address(1), 2L, address(2))));
    loop = loops.next();
    peers =
        new Peers(
            new PeerSettings(me, address(1), 7001, silenceNanos, tls),
            store.machine(),
            host,
            loop,
            loops.next());
    peers.listen();
  }

  /** The address at which a node listens for its peers. */
  HostAndPort address(int id) {
    return new HostAndPort("127.0.0.1", ports.get(id - 1));
  }

  /** Connects to this node. */
  Caller call() throws IOException {
    return new Caller(ports.get(0));
  }

  /** The hello of node 2. */
  Hello hello(Hello.Use use) {
    return new Hello(
        use, new Identity("kv", 1, 2), id, store.machine().members().founders(), address(2), 7002);
  }

  /** Connects as node 2, and is welcome. */
  Caller welcome(Hello.Use use) throws IOException, RefusedException {
    return call().hello(hello(use)).assertWelcome();
  }

  Optional<HostAndPort> clientAddress(long id) throws Exception {
    return onLoop(() -> peers.clientAddress(id));
  }

  <T> T onLoop(Callable<T> action) throws Exception {
    return loop.submit(action).get();
  }

  void onLoop(Runnable action) throws Exception {
    loop.submit(action).get();
  }

  @Override
  public void close() {
    loop.submit(peers::close).awaitUninterruptibly();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    store.close();
  }
}
