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
 * One node of a simulation: its {@linkplain SimHost host} takes every Ready at once, and its disk
 * takes its time.
 *
 * <p>The host's loop may be {@linkplain #isBlocked() blocked}. Then nothing gets to the node until
 * the loop goes on.
 */
public final class SimNode {

  /** What a node needs of the simulation around it. */
  interface Surroundings {
    /** Carries a message to where it belongs. */
    void send(Message message);

    /** Calls back when a write to a disk of this speed is made, in virtual time. */
    void whenWritten(DiskSpeed speed, Runnable done);

    /** Calls back after some time, up to so many virtual milliseconds. */
    void within(int millis, Runnable done);

    /** Calls back after so many virtual milliseconds. */
    void after(long millis, Runnable done);

    /** Returns the time, in virtual milliseconds. */
    long now();

    /** Chooses whether something happens. */
    boolean percent(int percent);

    /** Takes note of something that has happened, for the trace. */
    Trace trace(String event, long node);
  }

  /** How many of a hundred reads end without word to the node, which asks again after a tick. */
  private static final int SILENT_READS_PERCENT = 50;

  private final SimulationOptions options;
  private final Surroundings surroundings;
  private final SimHost host;
  private final long id;
  private final boolean blocksForSyncs;
  private DiskSpeed diskSpeed;

  /** Until when no write of the disk ends, in virtual milliseconds. */
  private long stalledUntil;

  private final Troubles troubles = new Troubles();
  private final HostLoop.Target target = new Target();

  /** How often the node was started; part of its configuration, and what late callbacks go by. */
  private long incarnation;

  // Since the last start.
  private HostLoop loop = new HostLoop(1, troubles);
  private @Nullable SlowReads reads;

  /** Whether the loop delivers what has waited: no Ready is taken before all of it is delivered. */
  private boolean isDelivering;

  private final List<ReadState> readStates = new ArrayList<>();
  private final List<Outcome> outcomes = new ArrayList<>();

  // Since the last snapshot that this node took.
  private int appliedCommands;
  private long appliedBytes;

  SimNode(
      long id, SimulationOptions options, SimDisk disk, Oracle oracle, Surroundings surroundings) {
    this.id = id;
    this.options = options;
    this.surroundings = surroundings;
    this.host = new SimHost(id, disk, oracle, () -> options.machine(id), surroundings::send);
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

  /**
   * Returns the node's id.
   *
   * @return an id, from 1
   */
  public long id() {
    return id;
  }

  /**
   * Says whether the node runs.
   *
   * @return false from a crash to the next start
   */
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

  /**
   * Says whether the node runs and takes itself for the leader.
   *
   * @return whether it leads, as far as it knows
   */
  public boolean isLeader() {
    return isUp() && status().role() == RoleName.LEADER;
  }

  /**
   * Returns the node's state machine. A restart makes another one.
   *
   * @return the state machine
   */
  public StateMachine machine() {
    return host.machine();
  }

  /**
   * Returns the last index that the state machine has applied.
   *
   * @return an index, from 0
   */
  public long appliedIndex() {
    return host.appliedIndex();
  }

  /**
   * Returns the node's disk.
   *
   * @return the disk, which stays the same over restarts
   */
  public SimDisk disk() {
    return host.disk();
  }

  /**
   * Returns how reads have ended.
   *
   * @return one outcome for each read that has ended since the node was started last, as a view
   */
  public List<ReadState> readStates() {
    return Collections.unmodifiableList(readStates);
  }

  /**
   * Returns what else has ended.
   *
   * @return the outcomes since the node was started last, as a view
   */
  public List<Outcome> outcomes() {
    return Collections.unmodifiableList(outcomes);
  }

  /**
   * Says whether the host's loop is blocked: by a {@linkplain SimulationOptions#blocking sync} or a
   * {@linkplain Simulation#freeze pause}. Ticks, messages and whatever else comes wait meanwhile.
   *
   * @return whether nothing gets to the node now; false if it is down
   */
  public boolean isBlocked() {
    return loop.isBlocked();
  }

  /**
   * Returns what trouble the machine has had.
   *
   * @return counters, which go on over restarts
   */
  public Troubles troubles() {
    return troubles;
  }

  // Life.

  /**
   * Starts the node on what its disk holds.
   *
   * @throws IllegalStateException if it runs
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
    appliedCommands = 0;
    appliedBytes = 0;
    countKept();
    readStates.clear();
    outcomes.clear();
    surroundings.trace("start", id);
    stepped();
  }

  /**
   * Stops the node at once; its disk keeps {@code keptWrites} of the writes that are not synced,
   * and {@code keptParts} of the parts of the next one.
   */
  void crash(int keptWrites, int keptParts) {
    host.crash(keptWrites, keptParts);
    loop = new HostLoop(1, troubles);
    surroundings.trace("crash", id);
  }

  /** Blocks the loop for some time, in virtual milliseconds. */
  void freeze(long millis) {
    checkUp();
    loop.block();
    troubles.freezes++;
    surroundings.trace("freeze", id);
    surroundings.after(
        millis,
        unlessStopped(
            () -> {
              loop.unblock();
              goOn();
            }));
  }

  void diskSpeed(DiskSpeed speed) {
    diskSpeed = speed;
  }

  /** Lets no write of the disk end for some time, in virtual milliseconds. */
  void stallDisk(long millis) {
    stalledUntil = surroundings.now() + millis;
  }

  private SlowReads slowReads() {
    SlowReads slow =
        new SlowReads(
            disk(),
            fetched -> {
              if (!surroundings.percent(options.slowReadPercent())) {
                return false;
              }
              surroundings.within(
                  options.maxReadMillis(),
                  unlessStopped(
                      () -> {
                        fetched.run();
                        if (!surroundings.percent(SILENT_READS_PERCENT)) {
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
   * Does something as soon as the loop is not blocked, unless the node is stopped before: at once,
   * or after the ticks and messages that are waiting.
   */
  void whenUnblocked(Runnable action) {
    if (loop.isBlocked()) {
      loop.add(action);
    } else {
      action.run();
    }
  }

  /** Does something to the node in the loop, and takes what comes of it. */
  private void inLoop(Runnable action) {
    whenUnblocked(
        () -> {
          action.run();
          stepped();
        });
  }

  /** The loop goes on, unless there is another reason for it to be blocked. */
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

  /** Checks that the host can ask the node for something at once. */
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
    surroundings.trace("tick", id);
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
    surroundings.trace("step", id).add(message);
  }

  ProposeResult propose(List<ByteString> commands) {
    checkNotBlocked();
    ProposeResult result = host.propose(commands);
    surroundings.trace("propose", id);
    stepped();
    return result;
  }

  ConfChangeResult proposeConfChange(ConfChange change) {
    checkNotBlocked();
    ConfChangeResult result = host.proposeConfChange(change);
    surroundings.trace("change", id);
    stepped();
    return result;
  }

  ConfChangeResult proposeConfChangeEvenWithoutEffect(ConfChange change) {
    checkNotBlocked();
    ConfChangeResult result = host.proposeConfChangeEvenWithoutEffect(change);
    surroundings.trace("change", id);
    stepped();
    return result;
  }

  ReadResult readIndex(ByteString context) {
    checkNotBlocked();
    ReadResult result = host.readIndex(context);
    surroundings.trace("read", id);
    stepped();
    return result;
  }

  TransferResult transferLeadership(long target) {
    checkNotBlocked();
    TransferResult result = host.transferLeadership(target);
    surroundings.trace("transfer", id);
    stepped();
    return result;
  }

  TransferResult transferLeadership() {
    TransferResult result = host.transferLeadership();
    surroundings.trace("transfer", id);
    stepped();
    return result;
  }

  void resign() {
    host.resign();
    surroundings.trace("resign", id);
    stepped();
  }

  void campaign() {
    checkNotBlocked();
    host.campaign();
    surroundings.trace("campaign", id);
    stepped();
  }

  void forgetLeader() {
    checkNotBlocked();
    host.forgetLeader();
    surroundings.trace("forget", id);
    stepped();
  }

  /**
   * Takes a snapshot of the state machine and drops the log up to it.
   *
   * @param kept how many entries before the snapshot stay, for followers that are a little behind
   * @return whether there was something to take a snapshot of
   */
  boolean compact(int kept) {
    checkNotBlocked();
    return dropLog(kept);
  }

  private boolean dropLog(int kept) {
    boolean compacted = host.compact(kept);
    if (compacted) {
      surroundings.trace("compact", id);
    }
    return compacted;
  }

  // The Ready contract.

  private void stepped() {
    host.stepped();
    if (!isDelivering && host.node().hasReady()) {
      takeAll();
    }
    surroundings.trace("state", id).add(status());
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
    surroundings.trace("ready", id).add(ready);
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
    return diskSpeed.isInstant() && surroundings.now() >= stalledUntil;
  }

  private void whenWritten(Runnable done) {
    surroundings.whenWritten(diskSpeed, unlessStopped(() -> unlessStalled(done)));
  }

  private void unlessStalled(Runnable done) {
    long left = stalledUntil - surroundings.now();
    if (left > 0) {
      surroundings.after(left, unlessStopped(() -> unlessStalled(done)));
    } else {
      done.run();
    }
  }

  /** What is done later than now, if the node was not stopped in between. */
  private Runnable unlessStopped(Runnable action) {
    long begunIn = incarnation;
    return () -> {
      if (incarnation == begunIn && isUp()) {
        action.run();
      }
    };
  }

  /** The oldest of the writes that are under way is made. */
  private void written() {
    host.makeWrite();
    if (options.maxAcknowledgeMillis() == 0 || blocksForSyncs) {
      acknowledge();
    } else {
      surroundings.within(
          options.maxAcknowledgeMillis(), unlessStopped(() -> inLoop(this::acknowledge)));
    }
  }

  /** The node is told of the oldest write that is made, and what it hands out is applied. */
  private void acknowledge() {
    Ready ready = host.acknowledge();
    if (ready.committedEntries().isEmpty() && ready.snapshot().isEmpty()) {
      return;
    }
    if (options.maxApplyMillis() == 0) {
      apply(ready);
    } else {
      surroundings.within(
          options.maxApplyMillis(), unlessStopped(() -> inLoop(() -> apply(ready))));
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

  /** A state machine that was kept is not handed again what it has applied. */
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
