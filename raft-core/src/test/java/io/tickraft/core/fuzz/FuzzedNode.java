package io.tickraft.core.fuzz;

import com.google.protobuf.ByteString;
import io.tickraft.core.AppliedState;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.DropReason;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.RawNode;
import io.tickraft.core.ReadResult;
import io.tickraft.core.Ready;
import io.tickraft.core.RoleName;
import io.tickraft.core.SnapshotStatus;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A node with its host, checked at every call.
 *
 * <p>Beside the node runs a twin: the same calls on a storage of its own, but for the messages that
 * the node reported as dropped, which the twin never gets. That the two stay equal shows that a
 * dropped message changes nothing, hidden state included, that the same calls give the same
 * outputs, and that an observer, which the twin has not, makes no difference.
 */
final class FuzzedNode {

  /** What became of a message. */
  record Outcome(Optional<DropReason> dropped, boolean changed) {}

  private record Out(Ready ready, Ready ofTwin, Taken taken) {}

  private final Supplier<RaftConfig.Builder> settings;
  private final LocalInvariants invariants;
  private ElectionInvariants elections;
  private ReadInvariants reads;
  private TransferInvariants transfers;
  private final MembershipInvariants memberships;
  private final List<RaftEvent> events = new ArrayList<>();

  private FuzzStorage storage;
  private FuzzStorage storageOfTwin;
  private RawNode node;
  private RawNode twin;
  private Observation now;
  private long incarnation;
  private long lastAttempt;

  /** The hard state that the disk is sure to hold. */
  private HardState synced;

  /** Readys that were taken and not written, and those that were written and not acknowledged. */
  private final Deque<Out> unwritten = new ArrayDeque<>();

  private final Deque<Out> unacknowledged = new ArrayDeque<>();

  private final FuzzedMachine machine;

  /** Gets the Readys. */
  private Consumer<Taken> readys = taken -> {};

  /** Gets what leaves the node. */
  private Consumer<Message> network = message -> {};

  FuzzedNode(Supplier<RaftConfig.Builder> settings, Optional<Snapshot> first, HardState hardState) {
    this.settings = settings;
    this.invariants = new LocalInvariants(settings.get().build());
    this.memberships = new MembershipInvariants(settings.get().build().id());
    this.storage = new FuzzStorage(storage(first, hardState));
    this.storageOfTwin = new FuzzStorage(storage(first, hardState));
    Snapshot snapshot = first.orElse(Snapshot.getDefaultInstance());
    synced = hardState;
    machine =
        new FuzzedMachine(snapshot.getMetadata().getIndex(), snapshot.getMetadata().getConfState());
    this.node = RawNode.open(config(true), storage);
    this.twin = RawNode.open(config(false), storageOfTwin);
    now = Observation.of(node);
    compareTwin();
    invariants.opened(now, hardState, snapshot);
    watch();
  }

  /** The rules about what a node has in memory only begin anew with each start. */
  private void watch() {
    elections = new ElectionInvariants(settings.get().build(), now);
    reads = new ReadInvariants(settings.get().build());
    transfers = new TransferInvariants(settings.get().build());
  }

  private static MemoryStorage storage(Optional<Snapshot> first, HardState hardState) {
    MemoryStorage memory = new MemoryStorage();
    first.ifPresent(memory::installSnapshot);
    memory.setHardState(hardState);
    return memory;
  }

  private RaftConfig config(boolean observed) {
    RaftConfig.Builder builder = settings.get().incarnation(incarnation);
    return observed ? builder.observer(events::add).build() : builder.build();
  }

  void network(Consumer<Message> to) {
    network = to;
  }

  void readys(Consumer<Taken> to) {
    readys = to;
  }

  /** What the node shows. */
  Observation now() {
    return now;
  }

  /** The log that the host was told to write, which may end before the node's. */
  NaiveLog log() {
    return invariants.told();
  }

  /** Whether the node may have failed, as it needs a newer version. */
  boolean needsNewerVersion() {
    return invariants.needsNewerVersion();
  }

  // Inputs.

  Outcome step(Message message) {
    Observation before = now;
    node.step(message);
    Optional<DropReason> dropped = droppedFor(message);
    if (dropped.isPresent() && !showsLoss(message, dropped.get())) {
      Observation after = Observation.of(node);
      boolean twinHasReady = twin.hasReady();
      require(twinHasReady == after.hasReady(), "the twin differs in hasReady()", message);
      invariants.dropped(before, after, events.size() - 1);
      events.clear();
      return new Outcome(dropped, false);
    }
    invariants.processed(message);
    twin.step(message);
    countProposals(message, before);
    boolean saysMore = saysMore();
    reads.processed(message);
    transfers.processed(message, before, Observation.of(node));
    observe(message);
    elections.processed(message, before, now);
    return new Outcome(dropped, saysMore || !before.equals(now));
  }

  /** The reason for which the message, the only one that was stepped, was dropped. */
  @SuppressWarnings("ReferenceEquality") // the very message
  private Optional<DropReason> droppedFor(Message message) {
    for (RaftEvent event : events) {
      if (event instanceof RaftEvent.MessageDropped dropped) {
        require(dropped.message() == message, "another message is reported as dropped", message);
        return Optional.of(dropped.reason());
      }
    }
    return Optional.empty();
  }

  /**
   * The one message that is dropped and counts: a heartbeat that shows that the node lost state.
   */
  private static boolean showsLoss(Message message, DropReason reason) {
    return message.hasHeartbeat() && reason == DropReason.LOST_STATE;
  }

  private boolean saysMore() {
    for (RaftEvent event : events) {
      if (!(event instanceof RaftEvent.OutgoingDropped)) {
        return true;
      }
    }
    return false;
  }

  private void countProposals(Message message, Observation before) {
    if (message.hasPropose() && before.role() == RoleName.LEADER) {
      long last = node.status().last().index();
      int count = message.getPropose().getDataCount();
      require(last == before.last() || last == before.last() + count, "a part of a batch", message);
      if (last > before.last()) {
        memberships.commandsTaken(before);
        transfers.appended(before);
        invariants.proposed(last, message.getPropose().getDataList());
      }
    }
  }

  void tick() {
    node.tick();
    twin.tick();
    elections.tick();
    transfers.tick();
    observe();
  }

  void campaign() {
    node.campaign();
    twin.campaign();
    observe();
  }

  void forgetLeader() {
    node.forgetLeader();
    twin.forgetLeader();
    elections.leaderForgotten();
    observe();
  }

  void reportUnreachable(long peer) {
    node.reportUnreachable(peer);
    twin.reportUnreachable(peer);
    observe();
  }

  void reportSnapshot(long peer, long attempt, SnapshotStatus status) {
    node.reportSnapshot(peer, attempt, status);
    twin.reportSnapshot(peer, attempt, status);
    observe();
  }

  void storageReady() {
    node.storageReady();
    twin.storageReady();
    observe();
  }

  /** The number of the last attempt at sending a snapshot; 0 before the first. */
  long lastAttempt() {
    return lastAttempt;
  }

  ProposeResult propose(List<ByteString> data) {
    ProposeResult result = node.propose(data);
    require(result.equals(twin.propose(data)), "the twin answers a proposal differently", result);
    if (result instanceof ProposeResult.Accepted accepted) {
      require(
          accepted.lastIndex() - accepted.firstIndex() + 1 == data.size()
              && accepted.firstIndex() == now.last() + 1
              && accepted.term() == now.term(),
          "the place of a proposal",
          result);
      memberships.commandsTaken(now);
      transfers.appended(now);
      invariants.proposed(accepted.lastIndex(), data);
    }
    observe();
    return result;
  }

  ConfChangeResult proposeConfChange(ConfChange change) {
    Observation before = now;
    ConfChangeResult result = node.proposeConfChange(change);
    require(
        result.equals(twin.proposeConfChange(change)),
        "the twin answers a change differently",
        result);
    observe();
    memberships.proposed(result, before, now, log());
    if (result instanceof ConfChangeResult.Accepted) {
      transfers.appended(before);
    }
    return result;
  }

  ReadResult readIndex(ByteString context) {
    ReadResult result = node.readIndex(context);
    require(result.equals(twin.readIndex(context)), "the twin answers a read differently", result);
    reads.read(context, result, now);
    observe();
    return result;
  }

  TransferResult transferLeadership(long target) {
    TransferResult result = node.transferLeadership(target);
    require(
        result.equals(twin.transferLeadership(target)),
        "the twin answers a transfer differently",
        result);
    transfers.asked(target, result, now);
    observe();
    return result;
  }

  TransferResult transferLeadership() {
    TransferResult result = node.transferLeadership();
    require(
        result.equals(twin.transferLeadership()),
        "the twin answers a transfer differently",
        result);
    if (result instanceof TransferResult.Started started) {
      transfers.asked(started.target(), result, now);
    }
    observe();
    return result;
  }

  void resign() {
    node.resign();
    twin.resign();
    observe();
    require(now.role() != RoleName.LEADER, "a node that resigned leads", now);
  }

  /** Nothing arrives for so long that everything that was asked for must have ended. */
  void waitForAll() {
    RaftConfig config = settings.get().build();
    int ticks = config.readTimeoutTicks() + 2 * config.electionTicks() + 1;
    for (int i = 0; i < ticks; i++) {
      tick();
      drain();
    }
    reads.allEnded();
    transfers.allEnded();
  }

  /** Looks at the node after a call. */
  private void observe() {
    observe(Message.getDefaultInstance());
  }

  /** Looks at the node after a message. */
  private void observe(Message cause) {
    // First, as asking whether there is a Ready may be what begins a snapshot, and reports it.
    Observation seen = Observation.of(node);
    for (RaftEvent event : events) {
      invariants.event(event);
    }
    events.clear();
    invariants.observed(seen);
    elections.observed(seen, cause);
    memberships.observed(seen, machine.confState());
    transfers.observed(seen);
    now = seen;
    compareTwin();
  }

  private void compareTwin() {
    Observation ofTwin = Observation.of(twin);
    require(now.equals(ofTwin), "the twin differs", ofTwin);
  }

  // The host.

  /** Takes a Ready if there is one. */
  boolean take() {
    if (!now.hasReady()) {
      return false;
    }
    Ready ready = node.ready();
    Ready ofTwin = twin.ready();
    Taken taken = Taken.of(ready);
    require(taken.equals(Taken.of(ofTwin)), "the twin's Ready differs", ready);
    invariants.taken(taken);
    reads.taken(taken, now, log());
    transfers.taken(taken, now);
    readys.accept(taken);
    unwritten.addLast(new Out(ready, ofTwin, taken));
    memberships.handedOut(taken, machine.latest());
    machine.handedOut(taken);
    elections.configurationWaits(machine.isChanging());
    observe();
    taken.messages().forEach(this::leaves);
    return true;
  }

  private void leaves(Message message) {
    if (message.hasInstallSnapshot()) {
      lastAttempt = message.getInstallSnapshot().getAttempt();
    }
    elections.sent(message);
    network.accept(message);
  }

  /** Writes the oldest Ready that is not written, if there is one. */
  boolean write() {
    Out out = unwritten.pollFirst();
    if (out == null) {
      return false;
    }
    storage.memory.persist(out.ready);
    storageOfTwin.memory.persist(out.ofTwin);
    if (out.taken.mustSync()) {
      synced = storage.memory.initialState();
    }
    invariants.written(out.taken);
    unacknowledged.addLast(out);
    out.taken.messagesAfterPersist().forEach(this::leaves);
    return true;
  }

  /** Acknowledges some of the Readys that are written, if there are any. */
  boolean acknowledge(int count) {
    Out last = null;
    for (int i = 0; i < count && !unacknowledged.isEmpty(); i++) {
      last = unacknowledged.removeFirst();
      invariants.acknowledged(last.taken);
    }
    if (last == null) {
      return false;
    }
    node.persisted(last.ready);
    twin.persisted(last.ofTwin);
    observe();
    return true;
  }

  /** Applies what was handed out first, up to {@code count} indexes. */
  boolean apply(int count) {
    List<Long> handedOut = invariants.handedOut();
    if (handedOut.isEmpty() || count == 0) {
      return false;
    }
    long index = handedOut.get(Math.min(count, handedOut.size()) - 1);
    // A snapshot is applied once it is written and acknowledged.
    long unwrittenSnapshot = firstSnapshotOut();
    if (unwrittenSnapshot <= index) {
      index = handedOut.stream().filter(i -> i < unwrittenSnapshot).reduce(0L, Math::max);
    }
    if (index <= now.applied()) {
      return false;
    }
    machine.apply(index);
    node.applied(index);
    twin.applied(index);
    applied(index);
    observe();
    require(now.applied() == index, "applied is not what was acknowledged", now);
    return true;
  }

  private void applied(long index) {
    invariants.applied(index);
    elections.configurationWaits(machine.isChanging());
  }

  /** The first snapshot that is not written and acknowledged. */
  private long firstSnapshotOut() {
    for (Deque<Out> readys : List.of(unacknowledged, unwritten)) {
      for (Out out : readys) {
        if (out.taken.snapshot().isPresent()) {
          return out.taken.snapshot().get().getMetadata().getIndex();
        }
      }
    }
    return Long.MAX_VALUE;
  }

  /** Does all that a host can do, until the node has nothing more to say. */
  void drain() {
    for (int i = 0; i < 1000; i++) {
      boolean took = take();
      writeAll();
      boolean acknowledged = acknowledge(Integer.MAX_VALUE);
      boolean applied = apply(Integer.MAX_VALUE);
      if (!took && !acknowledged && !applied) {
        return;
      }
    }
    throw new AssertionError("the node always has something to say: " + now);
  }

  private void writeAll() {
    boolean wrote = true;
    while (wrote) {
      wrote = write();
    }
  }

  /** Takes a Ready, writes it and advances, as the simplest host does. */
  void advance() {
    writeAll();
    acknowledge(Integer.MAX_VALUE);
    apply(Integer.MAX_VALUE);
    if (!now.hasReady()) {
      return;
    }
    take();
    write();
    Out out = unacknowledged.removeFirst();
    invariants.acknowledged(out.taken);
    List<Long> handedOut = invariants.handedOut();
    node.advance(out.ready);
    twin.advance(out.ofTwin);
    if (!handedOut.isEmpty()) {
      machine.apply(handedOut.get(handedOut.size() - 1));
      applied(machine.applied());
    }
    observe();
    require(now.applied() == machine.applied(), "advance() does not apply all", now);
  }

  /** Takes a snapshot of the state machine and compacts the log up to {@code index}. */
  void compact(long index) {
    Snapshot last = snapshot();
    MemoryStorage memory = storage.memory;
    long at = Math.min(machine.applied(), memory.lastIndex());
    // The state machine may be ahead of a log that the storage is about to replace.
    if (at == machine.applied()
        && at > last.getMetadata().getIndex()
        && unwrittenSnapshots() == 0) {
      memory.createSnapshot(at, machine.confState(), ByteString.EMPTY);
      storageOfTwin.memory.createSnapshot(at, machine.confState(), ByteString.EMPTY);
    }
    long to = Math.min(index, Math.min(now.applied(), snapshot().getMetadata().getIndex()));
    if (to > 0) {
      memory.compact(to);
      storageOfTwin.memory.compact(to);
    }
    observe();
  }

  private long unwrittenSnapshots() {
    return unwritten.stream().filter(out -> out.taken.snapshot().isPresent()).count();
  }

  private Snapshot snapshot() {
    return storage.memory.snapshot().snapshot();
  }

  /** Makes reads from the storage wait, or not. */
  void slow(boolean entries, boolean snapshot) {
    storage.slowEntries = entries;
    storageOfTwin.slowEntries = entries;
    storage.slowSnapshot = snapshot;
    storageOfTwin.slowSnapshot = snapshot;
    observe();
  }

  /**
   * Loses everything that was not written, and starts again.
   *
   * @param kept whether the state machine has kept what it applied, or starts from the snapshot
   * @param unsyncedLost whether what was written and need not be synced is lost too
   */
  void crash(boolean kept, boolean unsyncedLost) {
    unwritten.clear();
    unacknowledged.clear();
    machine.restart();
    incarnation++;
    storage = new FuzzStorage(storage.memory);
    storageOfTwin = new FuzzStorage(storageOfTwin.memory);
    if (unsyncedLost) {
      storage.memory.setHardState(synced);
      storageOfTwin.memory.setHardState(synced);
      invariants.unsyncedCommitLost(synced.getCommit());
    }
    Snapshot snapshot = snapshot();
    long snapshotIndex = snapshot.getMetadata().getIndex();
    if (kept && machine.applied() > snapshotIndex) {
      long applied = machine.applied();
      AppliedState state =
          new AppliedState(applied, storage.memory.term(applied), machine.confState());
      node = RawNode.open(config(true), storage, state);
      twin = RawNode.open(config(false), storageOfTwin, state);
    } else {
      machine.restore(snapshotIndex, snapshot.getMetadata().getConfState());
      node = RawNode.open(config(true), storage);
      twin = RawNode.open(config(false), storageOfTwin);
    }
    now = Observation.of(node);
    compareTwin();
    invariants.reopened(now, machine.applied());
    watch();
    memberships.reopened();
  }

  /** ready() without hasReady() is refused and changes nothing. */
  void readyOutOfTurn() {
    if (now.hasReady()) {
      return;
    }
    try {
      node.ready();
    } catch (IllegalStateException expected) {
      observe();
      return;
    }
    throw new AssertionError("ready() without hasReady()");
  }

  private static void require(boolean holds, String rule, Object about) {
    if (!holds) {
      throw new AssertionError(rule + ": " + about);
    }
  }
}
