package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
import io.tickraft.core.AppliedState;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.ReadResult;
import io.tickraft.core.Ready;
import io.tickraft.core.Status;
import io.tickraft.core.Storage;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import io.tickraft.testkit.oracle.NodeView;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.ReadyView;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The host of one node: it knows how to do each part of the Ready contract, on a disk that may lose
 * what is not synced and with a state machine that forgets, and it tells an oracle of all of it.
 * When to do which part is the business of who owns it.
 *
 * <p>A Ready that is {@linkplain #take() taken} is written, its write is {@linkplain #written()
 * made} some time, and what it hands to the state machine is {@linkplain #applyTo applied} some
 * time. Inputs go to the node through this, so that the oracle is told of them; after each, {@link
 * #stepped()} shows the node to the oracle.
 */
public final class SimHost {

  private final long id;
  private final SimDisk disk;
  private final Oracle oracle;
  private final Supplier<StateMachine> machines;
  private final Consumer<Message> network;

  /** Makes what the node reads from, at each start. */
  private Supplier<? extends Storage> reads;

  private @Nullable RawNode node;
  private StateMachine machine;
  private ConfState confState = ConfState.getDefaultInstance();
  private long appliedIndex;
  private long appliedTerm;
  private int writesAtOnce;
  private boolean keepsState;
  private final ArrayDeque<Write> writing = new ArrayDeque<>();

  /** How many of the Readys in {@link #writing} and {@link #written} something waits for. */
  private int outstanding;

  /** Their writes are made, and the node does not know. */
  private final ArrayDeque<Ready> written = new ArrayDeque<>();

  private final ArrayDeque<Ready> applying = new ArrayDeque<>();

  /** The write of a Ready that is under way. */
  private record Write(Ready ready, long number) {}

  /**
   * Describes a host whose node is not started yet.
   *
   * @param id the node's id
   * @param disk the disk, which stays the same over restarts
   * @param oracle told of what the node does
   * @param machines makes a state machine for each start
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
    this.machines = Objects.requireNonNull(machines, "machines");
    this.network = Objects.requireNonNull(network, "network");
    this.machine = machines.get();
    this.reads = () -> disk;
  }

  /**
   * Lets the state machine keep what it has applied: its state, its applied index and the
   * configuration there are stored in one write, and the next start goes on from them. Without this
   * it starts from the disk's snapshot.
   */
  public void keepState() {
    keepsState = true;
  }

  /** Lets the node read from something that stands before the disk. */
  void readFrom(Supplier<? extends Storage> reads) {
    this.reads = reads;
  }

  // What there is to see.

  /**
   * Says whether the node runs.
   *
   * @return false before the first start, and from a crash to the next start
   */
  public boolean isUp() {
    return node != null;
  }

  /**
   * Returns the node, for questions.
   *
   * @return the node
   * @throws IllegalStateException if it is down
   */
  public RawNode node() {
    if (node == null) {
      throw new IllegalStateException("node " + id + " is down");
    }
    return node;
  }

  /**
   * Returns the disk.
   *
   * @return the disk
   */
  public SimDisk disk() {
    return disk;
  }

  /**
   * Returns the state machine. Each start makes another one.
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
   * Returns how many Readys are taken whose writes the node does not know to be made.
   *
   * @return a number
   */
  public int writing() {
    return writing.size() + written.size();
  }

  // Life.

  /**
   * Starts the node on what its disk holds.
   *
   * @param config the node's configuration
   * @throws IllegalStateException if it runs
   */
  public void start(RaftConfig config) {
    if (node != null) {
      throw new IllegalStateException("node " + id + " is up");
    }
    Snapshot snapshot = snapshot();
    // A snapshot from a leader may be further: then the state machine is to start from that.
    Optional<SimDisk.StoredState> kept =
        disk.state().filter(s -> s.applied().index() > snapshot.getMetadata().getIndex());
    machine = machines.get();
    writesAtOnce = config.maxOutstandingReadys();
    oracle.configured(id, config);
    oracle.opened(id, disk);
    if (kept.isPresent()) {
      AppliedState applied = kept.get().applied();
      resume(
          snapshot.toBuilder()
              .setMetadata(
                  SnapshotMetadata.newBuilder()
                      .setIndex(applied.index())
                      .setTerm(applied.term())
                      .setConfState(applied.confState()))
              .setData(kept.get().data())
              .build());
      oracle.resumed(id, applied);
      node = RawNode.open(config, reads.get(), applied);
    } else {
      resume(snapshot);
      node = RawNode.open(config, reads.get());
    }
  }

  private void resume(Snapshot state) {
    if (state.getMetadata().getIndex() > 0) {
      machine.restore(state);
    }
    appliedIndex = state.getMetadata().getIndex();
    appliedTerm = state.getMetadata().getTerm();
    confState = state.getMetadata().getConfState();
  }

  private Snapshot snapshot() {
    return ((Storage.SnapshotResult.Available) disk.snapshot()).snapshot();
  }

  /**
   * Stops the node at once. It loses what is in memory, and of the writes that are not synced all
   * but the oldest {@code keptWrites}.
   *
   * @param keptWrites how many writes stay, up to {@link SimDisk#unsynced()}
   * @throws IllegalStateException if it is down
   */
  public void crash(int keptWrites) {
    crash(keptWrites, 0);
  }

  /**
   * Stops the node at once, in the middle of a write that is not atomic. It loses what is in
   * memory, and of the writes that are not synced all but the oldest {@code keptWrites} and some
   * parts of the next one. What stays of a Ready is always a prefix of its snapshot, its entries
   * and its hard state, in this order.
   *
   * @param keptWrites how many writes stay whole, up to {@link SimDisk#unsynced()}
   * @param keptParts how many parts stay of the write after them: below {@link SimDisk#parts}
   * @throws IllegalStateException if it is down
   * @throws IllegalArgumentException if that write has no more parts than that
   */
  public void crash(int keptWrites, int keptParts) {
    node();
    disk.crash(keptWrites, keptParts);
    node = null;
    writing.clear();
    written.clear();
    outstanding = 0;
    applying.clear();
  }

  // Inputs.

  /** Lets a tick pass. */
  public void tick() {
    RawNode ticking = node();
    oracle.ticked(id);
    ticking.tick();
  }

  /**
   * Gives the node a message.
   *
   * @param message the message
   */
  public void step(Message message) {
    RawNode receiver = node();
    oracle.received(id, message);
    receiver.step(message);
  }

  /**
   * Proposes commands.
   *
   * @param commands the commands, at least one
   * @return what the node says
   */
  public ProposeResult propose(List<ByteString> commands) {
    ProposeResult result = node().propose(commands);
    oracle.proposed(id, result);
    return result;
  }

  /**
   * Proposes a membership change.
   *
   * @param change the change
   * @return what the node says
   */
  public ConfChangeResult proposeConfChange(ConfChange change) {
    ConfChangeResult result = node().proposeConfChange(change);
    oracle.changeProposed(id, change, result);
    return result;
  }

  /**
   * Proposes a membership change, also if it only removes nodes that are no members.
   *
   * @param change the change
   * @return what the node says
   */
  public ConfChangeResult proposeConfChangeEvenWithoutEffect(ConfChange change) {
    ConfChangeResult result = node().proposeConfChangeEvenWithoutEffect(change);
    oracle.changeProposed(id, change, result);
    return result;
  }

  /**
   * Asks for a read. How it ends is told by a Ready.
   *
   * @param context a name for the read
   * @return what the node says
   */
  public ReadResult readIndex(ByteString context) {
    ReadResult result = node().readIndex(context);
    oracle.readRequested(id, context, result);
    return result;
  }

  /**
   * Asks for a transfer of leadership. How it ends is told by a Ready.
   *
   * @param target who is to lead
   * @return what the node says
   */
  public TransferResult transferLeadership(long target) {
    TransferResult result = node().transferLeadership(target);
    oracle.transferRequested(id, target, result);
    return result;
  }

  /**
   * Asks for a transfer of leadership to whom the node chooses.
   *
   * @return what the node says
   */
  public TransferResult transferLeadership() {
    TransferResult result = node().transferLeadership();
    if (result instanceof TransferResult.Started started) {
      oracle.transferRequested(id, started.target(), result);
    }
    return result;
  }

  /** Makes the node step down if it leads. */
  public void resign() {
    node().resign();
  }

  /** Makes the node campaign. */
  public void campaign() {
    node().campaign();
  }

  /** Makes the node forget its leader. */
  public void forgetLeader() {
    RawNode follower = node();
    oracle.leaderForgotten(id);
    follower.forgetLeader();
  }

  /** Tells the node that its storage can deliver what it could not deliver before. */
  void storageReady() {
    node().storageReady();
  }

  // The Ready contract.

  /**
   * Shows the oracle what the node is like now. That makes the node act on its time-outs: after a
   * tick or a message that is not the last of several, it is too early.
   */
  public void stepped() {
    Status status = node().status();
    // It has more to write than was seen if it could not give out all of it.
    oracle.stepped(NodeView.of(status, outstanding < writesAtOnce && !node().hasReady()));
  }

  /** {@return how many Readys the node counts as outstanding: those that something waits for} */
  int outstanding() {
    return outstanding;
  }

  private static boolean waits(Ready ready) {
    return ready.hardState().isPresent()
        || ready.snapshot().isPresent()
        || !ready.entries().isEmpty()
        || !ready.messagesAfterPersist().isEmpty();
  }

  /**
   * Takes a Ready, which the node must have: sends what may leave at once, and writes it.
   *
   * @return the Ready
   */
  public Ready take() {
    boolean isAllSaid = outstanding < writesAtOnce;
    Ready ready = node().ready();
    if (ready.snapshot().isPresent()) {
      oracle.snapshotInstalled(id, ready.snapshot().get());
    }
    if (!ready.entries().isEmpty()) {
      oracle.appended(id, ready.entries());
    }
    // One that is taken while the node may not write leaves out what is to be written.
    oracle.stepped(NodeView.of(node().status(), isAllSaid));
    oracle.taken(id, ReadyView.of(ready), disk.durable());
    send(ready.messages());
    if (ready.snapshot().isPresent() || !ready.committedEntries().isEmpty()) {
      applying.addLast(ready);
    }
    writing.addLast(new Write(ready, disk.write(ready)));
    outstanding += waits(ready) ? 1 : 0;
    return ready;
  }

  /**
   * The oldest of the writes that are under way is made: it is synced if it has to be, what waited
   * for it is sent, and the node is told.
   *
   * @return the Ready that is persisted now
   */
  public Ready written() {
    makeWrite();
    return acknowledge();
  }

  /**
   * The oldest of the writes that are under way is made: it is synced if it has to be, and what
   * waited for it is sent.
   */
  void makeWrite() {
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
   * Tells the node of the oldest of the writes that are made.
   *
   * @return the Ready that is persisted now
   */
  Ready acknowledge() {
    Ready ready = written.removeFirst();
    outstanding -= waits(ready) ? 1 : 0;
    oracle.persisted(id, ReadyView.of(ready));
    node().persisted(ready);
    // What is committed now is by the configuration in effect before anything more is applied.
    stepped();
    return ready;
  }

  /**
   * Lets the state machine apply what it was handed, up to an index, and tells the node.
   *
   * @param index the last index to apply; what was not handed out, or comes with a snapshot whose
   *     write is not made, is left for later
   */
  public void applyTo(long index) {
    while (!applying.isEmpty() && applyTo(index, applying.getFirst())) {
      applying.removeFirst();
    }
    if (appliedIndex > node().status().appliedIndex()) {
      if (keepsState) {
        AppliedState applied = new AppliedState(appliedIndex, appliedTerm, confState);
        disk.write(new SimDisk.StoredState(applied, machine.save()));
      }
      node().applied(appliedIndex);
      stepped();
    }
  }

  /** Returns whether all of the Ready is applied. */
  private boolean applyTo(long index, Ready ready) {
    if (ready.snapshot().isPresent()) {
      long covered = ready.snapshot().get().getMetadata().getIndex();
      if (covered > index || isWriting(ready)) {
        return false;
      }
      if (covered > appliedIndex) {
        restore(ready.snapshot().get());
      }
    }
    for (Entry entry : ready.committedEntries()) {
      if (entry.getIndex() > index) {
        return false;
      }
      if (entry.getIndex() > appliedIndex) {
        oracle.applied(id, entry);
        machine.apply(entry);
        appliedIndex = entry.getIndex();
        appliedTerm = entry.getTerm();
      }
    }
    ready.confState().ifPresent(c -> confState = c);
    return true;
  }

  private boolean isWriting(Ready ready) {
    return written.contains(ready) || writing.stream().anyMatch(write -> write.ready == ready);
  }

  private void restore(Snapshot snapshot) {
    oracle.restored(id, snapshot);
    resume(snapshot);
  }

  private void send(List<Message> messages) {
    for (Message message : messages) {
      oracle.sent(message, disk.durable());
      network.accept(message);
    }
  }

  /** Syncs what the disk has written, unless a Ready's write is under way. */
  public void sync() {
    if (writing.isEmpty()) {
      disk.syncAllBut(0);
    }
  }

  /**
   * Takes a snapshot of the state machine and drops the log up to it, without a sync.
   *
   * @param kept how many entries before the snapshot stay, for followers that are a little behind
   * @return whether there was something to take a snapshot of
   */
  public boolean compact(int kept) {
    node();
    if (appliedIndex <= snapshot().getMetadata().getIndex()) {
      return false;
    }
    disk.compact(
        appliedIndex,
        confState,
        machine.save(),
        Math.max(disk.firstIndex() - 1, appliedIndex - kept));
    return true;
  }
}
