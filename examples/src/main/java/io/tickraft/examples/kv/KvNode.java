package io.tickraft.examples.kv;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RaftObserver;
import io.tickraft.core.Status;
import io.tickraft.core.TickSchedule;
import io.tickraft.examples.kv.client.ClientServer;
import io.tickraft.examples.kv.metrics.Metrics;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.net.Later;
import io.tickraft.examples.kv.net.Tls;
import io.tickraft.examples.kv.peer.PeerSettings;
import io.tickraft.examples.kv.peer.Peers;
import io.tickraft.examples.kv.store.Members;
import io.tickraft.examples.kv.store.NodeStore;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server: creates a Raft node, its store, its peers and its client server on one event loop,
 * and closes them again.
 *
 * <p>A second, background event loop does long work, so that it does not block the first: snapshots
 * and digests.
 */
final class KvNode implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(KvNode.class);
  private static final int ELECTION_TICKS = 10;
  private static final int STOP_SECONDS = 10;

  private final NodeSettings settings;
  private final NodeStore store;
  private final EventLoopGroup loops;
  private final EventLoopGroup backgroundLoops;
  private final EventLoop loop;
  private final RaftNode node;
  private final Proposals proposals;
  private final Reads reads;
  private final Administration administration;
  private final Peers peers;
  private final ClientServer clients;
  private final RaftLoop raftLoop;
  private final TickSchedule ticks;
  private final Optional<NodeMonitor> monitor;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private boolean stopped;
  private boolean started;

  private KvNode(
      NodeSettings settings, Optional<Tls> tls, NodeStore store, RaftNode.Opener opener) {
    this.settings = settings;
    this.store = store;
    long id = settings.identity().id();
    loops = loops("kv-" + id);
    backgroundLoops = loops("kv-" + id + "-background");
    loop = loops.next();
    EventLoop background = backgroundLoops.next();

    NodeSettings.Limits limits = settings.limits();
    Optional<Metrics> metrics = settings.metrics().map(address -> new Metrics(limits.tickMillis()));
    node = opener.open(config(metrics), store);
    ticks =
        new TickSchedule(
            TimeUnit.MILLISECONDS.toNanos(limits.tickMillis()),
            2 * ELECTION_TICKS,
            System.nanoTime());
    Inputs inputs = new Inputs(loop);
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
    administration =
        new Administration(
            id,
            store.machine()::members,
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
    monitor = metrics.map(m -> new NodeMonitor(m, settings, node, store, reads, peers, clients));
    inputs.onWake(this::run);
  }

  private static EventLoopGroup loops(String name) {
    return new MultiThreadIoEventLoopGroup(
        1, new DefaultThreadFactory(name), NioIoHandler.newFactory());
  }

  private RaftConfig config(Optional<Metrics> metrics) {
    long id = settings.identity().id();
    RaftObserver logger = new EventLogger(id, System::nanoTime, this::isRemoved);
    return RaftConfig.builder(id)
        .group(settings.identity().group())
        .electionTicks(ELECTION_TICKS)
        .incarnation(store.incarnation())
        .observer(
            event -> {
              logger.onEvent(event);
              metrics.ifPresent(m -> m.onEvent(event));
            })
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
    return start(settings, RaftNode::open);
  }

  /** Starts a node like {@link #start(NodeSettings)}, with a Raft node of the caller. */
  static KvNode start(NodeSettings settings, RaftNode.Opener opener)
      throws IOException, InterruptedException {
    // Before the directory is opened, and belongs to this node from then on.
    Optional<Tls> tls = tls(settings);
    NodeStore store =
        NodeStore.open(settings.dir(), settings.identity(), Members.founders(settings.founders()));
    KvNode node = new KvNode(settings, tls, store, opener);
    try {
      node.listen();
      LOG.info(
          "node {}: started on {} ({}), group {} of cluster '{}'; clients at {}, peers at {}",
          settings.identity().id(),
          settings.dir(),
          node.kindOfStart(),
          settings.identity().group(),
          settings.identity().cluster(),
          settings.clients(),
          settings.peers());
      node.logSecurity(tls);
      node.started = true;
      node.loop.execute(node::logMembers);
      node.loop.execute(node.peers::meetMembers);
      node.loop.execute(node::tick);
      return node;
    } catch (IOException | InterruptedException | RuntimeException e) {
      node.close();
      throw e;
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

  private void logSecurity(Optional<Tls> tls) {
    if (tls.isPresent()) {
      LOG.info(
          "node {}: TLS between nodes{}, certificate {} valid until {}",
          settings.identity().id(),
          settings.security().tlsForClients() ? " and for clients" : "",
          settings.identity().uri(),
          tls.get().expiry());
    } else if (settings.security().insecure()) {
      LOG.warn(
          "node {}: --insecure: everybody who reaches {} can read, change and delete all data",
          settings.identity().id(),
          settings.peers());
    }
  }

  private String kindOfStart() {
    if (!store.isNew()) {
      return "start " + store.incarnation();
    }
    return settings.founders().isEmpty() ? "new, to be added" : "new";
  }

  /** Warns if the group is not what whoever starts this node may think. */
  private void logMembers() {
    long id = settings.identity().id();
    Map<Long, HostAndPort> members = store.machine().members().addresses();
    if (isRemoved()) {
      EventLogger.warnOfRemoval(id);
    } else if (!settings.founders().isEmpty() && !members.equals(settings.founders())) {
      LOG.warn(
          "node {}: started for the members {}, but {} has {}: these count, and only RAFT commands"
              + " change them",
          id,
          new TreeMap<>(settings.founders()),
          settings.dir(),
          members);
    }
  }

  private boolean isRemoved() {
    return store.machine().members().removed().contains(settings.identity().id());
  }

  // Netty throws the socket's IOException, although it declares none.
  @SuppressWarnings("CatchingUnchecked")
  private void listen() throws IOException, InterruptedException {
    HostAndPort where = settings.peers();
    try {
      peers.listen();
      where = settings.clients();
      clients.listen(where);
      if (settings.metrics().isPresent() && monitor.isPresent()) {
        where = settings.metrics().get();
        monitor.get().listen(where);
      }
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      String problem = e.getMessage() == null ? "no such host" : e.getMessage();
      throw new IOException("cannot listen at " + where + ": " + problem, e);
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
    if (stopped) {
      return;
    }
    try {
      raftLoop.run();
    } catch (RuntimeException | Error e) {
      // The node's state in memory may be inconsistent now. The state on the disk is not.
      LOG.error("node {}: failed, and stops", settings.identity().id(), e);
      stop();
      ended.completeExceptionally(e);
    }
  }

  private void stop() {
    stopped = true;
    proposals.close();
    reads.close();
    administration.close();
    clients.close();
    peers.close();
  }

  /** {@return a future that completes when the node has stopped, exceptionally if it has failed} */
  CompletableFuture<Void> ended() {
    return ended;
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
   * Stops the node: answers all pending requests, ends all connections, and closes the store. A
   * second call has no effect.
   */
  @Override
  public void close() {
    if (loop.isShuttingDown()) {
      return;
    }
    loop.submit(this::stop).awaitUninterruptibly();
    // The threads must end before the database is closed: RocksDB crashes if it is used after that.
    monitor.ifPresent(NodeMonitor::close);
    boolean quiet = shutdown(backgroundLoops) && shutdown(loops);
    if (quiet) {
      store.close();
    }
    if (quiet && started) {
      LOG.info("node {}: stopped", settings.identity().id());
    }
    ended.complete(null);
  }

  private static boolean shutdown(EventLoopGroup group) {
    return group
        .shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(2 * STOP_SECONDS, TimeUnit.SECONDS);
  }
}
