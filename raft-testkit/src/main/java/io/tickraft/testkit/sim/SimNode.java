package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.Ready;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.oracle.NodeView;
import io.tickraft.testkit.oracle.Oracle;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One node of a simulation and its host: it drives the node by the Ready contract, on a disk that
 * takes its time and a state machine that forgets.
 */
public final class SimNode {

  /** What a node needs of the simulation around it. */
  interface Surroundings {
    /** Carries a message to where it belongs. */
    void send(Message message);

    /** Calls back when a write is made, in virtual time. */
    void whenWritten(Runnable done);

    /** Takes note of something that has happened, for the trace. */
    Trace trace(String event, long node);
  }

  private final SimulationOptions options;
  private final Surroundings surroundings;
  private final Oracle oracle;
  private final SimDisk disk;
  private final long id;

  /** How often the node was started; part of its configuration, and what late callbacks go by. */
  private long incarnation;

  private @Nullable RawNode node;
  private StateMachine machine;
  private ConfState confState = ConfState.getDefaultInstance();
  private long appliedIndex;
  private long appliedCommands;
  private final ArrayDeque<Ready> writing = new ArrayDeque<>();

  SimNode(
      long id, SimulationOptions options, SimDisk disk, Oracle oracle, Surroundings surroundings) {
    this.id = id;
    this.options = options;
    this.disk = disk;
    this.oracle = oracle;
    this.surroundings = surroundings;
    this.machine = options.machine(id);
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
    return node != null;
  }

  /**
   * Returns the node's status.
   *
   * @return a copy
   * @throws IllegalStateException if the node is down
   */
  public Status status() {
    return running().status();
  }

  /**
   * Says whether the node runs and takes itself for the leader.
   *
   * @return whether it leads, as far as it knows
   */
  public boolean isLeader() {
    return node != null && node.status().role() == RoleName.LEADER;
  }

  /**
   * Returns the node's state machine. A restart makes another one.
   *
   * @return the state machine
   */
  public StateMachine machine() {
    return machine;
  }

  /**
   * Returns the last index that the state machine has applied.
   *
   * @return an index, from 0
   */
  public long appliedIndex() {
    return appliedIndex;
  }

  /**
   * Returns the node's disk.
   *
   * @return the disk, which stays the same over restarts
   */
  public SimDisk disk() {
    return disk;
  }

  // Life.

  /**
   * Starts the node on what its disk holds.
   *
   * @throws IllegalStateException if it runs
   */
  void start() {
    if (node != null) {
      throw new IllegalStateException("node " + id + " is up");
    }
    incarnation++;
    RaftConfig.Builder config =
        RaftConfig.builder(id).seed(options.seed()).incarnation(incarnation);
    config.maxOutstandingReadys(options.writesAtOnce());
    options.configure(config);
    machine = options.machine(id);
    Snapshot snapshot = ((Storage.SnapshotResult.Available) disk.snapshot()).snapshot();
    if (snapshot.getMetadata().getIndex() > 0) {
      machine.restore(snapshot);
    }
    appliedIndex = snapshot.getMetadata().getIndex();
    confState = snapshot.getMetadata().getConfState();
    appliedCommands = 0;
    oracle.opened(id, disk);
    node = RawNode.open(config.build(), disk);
    surroundings.trace("start", id);
    stepped();
  }

  /**
   * Stops the node at once; its disk keeps {@code keptWrites} of the writes that are not synced.
   */
  void crash(int keptWrites) {
    running();
    node = null;
    writing.clear();
    disk.crash(keptWrites);
    surroundings.trace("crash", id);
  }

  // Inputs.

  void tick() {
    running().tick();
    surroundings.trace("tick", id);
    stepped();
  }

  void step(Message message) {
    running().step(message);
    surroundings.trace("step", id).add(message);
    stepped();
  }

  ProposeResult propose(ByteString command) {
    ProposeResult result = running().propose(command);
    surroundings.trace("propose", id);
    stepped();
    return result;
  }

  ProposeResult propose(List<ByteString> commands) {
    ProposeResult result = running().propose(commands);
    surroundings.trace("propose", id);
    stepped();
    return result;
  }

  /**
   * Takes a snapshot of the state machine and drops the log up to it.
   *
   * @param kept how many entries before the snapshot stay, for followers that are a little behind
   * @return whether there was something to take a snapshot of
   */
  boolean compact(int kept) {
    running();
    long snapshotIndex =
        ((Storage.SnapshotResult.Available) disk.snapshot()).snapshot().getMetadata().getIndex();
    if (appliedIndex <= snapshotIndex) {
      return false;
    }
    disk.compact(
        appliedIndex,
        confState,
        machine.save(),
        Math.max(disk.firstIndex() - 1, appliedIndex - kept));
    surroundings.trace("compact", id);
    return true;
  }

  // The Ready contract.

  private void stepped() {
    RawNode running = running();
    oracle.stepped(NodeView.of(running.status(), false));
    while (running.hasReady()) {
      take(running, running.ready());
    }
    Status status = running.status();
    oracle.stepped(NodeView.of(status, writing.size() < options.writesAtOnce()));
    surroundings.trace("state", id).add(status);
  }

  private void take(RawNode running, Ready ready) {
    surroundings.trace("ready", id).add(ready);
    if (ready.snapshot().isPresent()) {
      oracle.snapshotInstalled(id, ready.snapshot().get());
    }
    if (!ready.entries().isEmpty()) {
      oracle.appended(id, ready.entries());
    }
    oracle.stepped(NodeView.of(running.status(), true));
    send(ready.messages());
    writing.addLast(ready);
    disk.write(ready);
    if (options.isDiskInstant()) {
      written(running);
    } else {
      long takenIn = incarnation;
      surroundings.whenWritten(
          () -> {
            if (incarnation == takenIn && node != null) {
              written(running);
              stepped();
            }
          });
    }
  }

  /** The oldest of the writes that are under way is made. */
  private void written(RawNode running) {
    Ready ready = writing.removeFirst();
    if (ready.mustSync()) {
      // Each write that is under way is one that the disk has not synced.
      disk.syncAllBut(writing.size());
    }
    send(ready.messagesAfterPersist());
    running.persisted(ready);
    ready.confState().ifPresent(c -> confState = c);
    ready.snapshot().ifPresent(this::restore);
    ready.committedEntries().forEach(this::apply);
    if (appliedIndex > running.status().appliedIndex()) {
      running.applied(appliedIndex);
    }
    if (options.snapshotEvery() > 0 && appliedCommands >= options.snapshotEvery()) {
      appliedCommands = 0;
      compact(options.entriesKept());
    }
  }

  private void restore(Snapshot snapshot) {
    oracle.restored(id, snapshot);
    machine.restore(snapshot);
    appliedIndex = snapshot.getMetadata().getIndex();
  }

  private void apply(Entry entry) {
    oracle.applied(id, entry);
    machine.apply(entry);
    appliedIndex = entry.getIndex();
    if (entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
      appliedCommands++;
    }
  }

  private void send(List<Message> messages) {
    for (Message message : messages) {
      oracle.sent(message, disk.durable());
      surroundings.send(message);
    }
  }

  private RawNode running() {
    if (node == null) {
      throw new IllegalStateException("node " + id + " is down");
    }
    return node;
  }
}
