package io.tickraft.examples.kv.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tickraft.core.PeerStatus;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.RaftObserver;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.examples.kv.client.CommandListener;
import io.tickraft.examples.kv.client.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of a node. Its event loop reports what happens, and publishes its state from time to
 * time; any one thread reads the text.
 */
public final class Metrics implements CommandListener, RaftObserver, LongConsumer, AutoCloseable {

  /** The upper bounds of the classes into which times are counted. */
  private static final Duration[] BOUNDS = {
    Duration.ofNanos(250_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofMillis(2),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5)
  };

  private final double tickSeconds;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics gc = new JvmGcMetrics();
  private final Counter electionsStarted =
      counter("elections.started", "Elections in which this node was a candidate");
  private final Counter electionsWon = counter("elections.won", "Elections that this node won");
  private final Counter leaderChanges =
      counter("leader.changes", "How often this node learned of another leader");
  private final Counter snapshotsRestored =
      counter("snapshots.restored", "Snapshots of the leader that replaced the map of this node");
  private final Counter lostState =
      counter("lost.state", "How often this node was found to lack what it had acknowledged");
  private final Timer syncs =
      Timer.builder("tickraft.log.sync")
          .description("Writes that were synced to the disk")
          .serviceLevelObjectives(BOUNDS)
          .register(registry);
  private final MultiGauge peerMatch =
      multiGauge("peer.match.index", "The last entry that a member is known to have; on the leader")
          .register(registry);
  private final MultiGauge peerSilence =
      multiGauge("peer.silence", "The time since a member was last heard; on the leader")
          .baseUnit("seconds")
          .register(registry);
  private final MultiGauge peerConnected =
      multiGauge("peer.connected", "1 if this node is connected to the other, else 0")
          .register(registry);
  private final MultiGauge peerOwed =
      multiGauge("peer.owed", "Messages that wait to be sent to the other node")
          .baseUnit("bytes")
          .register(registry);

  /** The timers of each command by outcome, created when first needed. Used on the event loop. */
  private final Map<String, Map<Outcome, Timer>> commands = new HashMap<>();

  private volatile @Nullable NodeState state;

  /**
   * Creates the metrics of a node.
   *
   * @param tickMillis milliseconds from one tick to the next
   */
  public Metrics(int tickMillis) {
    tickSeconds = tickMillis / 1e3;
    new JvmMemoryMetrics().bindTo(registry);
    gc.bindTo(registry);
    for (RoleName role : RoleName.values()) {
      gauge("role", "1 for the role that the node has, 0 for the others", s -> is(s, role))
          .tag("role", lower(role))
          .register(registry);
    }
    raft("term", "The current term", Status::term);
    raft("leader", "The id of the leader; 0 if none is known", Status::leader);
    raft("commit.index", "The last entry that is known to be committed", Status::commitIndex);
    raft("applied.index", "The last entry that is applied to the map", Status::appliedIndex);
    raft(
        "lost.up.to.index",
        "Up to here the node lacks entries that it had acknowledged; 0 if it lacks none",
        Status::lostUpTo);
    raft("last.index", "The last entry of the log", s -> s.last().index());
    raft("log.entries", "Entries in the log", s -> s.last().index() - s.firstIndex() + 1);
    bytes("log", "About the size of the entries in the log", s -> s.sizes().logBytes());
    bytes(
        "snapshot",
        "About the size of the map, which a node that is far behind is sent",
        s -> s.sizes().mapBytes());
    gauge("keys", "Keys in the map", s -> s.sizes().keys()).register(registry);
    gauge("client.connections", "Connections of clients", s -> s.clients().connections())
        .register(registry);
    bytes("client.held", "Requests and answers in memory", s -> s.clients().heldBytes());
    bytes("client.owed", "Answers that are not read yet", s -> s.clients().owedBytes());
  }

  /** Shows how much time is left until the certificate of the node expires. */
  public void observeCertificate(Supplier<Instant> expiry) {
    Supplier<Number> secondsLeft =
        () -> Duration.between(Instant.now(), expiry.get()).toMillis() / 1e3;
    Gauge.builder("tickraft.certificate.expiry", secondsLeft)
        .description("The time until the certificate of the node expires")
        .baseUnit("seconds")
        .register(registry);
  }

  // The meters.

  private Counter counter(String name, String description) {
    return Counter.builder("tickraft." + name).description(description).register(registry);
  }

  private static MultiGauge.Builder multiGauge(String name, String description) {
    return MultiGauge.builder("tickraft." + name).description(description);
  }

  private Gauge.Builder<Supplier<Number>> gauge(
      String name, String description, ToDoubleFunction<NodeState> value) {
    Supplier<Number> current = () -> state().map(value::applyAsDouble).orElse(Double.NaN);
    return Gauge.builder("tickraft." + name, current).description(description);
  }

  private void raft(String name, String description, ToDoubleFunction<Status> value) {
    gauge(name, description, s -> value.applyAsDouble(s.raft())).register(registry);
  }

  private void bytes(String name, String description, ToDoubleFunction<NodeState> value) {
    gauge(name, description, value).baseUnit("bytes").register(registry);
  }

  private static int is(NodeState state, RoleName role) {
    return state.raft().role() == role ? 1 : 0;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  // On the event loop.

  @Override
  public void answered(String command, Outcome outcome, long receivedNanos) {
    Map<Outcome, Timer> timers = commands.get(command);
    if (timers == null) {
      timers = new EnumMap<>(Outcome.class);
      commands.put(command, timers);
    }
    Timer timer = timers.get(outcome);
    if (timer == null) {
      timer = timer(command, outcome);
      timers.put(outcome, timer);
    }
    timer.record(System.nanoTime() - receivedNanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(String command, Outcome outcome) {
    return Timer.builder("tickraft.commands")
        .description("Requests of clients, from their last byte to their answer")
        .tags("command", command.toLowerCase(Locale.ROOT), "outcome", lower(outcome))
        .serviceLevelObjectives(BOUNDS)
        .register(registry);
  }

  /**
   * Called when a write was synced.
   *
   * @param nanos how long that took
   */
  @Override
  public void accept(long nanos) {
    syncs.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void onEvent(RaftEvent event) {
    if (event instanceof RaftEvent.RoleChanged changed) {
      if (changed.to() == RoleName.CANDIDATE) {
        electionsStarted.increment();
      } else if (changed.to() == RoleName.LEADER) {
        electionsWon.increment();
      }
    } else if (event instanceof RaftEvent.LeaderChanged changed && changed.leader() != 0) {
      leaderChanges.increment();
    } else if (event instanceof RaftEvent.SnapshotAccepted) {
      snapshotsRestored.increment();
    } else if (event instanceof RaftEvent.StateLost) {
      lostState.increment();
    }
  }

  /** Publishes the state of the node. */
  public void publish(NodeState newState) {
    state = newState;
  }

  // On the thread of the reader.

  /** {@return the state that was published last; empty before the first time} */
  Optional<NodeState> state() {
    return Optional.ofNullable(state);
  }

  /** {@return all metrics as a text for Prometheus} */
  String text() {
    NodeState now = state;
    if (now != null) {
      peers(peerMatch, now.raft().peers(), PeerStatus::id, PeerStatus::matchIndex);
      peers(
          peerSilence,
          now.raft().peers(),
          PeerStatus::id,
          peer -> peer.ticksSinceHeard() * tickSeconds);
      peers(peerConnected, now.peers(), NodeState.Peer::id, peer -> peer.isConnected() ? 1 : 0);
      peers(peerOwed, now.peers(), NodeState.Peer::id, NodeState.Peer::owedBytes);
    }
    return registry.scrape();
  }

  /** Has a gauge for each of these nodes, and for no others. */
  private static <T> void peers(
      MultiGauge gauge, List<T> peers, ToDoubleFunction<T> id, ToDoubleFunction<T> value) {
    gauge.register(
        peers.stream()
            .<MultiGauge.Row<?>>map(
                peer ->
                    MultiGauge.Row.of(
                        Tags.of("peer", Long.toString((long) id.applyAsDouble(peer))),
                        value.applyAsDouble(peer)))
            .toList(),
        true);
  }

  @Override
  public void close() {
    gc.close();
    registry.close();
  }
}
