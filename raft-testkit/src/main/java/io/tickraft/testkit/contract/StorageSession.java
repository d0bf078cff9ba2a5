package io.tickraft.testkit.contract;

import static io.tickraft.testkit.message.Messages.fromNode;

import com.google.protobuf.ByteString;
import io.tickraft.core.AppliedState;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.Ready;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import io.tickraft.testkit.message.Envelope;
import io.tickraft.testkit.message.Messages;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A follower whose Readys are persisted in a tested store and in the model. This class plays its
 * leaders: their messages make a real node produce each kind of Ready. After each write, the
 * storage is compared with the model. The node reads from the model, so a wrong answer of the
 * storage cannot mislead it.
 */
final class StorageSession implements AutoCloseable {

  private static final String WHO = "the storage";
  private static final long ID = 1;
  private static final long LEADER = 2;

  /** How commands are made: {@link StorageContract#command}. */
  interface Commands {
    ByteString command(long index, int size);
  }

  private final Commands commands;
  private TestedStore store;
  private ModelStorage model;

  /** What surely survives a crash. */
  private ModelStorage synced;

  /** The Readys that were written after {@link #synced}, oldest first. */
  private final List<Ready> unsynced = new ArrayList<>();

  /** The configurations, by the first index at which each holds. */
  private final TreeMap<Long, ConfState> configurations = new TreeMap<>();

  private RawNode node;
  private long starts;
  private long applied;
  private long term = 1;
  private long snapshots;

  StorageSession(TestedStore store, ModelStorage initial, Commands commands) {
    this.store = store;
    this.commands = commands;
    this.model = initial;
    this.synced = initial.copy();
    SnapshotMetadata metadata = initial.snapshot().snapshot().getMetadata();
    this.applied = metadata.getIndex();
    this.configurations.put(applied, metadata.getConfState());
    this.node = open();
    checkStarted("before the first write", Optional.empty());
  }

  private RawNode open() {
    starts++;
    return applied == 0
        ? RawNode.open(config(), model)
        : RawNode.open(
            config(),
            model,
            new AppliedState(
                applied, model.term(applied), configurations.floorEntry(applied).getValue()));
  }

  private RaftConfig config() {
    return RaftConfig.builder(ID)
        .incarnation(starts)
        .preVote(false)
        .checkQuorum(false)
        .maxOutstandingReadys(1_000)
        .maxUnstableBytes(Long.MAX_VALUE)
        .build();
  }

  // What is there.

  long last() {
    return model.lastIndex();
  }

  long commit() {
    return node.status().commitIndex();
  }

  long first() {
    return model.firstIndex();
  }

  long applied() {
    return applied;
  }

  TestedStore store() {
    return store;
  }

  StorageCheck checked(String action) {
    return new StorageCheck(store, model, configurations, applied, action, Optional.empty());
  }

  private void check(String action, Optional<StorageRule> broken) {
    new StorageCheck(store, model, configurations, applied, action, broken).all();
  }

  private void checkStarted(String action, Optional<StorageRule> broken) {
    check(action, broken);
    checkOpens(action);
  }

  /** A node that is opened reads the storage in its own way. */
  private void checkOpens(String action) {
    try {
      RawNode.open(RaftConfig.builder(ID).incarnation(Long.MAX_VALUE).build(), store.storage());
    } catch (RuntimeException e) {
      throw violation(
          StorageRule.NODE_OPENS,
          "a node that starts from the storage's snapshot",
          "RawNode.open threw " + e + ", " + action,
          e);
    }
  }

  // What the leader sends.

  private Envelope fromLeader() {
    return fromNode(LEADER).to(ID).term(term);
  }

  /** Another leader, in the next term. */
  void nextTerm() {
    term++;
  }

  /** Appends commands of equal sizes after the last entry. */
  void append(int count, int size) {
    appendAfter(last(), count, size);
  }

  /**
   * Appends commands after an entry. In a term in which the leader has appended an entry after that
   * one, this needs another term.
   */
  void appendAfter(long prev, int count, int size) {
    send(prev, count, size);
    work();
  }

  private void send(long prev, int count, int size) {
    List<Entry> entries = new ArrayList<>();
    for (long index = prev + 1; index <= prev + count; index++) {
      entries.add(
          Entry.newBuilder()
              .setType(EntryType.ENTRY_TYPE_COMMAND)
              .setTerm(term)
              .setIndex(index)
              .setData(commands.command(index, size))
              .build());
    }
    node.step(
        Messages.append(fromLeader())
            .prev(model.term(prev), prev)
            .entries(entries)
            .commit(commit())
            .build());
  }

  /** The leader commits all entries up to an index; the state machine applies them. */
  void commitTo(long index) {
    node.step(Messages.append(fromLeader()).prev(model.term(index), index).commit(index).build());
    work();
  }

  /** Grants a vote in the next term, which changes nothing but the hard state. */
  void vote(long candidate) {
    nextTerm();
    node.step(
        Messages.vote(fromNode(candidate).to(ID).term(term))
            .last(model.term(last()), last())
            .build());
    work();
  }

  /** Gets a snapshot at an index above the commit index, with a configuration of its own. */
  void install(long index) {
    snapshots++;
    ConfState confState =
        ConfState.newBuilder().addVoters(1).addVoters(2).addVoters(2 + snapshots).build();
    Snapshot sent =
        Snapshot.newBuilder()
            .setMetadata(
                SnapshotMetadata.newBuilder().setIndex(index).setTerm(term).setConfState(confState))
            .setData(commands.command(index, 100))
            .build();
    node.step(Messages.installSnapshot(fromLeader(), store.receive(sent)).build());
    work();
  }

  // What the host does.

  private void work() {
    while (node.hasReady()) {
      persist(node.ready());
    }
  }

  private void persist(Ready ready) {
    Optional<StorageRule> broken = brokenIfWrong(ready);
    model.persist(ready);
    unsynced.add(ready);
    store.persist(ready);
    if (ready.mustSync()) {
      unsynced.forEach(synced::persist);
      unsynced.clear();
    }
    store.apply(ready);
    ready.snapshot().ifPresent(s -> applied = s.getMetadata().getIndex());
    if (!ready.committedEntries().isEmpty()) {
      applied = last(ready.committedEntries());
    }
    ready.confState().ifPresent(c -> configurations.put(applied, c));
    node.advance(ready);
    check("after the write of " + ready, broken);
  }

  private Optional<StorageRule> brokenIfWrong(Ready ready) {
    if (ready.snapshot().isPresent()) {
      return Optional.of(StorageRule.LOG_REPLACED_BY_SNAPSHOT);
    }
    return !ready.entries().isEmpty() && ready.entries().get(0).getIndex() <= model.lastIndex()
        ? Optional.of(StorageRule.SUFFIX_REPLACED)
        : Optional.empty();
  }

  private static long last(List<Entry> entries) {
    return entries.get(entries.size() - 1).getIndex();
  }

  /**
   * Compacts the log.
   *
   * @return how many entries were removed
   */
  long compact() {
    long before = model.firstIndex();
    store.compact(applied, configurations.floorEntry(applied).getValue());
    long first = store.storage().firstIndex();
    if (first < before || first > applied + 1) {
      throw new ContractViolation(
          WHO,
          StorageRule.COMPACTION_WITHIN_BOUND,
          "a first index from " + before + " to " + (applied + 1),
          "firstIndex() returned " + first + " after compaction at applied index " + applied);
    }
    model.compact(first - 1);
    model.setSnapshot(snapshotAt(applied));
    synced.compact(Math.min(first - 1, synced.lastIndex()));
    check("after compaction up to " + (first - 1), Optional.empty());
    return first - before;
  }

  private Snapshot snapshotAt(long index) {
    return Snapshot.newBuilder()
        .setMetadata(
            SnapshotMetadata.newBuilder()
                .setIndex(index)
                .setTerm(model.term(index))
                .setConfState(configurations.floorEntry(index).getValue()))
        .build();
  }

  /** Restarts the store, and then the node. */
  void restart() {
    store = store.restart();
    checkStarted("after a clean restart", Optional.of(StorageRule.RESTART_KEEPS_ALL));
    node = open();
  }

  // Crashes.

  /** Appends commands after an entry like {@link #appendAfter}, but without a sync. */
  void writeWithoutSync(long prev, int count, int size) {
    send(prev, count, size);
    while (node.hasReady()) {
      Ready ready = node.ready();
      try {
        store.writeWithoutSync(ready);
      } catch (NotOffered e) {
        persist(ready);
        work();
        throw e;
      }
      model.persist(ready);
      unsynced.add(ready);
    }
  }

  /** Crashes the store and the node, and checks what is left. */
  void crash() {
    store = store.crash();
    String action = "after a crash with " + unsynced.size() + " writes that were not synced";
    try {
      model = survivor(action);
    } catch (RuntimeException e) {
      throw violation(
          StorageRule.NO_EXCEPTION, "answers", "the storage threw " + e + ", " + action, e);
    }
    model.compact(Math.min(store.storage().firstIndex() - 1, model.lastIndex()));
    synced = model.copy();
    unsynced.clear();
    applied = snapshotIndex();
    configurations.tailMap(applied, false).clear();
    if (applied > 0) {
      model.setSnapshot(snapshotAt(applied));
    }
    node = open();
    term = Math.max(term, node.term()) + 1;
    checkStarted(action, Optional.empty());
  }

  private ModelStorage survivor(String action) {
    Storage left = store.storage();
    Survivors survivors = new Survivors(synced, unsynced);
    Optional<String> lost = survivors.lost(left);
    if (lost.isPresent()) {
      throw new ContractViolation(
          WHO,
          StorageRule.CRASH_KEEPS_WHAT_WAS_SYNCED,
          Survivors.text(synced),
          "the storage has lost " + lost.get() + ", " + action);
    }
    return survivors
        .find(left)
        .orElseThrow(
            () ->
                new ContractViolation(
                    WHO,
                    StorageRule.CRASH_KEEPS_A_PREFIX,
                    Survivors.text(synced) + ", and then the oldest of the writes " + unsynced,
                    "the storage has " + Survivors.text(left) + ", " + action));
  }

  /** A storage may have a later snapshot than the model, or an earlier one. */
  private long snapshotIndex() {
    return store.storage().snapshot() instanceof Storage.SnapshotResult.Available available
        ? available.snapshot().getMetadata().getIndex()
        : model.snapshot().snapshot().getMetadata().getIndex();
  }

  private static ContractViolation violation(
      StorageRule rule, String expected, String happened, Throwable cause) {
    ContractViolation violation = new ContractViolation(WHO, rule, expected, happened);
    violation.initCause(cause);
    return violation;
  }

  @Override
  public void close() {
    store.close();
  }
}
