package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
import io.tickraft.core.RaftConfig;
import io.tickraft.proto.Entry;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.Oracles;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import java.util.function.LongToIntFunction;
import java.util.function.ObjLongConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The options of a simulation. Each default is the most harmless value. */
public final class SimulationOptions {

  private final int nodes;
  private long seed;
  private LongToIntFunction tickMillis = id -> 100;
  private int maxDriftMillis;
  private DiskSpeed diskSpeed = DiskSpeed.between(0, 0);
  private LongPredicate blocking = id -> false;
  private int slowReadPercent;
  private int maxReadMillis;
  private int maxEntriesPerRead = Integer.MAX_VALUE;
  private boolean tornWrites;
  private int maxAcknowledgeMillis;
  private int maxApplyMillis;
  private int maxOutstandingReadys = 1;
  private int snapshotEvery;
  private long snapshotAtBytes;
  private int entriesKept;
  private boolean keepState;
  private boolean separateState;
  private int maxSyncedWritesLost;
  private boolean acknowledgesTogether;
  private boolean advances;
  private int reportPercent;
  private @Nullable LongFunction<? extends Host> hosts;
  private HostClients clients = new NoClients();
  private LongFunction<StateMachine> machines = id -> new CommandLog();
  private ObjLongConsumer<RaftConfig.Builder> configuration = (config, id) -> {};
  private Oracle oracle = Oracles.all();

  SimulationOptions(int nodes) {
    if (nodes < 1) {
      throw new IllegalArgumentException("nodes: at least 1: " + nodes);
    }
    this.nodes = nodes;
  }

  /**
   * Sets the seed of the nodes' election timeouts; default 0.
   *
   * @param seed any number
   * @return this
   */
  public SimulationOptions seed(long seed) {
    this.seed = seed;
    return this;
  }

  /**
   * Sets the time from one tick of a node to the next; default 100.
   *
   * @param millis virtual milliseconds, at least 1
   * @return this
   */
  public SimulationOptions tickMillis(int millis) {
    return tickMillis(id -> millis);
  }

  /**
   * Sets the time from one tick to the next for each node, as on machines of different speed;
   * default 100 for all.
   *
   * @param millis virtual milliseconds by the node's id, at least 1
   * @return this
   */
  public SimulationOptions tickMillis(LongToIntFunction millis) {
    this.tickMillis = Objects.requireNonNull(millis, "millis");
    return this;
  }

  /**
   * Sets the maximum clock drift; default 0. Each node draws at its first start by how much all its
   * ticks are longer or shorter.
   *
   * @param millis virtual milliseconds, from 0, below the time from one tick to the next
   * @return this
   */
  public SimulationOptions maxDriftMillis(int millis) {
    this.maxDriftMillis = millis;
    return this;
  }

  /**
   * Sets how long a write of a disk takes; default 0: the write completes at once.
   *
   * @param minMillis the minimum, in virtual milliseconds, at least 0
   * @param maxMillis the maximum, in virtual milliseconds, at least {@code minMillis}
   * @return this
   * @throws IllegalArgumentException if the minimum is negative or above the maximum
   */
  public SimulationOptions diskMillis(int minMillis, int maxMillis) {
    this.diskSpeed = DiskSpeed.between(minMillis, maxMillis);
    return this;
  }

  /**
   * Sets which hosts write and sync in their event loop, so that each sync blocks the loop; default
   * none. A blocked host gives its node no input. After the sync it first delivers the ticks that
   * became due, as {@link io.tickraft.core.TickSchedule} counts them, at most two election timeouts
   * of them; then all messages that have arrived; then it takes Readys. Such a host has at most one
   * outstanding Ready. A Ready that needs no sync does not block the loop.
   *
   * @param nodes whether the node with this id has such a host
   * @return this
   */
  public SimulationOptions blocking(LongPredicate nodes) {
    this.blocking = Objects.requireNonNull(nodes, "nodes");
    return this;
  }

  /**
   * Sets how often a node's read of entries or of a snapshot is answered with {@code NotYet};
   * default never. When the data is available, the host calls {@link
   * io.tickraft.core.RawNode#storageReady} in half of the cases, at random; otherwise the node asks
   * again after its next tick.
   *
   * @param percent the share of reads that must wait, from 0 to 100
   * @param maxMillis the maximum time of a wait, in virtual milliseconds
   * @return this
   */
  public SimulationOptions slowReads(int percent, int maxMillis) {
    this.slowReadPercent = percent;
    this.maxReadMillis = maxMillis;
    return this;
  }

  /**
   * Sets how many entries a read of the storage returns at most; default without a limit.
   *
   * @param entries the number of entries, at least 1
   * @return this
   * @throws IllegalArgumentException if the number is below 1
   */
  public SimulationOptions maxEntriesPerRead(int entries) {
    if (entries < 1) {
      throw new IllegalArgumentException("entries: at least 1: " + entries);
    }
    this.maxEntriesPerRead = entries;
    return this;
  }

  /**
   * Sets whether a crash may tear an unsynced write of a Ready. A torn write keeps a prefix of the
   * Ready's snapshot, entries and hard state, in this order. Default false.
   *
   * @param torn whether writes are not atomic
   * @return this
   */
  public SimulationOptions tornWrites(boolean torn) {
    this.tornWrites = torn;
    return this;
  }

  /**
   * Sets the maximum delay from the completion of a write to the call of {@link
   * io.tickraft.core.RawNode#persisted}. The messages that waited for the write are sent without
   * this delay. Default 0: the call is immediate.
   *
   * @param maxMillis the maximum, in virtual milliseconds
   * @return this
   */
  public SimulationOptions acknowledgeMillis(int maxMillis) {
    this.maxAcknowledgeMillis = maxMillis;
    return this;
  }

  /**
   * Sets how long a state machine may take to apply the committed entries or the snapshot of a
   * Ready; default 0: no time.
   *
   * @param maxMillis the maximum, in virtual milliseconds
   * @return this
   */
  public SimulationOptions applyMillis(int maxMillis) {
    this.maxApplyMillis = maxMillis;
    return this;
  }

  /**
   * Sets {@link io.tickraft.core.RaftConfig#maxOutstandingReadys()} of each node: how many writes
   * may be in flight at once; default 1.
   *
   * @param writes the maximum, at least 1
   * @return this
   */
  public SimulationOptions maxOutstandingReadys(int writes) {
    this.maxOutstandingReadys = writes;
    return this;
  }

  /**
   * Sets after how many applied commands a node takes a snapshot and compacts its log; default 0:
   * never.
   *
   * @param commands the number of commands since the last snapshot; 0: never
   * @return this
   */
  public SimulationOptions snapshotEvery(int commands) {
    this.snapshotEvery = commands;
    return this;
  }

  /**
   * Sets after how many bytes of applied entries a node takes a snapshot and compacts its log;
   * default 0: never.
   *
   * @param bytes the sum of the entries' serialized sizes since the last snapshot; 0: never
   * @return this
   */
  public SimulationOptions snapshotAtBytes(long bytes) {
    this.snapshotAtBytes = bytes;
    return this;
  }

  /**
   * Sets how many of the entries that a snapshot covers stay in the log; default 0.
   *
   * @param entries the number of entries, from 0
   * @return this
   */
  public SimulationOptions entriesKept(int entries) {
    this.entriesKept = entries;
    return this;
  }

  /**
   * Sets whether state machines are durable; default false: after a crash they restart from the
   * last snapshot.
   *
   * @param keep whether a state machine stores its state together with its applied index
   * @return this
   */
  public SimulationOptions keepState(boolean keep) {
    this.keepState = keep;
    return this;
  }

  /**
   * Sets whether durable state machines have files of their own; default false: their states are
   * written to the log's disk, in the order of all writes. If it has files of its own, a crash may
   * take more of the latest writes from the state machine than from the log, or fewer.
   *
   * @param separate whether a crash loses writes of the state and of the log independently
   * @return this
   */
  public SimulationOptions separateState(boolean separate) {
    this.separateState = separate;
    return this;
  }

  /**
   * Sets how many of its latest synced writes a disk can be made to {@linkplain SimDisk#loseSynced
   * lose}; default 0. Each synced write then costs a copy of the disk.
   *
   * @param writes how many, from 0
   * @return this
   * @throws IllegalArgumentException if the number is negative
   */
  public SimulationOptions maxSyncedWritesLost(int writes) {
    if (writes < 0) {
      throw new IllegalArgumentException("maxSyncedWritesLost: at least 0: " + writes);
    }
    this.maxSyncedWritesLost = writes;
    return this;
  }

  /**
   * Sets whether a host acknowledges all completed writes with one call of {@link
   * io.tickraft.core.RawNode#persisted}; default false: one call for each.
   *
   * @param together whether one call acknowledges several Readys
   * @return this
   */
  public SimulationOptions acknowledgesTogether(boolean together) {
    this.acknowledgesTogether = together;
    return this;
  }

  /**
   * Sets whether a host whose writes are acknowledged and applied at once uses {@link
   * io.tickraft.core.RawNode#advance}; default false: it acknowledges each part.
   *
   * @param advance whether one call acknowledges all of a Ready
   * @return this
   */
  public SimulationOptions advances(boolean advance) {
    this.advances = advance;
    return this;
  }

  /**
   * Sets how often a host reports what happened to its messages; default never. A report is that a
   * member {@linkplain io.tickraft.core.RawNode#reportUnreachable cannot be reached}, or the
   * {@linkplain io.tickraft.core.RawNode#reportSnapshot progress} of a snapshot.
   *
   * @param percent the share of such messages that the host reports, from 0 to 100
   * @return this
   */
  public SimulationOptions reports(int percent) {
    this.reportPercent = percent;
    return this;
  }

  /**
   * Sets the factory of the state machines; default {@link CommandLog}.
   *
   * @param machines creates a new state machine for the node with this id
   * @return this
   */
  public SimulationOptions machines(LongFunction<StateMachine> machines) {
    this.machines = Objects.requireNonNull(machines, "machines");
    return this;
  }

  /**
   * Sets whole hosts of the user's, in place of the testkit's own. Such a host owns its storage,
   * its disk and its state machine, so the options for these have no effect; calls for the
   * {@linkplain Simulation#diskSpeed disk} throw an {@link IllegalStateException}.
   *
   * @param hosts creates the host of the node with this id, once
   * @return this
   */
  public SimulationOptions hosts(LongFunction<? extends Host> hosts) {
    this.hosts = Objects.requireNonNull(hosts, "hosts");
    return this;
  }

  /**
   * Sets the receiver of the answers of {@linkplain #hosts hosts of the user's} to their clients;
   * by default answers are ignored.
   *
   * @param clients the receiver
   * @return this
   */
  public SimulationOptions clients(HostClients clients) {
    this.clients = Objects.requireNonNull(clients, "clients");
    return this;
  }

  /** Nobody hears anything. */
  private static final class NoClients implements HostClients {
    @Override
    public void replied(long node, Entry entry, Object reply) {}

    @Override
    public void answers(long node, ByteString readContext, UnaryOperator<Object> host) {}
  }

  /**
   * Adds settings to each node's configuration, after those of earlier calls.
   *
   * @param configuration changes the configuration, at each start of a node
   * @return this
   */
  public SimulationOptions configuration(Consumer<RaftConfig.Builder> configuration) {
    Objects.requireNonNull(configuration, "configuration");
    return configuration((config, id) -> configuration.accept(config));
  }

  /**
   * Adds settings to each node's configuration, which may differ by node, after those of earlier
   * calls.
   *
   * @param configuration changes the configuration of the node with this id, at each of its starts
   * @return this
   */
  public SimulationOptions configuration(ObjLongConsumer<RaftConfig.Builder> configuration) {
    Objects.requireNonNull(configuration, "configuration");
    ObjLongConsumer<RaftConfig.Builder> before = this.configuration;
    this.configuration =
        (config, id) -> {
          before.accept(config, id);
          configuration.accept(config, id);
        };
    return this;
  }

  /**
   * Sets the oracle that checks each step; default {@link Oracles#all()}.
   *
   * @param oracle a new oracle, not used by another run
   * @return this
   */
  public SimulationOptions oracle(Oracle oracle) {
    this.oracle = Objects.requireNonNull(oracle, "oracle");
    return this;
  }

  /**
   * Starts the simulation. Use these options for one simulation only, as an oracle checks only one
   * run.
   *
   * @param choices the source of all random decisions
   * @return the simulation, at time 0
   */
  public Simulation start(Choices choices) {
    return Simulation.start(this, choices);
  }

  int nodes() {
    return nodes;
  }

  int tickMillis(long id) {
    return tickMillis.applyAsInt(id);
  }

  int maxDriftMillis() {
    return maxDriftMillis;
  }

  DiskSpeed diskSpeed() {
    return diskSpeed;
  }

  boolean blocksForSyncs(long id) {
    return blocking.test(id);
  }

  int maxEntriesPerRead() {
    return maxEntriesPerRead;
  }

  int maxSyncedWritesLost() {
    return maxSyncedWritesLost;
  }

  boolean isStateSeparate() {
    return separateState;
  }

  boolean acknowledgesTogether() {
    return acknowledgesTogether;
  }

  boolean advances() {
    return advances;
  }

  int reportPercent() {
    return reportPercent;
  }

  int slowReadPercent() {
    return slowReadPercent;
  }

  int maxReadMillis() {
    return maxReadMillis;
  }

  boolean areWritesTorn() {
    return tornWrites;
  }

  Oracle oracle() {
    return oracle;
  }

  long seed() {
    return seed;
  }

  int maxOutstandingReadys() {
    return maxOutstandingReadys;
  }

  /** Whether so many commands or bytes, applied since the last snapshot, call for the next one. */
  boolean isSnapshotDue(int commands, long bytes) {
    return (snapshotEvery > 0 && commands >= snapshotEvery)
        || (snapshotAtBytes > 0 && bytes >= snapshotAtBytes);
  }

  int maxAcknowledgeMillis() {
    return maxAcknowledgeMillis;
  }

  int maxApplyMillis() {
    return maxApplyMillis;
  }

  int entriesKept() {
    return entriesKept;
  }

  boolean isStateKept() {
    return keepState;
  }

  Host host(long id, FaultCounters faults) {
    return hosts == null ? new StandardHost(id, this, faults) : hosts.apply(id);
  }

  HostClients clients() {
    return clients;
  }

  StateMachine machine(long id) {
    return machines.apply(id);
  }

  void configure(long id, RaftConfig.Builder config) {
    configuration.accept(config, id);
  }
}
