package io.tickraft.testkit.contract;

import com.google.protobuf.ByteString;
import io.tickraft.core.AppliedState;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.Digest;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.ReadResult;
import io.tickraft.core.Ready;
import io.tickraft.core.RoleName;
import io.tickraft.core.SnapshotStatus;
import io.tickraft.core.Status;
import io.tickraft.core.Storage;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.oracle.NodeView;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.ReadyView;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A node whose host is watched: each call is checked, and then made on a {@link RawNode}. A call
 * that breaks a {@link HostRule} throws a {@link ContractViolation} and does not reach the node.
 *
 * <p>A watched node has the methods of {@link RawNode} that a host calls, but is not a {@code
 * RawNode}, which is final. So a host that is watched in tests calls its node through an interface
 * of its own.
 *
 * <p>The calls alone show most mistakes. For the others the host reports its actions, just before
 * or after each of them: {@link #written}, {@link #sending}, {@link #restoring}, {@link #applying},
 * {@link #ticksDue}. A host that reports its messages must also report its writes. From the first
 * report of a kind on, all reports of this kind are expected.
 *
 * <p>One thread owns the node. A host that moves the node between threads calls {@link #handOver}.
 */
public final class WatchedNode {

  private final HostWatch watch;
  private final NodeMemory memory;
  private final long id;
  private final long maxOutstanding;
  private final RawNode node;
  private final WatchedStorage storage;
  private final Writes writes;
  private final Applies applies;
  private final Sends sends = new Sends();
  private final Calls calls;

  /** Whether messages are to be reported: from the start, or from the first report on. */
  private boolean reportsSends;

  /** Whether the oracle has not seen the node since its last input. */
  private boolean hasChanged;

  private WatchedNode(
      HostWatch watch,
      NodeMemory memory,
      RaftConfig config,
      RawNode node,
      WatchedStorage storage,
      Writes writes,
      Applies applies,
      boolean reportsSends) {
    this.watch = watch;
    this.memory = memory;
    this.id = config.id();
    this.maxOutstanding = config.maxOutstandingReadys();
    this.node = node;
    this.storage = storage;
    this.writes = writes;
    this.applies = applies;
    this.calls = new Calls(watch, memory, storage);
    this.reportsSends = reportsSends;
  }

  /** Opens a node whose start is checked. Called within {@link HostWatch#guarded}. */
  static WatchedNode open(
      HostWatch watch,
      NodeMemory memory,
      boolean requiresReports,
      RaftConfig config,
      Storage storage,
      Optional<AppliedState> applied) {
    watch.tell(oracle -> oracle.configured(memory.id, config));
    watch.tell(oracle -> oracle.opened(memory.id, memory.synced));
    long snapshot = memory.synced.snapshot().snapshot().getMetadata().getIndex();
    long index = applied.map(AppliedState::index).orElse(snapshot);
    if (index > snapshot) {
      watch.tell(oracle -> oracle.resumed(memory.id, applied.orElseThrow()));
    }
    Writes writes = new Writes(memory, requiresReports);
    Applies applies = new Applies(memory, writes, requiresReports, index);
    WatchedStorage watched = new WatchedStorage(storage, watch, memory, applies);
    RawNode node =
        applied
            .map(state -> RawNode.open(config, watched, state))
            .orElseGet(() -> RawNode.open(config, watched));
    watched.opened();
    return new WatchedNode(watch, memory, config, node, watched, writes, applies, requiresReports);
  }

  /** Another node was opened in place of this one. */
  void replaced() {
    calls.replaced();
  }

  // Reports of the host.

  /**
   * Reports that the write of a Ready is complete. May be called again when a write that was not
   * synced is synced. Not needed for a Ready with nothing to persist.
   *
   * @param ready a Ready that is not acknowledged
   * @param synced whether the write is synced to the disk
   */
  public void written(Ready ready, boolean synced) {
    watch.guarded(() -> tellWritten(writes.written(ready, synced)));
  }

  private void tellWritten(List<Ready> news) {
    for (Ready complete : news) {
      watch.tell(oracle -> oracle.written(id, ReadyView.of(complete), memory.synced));
    }
  }

  /**
   * Reports that the host is about to send a message, or to queue it for sending. Pass the message
   * as it is in the Ready. A message that is dropped need not be reported.
   *
   * @param message a message of a Ready
   */
  public void sending(Message message) {
    watch.guarded(
        () -> {
          reportsSends = true;
          writes.checkSent(message);
          sends.sent(message);
          watch.tell(oracle -> oracle.sent(message, memory.synced));
        });
  }

  /**
   * Reports that the state machine is about to be restored from the snapshot of a Ready. A snapshot
   * that the host restores before it opens the node is not reported.
   *
   * @param snapshot the snapshot; its data is not compared
   */
  public void restoring(Snapshot snapshot) {
    watch.guarded(
        () -> {
          applies.restoring(snapshot);
          watch.tell(oracle -> oracle.restored(id, snapshot));
        });
  }

  /**
   * Reports that the state machine is about to apply an entry, of any type.
   *
   * @param entry the entry
   */
  public void applying(Entry entry) {
    watch.guarded(
        () -> {
          applies.applying(entry);
          watch.tell(oracle -> oracle.applied(id, entry));
        });
  }

  /**
   * Reports that ticks are due: the host must deliver them before any other call.
   *
   * @param ticks how many ticks have become due since the last report, from 0
   */
  public void ticksDue(long ticks) {
    watch.guarded(() -> calls.ticksDue(ticks));
  }

  /** Hands the node over to another thread: the next thread that calls it is its owner. */
  public void handOver() {
    watch.guarded(calls::handOver);
  }

  // Checked calls.

  private <R> R call(Consumer<Oracle> before, Supplier<R> call) {
    hasChanged = true;
    return calls.make(before, call);
  }

  private void run(Consumer<Oracle> before, Runnable call) {
    call(before, () -> returning(call));
  }

  private static boolean returning(Runnable call) {
    call.run();
    return true;
  }

  private static void nothing(Oracle oracle) {}

  /** Shows the node to the oracle. This makes the node act on its timeouts. */
  private void show(boolean isDrained) {
    hasChanged = false;
    NodeView view = NodeView.of(calls.ask(node::status), isDrained);
    watch.guarded(() -> watch.tell(oracle -> oracle.stepped(view)));
  }

  private boolean mayContainWrites() {
    return writes.count() < maxOutstanding;
  }

  // The calls of RawNode: inputs.

  /** As {@link RawNode#tick()}. */
  public void tick() {
    hasChanged = true;
    calls.beginTick(oracle -> oracle.ticked(id));
    calls.ask(() -> returning(node::tick));
  }

  /**
   * As {@link RawNode#step}.
   *
   * @param message the message
   */
  public void step(Message message) {
    run(oracle -> oracle.received(id, message), () -> node.step(message));
  }

  /**
   * As {@link RawNode#propose(ByteString)}.
   *
   * @param data the command
   * @return the node's result
   */
  public ProposeResult propose(ByteString data) {
    return told(
        call(oracle -> oracle.proposing(id, List.of(data)), () -> node.propose(data)),
        (oracle, result) -> oracle.proposed(id, result));
  }

  /**
   * As {@link RawNode#propose(List)}.
   *
   * @param data the commands, at least one
   * @return the node's result
   */
  public ProposeResult propose(List<ByteString> data) {
    return told(
        call(oracle -> oracle.proposing(id, data), () -> node.propose(data)),
        (oracle, result) -> oracle.proposed(id, result));
  }

  /** An event with the result of a call. */
  private interface Told<R> {
    void to(Oracle oracle, R result);
  }

  private <R> R told(R result, Told<R> event) {
    watch.guarded(() -> watch.tell(oracle -> event.to(oracle, result)));
    return result;
  }

  /**
   * As {@link RawNode#proposeConfChange}.
   *
   * @param change the change
   * @return the node's result
   */
  public ConfChangeResult proposeConfChange(ConfChange change) {
    return told(
        call(WatchedNode::nothing, () -> node.proposeConfChange(change)),
        (oracle, result) -> oracle.changeProposed(id, change, result));
  }

  /**
   * As {@link RawNode#proposeConfChangeEvenWithoutEffect}.
   *
   * @param change the change
   * @return the node's result
   */
  public ConfChangeResult proposeConfChangeEvenWithoutEffect(ConfChange change) {
    return told(
        call(WatchedNode::nothing, () -> node.proposeConfChangeEvenWithoutEffect(change)),
        (oracle, result) -> oracle.changeProposed(id, change, result));
  }

  /**
   * As {@link RawNode#readIndex}.
   *
   * @param context the host's name for the read
   * @return the node's result
   */
  public ReadResult readIndex(ByteString context) {
    return told(
        call(WatchedNode::nothing, () -> node.readIndex(context)),
        (oracle, result) -> oracle.readRequested(id, context, result));
  }

  /**
   * As {@link RawNode#transferLeadership(long)}.
   *
   * @param target the id of the voter that is to lead
   * @return the node's result
   */
  public TransferResult transferLeadership(long target) {
    return told(
        call(WatchedNode::nothing, () -> node.transferLeadership(target)),
        (oracle, result) -> oracle.transferRequested(id, target, result));
  }

  /**
   * As {@link RawNode#transferLeadership()}.
   *
   * @return the node's result
   */
  public TransferResult transferLeadership() {
    return told(
        call(WatchedNode::nothing, node::transferLeadership),
        (oracle, result) -> {
          if (result instanceof TransferResult.Started started) {
            oracle.transferRequested(id, started.target(), result);
          }
        });
  }

  /** As {@link RawNode#resign()}. */
  public void resign() {
    run(oracle -> oracle.resigning(id), node::resign);
  }

  /** As {@link RawNode#campaign()}. */
  public void campaign() {
    run(oracle -> oracle.campaigning(id), node::campaign);
  }

  /** As {@link RawNode#forgetLeader()}. */
  public void forgetLeader() {
    run(oracle -> oracle.leaderForgotten(id), node::forgetLeader);
  }

  /**
   * As {@link RawNode#reportUnreachable}.
   *
   * @param peer the member
   */
  public void reportUnreachable(long peer) {
    run(WatchedNode::nothing, () -> node.reportUnreachable(peer));
  }

  /**
   * As {@link RawNode#reportSnapshot}.
   *
   * @param peer the member
   * @param attempt the number of the attempt
   * @param status the progress
   */
  public void reportSnapshot(long peer, long attempt, SnapshotStatus status) {
    run(WatchedNode::nothing, () -> node.reportSnapshot(peer, attempt, status));
  }

  /** As {@link RawNode#storageReady()}. */
  public void storageReady() {
    run(WatchedNode::nothing, node::storageReady);
  }

  // The calls of RawNode: Readys.

  /**
   * As {@link RawNode#hasReady()}.
   *
   * @return whether {@link #ready()} may be called
   */
  public boolean hasReady() {
    boolean has = calls.make(WatchedNode::nothing, node::hasReady);
    if (hasChanged && watch.hasOracle()) {
      show(!has && mayContainWrites());
    }
    return has;
  }

  /**
   * As {@link RawNode#ready()}.
   *
   * @return the next Ready
   */
  public Ready ready() {
    boolean containsWrites = mayContainWrites();
    Ready ready = call(WatchedNode::nothing, node::ready);
    watch.guarded(() -> taken(ready));
    if (watch.hasOracle()) {
      show(containsWrites);
      watch.guarded(
          () -> watch.tell(oracle -> oracle.taken(id, ReadyView.of(ready), memory.synced)));
    }
    return ready;
  }

  private void taken(Ready ready) {
    writes.taken(ready);
    applies.taken(ready);
    ready.confState().ifPresent(c -> memory.configurations.put(Applies.lastGiven(ready), c));
    sends.taken(ready);
    if (reportsSends && sends.leftOut().isPresent()) {
      throw memory.violation(
          HostRule.NO_KIND_OF_MESSAGE_LEFT_OUT,
          "sending(...) for some messages of each kind",
          "no " + sends.leftOut().get() + " was sent lately, although there were many");
    }
    ready.snapshot().ifPresent(s -> watch.tell(oracle -> oracle.snapshotInstalled(id, s)));
    if (!ready.entries().isEmpty()) {
      watch.tell(oracle -> oracle.appended(id, ready.entries()));
    }
  }

  /**
   * As {@link RawNode#persisted}.
   *
   * @param ready a Ready of this node
   */
  public void persisted(Ready ready) {
    calls.begin(WatchedNode::nothing);
    persist(ready);
    run(WatchedNode::nothing, () -> node.persisted(ready));
    if (watch.hasOracle()) {
      show(isDrained());
    }
  }

  private void persist(Ready ready) {
    watch.guarded(
        () -> {
          writes.checkAcknowledged(ready);
          writes.checkStored(ready, storage.unwatched());
          tellWritten(writes.complete(ready));
          for (Ready each : writes.acknowledged(ready)) {
            watch.tell(oracle -> oracle.persisted(id, ReadyView.of(each)));
          }
        });
  }

  private boolean isDrained() {
    return mayContainWrites() && !calls.ask(node::hasReady);
  }

  /**
   * As {@link RawNode#applied}.
   *
   * @param index the applied index
   */
  public void applied(long index) {
    calls.begin(WatchedNode::nothing);
    watch.guarded(() -> applies.acknowledged(index));
    run(WatchedNode::nothing, () -> node.applied(index));
    if (watch.hasOracle()) {
      show(isDrained());
    }
  }

  /**
   * As {@link RawNode#advance}.
   *
   * @param ready a Ready of this node
   */
  public void advance(Ready ready) {
    calls.begin(WatchedNode::nothing);
    long index = Applies.lastGiven(ready);
    if (!watch.hasOracle()) {
      persist(ready);
      watch.guarded(() -> applies.acknowledged(index));
      run(WatchedNode::nothing, () -> node.advance(ready));
      return;
    }
    // The write may commit entries by the present configuration; applying may change that.
    persisted(ready);
    if (index > calls.ask(node::status).appliedIndex()) {
      applied(index);
    }
  }

  // The calls of RawNode: queries.

  /**
   * As {@link RawNode#digest}.
   *
   * @param digest what it is added to
   */
  public void digest(Digest digest) {
    calls.ask(() -> returning(() -> node.digest(digest)));
  }

  /** {@return as {@link RawNode#confState()}} */
  public ConfState confState() {
    return call(WatchedNode::nothing, node::confState);
  }

  /** {@return as {@link RawNode#role()}} */
  public RoleName role() {
    return call(WatchedNode::nothing, node::role);
  }

  /** {@return as {@link RawNode#leader()}} */
  public long leader() {
    return call(WatchedNode::nothing, node::leader);
  }

  /** {@return as {@link RawNode#term()}} */
  public long term() {
    return call(WatchedNode::nothing, node::term);
  }

  /** {@return as {@link RawNode#status()}} */
  public Status status() {
    return calls.isInside() ? node.status() : call(WatchedNode::nothing, node::status);
  }
}
