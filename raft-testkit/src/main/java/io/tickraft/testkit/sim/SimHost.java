package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.Digest;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.ReadResult;
import io.tickraft.core.Ready;
import io.tickraft.core.SnapshotStatus;
import io.tickraft.core.Status;
import io.tickraft.core.Storage;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.oracle.NodeView;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.ReadyView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The host of one node: it does each part of the Ready contract when its caller says so, and
 * reports each part to an oracle. Its disk may lose unsynced writes, and its state machine is
 * volatile, unless {@link #keepState} is called.
 *
 * <p>{@link #take()} takes a Ready and starts its write, {@link #completeAndAcknowledge()}
 * completes the write and acknowledges it, and {@link #applyTo} applies the committed entries and
 * the snapshot. Give the node its inputs only through this class, so that the oracle sees them;
 * after each input, call {@link #stepped()}. Each input throws an {@link IllegalStateException} if
 * the node is down.
 */
public final class SimHost {

  private final long id;
  private final SimDisk disk;
  private final Oracle oracle;
  private final Consumer<Message> network;

  /** What the node reads from, unless {@link #reads} is set to something else. */
  private final PausedReads paused;

  /** Creates the storage that the node reads from, at each start. */
  private Supplier<? extends Storage> reads;

  private boolean readsFromDisk = true;

  private @Nullable RawNode node;

  /** The node's status since its last input; null if nobody has asked for it yet. */
  private @Nullable Status status;

  /** The status that the oracle was shown last; it is not shown again without a change. */
  private @Nullable Status shown;

  private boolean isShownDrained;

  private final AppliedMachine applied;
  private int maxOutstandingReadys;
  private boolean keepsState;

  /** The writes in flight, oldest first. */
  private final ArrayDeque<Write> writing = new ArrayDeque<>();

  /**
   * How many Readys in {@link #writing} and {@link #written} have a write, or messages that wait
   * for one.
   */
  private int outstanding;

  /** Readys whose writes are complete but not acknowledged to the node, oldest first. */
  private final ArrayDeque<Ready> written = new ArrayDeque<>();

  /** Readys with committed entries or a snapshot that are not all applied, oldest first. */
  private final ArrayDeque<Ready> applying = new ArrayDeque<>();

  /** The write of a Ready; {@code number} is the number that the disk has given it. */
  private record Write(Ready ready, long number) {}

  /**
   * Creates a host whose node is not started yet.
   *
   * @param id the node's id
   * @param disk the disk, which is the same at each start
   * @param oracle checks what the node does
   * @param machines creates a state machine for each start
   * @param network takes the messages that the node sends
   */
  public SimHost(
      long id,
      SimDisk disk,
      Oracle oracle,
      Supplier<StateMachine> machines,
      Consumer<Message> network) {
    this.id = id;
    this.disk = Objects.requireNonNull(disk, "disk");
    this.oracle = Objects.requireNonNull(oracle, "oracle");
    this.network = Objects.requireNonNull(network, "network");
    this.applied = new AppliedMachine(id, oracle, machines);
    this.paused = new PausedReads(disk);
    this.reads = () -> paused;
  }

  private SimHost(SimHost other, Oracle oracle, Consumer<Message> network) {
    this.id = other.id;
    this.disk = other.disk.copy();
    this.oracle = oracle;
    this.network = network;
    this.paused = other.paused.copy(disk);
    this.reads = () -> paused;
    this.node = other.node == null ? null : other.node.copy(paused);
    this.applied = other.applied.copy(oracle);
    this.maxOutstandingReadys = other.maxOutstandingReadys;
    this.keepsState = other.keepsState;
    this.writing.addAll(other.writing);
    this.outstanding = other.outstanding;
    this.written.addAll(other.written);
    this.applying.addAll(other.applying);
  }

  /**
   * Copies this host with its node, its disk and its state machine. The state machine of the copy
   * is restored from what this one saves.
   *
   * @param newOracle checks what the copy does from now on
   * @param newNetwork takes the messages that the copy sends
   * @return an independent copy
   * @throws IllegalStateException if the disk is {@linkplain SimDisk#unreliable unreliable}, or the
   *     node does not read from it
   */
  public SimHost copy(Oracle newOracle, Consumer<Message> newNetwork) {
    if (!readsFromDisk) {
      throw new IllegalStateException("a host whose node reads from elsewhere is not copied");
    }
    return new SimHost(this, newOracle, newNetwork);
  }

  /**
   * Adds everything that decides what this host and its node do next, except for the node's
   * settings: the node's state, the disk, what the state machine saves, and the Readys with work
   * left.
   *
   * @param digest what it is added to
   */
  public void digest(Digest digest) {
    digest.id(id).flag(node != null);
    if (node != null) {
      node.digest(digest);
    }
    paused.digest(digest);
    disk.digest(digest);
    applied.digest(digest);
    digest.ordered(writing, (write, each) -> digest(write.ready, each));
    digest.ordered(written, SimHost::digest);
    digest.ordered(applying, SimHost::digest);
  }

  /** Adds the work that the host still has with a Ready. */
  static void digest(Ready ready, Digest digest) {
    digest.message(ready.hardState()).messages(ready.entries()).message(ready.snapshot());
    digest.flag(ready.mustSync()).messages(ready.messagesAfterPersist());
    digest.messages(ready.committedEntries()).message(ready.confState());
  }

  /**
   * Makes the state machine durable: one write stores its state, its applied index and the
   * configuration at that index, and the next start continues from them. Otherwise each start
   * restores the disk's snapshot.
   */
  public void keepState() {
    keepsState = true;
  }

  /** Makes the node read from these storages, in place of the disk. */
  void readFrom(Supplier<? extends Storage> reads) {
    this.reads = reads;
    this.readsFromDisk = false;
  }

  /**
   * From now on the disk answers the node's reads of entries with {@code NotYet}, until {@link
   * #resumeReads} or a crash.
   *
   * @throws IllegalStateException if the node does not read from the disk
   */
  public void pauseEntries() {
    checkReadsFromDisk();
    paused.pauseEntries();
  }

  /**
   * From now on the disk answers the node's reads of the snapshot with {@code NotYet}, until {@link
   * #resumeReads} or a crash.
   *
   * @throws IllegalStateException if the node does not read from the disk
   */
  public void pauseSnapshot() {
    checkReadsFromDisk();
    paused.pauseSnapshot();
  }

  private void checkReadsFromDisk() {
    if (!readsFromDisk) {
      throw new IllegalStateException("the node does not read from the disk");
    }
  }

  /** From now on the disk answers all reads. Report it to the node with {@link #storageReady}. */
  public void resumeReads() {
    paused.resume();
  }

  /** {@return whether the disk answers some reads with {@code NotYet}} */
  public boolean areReadsPaused() {
    return paused.isPaused();
  }

  // Observation.

  /**
   * {@return whether the node runs: false before the first start, and from a crash to the next
   * start}
   */
  public boolean isUp() {
    return node != null;
  }

  /**
   * Returns the node. Use it for queries; inputs go through this class.
   *
   * @return the node
   * @throws IllegalStateException if the node is down
   */
  public RawNode node() {
    if (node == null) {
      throw new IllegalStateException("node " + id + " is down");
    }
    return node;
  }

  /**
   * Returns the node's status.
   *
   * @return a copy; the same one until the node's next input
   * @throws IllegalStateException if the node is down
   */
  public Status status() {
    RawNode running = node();
    if (status == null) {
      status = running.status();
    }
    return status;
  }

  /** Returns the node for an input, after which its status may change. */
  private RawNode changing() {
    RawNode running = node();
    status = null;
    return running;
  }

  /** {@return the disk} */
  public SimDisk disk() {
    return disk;
  }

  /** {@return the state machine; each start creates a new one} */
  public StateMachine machine() {
    return applied.machine();
  }

  /** {@return the last index that the state machine has applied, from 0} */
  public long appliedIndex() {
    return applied.index();
  }

  /** {@return how many completed writes are not acknowledged to the node, from 0} */
  public int unacknowledged() {
    return written.size();
  }

  /** {@return how many Readys are taken whose write is not complete, from 0} */
  public int unwritten() {
    return writing.size();
  }

  // Start and crash.

  /**
   * Starts the node with the content of its disk.
   *
   * @param config the node's configuration
   * @throws IllegalStateException if the node is up
   */
  public void start(RaftConfig config) {
    if (node != null) {
      throw new IllegalStateException("node " + id + " is up");
    }
    Snapshot snapshot = snapshot();
    // An installed snapshot may be ahead of the stored state: then restore the snapshot.
    Optional<SimDisk.StoredState> kept =
        disk.state().filter(s -> s.applied().index() > snapshot.getMetadata().getIndex());
    maxOutstandingReadys = config.maxOutstandingReadys();
    oracle.configured(id, config);
    oracle.opened(id, disk);
    if (kept.isPresent()) {
      applied.start(kept.get());
      oracle.resumed(id, kept.get().applied());
      node = RawNode.open(config, reads.get(), kept.get().applied());
    } else {
      applied.start(snapshot);
      node = RawNode.open(config, reads.get());
    }
    status = null;
  }

  private Snapshot snapshot() {
    return ((Storage.SnapshotResult.Available) disk.snapshot()).snapshot();
  }

  /**
   * Stops the node at once. The memory and the unsynced writes are lost, except for the oldest
   * {@code keptWrites}.
   *
   * @param keptWrites how many unsynced writes are kept, from 0 to {@link SimDisk#unsynced()}
   * @throws IllegalStateException if the node is down
   */
  public void crash(int keptWrites) {
    crash(keptWrites, 0);
  }

  /**
   * Stops the node at once, in the middle of a write that is not atomic. The memory and the
   * unsynced writes are lost, except for the oldest {@code keptWrites} and the first parts of the
   * next write. The parts of a write are the Ready's snapshot, each entry and the hard state, in
   * this order.
   *
   * @param keptWrites how many unsynced writes are kept whole, from 0 to {@link SimDisk#unsynced()}
   * @param keptParts how many parts of the next write are kept: 0, or fewer than {@link
   *     SimDisk#parts}
   * @throws IllegalStateException if the node is down
   * @throws IllegalArgumentException if {@code keptParts} is negative, or positive and not below
   *     the number of parts
   */
  public void crash(int keptWrites, int keptParts) {
    node();
    disk.crash(keptWrites, keptParts);
    paused.resume();
    node = null;
    writing.clear();
    written.clear();
    outstanding = 0;
    applying.clear();
    oracle.crashed(id, keptWrites, keptParts);
  }

  // Inputs.

  /** Ticks the node. */
  public void tick() {
    RawNode ticking = changing();
    oracle.ticked(id);
    ticking.tick();
  }

  /**
   * Gives the node a message.
   *
   * @param message the message
   */
  public void step(Message message) {
    RawNode receiver = changing();
    oracle.received(id, message);
    receiver.step(message);
  }

  /**
   * Proposes commands.
   *
   * @param commands the commands, at least one
   * @return the node's result
   */
  public ProposeResult propose(List<ByteString> commands) {
    RawNode proposing = changing();
    oracle.proposing(id, commands);
    ProposeResult result = proposing.propose(commands);
    oracle.proposed(id, result);
    return result;
  }

  /**
   * Proposes a membership change.
   *
   * @param change the change
   * @return the node's result
   */
  public ConfChangeResult proposeConfChange(ConfChange change) {
    ConfChangeResult result = changing().proposeConfChange(change);
    oracle.changeProposed(id, change, result);
    return result;
  }

  /**
   * Proposes a membership change, even one that only removes nodes that are not members.
   *
   * @param change the change
   * @return the node's result
   */
  public ConfChangeResult proposeConfChangeEvenWithoutEffect(ConfChange change) {
    ConfChangeResult result = changing().proposeConfChangeEvenWithoutEffect(change);
    oracle.changeProposed(id, change, result);
    return result;
  }

  /**
   * Asks for a read index. A later Ready contains its outcome.
   *
   * @param context the context that identifies the read
   * @return the node's result
   */
  public ReadResult readIndex(ByteString context) {
    ReadResult result = changing().readIndex(context);
    oracle.readRequested(id, context, result);
    return result;
  }

  /**
   * Asks for a transfer of leadership. A later Ready contains its outcome.
   *
   * @param target the voter that is to become the leader
   * @return the node's result
   */
  public TransferResult transferLeadership(long target) {
    TransferResult result = changing().transferLeadership(target);
    oracle.transferRequested(id, target, result);
    return result;
  }

  /**
   * Asks for a transfer of leadership to a voter that the node chooses. A later Ready contains its
   * outcome.
   *
   * @return the node's result
   */
  public TransferResult transferLeadership() {
    TransferResult result = changing().transferLeadership();
    if (result instanceof TransferResult.Started started) {
      oracle.transferRequested(id, started.target(), result);
    }
    return result;
  }

  /** Makes the node step down if it leads. */
  public void resign() {
    RawNode leader = changing();
    oracle.resigning(id);
    leader.resign();
  }

  /** Makes the node campaign. */
  public void campaign() {
    RawNode candidate = changing();
    oracle.campaigning(id);
    candidate.campaign();
  }

  /** Makes the node forget its leader. */
  public void forgetLeader() {
    RawNode follower = changing();
    oracle.leaderForgotten(id);
    follower.forgetLeader();
  }

  /**
   * Reports to the node that a member cannot be reached.
   *
   * @param peer the member
   */
  public void reportUnreachable(long peer) {
    changing().reportUnreachable(peer);
  }

  /**
   * Reports to the node the progress of a snapshot transfer to a member.
   *
   * @param peer the member
   * @param attempt the attempt of the {@link io.tickraft.proto.InstallSnapshot}
   * @param progress how the transfer is going
   */
  public void reportSnapshot(long peer, long attempt, SnapshotStatus progress) {
    changing().reportSnapshot(peer, attempt, progress);
  }

  /** Reports to the node that its storage has the data that it answered with {@code NotYet}. */
  public void storageReady() {
    changing().storageReady();
  }

  // The Ready contract.

  /**
   * Shows the node's state to the oracle. This makes the node act on its timeouts. So if several
   * ticks or messages are delivered together, call this only after the last of them.
   */
  public void stepped() {
    Status now = status();
    if (now.failure().isPresent()) {
      // Throws the failure. The state is not shown: it may be in the middle of a transition.
      node().hasReady();
    }
    show(now, isDrained());
  }

  /**
   * {@return whether the host has taken all entries of its node's log} At the maximum of
   * outstanding Readys, the node may have appended entries that no Ready contains yet.
   */
  public boolean isDrained() {
    return outstanding < maxOutstandingReadys && !node().hasReady();
  }

  private void show(Status now, boolean isDrained) {
    if (now != shown || isDrained != isShownDrained) {
      shown = now;
      isShownDrained = isDrained;
      oracle.stepped(NodeView.of(now, isDrained));
    }
  }

  /** {@return how many Readys with a write, or with messages that wait for one, are outstanding} */
  int outstanding() {
    return outstanding;
  }

  /** Returns whether a Ready has a write, or messages that wait for one. */
  static boolean hasToPersist(Ready ready) {
    return ready.hardState().isPresent()
        || ready.snapshot().isPresent()
        || !ready.entries().isEmpty()
        || !ready.messagesAfterPersist().isEmpty();
  }

  /**
   * Takes the next Ready: sends the messages that need not wait for the write, and starts the
   * write.
   *
   * @return the Ready
   * @throws IllegalStateException if the node is down or has no Ready
   */
  public Ready take() {
    boolean containsWrites = outstanding < maxOutstandingReadys;
    Ready ready = changing().ready();
    if (ready.snapshot().isPresent()) {
      oracle.snapshotInstalled(id, ready.snapshot().get());
    }
    if (!ready.entries().isEmpty()) {
      oracle.appended(id, ready.entries());
    }
    // At the maximum of outstanding Readys, a Ready contains nothing to write.
    show(status(), containsWrites);
    oracle.taken(id, ReadyView.of(ready), disk.durable());
    send(ready.messages());
    if (ready.snapshot().isPresent() || !ready.committedEntries().isEmpty()) {
      applying.addLast(ready);
    }
    writing.addLast(new Write(ready, disk.write(ready)));
    outstanding += hasToPersist(ready) ? 1 : 0;
    return ready;
  }

  /**
   * Completes the oldest write in flight: syncs it if the Ready requires a sync, sends the messages
   * that waited for it, and acknowledges it to the node.
   *
   * @return the Ready that is persisted now
   * @throws java.util.NoSuchElementException if no write is in flight
   */
  public Ready completeAndAcknowledge() {
    completeWrite();
    return acknowledge();
  }

  /**
   * Completes the oldest write in flight: syncs it if the Ready requires a sync, and sends the
   * messages that waited for it. Call {@link #acknowledge()} later.
   *
   * @throws java.util.NoSuchElementException if no write is in flight
   */
  public void completeWrite() {
    Write write = writing.removeFirst();
    Ready ready = write.ready;
    if (ready.mustSync()) {
      disk.syncTo(write.number);
    }
    written.addLast(ready);
    oracle.written(id, ReadyView.of(ready), disk.durable());
    send(ready.messagesAfterPersist());
  }

  /**
   * Acknowledges the oldest completed write to the node.
   *
   * @return the Ready that is persisted now
   * @throws java.util.NoSuchElementException if all completed writes are acknowledged
   */
  public Ready acknowledge() {
    Ready ready = removeWritten();
    changing().persisted(ready);
    // This write may commit entries in the present configuration, which applying may change.
    stepped();
    return ready;
  }

  private Ready removeWritten() {
    Ready ready = written.removeFirst();
    outstanding -= hasToPersist(ready) ? 1 : 0;
    oracle.persisted(id, ReadyView.of(ready));
    return ready;
  }

  /**
   * Acknowledges all completed writes to the node, with one call for the latest of them.
   *
   * @return the Readys that are persisted now, at least one
   */
  List<Ready> acknowledgeAll() {
    List<Ready> all = new ArrayList<>(written.size());
    while (!written.isEmpty()) {
      all.add(removeWritten());
    }
    changing().persisted(all.get(all.size() - 1));
    stepped();
    return all;
  }

  /**
   * {@return whether the Ready of the oldest completed write changes the configuration} The write
   * may commit entries in the present configuration. So the oracles have to see the node before the
   * change takes effect; {@link #advance()} would hide this state.
   */
  boolean changesConfiguration() {
    return written.getFirst().confState().isPresent();
  }

  /**
   * Applies the Ready of the oldest completed write, and acknowledges its write and its application
   * to the node with {@link RawNode#advance}.
   *
   * @return the Ready
   */
  Ready advance() {
    Ready ready = removeWritten();
    if (!applying.isEmpty() && applying.getFirst() == ready) {
      applyTo(Long.MAX_VALUE, applying.removeFirst());
      storeState();
    }
    changing().advance(ready);
    stepped();
    return ready;
  }

  /**
   * Applies the committed entries and snapshots of the Readys that were taken, up to an index, and
   * reports the applied index to the node.
   *
   * @param index the last index to apply. Less is applied if the Readys have no more entries, or at
   *     a snapshot whose write is not acknowledged
   */
  public void applyTo(long index) {
    while (!applying.isEmpty() && applyTo(index, applying.getFirst())) {
      applying.removeFirst();
    }
    if (applied.index() > status().appliedIndex()) {
      storeState();
      changing().applied(applied.index());
      stepped();
    }
  }

  private void storeState() {
    if (keepsState) {
      SimDisk.StoredState state = applied.state();
      disk.write(state);
      oracle.stateStored(id, state.applied());
    }
  }

  /** Returns whether all of the Ready is applied. */
  private boolean applyTo(long index, Ready ready) {
    return !(ready.snapshot().isPresent() && isWriting(ready)) && applied.applyTo(index, ready);
  }

  private boolean isWriting(Ready ready) {
    return written.contains(ready) || writing.stream().anyMatch(write -> write.ready == ready);
  }

  private void send(List<Message> messages) {
    for (Message message : messages) {
      oracle.sent(message, disk.durable());
      network.accept(message);
    }
  }

  /** Syncs all writes of the disk, unless a Ready's write is in flight. */
  public void sync() {
    if (writing.isEmpty()) {
      disk.syncAllBut(0);
    }
  }

  /**
   * Takes a snapshot of the state machine and compacts the log, without a sync.
   *
   * @param kept how many of the covered entries stay in the log, at least 0, for followers that are
   *     slightly behind
   * @return whether a snapshot was taken; false if nothing was applied since the last snapshot
   * @throws IllegalStateException if the node is down
   */
  public boolean compact(int kept) {
    node();
    if (applied.index() <= snapshot().getMetadata().getIndex()) {
      return false;
    }
    SimDisk.StoredState state = applied.state();
    long index = applied.index();
    disk.compact(
        index,
        state.applied().confState(),
        state.data(),
        Math.max(disk.firstIndex() - 1, index - kept));
    oracle.compacted(id, kept);
    return true;
  }
}
