package io.tickraft.testkit.sim;

import io.tickraft.core.RaftConfig;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.Oracles;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import java.util.function.LongToIntFunction;
import java.util.function.ObjLongConsumer;

/** What a simulation is like. What is not set is as harmless as can be. */
public final class SimulationOptions {

  private final int nodes;
  private long seed;
  private LongToIntFunction tickMillis = id -> 100;
  private int maxDriftMillis;
  private DiskSpeed diskSpeed = DiskSpeed.between(0, 0);
  private LongPredicate blocking = id -> false;
  private int slowReadPercent;
  private int maxReadMillis;
  private boolean tornWrites;
  private int maxAcknowledgeMillis;
  private int maxApplyMillis;
  private int writesAtOnce = 1;
  private int snapshotEvery;
  private long snapshotAtBytes;
  private int entriesKept;
  private boolean keepState;
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
   * Sets the time from one tick to the next for each node, as on machines some of which are slow;
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
   * Sets by how much the tick of a node may be longer or shorter, all along; default 0.
   *
   * @param millis virtual milliseconds, below the tick
   * @return this
   */
  public SimulationOptions maxDriftMillis(int millis) {
    this.maxDriftMillis = millis;
    return this;
  }

  /**
   * Sets how long a write takes; default 0, which is none at all.
   *
   * @param minMillis virtual milliseconds at the least
   * @param maxMillis virtual milliseconds at the most
   * @return this
   */
  public SimulationOptions diskMillis(int minMillis, int maxMillis) {
    this.diskSpeed = DiskSpeed.between(minMillis, maxMillis);
    return this;
  }

  /**
   * Sets whose loop is blocked by each sync, as that of a host is which writes in its loop; default
   * nobody's. A blocked host gives its node nothing. After the sync it delivers first the ticks
   * that came due, as {@link io.tickraft.core.TickSchedule} counts them, with two election timeouts
   * as the maximum; then all messages that have arrived; then it takes Readys. A blocking host has
   * one Ready out at a time; a Ready without a sync does not block it.
   *
   * @param nodes says by its id whether a node has such a host
   * @return this
   */
  public SimulationOptions blocking(LongPredicate nodes) {
    this.blocking = Objects.requireNonNull(nodes, "nodes");
    return this;
  }

  /**
   * Sets how often a node that reads entries or a snapshot is told that they are not there yet;
   * default never. Once they are, the host calls {@link io.tickraft.core.RawNode#storageReady} in
   * half of the cases, by chance, and leaves the others to the node's next tick.
   *
   * @param percent how many of a hundred reads have to wait, from 0 to 100
   * @param maxMillis how long they have to wait at the most, in virtual milliseconds
   * @return this
   */
  public SimulationOptions slowReads(int percent, int maxMillis) {
    this.slowReadPercent = percent;
    this.maxReadMillis = maxMillis;
    return this;
  }

  /**
   * Sets whether a crash may tear a Ready's write that is not synced, so that only some of its
   * snapshot, its entries and its hard state is left, in this order; default false.
   *
   * @param torn whether writes are not atomic
   * @return this
   */
  public SimulationOptions tornWrites(boolean torn) {
    this.tornWrites = torn;
    return this;
  }

  /**
   * Sets how long a node may be left without word of a write that is made, while what waited for it
   * is sent already; default 0: it is told at once.
   *
   * @param maxMillis virtual milliseconds at the most
   * @return this
   */
  public SimulationOptions acknowledgeMillis(int maxMillis) {
    this.maxAcknowledgeMillis = maxMillis;
    return this;
  }

  /**
   * Sets how long a state machine may take to apply what it is handed; default 0: no time.
   *
   * @param maxMillis virtual milliseconds at the most
   * @return this
   */
  public SimulationOptions applyMillis(int maxMillis) {
    this.maxApplyMillis = maxMillis;
    return this;
  }

  /**
   * Sets how many writes may be under way before the host waits for the first of them; default 1.
   *
   * @param writes a number, at least 1
   * @return this
   */
  public SimulationOptions writesAtOnce(int writes) {
    this.writesAtOnce = writes;
    return this;
  }

  /**
   * Sets after how many commands a node takes a snapshot and drops its log; default 0: never.
   *
   * @param commands how many commands; 0: never
   * @return this
   */
  public SimulationOptions snapshotEvery(int commands) {
    this.snapshotEvery = commands;
    return this;
  }

  /**
   * Sets how large the entries that were applied may become before a node takes a snapshot and
   * drops its log; default 0: no matter how large.
   *
   * @param bytes the sum of the entries' serialized sizes; 0: no matter how large
   * @return this
   */
  public SimulationOptions snapshotAtBytes(long bytes) {
    this.snapshotAtBytes = bytes;
    return this;
  }

  /**
   * Sets how many entries before a snapshot stay in the log; default 0.
   *
   * @param entries how many entries
   * @return this
   */
  public SimulationOptions entriesKept(int entries) {
    this.entriesKept = entries;
    return this;
  }

  /**
   * Sets whether state machines keep what they apply over a crash; default false: they start again
   * from the last snapshot.
   *
   * @param keep whether a state machine's state is stored with each index that it has applied
   * @return this
   */
  public SimulationOptions keepState(boolean keep) {
    this.keepState = keep;
    return this;
  }

  /**
   * Sets what makes the state machines; default {@link CommandLog}.
   *
   * @param machines makes a new state machine for a node
   * @return this
   */
  public SimulationOptions machines(LongFunction<StateMachine> machines) {
    this.machines = Objects.requireNonNull(machines, "machines");
    return this;
  }

  /**
   * Sets what else is set in each node's configuration. What was set before stays.
   *
   * @param configuration changes the configuration
   * @return this
   */
  public SimulationOptions configuration(Consumer<RaftConfig.Builder> configuration) {
    Objects.requireNonNull(configuration, "configuration");
    return configuration((config, id) -> configuration.accept(config));
  }

  /**
   * Sets what else is set in each node's configuration, which may differ from node to node. What
   * was set before stays.
   *
   * @param configuration changes the configuration of the node with an id, at each of its starts
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
   * Sets who watches; default {@link Oracles#all()}.
   *
   * @param oracle an oracle that has seen nothing yet
   * @return this
   */
  public SimulationOptions oracle(Oracle oracle) {
    this.oracle = Objects.requireNonNull(oracle, "oracle");
    return this;
  }

  /**
   * Starts the simulation. The options serve for this one only.
   *
   * @param choices what is left open
   * @return a simulation in which no time has passed
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

  int writesAtOnce() {
    return writesAtOnce;
  }

  /** Whether what was applied since the last snapshot calls for the next one. */
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

  StateMachine machine(long id) {
    return machines.apply(id);
  }

  void configure(long id, RaftConfig.Builder config) {
    configuration.accept(config, id);
  }
}
