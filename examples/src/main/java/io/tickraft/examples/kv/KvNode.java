package io.tickraft.examples.kv;

import io.netty.channel.EventLoop;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RaftObserver;
import io.tickraft.core.Status;
import io.tickraft.core.TickSchedule;
import io.tickraft.examples.kv.client.ClientServer;
import io.tickraft.examples.kv.metrics.Metrics;
import io.tickraft.examples.kv.net.Later;
import io.tickraft.examples.kv.net.Listener;
import io.tickraft.examples.kv.net.Tls;
import io.tickraft.examples.kv.peer.PeerSettings;
import io.tickraft.examples.kv.peer.Peers;
import io.tickraft.examples.kv.store.Members;
import io.tickraft.examples.kv.store.NodeStore;
import io.tickraft.examples.kv.store.StoreException;
import java.io.IOException;
import java.lang.Thread.UncaughtExceptionHandler;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server: creates a Raft node, its store, its peers and its client server on one event loop,
 * and closes them again. What nobody handles, on any of its threads, stops it.
 */
final class KvNode implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(KvNode.class);
  private static final int ELECTION_TICKS = 10;

  /** The limit of the time to hand the leadership over, if an election timeout is longer. */
  private static final long HAND_OVER_MILLIS = 3_000;

  private final NodeSettings settings;
  private final NodeStore store;
  private final Loops loops;
  private final EventLoop loop;
  private final RaftNode node;
  private final Proposals proposals;
  private final Reads reads;
  private final Administration administration;
  private final HandOver handOver;
  private final Inputs inputs;
  private final Peers peers;
  private final ClientServer clients;
  private final RaftLoop raftLoop;
  private final TickSchedule ticks;
  private final Optional<NodeMonitor> monitor;
  private final NodeEnd end;
  private boolean stopped;
  private boolean started;
  private boolean closed;

  private KvNode(
      NodeSettings settings,
      Optional<Tls> tls,
      NodeStore store,
      RaftNode.Opener opener,
      Consumer<Throwable> onFailure) {
    this.settings = settings;
    this.store = store;
    long id = settings.identity().id();
    end = new NodeEnd(id, onFailure);
    UncaughtExceptionHandler handler =
        (thread, why) -> end.failed(store.explain(why), this::stopOnLoop);
    loops = new Loops(id, handler);
    loop = loops.node();
    EventLoop background = loops.background();

    NodeSettings.Limits limits = settings.limits();
    Optional<Metrics> metrics = settings.metrics().map(address -> new Metrics(limits.tickMillis()));
    metrics.ifPresent(m -> tls.ifPresent(files -> m.observeCertificate(files::expiry)));
    node = opener.open(config(metrics), store);
    ticks =
        new TickSchedule(
            TimeUnit.MILLISECONDS.toNanos(limits.tickMillis()),
            2 * ELECTION_TICKS,
            System.nanoTime());
    inputs = new Inputs(loop);
    PeerSettings peerSettings =
        new PeerSettings(
            settings.identity(),
            settings.peers(),
            settings.clients().port(),
            ELECTION_TICKS * TimeUnit.MILLISECONDS.toNanos(limits.tickMillis()),
            tls);
    peers = new Peers(peerSettings, store.machine(), inputs, loop, background);
    proposals = new Proposals(peers::clientAddress, inputs::wake, limits.timeoutMillis());
    reads =
        new Reads(
            store.machine(),
            store.machine()::appliedIndex,
            inputs::wake,
            limits.timeoutMillis(),
            limits.tickMillis());
    handOver = new HandOver(proposals, ELECTION_TICKS);
    administration =
        new Administration(
            id,
            store.machine()::members,
            peers::isConnected,
            proposals,
            call -> Later.runMillis(loop, limits.tickMillis(), () -> inputs.add(call)));
    KvService service =
        new KvService(
            id,
            node,
            proposals,
            reads,
            administration,
            store.machine(),
            peers,
            inputs,
            loop,
            background);
    clients =
        new ClientServer(
            service,
            limits.clients(),
            settings.users(),
            settings.security().tlsForClients() ? tls : Optional.empty(),
            loop,
            background);
    raftLoop =
        new RaftLoop(
            node,
            ticks,
            inputs,
            proposals,
            reads,
            administration,
            store.log(),
            store.machine(),
            peers,
            clients,
            limits.logBytes());
    monitor =
        metrics.map(m -> new NodeMonitor(m, settings, node, store, reads, peers, clients, handler));
    inputs.onWake(this::run);
  }

  private RaftConfig config(Optional<Metrics> metrics) {
    long id = settings.identity().id();
    RaftObserver logger = new EventLogger(id, System::nanoTime, this::isRemoved);
    return RaftConfig.builder(id)
        .group(settings.identity().group())
        .electionTicks(ELECTION_TICKS)
        .incarnation(store.incarnation())
        .observer(
            new DivergenceGuard(
                event -> {
                  logger.onEvent(event);
                  metrics.ifPresent(m -> m.onEvent(event));
                }))
        .build();
  }

  /**
   * Opens the directory, listens for peers and clients, and starts the node.
   *
   * @throws io.tickraft.examples.kv.store.StoreException if the directory cannot be used
   * @throws IOException if a port cannot be used
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  static KvNode start(NodeSettings settings) throws IOException, InterruptedException {
    return start(settings, RaftNode::open, failure -> {});
  }

  /**
   * Starts a node like {@link #start(NodeSettings)}, with a Raft node of the caller.
   *
   * @param onFailure called at most once, on any thread, as soon as the node has failed. No memory
   *     may be left
   */
  static KvNode start(NodeSettings settings, RaftNode.Opener opener, Consumer<Throwable> onFailure)
      throws IOException, InterruptedException {
    // Before the directory is opened, and belongs to this node from then on.
    Optional<Tls> tls = tls(settings);
    Listener.check(settings.listensAt());
    NodeStore store =
        NodeStore.open(settings.dir(), settings.identity(), Members.founders(settings.founders()));
    KvNode node = null;
    try {
      node = new KvNode(settings, tls, store, opener, onFailure);
      node.listen();
      StartLog log = new StartLog(settings);
      log.started(store, tls);
      node.started = true;
      tls.ifPresent(node::watchCertificate);
      node.loop.execute(() -> log.members(store.machine().members()));
      node.loop.execute(node.peers::meetMembers);
      node.loop.execute(node::tick);
      return node;
    } finally {
      if (node == null) {
        store.close();
      } else if (!node.started) {
        node.close();
      }
    }
  }

  /**
   * Reads the files of TLS.
   *
   * @throws IOException if they cannot be used, or if nodes could connect without TLS from other
   *     machines, and nobody has allowed it
   */
  private static Optional<Tls> tls(NodeSettings settings) throws IOException {
    NodeSettings.Security security = settings.security();
    if (security.tls().isPresent()) {
      return Optional.of(new Tls(security.tls().get(), settings.identity().uri()));
    }
    if (!security.insecure() && !settings.peers().isLoopback()) {
      throw new IOException(
          "without TLS, the address for peers must be one of this machine, such as 127.0.0.1, and"
              + " not "
              + settings.peers()
              + ": give --tls-cert, --tls-key and --tls-ca, or --insecure");
    }
    return Optional.empty();
  }

  private void watchCertificate(Tls tls) {
    new CertificateWatch(settings.identity().id(), tls::expiry, InstantSource.system())
        .start(loops.background());
  }

  private boolean isRemoved() {
    return store.machine().members().removed().contains(settings.identity().id());
  }

  private void listen() throws IOException, InterruptedException {
    peers.listen();
    clients.listen(settings.clients());
    if (settings.metrics().isPresent() && monitor.isPresent()) {
      monitor.get().listen(settings.metrics().get());
    }
  }

  private void tick() {
    if (!stopped) {
      run();
      monitor.ifPresent(NodeMonitor::ticked);
      Later.run(loop, ticks.nanosUntilNext(System.nanoTime()), this::tick);
    }
  }

  private void run() {
    if (!stopped) {
      raftLoop.run();
      handOver.check(node);
    }
  }

  private void stopOnLoop() {
    if (loop.inEventLoop()) {
      stop();
    } else {
      loop.execute(this::stop);
    }
  }

  private void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    handOver.giveUp();
    proposals.close();
    reads.close();
    administration.close();
    clients.close();
    peers.close();
  }

  /** {@return a future that completes when the node has stopped, exceptionally if it has failed} */
  CompletableFuture<Void> ended() {
    return end.future();
  }

  /** {@return the port at which this node serves clients} */
  int clientPort() {
    return settings.clients().port();
  }

  /**
   * {@return the status of the Raft node}
   *
   * @throws java.util.concurrent.RejectedExecutionException if this node has been closed
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  Status status() throws InterruptedException {
    try {
      return loop.submit(node::status).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Hands the leadership over to another voter, if this node leads. Returns when that is done, or
   * after about an election timeout, and at most 3 s. To be called before the node is closed,
   * unless the whole group stops.
   */
  void handOver() {
    try {
      inputs.add(handOver::begin);
      long millis =
          Math.min((long) ELECTION_TICKS * settings.limits().tickMillis(), HAND_OVER_MILLIS);
      handOver.await(TimeUnit.MILLISECONDS.toNanos(millis));
    } catch (RejectedExecutionException e) {
      LOG.debug("node {} has stopped", settings.identity().id(), e);
    }
  }

  /**
   * Stops the node: answers all pending requests, ends all connections, and closes the store. A
   * second call has no effect.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    end.begin();
    loops.run(this::stop);
    monitor.ifPresent(NodeMonitor::close);
    try {
      closeStore();
      end.closed();
    } catch (StoreException | IllegalStateException e) {
      end.notClosed(e);
    }
  }

  private void closeStore() {
    // The threads must end before the database is closed: RocksDB crashes if it is used after that.
    if (!loops.shutdown()) {
      throw new IllegalStateException("the node cannot stop, and its directory stays open");
    }
    store.close();
    if (started) {
      LOG.info("node {}: stopped", settings.identity().id());
    }
  }
}
