package io.tickraft.core;

import com.google.protobuf.ByteString;
import io.tickraft.core.log.Applying;
import io.tickraft.core.raft.Clock;
import io.tickraft.core.raft.Raft;
import io.tickraft.core.validate.MessageSizes;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The API of one Raft node: a member of a Raft group that its host drives.
 *
 * <p>A node starts no thread, reads no clock and does no I/O except through its {@link Storage}.
 * The same configuration and the same calls give the same results on every JVM. A node has one
 * owner and is not thread-safe. If two threads call a node at once, an {@link
 * IllegalStateException} usually names both threads, but not always. A node holds no resources and
 * need not be closed.
 *
 * <pre>{@code
 * node.tick();                        // each time a tick is due
 * node.step(message);                 // each time a message arrives
 * node.propose(data);                 // each time a client sends a command
 *
 * while (node.hasReady()) {           // after each of these, or after some
 *   Ready ready = node.ready();
 *   transport.send(ready.messages());
 *   storage.persist(ready);
 *   transport.send(ready.messagesAfterPersist());
 *   ready.snapshot().ifPresent(machine::restore);
 *   machine.apply(ready.committedEntries());
 *   reads.complete(ready.readStates());
 *   node.advance(ready);
 * }
 * }</pre>
 *
 * <p>A decision of the protocol is a result, never an exception. Exceptions mean misuse: an {@link
 * IllegalArgumentException} names the argument, an {@link IllegalStateException} names the rule,
 * and neither changes the node. A {@link NodeFailedException} means that this node has failed and
 * can no longer be used.
 */
public final class RawNode {

  private final RaftConfig config;
  private final Raft raft;

  /**
   * The state machine's. Direct: a host may tick thousands of idle nodes, which do nothing else.
   */
  private final Clock clock;

  /** Whether there is an observer: without one there are no events. */
  private final boolean observed;

  /** The number of the last Ready that was taken; 0 before the first. */
  private long lastTaken;

  /** The number of the last Ready that the host passed to {@link #persisted}: never falls. */
  private long lastPersisted;

  /** False only if {@link #hasReady()} was false and the node has not changed since. */
  private boolean maybeReady = true;

  /** True only if {@link #hasReady()} was true and the node has not changed since. */
  private boolean surelyReady;

  /** Whether a call may begin: false during a call and after a failure. */
  private boolean callable = true;

  private final SingleOwner owner;
  private @Nullable Throwable failure;

  /** Shared by a node and its copies: each accepts a Ready that was taken before it was copied. */
  private final Object origin;

  private RawNode(RaftConfig config, Raft raft) {
    this.config = config;
    this.raft = raft;
    this.clock = raft.clock();
    this.observed = config.observer().isPresent();
    this.owner = new SingleOwner(config.id());
    this.origin = new Object();
  }

  private RawNode(RawNode other, Storage storage) {
    this.config = other.config;
    this.raft = other.raft.copy(storage);
    this.clock = raft.clock();
    this.observed = false;
    this.lastTaken = other.lastTaken;
    this.lastPersisted = other.lastPersisted;
    this.owner = new SingleOwner(config.id());
    this.origin = other.origin;
  }

  /**
   * Copies this node, to try out what it would do. The copy accepts the acknowledgement of each
   * Ready that was taken from this node and is outstanding. The copy has no observer, and may have
   * another owner.
   *
   * @param storage a copy of this node's storage, in the same state
   * @return the copy, which shares no mutable state with this node
   * @throws NodeFailedException if this node has failed
   */
  public RawNode copy(Storage storage) {
    Objects.requireNonNull(storage, "storage");
    checkWorks();
    return new RawNode(this, storage);
  }

  /**
   * Adds to a digest everything that decides what this node does next, except for its storage and
   * for settings other than its id and incarnation. If two nodes have the same settings, equal
   * storages and equal digests, the same calls give the same results. Another version of this
   * library may add something else.
   *
   * @param digest the digest
   * @throws NodeFailedException if this node has failed
   */
  public void digest(Digest digest) {
    Objects.requireNonNull(digest, "digest");
    checkWorks();
    digest.number(lastTaken - lastPersisted);
    raft.digest(digest, lastTaken);
  }

  /**
   * Opens a node whose state machine starts from the storage's snapshot. The host restores the
   * state machine from that snapshot before it opens the node: no Ready contains that snapshot. The
   * committed entries after the snapshot are given to the state machine again.
   *
   * @param config the settings
   * @param storage what the host has persisted
   * @return a node
   * @throws IllegalArgumentException if the storage contradicts itself or has lost entries, or if
   *     this is a restart and no {@linkplain RaftConfig#incarnation() incarnation} is set
   */
  public static RawNode open(RaftConfig config, Storage storage) {
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(storage, "storage");
    return open(config, Raft.open(config, storage, null));
  }

  /**
   * Opens a node whose state machine has kept its state over the restart.
   *
   * @param config the settings
   * @param storage what the host has persisted
   * @param applied what the state machine has applied, at least up to the storage's snapshot
   * @return a node
   * @throws IllegalArgumentException if the storage contradicts itself or the applied state, or has
   *     lost entries, or if this is a restart and no {@linkplain RaftConfig#incarnation()
   *     incarnation} is set
   */
  public static RawNode open(RaftConfig config, Storage storage, AppliedState applied) {
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(storage, "storage");
    Objects.requireNonNull(applied, "applied");
    return open(config, Raft.open(config, storage, applied));
  }

  /**
   * Refuses a restart without an incarnation, after which a late answer to a request of the node
   * before could confirm a stale read. A leader is of term 2 or later, so a node that has sent a
   * request has been in such a term; {@link Bootstrap} writes term 1 and index 1.
   */
  private static RawNode open(RaftConfig config, Raft raft) {
    if (!config.incarnationIsSet() && (raft.term() > 1 || raft.log().lastIndex() > 1)) {
      throw new IllegalArgumentException(
          "incarnation: not set, and a node has run on this storage before: set a number that node "
              + config.id()
              + " has never used, such as a stored count of its starts");
    }
    return new RawNode(config, raft);
  }

  /**
   * Advances logical time by one tick.
   *
   * <p>The host takes ticks from a monotonic clock, and delivers all ticks that are due before any
   * other call: {@link TickSchedule} counts them.
   *
   * <p>A tick only advances time. Timeouts (of an election, a leader's quorum, a snapshot, a read,
   * a transfer) take effect at the first call that is neither {@code tick()} nor {@link #step};
   * {@link #persisted}, {@link #applied} and {@link #advance} first record the acknowledgement. So
   * a host that was blocked first delivers the ticks that are due and then the messages that have
   * arrived, and a timeout takes effect only if none of these messages prevents it. There is one
   * exception, with {@link RaftConfig#checkQuorum()}: if a leader gets {@link
   * RaftConfig#electionTicks()} ticks in a row, messages that follow do not keep it from stepping
   * down, as the others may have elected another leader.
   */
  public void tick() {
    checkWorks();
    maybeReady = true;
    surelyReady = false;
    if (clock.tickIfWaiting()) {
      return;
    }
    try {
      raft.tick(); // Calls neither the storage nor the observer.
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
  }

  /**
   * Processes a message from another node. No content of a message makes this throw: a message is
   * processed, or dropped whole and reported to the {@linkplain RaftConfig#observer() observer}. A
   * host that has several messages delivers all of them before any other call.
   *
   * @param message the message
   */
  public void step(Message message) {
    Objects.requireNonNull(message, "message");
    enterWithInput();
    try {
      raft.step(message);
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
    leave();
  }

  /**
   * Proposes a command.
   *
   * @param data the command; taken by reference
   * @return whether the command was appended to this leader's log, forwarded, or rejected
   */
  public ProposeResult propose(ByteString data) {
    return propose(Collections.singletonList(Objects.requireNonNull(data, "data")));
  }

  /**
   * Proposes several commands. Either all are accepted, with consecutive indexes, or none. If the
   * leader changes, only the first few may be committed.
   *
   * @param data the commands, at least one; taken by reference
   * @return whether the commands were appended to this leader's log, forwarded, or rejected
   * @throws IllegalArgumentException if there is no command
   */
  public ProposeResult propose(List<ByteString> data) {
    checkWorks();
    if (data.isEmpty()) {
      throw new IllegalArgumentException("data: at least one command");
    }
    // A batch above the limit is rejected by its size: its commands are not read.
    boolean withinLimit = data.size() <= config.maxUncommittedEntries();
    if (withinLimit) {
      data.forEach(command -> Objects.requireNonNull(command, "data: a command is null"));
    }
    // The commands are read by position.
    List<ByteString> commands =
        !withinLimit || data instanceof RandomAccess ? data : List.copyOf(data);
    return call(r -> r.propose(commands));
  }

  /**
   * Proposes a membership change. Only a leader accepts it. A committed change takes effect on a
   * node when its host acknowledges the index of the change as {@linkplain #applied applied}; no
   * other call is needed.
   *
   * <p>A node that does not know yet that the change is committed still needs a quorum of the old
   * configuration. So do not turn off a removed node, or rely on a new one, before the other nodes
   * know that the change is committed: {@link #status()} of each shows its commit index. Otherwise
   * the remaining nodes may never elect a leader again:
   *
   * <ul>
   *   <li>A group shrinks from two nodes to one, or grows from one to two. The only node that knows
   *       that the change is committed fails permanently. The other node still needs its vote.
   *   <li>A group of four removes a node, which is turned off. The only node that knows that the
   *       change is committed fails permanently. The other two still need the votes of three of
   *       four.
   * </ul>
   *
   * <p>A change that only removes nodes that are not members is rejected as {@link
   * ConfChangeResult.Reason#NO_EFFECT}: most likely an id is wrong. A change that adds a member
   * which already has that role is accepted, as its context may hold a new address.
   *
   * @param change the change, made with {@link ConfChanges}; its context may hold the address of a
   *     node, for example
   * @return whether the change was appended to this leader's log, or why not
   * @throws IllegalArgumentException if the change has 2^31 bytes or more, which protobuf cannot
   *     serialize
   */
  public ConfChangeResult proposeConfChange(ConfChange change) {
    Objects.requireNonNull(change, "change");
    return proposeConfChange(change, false);
  }

  /**
   * Proposes a membership change like {@link #proposeConfChange}, but also accepts a change that
   * only removes nodes that are not members.
   *
   * <p>Such a change is committed and applied like any other, and every host gets its entry. A host
   * may keep data of its own about members and update them from the contexts of changes. With this
   * method it can remove the data of a node that has already left. A host can also repeat a removal
   * whose outcome is unknown without reading the configuration.
   *
   * @param change the change
   * @return whether the change was appended to this leader's log, or why not; never {@link
   *     ConfChangeResult.Reason#NO_EFFECT}
   * @throws IllegalArgumentException if the change has 2^31 bytes or more
   */
  public ConfChangeResult proposeConfChangeEvenWithoutEffect(ConfChange change) {
    Objects.requireNonNull(change, "change");
    return proposeConfChange(change, true);
  }

  private ConfChangeResult proposeConfChange(ConfChange change, boolean evenWithoutEffect) {
    checkWorks();
    long bytes = MessageSizes.of(change);
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "change: its serialized form has " + bytes + " bytes, and protobuf's limit is 2^31 - 1");
    }
    return call(r -> r.proposeConfChange(change, evenWithoutEffect));
  }

  /**
   * Requests a read index: once the state machine has applied it, a read is linearizable (thesis
   * 6.4). Works on the leader and on any node that knows the leader. {@link Ready#readStates()}
   * reports the result exactly once. Reads between two Readys share one round of heartbeats; one
   * call for many waiting reads is cheapest.
   *
   * <p>Do not call this on a node that was removed from the group: its read may be confirmed at an
   * index that the node never reaches.
   *
   * @param context the host's name for the read, returned with its result; it is not sent to other
   *     nodes and need not be unique
   * @return whether a result follows
   */
  public ReadResult readIndex(ByteString context) {
    Objects.requireNonNull(context, "context");
    return call(r -> r.readIndex(context));
  }

  /**
   * Transfers leadership to another voter (thesis 3.10). Works on the leader and on any node that
   * knows the leader. The leader brings the target up to date and orders it to campaign. Meanwhile,
   * for at most an election timeout, the leader accepts no proposals and no membership changes.
   * {@link Ready#outcomes()} reports how the transfer ended.
   *
   * @param target the id of the voter that is to lead
   * @return whether an outcome follows
   * @throws IllegalArgumentException if the target is below 1
   */
  public TransferResult transferLeadership(long target) {
    if (target < 1) {
      throw new IllegalArgumentException("target: an id is at least 1: " + target);
    }
    return call(r -> r.transferLeadership(target));
  }

  /**
   * Transfers leadership to the voter with the highest match index, other than the leader; of
   * several such voters, to the one with the lowest id. A voter that the leader has not heard from
   * within an election timeout is chosen only if it has heard from none of the others either. Only
   * the leader knows the match indexes: any other node rejects this call, and names the leader if
   * it knows one.
   *
   * @return whether an outcome follows, and the target
   */
  public TransferResult transferLeadership() {
    return call(Raft::transferLeadership);
  }

  /**
   * Makes a leader step down at once and order the most advanced voter to campaign. If that voter
   * refuses, the node orders the next one. Unlike after a crash of the leader, the group does not
   * wait for an election timeout. No outcome reports whether another node becomes the leader: use
   * {@link #transferLeadership()} where that matters. {@link RaftEvent.SteppedDown} is reported.
   *
   * <p>The node stays a voter and may be elected again. Nothing happens if it is not the leader.
   */
  public void resign() {
    run(Raft::resign);
  }

  /**
   * Makes the node campaign at once, with a pre-vote first if {@link RaftConfig#preVote()} is set.
   * If the node may not campaign, for example because it is not a voter, {@link
   * RaftEvent.CampaignRefused} reports the reason, which is also in {@link
   * Status#campaignObstacle()}. Nothing happens if the node is the leader.
   */
  public void campaign() {
    run(Raft::campaign);
  }

  /**
   * Makes a follower forget its leader: the follower waits for a leader, and grants votes as if it
   * had not heard from one. A host can call this if it knows that the leader's machine has failed,
   * for example. Nothing happens if the node is not a follower.
   */
  public void forgetLeader() {
    run(Raft::forgetLeader);
  }

  /**
   * Reports that messages to a member were lost. A leader then sends the member one append at a
   * time until the member answers. This call is optional. The report has no effect if the peer is
   * not a member, or if the node is not the leader.
   *
   * @param peer the member's id, from 1
   * @throws IllegalArgumentException if the id is below 1
   */
  public void reportUnreachable(long peer) {
    checkPeer(peer);
    run(r -> r.reportUnreachable(peer));
  }

  /**
   * Reports the progress of a snapshot transfer to a member. This call is optional, and useful for
   * a host that sends snapshots separately from messages: the leader then sends no second copy of a
   * snapshot in flight, and does not wait for {@link RaftConfig#snapshotTicks()} when a snapshot is
   * lost. The report has no effect if its attempt is not the current one, if the peer is not a
   * member, or if the node is not the leader.
   *
   * @param peer the member's id, from 1
   * @param attempt the number in the {@code attempt} field of the InstallSnapshot message
   * @param status the progress
   * @throws IllegalArgumentException if the id is below 1
   */
  public void reportSnapshot(long peer, long attempt, SnapshotStatus status) {
    checkPeer(peer);
    Objects.requireNonNull(status, "status");
    run(r -> r.reportSnapshot(peer, attempt, status));
  }

  private static void checkPeer(long peer) {
    if (peer < 1) {
      throw new IllegalArgumentException("peer: an id is at least 1: " + peer);
    }
  }

  /**
   * Reports that the {@link Storage} can now return what it answered with {@link
   * Storage.EntriesResult.NotYet} or {@link Storage.SnapshotResult.NotYet}. The node reads again
   * everything that it waits for: entries to apply, and entries and snapshots for followers.
   * Without this call the node reads again only after the next tick, so it reads a long log at one
   * read per tick.
   */
  public void storageReady() {
    run(Raft::storageReady);
  }

  /**
   * Returns whether there is a Ready to take. A Ready is never empty. This call costs almost
   * nothing if nothing has happened since the last call.
   *
   * <p>This call may read from the storage what the Ready will hold: entries, or a snapshot for a
   * member that is behind. {@link #ready()} returns what was read.
   *
   * <p>While {@link RaftConfig#maxOutstandingReadys()} Readys are outstanding, there is a Ready
   * only for what depends on none of their writes, such as the answer to a heartbeat.
   *
   * @return whether {@link #ready()} may be called
   */
  public boolean hasReady() {
    if (callable && !maybeReady) {
      return false;
    }
    checkWorks();
    if (clock.actIfWaiting()) {
      maybeReady = false;
      return false;
    }
    enter();
    boolean has;
    try {
      boolean due = raft.actOnTimeouts();
      has = raft.hasOutput();
      if (due && !has) {
        raft.waitForInput();
      }
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
    leave();
    maybeReady = has;
    surelyReady = has;
    return has;
  }

  /**
   * Takes the next Ready: what the host has to do next.
   *
   * @return the next Ready
   * @throws IllegalStateException if {@link #hasReady()} is false
   */
  public Ready ready() {
    if (!surelyReady && !hasReady()) {
      throw new IllegalStateException("ready() may be called only when hasReady() is true");
    }
    enterWithInput();
    Ready ready;
    try {
      ready = raft.mayWrite() ? takeWithWrite() : takeWithoutWrite();
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
    leave();
    return ready;
  }

  private Ready takeWithWrite() {
    lastTaken++;
    List<Message> formed = raft.form();
    List<Message> messages = raft.takeSendable(formed);
    List<Message> messagesAfterPersist = raft.takeUnsendable(formed);
    List<Entry> entries = raft.unwrittenEntries();
    Snapshot snapshot = raft.unwrittenSnapshot();
    boolean mustSync = raft.mustSync();
    HardState hardState = raft.write(lastTaken, !messagesAfterPersist.isEmpty());
    return new Ready(
        origin,
        lastTaken,
        hardState,
        entries,
        snapshot,
        mustSync,
        messages,
        messagesAfterPersist,
        raft.takeCommitted(),
        raft.takeConfState(),
        raft.takeReadStates(),
        raft.takeOutcomes());
  }

  /** Takes a Ready while {@link RaftConfig#maxOutstandingReadys()} writes are outstanding. */
  private Ready takeWithoutWrite() {
    lastTaken++;
    List<Message> formed = raft.isTermDurable() ? raft.form() : List.of();
    List<Message> messages = raft.takeSendable(formed);
    raft.keepUnsendable();
    return new Ready(
        origin,
        lastTaken,
        null,
        List.of(),
        null,
        false,
        messages,
        List.of(),
        List.of(),
        null,
        raft.takeReadStates(),
        raft.takeOutcomes());
  }

  /**
   * Acknowledges that a Ready and all earlier ones are persisted.
   *
   * <p>A Ready with nothing to persist and no {@link Ready#messagesAfterPersist()} needs no call
   * ({@link Ready#mustPersist()} is false): it is acknowledged with the Ready before it. Never pass
   * such a Ready while the write of an earlier Ready is not done: that write would count as
   * persisted.
   *
   * @param ready a Ready of this node
   * @throws IllegalStateException if this Ready or a later one was acknowledged before; if it was
   *     taken from another node (a node that was opened on the same storage before a restart is
   *     another node); or if the first or last index of the storage shows that the snapshot or
   *     entries of this Ready or an earlier one were not written
   */
  public void persisted(Ready ready) {
    checkOutstanding(ready);
    checkStored("persisted", ready);
    acknowledge(ready.number(), 0);
  }

  /**
   * Records what the host has done, and only then acts on timeouts: a leader must not step down for
   * a write that the same call acknowledges.
   *
   * @param ready the number of the last Ready that is persisted; 0 if there is nothing new
   * @param applied the applied index; 0 if there is nothing new
   */
  private void acknowledge(long ready, long applied) {
    enterWithInput();
    try {
      if (ready > 0) {
        raft.persisted(ready);
        lastPersisted = ready;
      }
      if (applied > raft.log().applying().appliedIndex()) {
        raft.applied(applied);
      }
      raft.actOnTimeouts();
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
    leave();
  }

  private void checkOutstanding(Ready ready) {
    Objects.requireNonNull(ready, "ready");
    checkWorks();
    if (!ready.isOf(origin)) {
      throw new IllegalStateException("Ready #" + ready.number() + " was taken from another node");
    }
    if (ready.number() <= lastPersisted) {
      throw new IllegalStateException(
          "Readys are acknowledged once and in order: #"
              + ready.number()
              + " after #"
              + lastPersisted);
    }
  }

  /** Checks before anything changes, so the host can still persist the Ready. */
  private void checkStored(String call, Ready ready) {
    enter();
    Optional<String> missing;
    try {
      missing = raft.log().notStored(ready.number());
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
    callable = failure == null;
    if (missing.isPresent()) {
      throw new IllegalStateException(
          call
              + "(Ready #"
              + ready.number()
              + "): "
              + missing.get()
              + "; a Ready is persisted before it is acknowledged");
    }
  }

  /**
   * Acknowledges that the state machine has applied everything up to an index.
   *
   * @param index the index of a committed entry or of a snapshot from a Ready, not below the
   *     applied index
   * @throws IllegalStateException if the index is above the last one that a Ready gave to the state
   *     machine, if it is below the applied index, if a snapshot of a later index was given in
   *     place of it, or if a snapshot at or below it is not acknowledged as persisted
   */
  public void applied(long index) {
    checkWorks();
    checkApplied(index);
    acknowledge(0, index);
  }

  private void checkApplied(long index) {
    Applying applying = raft.log().applying();
    if (index > applying.applyingIndex()) {
      throw new IllegalStateException(
          "applied("
              + index
              + "): the last index that a Ready gave to the state machine is "
              + applying.applyingIndex());
    }
    if (index < applying.appliedIndex()) {
      throw new IllegalStateException(
          "applied("
              + index
              + "): the applied index never falls, and is "
              + applying.appliedIndex());
    }
    if (index >= raft.log().writes().oldestSnapshot()) {
      throw new IllegalStateException(
          "applied("
              + index
              + "): the Ready with the snapshot at "
              + raft.log().writes().oldestSnapshot()
              + " is not acknowledged as persisted");
    }
    if (applying.isReplacedBySnapshot(index)) {
      throw new IllegalStateException(
          "applied("
              + index
              + "): the state machine was given a snapshot of a later index instead of this one");
    }
  }

  /**
   * Acknowledges a Ready completely: it is persisted, and its snapshot and committed entries are
   * applied.
   *
   * @param ready a Ready of this node
   * @throws IllegalStateException as {@link #persisted} says
   */
  public void advance(Ready ready) {
    checkOutstanding(ready);
    checkStored("advance", ready);
    acknowledge(ready.number(), ready.lastGiven());
  }

  /** {@return the configuration in effect; the default instance if the node has none yet} */
  public ConfState confState() {
    return call(Raft::confState);
  }

  /** {@return the node's role} Unlike {@link #status()} this allocates nothing. */
  public RoleName role() {
    actOnTimeouts();
    return raft.role();
  }

  /**
   * {@return the id of the leader of the node's term, which may be the node's own id; 0 if none is
   * known} Unlike {@link #status()} this allocates nothing.
   */
  public long leader() {
    actOnTimeouts();
    return raft.leader();
  }

  /**
   * {@return the latest term that the node has seen: from 0, never falls} Unlike {@link #status()}
   * this allocates nothing.
   */
  public long term() {
    actOnTimeouts();
    return raft.term();
  }

  /**
   * {@return a copy of the node's state} The only call that works on a failed node, and the only
   * one that an observer may make.
   */
  public Status status() {
    if (callable) {
      try {
        actOnTimeouts();
      } catch (NodeFailedException e) {
        // The status holds the failure.
      }
    } else if (failure == null) {
      owner.checkThread();
    }
    long firstIndex = 0;
    LogId last = LogId.NONE;
    try {
      firstIndex = raft.log().firstIndex();
      last = raft.log().last();
    } catch (RuntimeException | Error e) {
      // The storage has failed: its first index and last entry are unknown.
      if (failure == null) {
        fail(e);
      }
    }
    return new Status.Builder()
        .id(config.id())
        .role(raft.role())
        .term(raft.term())
        .vote(raft.vote())
        .leader(raft.leader())
        .firstIndex(firstIndex)
        .last(last)
        .persistedIndex(raft.log().persisted())
        .commitIndex(raft.log().committed())
        .applyingIndex(raft.log().applying().applyingIndex())
        .outstandingReadys(raft.log().writes().count())
        .oldestOutstandingTicks(raft.log().writes().ageOfOldest(clock.now()))
        .campaignObstacle(raft.campaignObstacle())
        .appliedIndex(raft.log().applying().appliedIndex())
        .confState(raft.confState())
        .pendingChangeIndex(raft.log().pendingChange())
        .peers(raft.peers())
        .transferTarget(raft.transferTarget())
        .lostUpTo(raft.lostUpTo())
        .failure(failure)
        .build();
  }

  private void actOnTimeouts() {
    enter();
    try {
      raft.actOnTimeouts();
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
    leave();
  }

  private void checkWorks() {
    if (!callable) {
      throw refusal();
    }
  }

  private RuntimeException refusal() {
    if (failure != null) {
      return new NodeFailedException(config.id(), failure);
    }
    owner.checkThread();
    return new IllegalStateException("an observer or a storage must not call the node");
  }

  /** Passes an input to the state machine; fails the node if that throws. */
  private void run(Consumer<Raft> input) {
    enterWithInput();
    try {
      raft.actOnTimeouts();
      input.accept(raft);
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
    leave();
  }

  private <R> R call(Function<Raft, R> input) {
    enterWithInput();
    R result;
    try {
      raft.actOnTimeouts();
      result = input.apply(raft);
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
    leave();
    return result;
  }

  private void enter() {
    checkWorks();
    callable = false;
    owner.enter();
    maybeReady = true;
    surelyReady = false;
  }

  /** Begins a call that may change more than the time. */
  private void enterWithInput() {
    enter();
    raft.beforeInput();
  }

  private void leave() {
    if (!observed) {
      callable = failure == null;
      return;
    }
    try {
      raft.deliverEvents();
    } catch (RuntimeException | Error e) {
      // The caller does not get the result of its call, such as a Ready with entries to persist.
      // So the node must not go on: it would wait for a write that is never made.
      throw failed(e);
    }
    // The observer may have asked for the status, and the storage may have failed then.
    callable = failure == null;
  }

  private void fail(Throwable cause) {
    callable = false;
    failure = cause;
  }

  private NodeFailedException failed(Throwable cause) {
    fail(cause);
    return new NodeFailedException(config.id(), cause);
  }
}
