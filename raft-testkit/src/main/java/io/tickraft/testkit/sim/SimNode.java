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

/**
 * One node of a simulation: its {@linkplain SimHost host} takes every Ready at once, and its disk
 * takes its time.
 */
public final class SimNode {

  /** What a node needs of the simulation around it. */
  interface Surroundings {
    /** Carries a message to where it belongs. */
    void send(Message message);

    /** Calls back when a write is made, in virtual time. */
    void whenWritten(Runnable done);

    /** Calls back after some time, up to so many virtual milliseconds. */
    void within(int millis, Runnable done);

    /** Takes note of something that has happened, for the trace. */
    Trace trace(String event, long node);
  }

  private final SimulationOptions options;
  private final Surroundings surroundings;
  private final SimHost host;
  private final long id;

  /** How often the node was started; part of its configuration, and what late callbacks go by. */
  private long incarnation;

  // Since the last start.
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
    if (options.isStateKept()) {
      host.keepState();
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
    options.configure(config);
    host.start(config.build());
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
   * Stops the node at once; its disk keeps {@code keptWrites} of the writes that are not synced.
   */
  void crash(int keptWrites) {
    host.crash(keptWrites);
    surroundings.trace("crash", id);
  }

  // Inputs.

  void tick() {
    host.tick();
    surroundings.trace("tick", id);
    stepped();
  }

  void step(Message message) {
    host.step(message);
    surroundings.trace("step", id).add(message);
    stepped();
  }

  ProposeResult propose(List<ByteString> commands) {
    ProposeResult result = host.propose(commands);
    surroundings.trace("propose", id);
    stepped();
    return result;
  }

  ConfChangeResult proposeConfChange(ConfChange change) {
    ConfChangeResult result = host.proposeConfChange(change);
    surroundings.trace("change", id);
    stepped();
    return result;
  }

  ConfChangeResult proposeConfChangeEvenWithoutEffect(ConfChange change) {
    ConfChangeResult result = host.proposeConfChangeEvenWithoutEffect(change);
    surroundings.trace("change", id);
    stepped();
    return result;
  }

  ReadResult readIndex(ByteString context) {
    ReadResult result = host.readIndex(context);
    surroundings.trace("read", id);
    stepped();
    return result;
  }

  TransferResult transferLeadership(long target) {
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
    host.campaign();
    surroundings.trace("campaign", id);
    stepped();
  }

  void forgetLeader() {
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
    boolean compacted = host.compact(kept);
    if (compacted) {
      surroundings.trace("compact", id);
    }
    return compacted;
  }

  // The Ready contract.

  private void stepped() {
    host.stepped();
    if (host.node().hasReady()) {
      do {
        take();
      } while (host.node().hasReady());
      host.stepped();
    }
    surroundings.trace("state", id).add(status());
  }

  private void take() {
    Ready ready = host.take();
    surroundings.trace("ready", id).add(ready);
    readStates.addAll(ready.readStates());
    ready.readStates().forEach(machine()::ended);
    outcomes.addAll(ready.outcomes());
    if (options.isDiskInstant()) {
      written();
    } else {
      surroundings.whenWritten(unlessStopped(this::written));
    }
  }

  /** What is done later than now, if the node was not stopped in between. */
  private Runnable unlessStopped(Runnable action) {
    long begunIn = incarnation;
    return () -> {
      if (incarnation == begunIn && isUp()) {
        action.run();
        stepped();
      }
    };
  }

  /** The oldest of the writes that are under way is made. */
  private void written() {
    host.makeWrite();
    if (options.maxAcknowledgeMillis() == 0) {
      acknowledge();
    } else {
      surroundings.within(options.maxAcknowledgeMillis(), unlessStopped(this::acknowledge));
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
      surroundings.within(options.maxApplyMillis(), unlessStopped(() -> apply(ready)));
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
      compact(options.entriesKept());
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
