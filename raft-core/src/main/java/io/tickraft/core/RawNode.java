package io.tickraft.core;

import com.google.protobuf.ByteString;
import io.tickraft.core.log.Applying;
import io.tickraft.core.raft.Raft;
import io.tickraft.core.validate.MessageSizes;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One member of a Raft group, as its host drives it: the door to the state machine.
 *
 * <p>A node starts no thread, reads no clock and does no I/O but through its {@link Storage}. The
 * same configuration and the same calls give the same results on every JVM. It has one owner, and
 * is not thread-safe: a call that finds another thread inside throws an {@link
 * IllegalStateException} that names both, as far as that can be noticed without synchronization. It
 * holds nothing that would have to be closed.
 *
 * <pre>{@code
 * node.tick();                        // each time a tick is due
 * node.step(message);                 // each time a message arrives
 * node.propose(data);                 // each time a client wants something
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
 * <p>What the protocol does is a result. Exceptions mean misuse: an {@link
 * IllegalArgumentException} names the argument and an {@link IllegalStateException} the rule, and
 * in both cases nothing has changed. A {@link NodeFailedException} means that this node is no
 * longer of use.
 */
public final class RawNode {

  private final RaftConfig config;
  private final Raft raft;

  /** The number of the last Ready that was taken. */
  private long taken;

  /** The number of the last Ready that the host has named when it acknowledged a write. */
  private long acknowledged;

  /** False only if nothing has happened since there was no Ready. */
  private boolean maybeReady = true;

  /** The messages of a Ready while it is put together; empty between the calls. */
  private final List<Message> now = new ArrayList<>(0);

  private final List<Message> later = new ArrayList<>(0);
  private final List<ReadState> read = new ArrayList<>(0);
  private final List<Outcome> ended = new ArrayList<>(0);

  private final SingleOwner owner;
  private @Nullable Throwable failure;

  private RawNode(RaftConfig config, Raft raft) {
    this.config = config;
    this.raft = raft;
    this.owner = new SingleOwner(config.id());
  }

  /**
   * Opens a node whose state machine starts from the storage's snapshot.
   *
   * @param config the settings
   * @param storage what the host has persisted
   * @return a node
   * @throws IllegalArgumentException if the storage contradicts itself or has lost entries
   */
  public static RawNode open(RaftConfig config, Storage storage) {
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(storage, "storage");
    return new RawNode(config, Raft.open(config, storage, null));
  }

  /**
   * Opens a node whose state machine has kept what it applied.
   *
   * @param config the settings
   * @param storage what the host has persisted
   * @param applied what the state machine has applied, at least up to the storage's snapshot
   * @return a node
   * @throws IllegalArgumentException if the storage contradicts itself or the applied state, or has
   *     lost entries
   */
  public static RawNode open(RaftConfig config, Storage storage, AppliedState applied) {
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(storage, "storage");
    Objects.requireNonNull(applied, "applied");
    return new RawNode(config, Raft.open(config, storage, applied));
  }

  /**
   * Lets one tick of logical time pass.
   *
   * <p>Ticks should come from a monotonic clock, and all that are due before any other call: {@link
   * TickSchedule}.
   *
   * <p>A tick decides nothing. What times out (an election, a leader's quorum, a snapshot, a read,
   * a transfer) is acted on at the first call that is neither {@code tick()} nor {@link #step}: a
   * host that was blocked delivers the ticks that have become due and then the messages that have
   * arrived, and only then is it known what has timed out. A leader that gets a whole election
   * timeout of ticks in a row steps down all the same: the others have elected another one by then.
   */
  public void tick() {
    enter();
    try {
      raft.tick();
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
    leave();
  }

  /**
   * Takes a message from another node. Whatever arrives, this does not throw because of it: a
   * message is processed, or dropped whole and reported to the {@linkplain RaftConfig#observer()
   * observer}. A host that has several messages delivers all of them before any other call.
   *
   * @param message the message
   */
  public void step(Message message) {
    Objects.requireNonNull(message, "message");
    enter();
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
   * @return whether it is in the leader's log now, was passed on, or was rejected
   */
  public ProposeResult propose(ByteString data) {
    return propose(Collections.singletonList(Objects.requireNonNull(data, "data")));
  }

  /**
   * Proposes several commands, which get consecutive indexes, or none is accepted. A change of
   * leader may still commit only the first of them.
   *
   * @param data the commands, at least one; taken by reference
   * @return whether they are in the leader's log now, were passed on, or were rejected
   * @throws IllegalArgumentException if there is no command
   */
  public ProposeResult propose(List<ByteString> data) {
    checkWorks();
    if (data.isEmpty()) {
      throw new IllegalArgumentException("data: at least one command");
    }
    // More commands than are ever taken are rejected by their number, and not looked at.
    boolean looksAtThem = data.size() <= config.maxUncommittedEntries();
    if (looksAtThem) {
      data.forEach(command -> Objects.requireNonNull(command, "data: a command is null"));
    }
    // They are counted and taken by position.
    List<ByteString> commands =
        !looksAtThem || data instanceof RandomAccess ? data : List.copyOf(data);
    return call(Raft::propose, commands);
  }

  /**
   * Proposes a membership change, to a leader. Once committed it takes effect on each node when the
   * host acknowledges its index as {@linkplain #applied applied}; there is nothing else to call.
   *
   * <p>As a change takes effect when it is applied, a node that does not know yet that it is
   * committed still needs a quorum of the old configuration. So before a removed node is turned
   * off, or a new one relied on, the others should have heard of it, as {@link #status()} of each
   * tells. Of two nodes of which one is removed, or of one that gets a second, the survivor is
   * stuck if the only one that knows dies for good before the other knows too; so are two of three
   * who do not know that a fourth, which is off, has left.
   *
   * <p>A change that does nothing but remove nodes which are no members is rejected as {@link
   * ConfChangeResult.Reason#NO_EFFECT}: most likely an id is wrong. Adding a member again as what
   * it is has no effect either and is accepted, as its context may bring a new address.
   *
   * @param change the change, as of {@link ConfChanges}; its context may tell the others the
   *     address of a node, for example
   * @return whether it is in the leader's log now, or why not
   * @throws IllegalArgumentException if the change has 2^31 bytes or more, which protobuf cannot
   *     serialize
   */
  public ConfChangeResult proposeConfChange(ConfChange change) {
    Objects.requireNonNull(change, "change");
    return proposeConfChange(change, false);
  }

  /**
   * Proposes a membership change, as {@link #proposeConfChange} does, also if it only removes nodes
   * that are no members.
   *
   * <p>Such a change is committed and applied like any other, and every host is handed its entry.
   * That is of use for a host that keeps data of its own with the membership, which a change's
   * context updates: it can have what it stores of a node removed that has left already. It is also
   * of use for repeating a removal whose outcome is not known, without a look at the configuration.
   *
   * @param change the change
   * @return whether it is in the leader's log now, or why not; never {@link
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
          "change: its serialized form has " + bytes + " bytes, and protobuf ends at 2^31 - 1");
    }
    return call(r -> r.proposeConfChange(change, evenWithoutEffect));
  }

  /**
   * Asks from which index on a read is linearizable (thesis 6.4), on any node that knows a leader:
   * how the read ends comes with {@link Ready#readStates()}, exactly once. Reads between two Readys
   * share one round of heartbeats, so one call for many reads that wait together is cheapest.
   *
   * <p>A node that was removed from the group may still have its reads confirmed, at an index that
   * it never gets to: its host had better not ask.
   *
   * @param context what the host calls the read, and gets back; it does not leave this node, and
   *     need not be unique
   * @return whether an outcome follows
   */
  public ReadResult readIndex(ByteString context) {
    Objects.requireNonNull(context, "context");
    return call(r -> r.readIndex(context));
  }

  /**
   * Hands leadership to another voter (thesis 3.10), on the leader or on any node that knows it.
   * The leader brings the target up to date, tells it to campaign, and takes no proposals
   * meanwhile, for at most an election timeout. How it ends comes with {@link Ready#outcomes()}.
   *
   * @param target who is to lead
   * @return whether an outcome follows
   * @throws IllegalArgumentException if the target is no id
   */
  public TransferResult transferLeadership(long target) {
    if (target < 1) {
      throw new IllegalArgumentException("target: an id is at least 1: " + target);
    }
    return call(r -> r.transferLeadership(target));
  }

  /**
   * Hands leadership to the voter whose log is the furthest, of those that were heard within an
   * election timeout; the one with the lowest id of several. Only the leader knows how far they
   * are: any other node rejects this, and names the leader.
   *
   * @return whether an outcome follows, and who is to lead
   */
  public TransferResult transferLeadership() {
    return call(Raft::transferLeadership);
  }

  /**
   * Makes a leader step down at once: it takes nothing more, and orders the voter whose log is the
   * furthest to campaign, and the next one if that refuses. Without the wait for an election
   * timeout that a crash of the leader costs, but also without knowing that anyone takes over: use
   * {@link #transferLeadership()} where that matters. {@link RaftEvent.SteppedDown} is reported.
   *
   * <p>The node stays a voter and may be elected again. Nothing happens if it does not lead.
   */
  public void resign() {
    run(Raft::resign);
  }

  /**
   * Makes the node campaign at once, if it is a voter without a snapshot or a membership change to
   * apply that has not {@linkplain Status#lostUpTo() lost entries}; otherwise {@link
   * RaftEvent.CampaignRefused} is reported. Nothing happens if it leads.
   */
  public void campaign() {
    run(Raft::campaign);
  }

  /**
   * Makes a follower go on as if it had never heard its leader: it waits for another one, and
   * grants votes. For a host that knows better, as when the leader's machine is known to be gone.
   * Nothing happens if the node does not follow.
   */
  public void forgetLeader() {
    run(Raft::forgetLeader);
  }

  /**
   * Tells a leader that messages to a member did not get through, so that it goes back to one
   * append at a time until the member answers. A hint, to be given or not.
   *
   * @param peer the member
   */
  public void reportUnreachable(long peer) {
    run(Raft::reportUnreachable, peer);
  }

  /**
   * Reports the progress of a snapshot transfer to a member. A hint: a host that ships snapshots
   * beside the messages gives it, so that a leader neither sends a second copy of a snapshot that
   * is on its way nor waits for {@link RaftConfig#snapshotTicks()} when one is lost. A report on
   * another attempt than the current one changes nothing, and neither does one to a node that does
   * not lead.
   *
   * @param peer the member
   * @param attempt the number in the {@code attempt} field of the InstallSnapshot message
   * @param status the progress
   */
  public void reportSnapshot(long peer, long attempt, SnapshotStatus status) {
    Objects.requireNonNull(status, "status");
    run(r -> r.reportSnapshot(peer, attempt, status));
  }

  /**
   * Reports that what the {@link Storage} answered with {@link Storage.EntriesResult.NotYet} or
   * {@link Storage.SnapshotResult.NotYet} is there now. The node asks again for everything that it
   * waits for: entries to apply, and entries and snapshots for followers. Without this call it asks
   * again after the next tick, so that a large log would go out by one answer a tick.
   */
  public void storageReady() {
    run(Raft::storageReady);
  }

  /**
   * Says whether there is a Ready to take. Never true with an empty one, and costs next to nothing
   * if nothing has happened.
   *
   * <p>To be sure, it may read from the storage what the Ready is to hold: entries, or a snapshot
   * for a member that is behind. {@link #ready()} hands out what was read.
   *
   * <p>While {@link RaftConfig#maxOutstandingReadys()} are outstanding it says whether there is
   * something that rests on none of their writes, such as the answer to a heartbeat.
   *
   * @return whether {@link #ready()} may be called
   */
  public boolean hasReady() {
    if (failure == null && !maybeReady) {
      return false;
    }
    enter();
    boolean has;
    try {
      raft.actOnTimeouts();
      has = raft.hasOutput();
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
    leave();
    maybeReady = has;
    return has;
  }

  /**
   * Takes what the host has to do next.
   *
   * @return the next Ready
   * @throws IllegalStateException if {@link #hasReady()} is false
   */
  public Ready ready() {
    if (!hasReady()) {
      throw new IllegalStateException("ready() is only called when hasReady() is true");
    }
    return call(r -> take());
  }

  private Ready take() {
    taken++;
    return raft.mayWrite() ? takeWithWrite() : takeWithoutWrite();
  }

  private Ready takeWithWrite() {
    raft.takeMessages(now, later);
    List<Entry> entries = raft.unwrittenEntries();
    Snapshot snapshot = raft.unwrittenSnapshot();
    boolean mustSync = raft.mustSync();
    HardState hardState = raft.write(taken, !later.isEmpty());
    return new Ready(
        this,
        taken,
        hardState,
        entries,
        snapshot,
        mustSync,
        takeAll(now),
        takeAll(later),
        raft.takeCommitted(),
        raft.takeConfState(),
        takeReadStates(),
        takeOutcomes());
  }

  /** While as many writes are outstanding as may be. */
  private Ready takeWithoutWrite() {
    raft.takeMessagesWithoutWrite(now);
    return new Ready(
        this,
        taken,
        null,
        List.of(),
        null,
        false,
        takeAll(now),
        List.of(),
        List.of(),
        null,
        takeReadStates(),
        takeOutcomes());
  }

  private List<ReadState> takeReadStates() {
    raft.takeReadStates(read);
    return takeAll(read);
  }

  private List<Outcome> takeOutcomes() {
    raft.takeOutcomes(ended);
    return takeAll(ended);
  }

  private static <T> List<T> takeAll(List<T> messages) {
    if (messages.isEmpty()) {
      return List.of();
    }
    List<T> all = List.copyOf(messages);
    messages.clear();
    return all;
  }

  /**
   * Acknowledges that a Ready is persisted, and with it all before it.
   *
   * <p>A Ready that has nothing to persist and no {@link Ready#messagesAfterPersist()} is
   * acknowledged with the one before it, and need not be named here. It must not be named while the
   * write of an earlier one is under way: that write would count as made.
   *
   * @param ready a Ready of this node
   * @throws IllegalStateException if it, or a later one, was acknowledged before, or if it is
   *     another node's: that of an earlier {@link #open} on the same storage is one, too
   */
  public void persisted(Ready ready) {
    Objects.requireNonNull(ready, "ready");
    checkWorks();
    checkOut(ready);
    run(Raft::persisted, ready.number());
    acknowledged = ready.number();
  }

  private void checkOut(Ready ready) {
    if (!ready.isOf(this)) {
      throw new IllegalStateException("Ready #" + ready.number() + " is not one of this node's");
    }
    if (ready.number() <= acknowledged) {
      throw new IllegalStateException(
          "Readys are acknowledged once and in order: #"
              + ready.number()
              + " after #"
              + acknowledged);
    }
  }

  /**
   * Acknowledges that the state machine has applied all up to an index.
   *
   * @param index the index of a committed entry or of a snapshot that a Ready gave out; not below
   *     the last one that was acknowledged
   * @throws IllegalStateException if no Ready gave it out, if it is below what was acknowledged, or
   *     is covered by nothing but a snapshot which is not acknowledged as persisted
   */
  public void applied(long index) {
    checkWorks();
    checkApplied(index);
    run(Raft::applied, index);
  }

  private void checkApplied(long index) {
    Applying applying = raft.log().applying();
    if (index > applying.applyingIndex()) {
      throw new IllegalStateException(
          "applied("
              + index
              + "): the state machine was given only what is up to "
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
   * Acknowledges all of a Ready: it is persisted, and what it handed to the state machine is
   * applied.
   *
   * @param ready a Ready of this node
   * @throws IllegalStateException as {@link #persisted} says
   */
  public void advance(Ready ready) {
    persisted(ready);
    long last = ready.lastGiven();
    if (last > raft.log().applying().appliedIndex()) {
      applied(last);
    }
  }

  /**
   * Returns the configuration in effect.
   *
   * @return the configuration; the default instance if the node has none yet
   */
  public ConfState confState() {
    return call(Raft::confState);
  }

  /**
   * Returns the node's role. Unlike {@link #status()} this allocates nothing.
   *
   * @return the role
   */
  public RoleName role() {
    actOnTimeouts();
    return raft.role();
  }

  /**
   * Returns the leader of the node's term. Unlike {@link #status()} this allocates nothing.
   *
   * @return an id, which may be the node's own; 0: none is known
   */
  public long leader() {
    actOnTimeouts();
    return raft.leader();
  }

  /**
   * Returns the latest term that the node has seen. Unlike {@link #status()} this allocates
   * nothing.
   *
   * @return a term; 0 before it has seen any
   */
  public long term() {
    actOnTimeouts();
    return raft.term();
  }

  /**
   * Returns a copy of what the node knows. The one call that a failed node answers, and that an
   * observer may make.
   *
   * @return the status
   */
  public Status status() {
    owner.checkThread();
    if (failure == null && !owner.isInside()) {
      try {
        actOnTimeouts();
      } catch (NodeFailedException e) {
        // The status says so.
      }
    }
    long firstIndex = 0;
    LogId last = LogId.NONE;
    try {
      firstIndex = raft.log().firstIndex();
      last = raft.log().last();
    } catch (RuntimeException | Error e) {
      // The storage has failed: what it would say is unknown.
      if (failure == null) {
        failure = e;
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
        .oldestOutstandingTicks(raft.log().writes().ageOfOldest(raft.now()))
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
    if (failure != null) {
      throw new NodeFailedException(config.id(), failure);
    }
    owner.check();
  }

  /** Lets the state machine take an input, and fails the node if that throws. */
  private void run(Consumer<Raft> input) {
    run((r, consumer) -> consumer.accept(r), input);
  }

  private void run(ObjLongConsumer<Raft> input, long argument) {
    enter();
    try {
      raft.actOnTimeouts();
      input.accept(raft, argument);
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
    leave();
  }

  private <A> void run(BiConsumer<Raft, A> input, A argument) {
    enter();
    try {
      raft.actOnTimeouts();
      input.accept(raft, argument);
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
    leave();
  }

  private <R> R call(Function<Raft, R> input) {
    return call((r, function) -> function.apply(r), input);
  }

  private <A, R> R call(BiFunction<Raft, A, R> input, A argument) {
    enter();
    R result;
    try {
      raft.actOnTimeouts();
      result = input.apply(raft, argument);
    } catch (RuntimeException | Error e) {
      throw failed(e);
    }
    leave();
    return result;
  }

  private void enter() {
    checkWorks();
    owner.enter();
    maybeReady = true;
  }

  private void leave() {
    try {
      raft.deliverEvents();
    } catch (RuntimeException | Error e) {
      // The caller does not get the result of its call, such as a Ready with entries to persist: a
      // node that went on would count on what never happens.
      throw failed(e);
    }
    owner.leave();
  }

  private NodeFailedException failed(Throwable cause) {
    failure = cause;
    owner.leave();
    return new NodeFailedException(config.id(), cause);
  }
}
