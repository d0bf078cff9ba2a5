package io.tickraft.testkit.contract;

import com.google.protobuf.ByteString;
import io.tickraft.core.AppliedState;
import io.tickraft.core.ConfChanges;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RaftObserver;
import io.tickraft.core.Ready;
import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A host that does everything right: it writes, sends, applies and acknowledges each Ready before
 * it takes the next one. A broken host overrides one of its parts.
 */
class WatchedHost {

  final long id;
  final HostWatch watch;
  final Random random;
  private final Consumer<Message> network;

  /** The disk, which outlives a crash. */
  DurableStore disk;

  /** What the state machine has stored, in one write. */
  Optional<AppliedState> stored = Optional.empty();

  WatchedNode node;
  long incarnation;
  long applied;
  private long appliedTerm;
  ConfState confState = ConfState.getDefaultInstance();

  private int reads;

  WatchedHost(long id, HostWatch watch, Random random, Consumer<Message> network) {
    this(id, watch, random, network, new DurableStore(MemoryStorage.bootstrapped(1, 2, 3)));
  }

  WatchedHost(
      long id, HostWatch watch, Random random, Consumer<Message> network, DurableStore disk) {
    this.id = id;
    this.watch = watch;
    this.random = random;
    this.network = network;
    this.disk = disk;
    this.node = start();
  }

  // Start and crash.

  private WatchedNode start() {
    Snapshot snapshot = disk.written.snapshot().snapshot();
    applied = snapshot.getMetadata().getIndex();
    appliedTerm = snapshot.getMetadata().getTerm();
    confState = snapshot.getMetadata().getConfState();
    Optional<AppliedState> kept = stored.filter(s -> s.index() > applied);
    kept.ifPresent(
        state -> {
          applied = state.index();
          appliedTerm = state.term();
          confState = state.confState();
        });
    incarnation = nextIncarnation();
    RaftConfig config = config();
    return kept.map(state -> watch.open(config, storage(), state))
        .orElseGet(() -> watch.open(config, storage()));
  }

  long nextIncarnation() {
    return incarnation + 1;
  }

  RaftConfig config() {
    RaftConfig.Builder config =
        RaftConfig.builder(id)
            .group(group())
            .incarnation(incarnation)
            .seed(random.nextLong())
            .maxOutstandingReadys(4);
    observer().ifPresent(config::observer);
    return config.build();
  }

  long group() {
    return 7;
  }

  Optional<RaftObserver> observer() {
    return Optional.empty();
  }

  Storage storage() {
    return disk.storage();
  }

  void crash() {
    disk = (DurableStore) disk.crash();
    node = start();
  }

  // Inputs.

  void tick() {
    node.ticksDue(1);
    node.tick();
    work();
  }

  void step(Message message) {
    node.step(message);
    work();
  }

  void propose() {
    node.propose(ByteString.copyFromUtf8("command"));
    work();
  }

  void change() {
    if (node.role() == RoleName.LEADER) {
      boolean isThere = node.confState().getLearnersList().contains(4L);
      node.proposeConfChange(
          isThere ? ConfChanges.remove(4).build() : ConfChanges.addLearner(4).build());
      work();
    }
  }

  void read() {
    reads++;
    node.readIndex(ByteString.copyFromUtf8("read " + reads));
    work();
  }

  /** Makes a snapshot and compacts a part of the log. */
  void compact() {
    Snapshot last = disk.written.snapshot().snapshot();
    if (applied > last.getMetadata().getIndex()) {
      disk.compact(applied, confState);
    }
  }

  // The Ready contract.

  void work() {
    while (node.hasReady()) {
      handle(node.ready());
    }
  }

  void handle(Ready ready) {
    ready.messages().forEach(this::send);
    persist(ready);
    ready.messagesAfterPersist().forEach(this::send);
    ready.snapshot().ifPresent(this::restore);
    apply(ready.committedEntries());
    ready.confState().ifPresent(c -> confState = c);
    store();
    node.advance(ready);
  }

  void send(Message message) {
    node.sending(message);
    network.accept(message);
  }

  void persist(Ready ready) {
    disk.persist(ready);
    node.written(ready, ready.mustSync());
  }

  void restore(Snapshot snapshot) {
    node.restoring(snapshot);
    restored(snapshot.getMetadata());
  }

  final void restored(SnapshotMetadata metadata) {
    applied = metadata.getIndex();
    appliedTerm = metadata.getTerm();
  }

  void apply(List<Entry> entries) {
    entries.forEach(this::apply);
  }

  void apply(Entry entry) {
    node.applying(entry);
    applied(entry);
  }

  final void applied(Entry entry) {
    applied = entry.getIndex();
    appliedTerm = entry.getTerm();
  }

  /** Stores the applied index and the configuration in one write, now and then. */
  void store() {
    if (applied > 1 && random.nextInt(3) == 0) {
      stored = Optional.of(new AppliedState(applied, appliedTerm, confState));
    }
  }
}
