package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.Outcome;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.core.Ready;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.core.Storage;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.Oracle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One node of a simulation. Its {@linkplain SimHost host} takes every Ready at once; the writes of
 * its disk take virtual time.
 *
 * <p>While the host's loop is {@linkplain #isBlocked() blocked}, the node gets no input.
 */
public final class SimNode {

  /** What a node needs from the simulation. */
  interface Environment {
    /** Sends a message over the network. */
    void send(Message message);

    /** Calls back after {@code millis} virtual milliseconds. */
    void after(long millis, Runnable done);

    /** Returns the time, in virtual milliseconds. */
    long now();

    /** Returns the source of all random decisions. */
    Choices choices();

    /** Adds an event to the trace, and returns the trace for its details. */
    Trace trace(String event, long node);
  }

  /** Percentage of slow reads after which the host does not call {@code storageReady()}. */
  private static final int SILENT_READS_PERCENT = 50;

  private final SimulationOptions options;
  private final Environment environment;
  private final SimHost host;
  private final long id;
  private final boolean blocksForSyncs;
  private DiskSpeed diskSpeed;

  /** The time from one tick to the next, in virtual milliseconds. */
  private int tickMillis;

  /** No write of the disk completes before this time, in virtual milliseconds. */
  private long stalledUntil;

  private final Troubles troubles = new Troubles();
  private final HostLoop.Target target = new Target();

  /**
   * How often the node was started: part of its configuration; callbacks of earlier ones expire.
   */
  private long incarnation;

  // Since the last start.
  private long readsAsked;
  private long writesStarted;
  private long writesMade;
  private HostLoop loop = new HostLoop(1, troubles);
  private @Nullable SlowReads reads;

  /**
   * Whether the loop is delivering inputs that waited; no Ready is taken until all are delivered.
   */
  private boolean isDelivering;

  private final List<ReadState> readStates = new ArrayList<>();
  private final List<Outcome> outcomes = new ArrayList<>();

  // Since the last snapshot that this node took.
  private int appliedCommands;
  private long appliedBytes;

  SimNode(
      long id, SimulationOptions options, SimDisk disk, Oracle oracle, Environment environment) {
    this.id = id;
    this.options = options;
    this.environment = environment;
    this.host = new SimHost(id, disk, oracle, () -> options.machine(id), environment::send);
    this.blocksForSyncs = options.blocksForSyncs(id);
    this.diskSpeed = options.diskSpeed();
    if (options.isStateKept()) {
      host.keepState();
    }
    if (options.slowReadPercent() > 0) {
      host.readFrom(this::slowReads);
    }
    start();
  }

  /** {@return the node's id, from 1} */
  public long id() {
    return id;
  }

  /** {@return whether the node runs: false from a crash to the next start} */
  public boolean isUp() {
    return host.isUp();
  }

  /**
   * Returns the node's status.
   *
   * @return a copy
   * @throws IllegalStateException if the node is down
   */
  public Status status() {
    return host.node().status();
  }

  /** {@return whether the node runs and is a leader, by its own state} */
  public boolean isLeader() {
    return isUp() && status().role() == RoleName.LEADER;
  }

  /** {@return the node's state machine; each start creates a new one} */
  public StateMachine machine() {
    return host.machine();
  }

  /** {@return the last index that the state machine has applied, from 0} */
  public long appliedIndex() {
    return host.appliedIndex();
  }

  /** {@return the node's disk, which stays the same over restarts} */
  public SimDisk disk() {
    return host.disk();
  }

  /** {@return the outcome of each read that has ended since the last start, as a view} */
  public List<ReadState> readStates() {
    return Collections.unmodifiableList(readStates);
  }

  /** {@return the other outcomes since the last start, as a view} */
  public List<Outcome> outcomes() {
    return Collections.unmodifiableList(outcomes);
  }

  /**
   * Says whether the host's loop is blocked: by a {@linkplain SimulationOptions#blocking sync} or a
   * {@linkplain Simulation#freeze pause}. Ticks, messages and all other inputs wait meanwhile.
   *
   * @return whether the node gets no input now; false if the node is down
   */
  public boolean isBlocked() {
    return loop.isBlocked();
  }

  /** {@return the counters of the machine's faults, which restarts do not reset} */
  public Troubles troubles() {
    return troubles;
  }

  // Occasions of choices.

  /** Returns the choices of something that happens once after each start. */
  Choices occasion(String pattern) {
    return environment.choices().at(pattern, id, incarnation);
  }

  private Choices occasion(String pattern, long ordinal) {
    return environment.choices().at(pattern, id, incarnation, ordinal);
  }

  // Start, crash and other faults.

  /**
   * Starts the node with the content of its disk.
   *
   * @throws IllegalStateException if the node is up
   */
  void start() {
    RaftConfig.Builder config =
        RaftConfig.builder(id).seed(options.seed()).incarnation(incarnation + 1);
    config.maxOutstandingReadys(options.writesAtOnce());
    options.configure(id, config);
    RaftConfig built = config.build();
    loop = new HostLoop(2 * built.electionTicks(), troubles);
    host.start(built);
    if (reads != null) {
      reads.opened();
    }
    incarnation++;
    readsAsked = 0;
    writesStarted = 0;
    writesMade = 0;
    appliedCommands = 0;
    appliedBytes = 0;
    countKept();
    readStates.clear();
    outcomes.clear();
    environment.trace("start", id);
    stepped();
  }

  /**
   * Stops the node at once. Its disk keeps the oldest {@code keptWrites} unsynced writes, and the
   * first {@code keptParts} parts of the next one.
   */
  void crash(int keptWrites, int keptParts) {
    host.crash(keptWrites, keptParts);
    loop = new HostLoop(1, troubles);
    environment.trace("crash", id);
  }

  /** Blocks the loop for some time, in virtual milliseconds. */
  void freeze(long millis) {
    checkUp();
    loop.block();
    troubles.freezes++;
    environment.trace("freeze", id);
    environment.after(
        millis,
        unlessStopped(
            () -> {
              loop.unblock();
              goOn();
            }));
  }

  int tickMillis() {
    return tickMillis;
  }

  void tickMillis(int millis) {
    tickMillis = millis;
  }

  void diskSpeed(DiskSpeed speed) {
    diskSpeed = speed;
  }

  /** Lets no write of the disk complete for some time, in virtual milliseconds. */
  void stallDisk(long millis) {
    stalledUntil = environment.now() + millis;
  }

  private SlowReads slowReads() {
    SlowReads slow =
        new SlowReads(
            disk(),
            fetched -> {
              Choices read = occasion("node % boot % read %", ++readsAsked);
              if (!read.percent("slow", options.slowReadPercent())) {
                return false;
              }
              boolean isSilent = read.percent("silent", SILENT_READS_PERCENT);
              environment.after(
                  read.next("millis", options.maxReadMillis() + 1),
                  unlessStopped(
                      () -> {
                        fetched.run();
                        if (!isSilent) {
                          inLoop(host::storageReady);
                        }
                      }));
              return true;
            },
            troubles);
    reads = slow;
    return slow;
  }

  // The host's loop.

  /**
   * Runs an action as soon as the loop is not blocked: at once, or after the ticks and messages
   * that are waiting. The action does not run if the node is stopped before.
   */
  void whenUnblocked(Runnable action) {
    if (loop.isBlocked()) {
      loop.add(action);
    } else {
      action.run();
    }
  }

  /** Runs an action on the node in the loop, then takes the Readys. */
  private void inLoop(Runnable action) {
    whenUnblocked(
        () -> {
          action.run();
          stepped();
        });
  }

  /** Continues the loop, unless it is still blocked for another reason. */
  private void goOn() {
    if (loop.isBlocked()) {
      return;
    }
    isDelivering = true;
    loop.deliverTo(target);
    isDelivering = false;
    stepped();
  }

  private final class Target implements HostLoop.Target {
    @Override
    public void tick() {
      tickNow();
    }

    @Override
    public void step(Message message) {
      stepNow(message);
    }

    @Override
    public void inputsDelivered() {
      stepped();
    }
  }

  // Inputs.

  private void checkUp() {
    host.node();
  }

  /** Checks that the node is up and can take an input now. */
  private void checkNotBlocked() {
    checkUp();
    if (loop.isBlocked()) {
      throw new IllegalStateException("node " + id + " is blocked");
    }
  }

  void tick() {
    if (loop.isBlocked()) {
      loop.addTick();
      return;
    }
    tickNow();
    stepped();
  }

  private void tickNow() {
    host.tick();
    environment.trace("tick", id);
  }

  void step(Message message) {
    if (loop.isBlocked()) {
      loop.add(message);
      return;
    }
    stepNow(message);
    stepped();
  }

  private void stepNow(Message message) {
    host.step(message);
    environment.trace("step", id).add(message);
  }

  ProposeResult propose(List<ByteString> commands) {
    checkNotBlocked();
    ProposeResult result = host.propose(commands);
    environment.trace("propose", id);
    stepped();
    return result;
  }

  ConfChangeResult proposeConfChange(ConfChange change) {
    checkNotBlocked();
    ConfChangeResult result = host.proposeConfChange(change);
    environment.trace("change", id);
    stepped();
    return result;
  }

  ConfChangeResult proposeConfChangeEvenWithoutEffect(ConfChange change) {
    checkNotBlocked();
    ConfChangeResult result = host.proposeConfChangeEvenWithoutEffect(change);
    environment.trace("change", id);
    stepped();
    return result;
  }

  ReadResult readIndex(ByteString context) {
    checkNotBlocked();
    ReadResult result = host.readIndex(context);
    environment.trace("read", id);
    stepped();
    return result;
  }

  TransferResult transferLeadership(long target) {
    checkNotBlocked();
    TransferResult result = host.transferLeadership(target);
    environment.trace("transfer", id);
    stepped();
    return result;
  }

  TransferResult transferLeadership() {
    checkNotBlocked();
    TransferResult result = host.transferLeadership();
    environment.trace("transfer", id);
    stepped();
    return result;
  }

  void resign() {
    checkNotBlocked();
    host.resign();
    environment.trace("resign", id);
    stepped();
  }

  void campaign() {
    checkNotBlocked();
    host.campaign();
    environment.trace("campaign", id);
    stepped();
  }

  void forgetLeader() {
    checkNotBlocked();
    host.forgetLeader();
    environment.trace("forget", id);
    stepped();
  }

  /**
   * Takes a snapshot of the state machine and drops the log up to it.
   *
   * @param kept how many of the covered entries stay in the log, for followers slightly behind
   * @return whether a snapshot was taken; false if nothing was applied since the last one
   */
  boolean compact(int kept) {
    checkNotBlocked();
    return dropLog(kept);
  }

  private boolean dropLog(int kept) {
    boolean compacted = host.compact(kept);
    if (compacted) {
      environment.trace("compact", id);
    }
    return compacted;
  }

  // The Ready contract.

  private void stepped() {
    host.stepped();
    if (!isDelivering && host.node().hasReady()) {
      takeAll();
    }
    environment.trace("state", id).add(status());
  }

  private void takeAll() {
    do {
      take();
    } while (!loop.isBlocked() && host.node().hasReady());
    host.stepped();
  }

  private void take() {
    Ready ready = host.take();
    troubles.readysOut = Math.max(troubles.readysOut, host.outstanding());
    environment.trace("ready", id).add(ready);
    readStates.addAll(ready.readStates());
    ready.readStates().forEach(machine()::ended);
    outcomes.addAll(ready.outcomes());
    if (isInstant() || (blocksForSyncs && !ready.mustSync())) {
      written();
    } else if (blocksForSyncs) {
      loop.block();
      whenWritten(
          () -> {
            loop.unblock(this::written);
            goOn();
          });
    } else {
      whenWritten(() -> inLoop(this::written));
    }
  }

  private boolean isInstant() {
    return diskSpeed.isInstant() && environment.now() >= stalledUntil;
  }

  private void whenWritten(Runnable done) {
    Choices write = occasion("node % boot % write %", ++writesStarted);
    environment.after(diskSpeed.draw(write), unlessStopped(() -> unlessStalled(done)));
  }

  private void unlessStalled(Runnable done) {
    long left = stalledUntil - environment.now();
    if (left > 0) {
      environment.after(left, unlessStopped(() -> unlessStalled(done)));
    } else {
      done.run();
    }
  }

  /** Returns an action that does nothing if the node was stopped since this call. */
  private Runnable unlessStopped(Runnable action) {
    long current = incarnation;
    return () -> {
      if (incarnation == current && isUp()) {
        action.run();
      }
    };
  }

  /** Completes the oldest write in flight. */
  private void written() {
    host.makeWrite();
    if (options.maxAcknowledgeMillis() == 0 || blocksForSyncs) {
      acknowledge();
    } else {
      Choices acknowledgement = occasion("node % boot % acknowledgement %", ++writesMade);
      environment.after(
          acknowledgement.next("millis", options.maxAcknowledgeMillis() + 1),
          unlessStopped(() -> inLoop(this::acknowledge)));
    }
  }

  /** Acknowledges the oldest completed write to the node, and applies its Ready. */
  private void acknowledge() {
    Ready ready = host.acknowledge();
    if (ready.committedEntries().isEmpty() && ready.snapshot().isEmpty()) {
      return;
    }
    if (options.maxApplyMillis() == 0) {
      apply(ready);
    } else {
      Choices applying = occasion("node % boot % applying of Ready %", ready.number());
      environment.after(
          applying.next("millis", options.maxApplyMillis() + 1),
          unlessStopped(() -> inLoop(() -> apply(ready))));
    }
  }

  private void apply(Ready ready) {
    List<Entry> entries = ready.committedEntries();
    host.applyTo(
        entries.isEmpty()
            ? ready.snapshot().orElseThrow().getMetadata().getIndex()
            : entries.get(entries.size() - 1).getIndex());
    entries.forEach(this::count);
    if (options.isSnapshotDue(appliedCommands, appliedBytes)) {
      appliedCommands = 0;
      appliedBytes = 0;
      dropLog(options.entriesKept());
    }
  }

  /** Counts the entries that a durable state machine has applied since the last snapshot. */
  private void countKept() {
    long snapshot =
        ((Storage.SnapshotResult.Available) disk().snapshot()).snapshot().getMetadata().getIndex();
    for (Entry entry : disk().log()) {
      if (entry.getIndex() > snapshot && entry.getIndex() <= appliedIndex()) {
        count(entry);
      }
    }
  }

  private void count(Entry entry) {
    appliedBytes += entry.getSerializedSize();
    if (entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
      appliedCommands++;
    }
  }

  @Override
  public String toString() {
    return isUp() ? status().toString() : id + ": down";
  }
}
