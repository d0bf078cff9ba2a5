package io.tickraft.testkit.sim;

import io.tickraft.core.AppliedState;
import io.tickraft.core.Digest;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.Ready;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.contract.HostWatch;
import io.tickraft.testkit.contract.WatchedNode;
import io.tickraft.testkit.oracle.Oracle;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs one node on a {@link HostedStore}: it does each part of the Ready contract when its caller
 * says so, as {@link SimHost} does on a simulated disk. Everything that the store does is checked.
 *
 * <p>{@link #take()} takes a Ready, {@link #write()} lets the store persist it, and {@link #apply}
 * apply it. Give the node its messages by {@link #step}, and its other inputs by {@link #node()}.
 */
public final class StoreDriver implements AutoCloseable {

  private final Oracle oracle;
  private final Consumer<Message> network;

  /** One for all starts: it remembers what the storage must have. */
  private final HostWatch watch;

  private HostedStore store;

  // Since the last start.
  private @Nullable WatchedNode node;
  private @Nullable PausedReads reads;
  private long id;
  private long maxOutstandingReadys;
  private long appliedIndex;

  /** The Readys whose writes are not complete, oldest first. */
  private final ArrayDeque<Ready> writing = new ArrayDeque<>();

  /** The Readys whose writes are complete and that are not applied, oldest first. */
  private final ArrayDeque<Ready> applying = new ArrayDeque<>();

  /**
   * Creates the host of a node that is not started.
   *
   * @param store the store of the node, which this closes
   * @param oracle checks what the node does
   * @param network takes the messages that the node sends
   */
  public StoreDriver(HostedStore store, Oracle oracle, Consumer<Message> network) {
    this.store = Objects.requireNonNull(store, "store");
    this.oracle = Objects.requireNonNull(oracle, "oracle");
    this.network = Objects.requireNonNull(network, "network");
    this.watch = new HostWatch().oracle(oracle);
  }

  // Start and crash.

  /**
   * Starts the node on what its store holds.
   *
   * @param config the node's configuration
   * @throws IllegalStateException if the node is up
   */
  public void start(RaftConfig config) {
    if (node != null) {
      throw new IllegalStateException("node " + config.id() + " is up");
    }
    id = config.id();
    maxOutstandingReadys = config.maxOutstandingReadys();
    reads = new PausedReads(store.storage());
    Optional<AppliedState> applied = store.applied();
    node =
        applied.isPresent() ? watch.open(config, reads, applied.get()) : watch.open(config, reads);
    appliedIndex = node.status().appliedIndex();
  }

  /**
   * Stops the node at once. The oldest of the writes in flight were complete, and of what was not
   * synced the store loses something.
   *
   * @param choices say how many writes were not complete, and what the store loses
   */
  public void crash(Choices choices) {
    // Choice 0: the disk gets all of them.
    int lost = choices.next("writes lost", writing.size() + 1);
    writing.stream().limit(writing.size() - lost).forEach(store::persist);
    oracle.crashed(id, writing.size() - lost, 0);
    store = store.crash(choices);
    node = null;
    reads = null;
    writing.clear();
    applying.clear();
  }

  /** Closes the store. */
  @Override
  public void close() {
    store.close();
  }

  // Observation.

  /** {@return whether the node runs: false before the first start, and from a crash to the next} */
  public boolean isUp() {
    return node != null;
  }

  /**
   * {@return the node, to be given all inputs but messages}
   *
   * @throws IllegalStateException if the node is down
   */
  public WatchedNode node() {
    if (node == null) {
      throw new IllegalStateException("node " + id + " is down");
    }
    return node;
  }

  /** {@return the store; a crash puts another one in its place} */
  public HostedStore store() {
    return store;
  }

  /** {@return the last index that the state machine has applied, from 0} */
  public long appliedIndex() {
    return appliedIndex;
  }

  /** {@return the Readys whose writes are not complete, oldest first} */
  public List<Ready> writing() {
    return List.copyOf(writing);
  }

  /** {@return the Readys whose writes are complete and that are not applied, oldest first} */
  public List<Ready> applying() {
    return List.copyOf(applying);
  }

  /** {@return as {@link SimHost#isDrained()}} */
  public boolean isDrained() {
    return writing.stream().filter(SimHost::hasToPersist).count() < maxOutstandingReadys
        && !node().hasReady();
  }

  /**
   * Adds what decides what the node and this host do next, except for settings and the store.
   *
   * @param digest what it is added to
   */
  public void digest(Digest digest) {
    node().digest(digest);
    reads().digest(digest);
    digest.number(appliedIndex);
    digest.ordered(writing, SimHost::digest).ordered(applying, SimHost::digest);
  }

  // Inputs.

  /**
   * Gives the node a message.
   *
   * @param message the message
   */
  public void step(Message message) {
    node().step(withSnapshot(message, store::receive));
  }

  /** A snapshot passes through the store, which may send its data separately. */
  private static Message withSnapshot(Message message, UnaryOperator<Snapshot> store) {
    if (!message.hasInstallSnapshot()) {
      return message;
    }
    return message.toBuilder()
        .setInstallSnapshot(
            message.getInstallSnapshot().toBuilder()
                .setSnapshot(store.apply(message.getInstallSnapshot().getSnapshot())))
        .build();
  }

  /**
   * Lets the store compact its log up to the applied index.
   *
   * @return whether there was an entry to be compacted
   */
  public boolean compact() {
    WatchedNode compacting = node();
    if (appliedIndex < store.storage().firstIndex()) {
      return false;
    }
    store.compact(appliedIndex, compacting.confState());
    return true;
  }

  private PausedReads reads() {
    return Objects.requireNonNull(reads, "the node was started");
  }

  /** As {@link SimHost#pauseEntries()}. */
  public void pauseEntries() {
    reads().pauseEntries();
  }

  /** As {@link SimHost#pauseSnapshot()}. */
  public void pauseSnapshot() {
    reads().pauseSnapshot();
  }

  /** As {@link SimHost#resumeReads()}. */
  public void resumeReads() {
    reads().resume();
  }

  /** {@return as {@link SimHost#areReadsPaused()}} */
  public boolean areReadsPaused() {
    return reads().isPaused();
  }

  // The Ready contract.

  /**
   * Takes the next Ready, and sends the messages that need not wait for its write. The node must
   * have a Ready.
   *
   * @return the Ready
   */
  public Ready take() {
    Ready ready = node().ready();
    send(ready.messages());
    writing.addLast(ready);
    return ready;
  }

  private void send(List<Message> messages) {
    for (Message message : messages) {
      node().sending(message);
      network.accept(withSnapshot(message, store::toSend));
    }
  }

  /**
   * Lets the store persist the oldest Ready that is not persisted, sends the messages that waited
   * for that, and acknowledges it to the node. There must be such a Ready.
   *
   * @return whether there is something to {@link #apply} in the Ready
   */
  public boolean write() {
    Ready ready = writing.removeFirst();
    store.persist(ready);
    WatchedNode running = node();
    running.written(ready, ready.mustSync());
    send(ready.messagesAfterPersist());
    running.persisted(ready);
    if (ready.snapshot().isEmpty() && ready.committedEntries().isEmpty()) {
      return false;
    }
    applying.addLast(ready);
    return true;
  }

  /**
   * Lets the state machine apply the oldest Ready that is persisted and not applied, and
   * acknowledges it to the node. There must be such a Ready.
   *
   * @param replies takes the entry of each command, and the reply to its client
   */
  public void apply(BiConsumer<Entry, Object> replies) {
    Ready ready = applying.removeFirst();
    WatchedNode running = node();
    ready.snapshot().ifPresent(running::restoring);
    List<Entry> entries = ready.committedEntries();
    entries.forEach(running::applying);
    store.apply(ready, replies);
    appliedIndex =
        entries.isEmpty()
            ? ready.snapshot().orElseThrow().getMetadata().getIndex()
            : entries.get(entries.size() - 1).getIndex();
    running.applied(appliedIndex);
  }
}
