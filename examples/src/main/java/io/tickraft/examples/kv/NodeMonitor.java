package io.tickraft.examples.kv;

import io.tickraft.core.Status;
import io.tickraft.examples.kv.client.Answer;
import io.tickraft.examples.kv.client.ClientServer;
import io.tickraft.examples.kv.command.Query;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.examples.kv.metrics.Metrics;
import io.tickraft.examples.kv.metrics.MetricsServer;
import io.tickraft.examples.kv.metrics.NodeState;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.peer.Peers;
import io.tickraft.examples.kv.store.NodeStore;
import java.io.IOException;
import java.lang.Thread.UncaughtExceptionHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Publishes the state of a node for monitoring, every few ticks, and finds out by a read whether
 * the node can answer its clients. Used on the node's event loop.
 */
final class NodeMonitor implements AutoCloseable {

  /** How often the state is published. */
  private static final int PUBLISH_TICKS = 5;

  /** The age of a published state, or of a read, from which on it tells nothing about now. */
  private static final int STALE_TICKS = 20;

  /** A read of nothing: it needs the leader, a majority, and that this node has caught up. */
  private static final Query PROBE = (map, maxBytes) -> Reply.OK;

  private final Metrics metrics;
  private final MetricsServer server;
  private final RaftNode node;
  private final NodeStore store;
  private final Reads reads;
  private final Peers peers;
  private final ClientServer clients;
  private int ticks;
  private boolean probing;
  private boolean hasRead;
  private long readNanos = System.nanoTime();

  /**
   * Creates it; {@link #listen} starts its server.
   *
   * @param metrics the metrics, which observe the Raft node already
   * @param settings the settings of the node
   * @param handler called with what nobody handles on the thread of its server
   */
  NodeMonitor(
      Metrics metrics,
      NodeSettings settings,
      RaftNode node,
      NodeStore store,
      Reads reads,
      Peers peers,
      ClientServer clients,
      UncaughtExceptionHandler handler) {
    this.metrics = metrics;
    this.server =
        new MetricsServer(
            "kv-" + settings.identity().id() + "-metrics",
            metrics,
            TimeUnit.MILLISECONDS.toNanos((long) STALE_TICKS * settings.limits().tickMillis()),
            handler);
    this.node = node;
    this.store = store;
    this.reads = reads;
    this.peers = peers;
    this.clients = clients;
    store.observeSyncs(metrics);
    clients.observe(metrics);
  }

  /**
   * Serves the metrics.
   *
   * @throws IOException if it cannot; the message says where and why
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  void listen(HostAndPort address) throws IOException, InterruptedException {
    server.listen(address);
  }

  /** Called after each tick. */
  void ticked() {
    if (ticks++ % PUBLISH_TICKS == 0) {
      probe();
      metrics.publish(state());
    }
  }

  private void probe() {
    if (!probing) {
      probing = true;
      Answer[] self = new Answer[1];
      self[0] = new Answer(() -> probed(self[0].reply(0)));
      reads.read(PROBE, self[0]);
    }
  }

  private void probed(Reply reply) {
    probing = false;
    if (!(reply instanceof Reply.Failure)) {
      hasRead = true;
      readNanos = System.nanoTime();
    }
  }

  private NodeState state() {
    Status status = node.status();
    List<NodeState.Peer> links = new ArrayList<>();
    peers.visitLinks(
        (id, isConnected, owedBytes, refusal) ->
            links.add(new NodeState.Peer(id, isConnected, owedBytes, refusal)));
    return new NodeState(
        status,
        store.machine().members().removed().contains(status.id()),
        new NodeState.Sizes(store.log().bytes(), store.machine().size(), store.machine().bytes()),
        new NodeState.Clients(clients.count(), clients.heldBytes(), clients.owedBytes()),
        links,
        System.nanoTime(),
        readNanos,
        hasRead);
  }

  @Override
  public void close() {
    server.close();
    metrics.close();
  }
}
