package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
import io.tickraft.core.AppliedState;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.core.Ready;
import io.tickraft.core.SnapshotStatus;
import io.tickraft.core.Status;
import io.tickraft.core.Storage;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.contract.HostWatch;
import io.tickraft.testkit.contract.WatchedNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs a storage and a state machine of one's own in the simulator. The host keeps the Ready
 * contract, and everything that the store does is checked: what it answers, what it applies, and
 * what it still has after a crash.
 *
 * <pre>{@code
 * Fuzz.ofAnyGroup().hosts(id -> new StoreHost(voters -> new MyStore(directoryOf(id), voters)));
 * }</pre>
 *
 * <p>Writes and the state machine take virtual time, so several Readys are outstanding, and a crash
 * meets the store with some of them written. {@link #blocking()} is for a store that needs one
 * Ready to be written and applied before the next.
 */
public final class StoreHost implements Host {

  /** A write, and the state machine, take at most this time, in virtual milliseconds. */
  private static final int MAX_MILLIS = 20;

  /** A read whose index is confirmed and not applied yet. */
  private record WaitingRead(ByteString readContext, long index) {}

  private final Function<List<Long>, ? extends HostedStore> create;
  private boolean isBlocking;
  private @Nullable HostedStore store;
  private @Nullable HostWatch watch;

  // Since the last start.
  private @Nullable HostContext context;
  private @Nullable WatchedNode node;

  /** The Readys whose writes are not complete, oldest first. */
  private final ArrayDeque<Ready> writing = new ArrayDeque<>();

  /** The Readys whose writes are complete and that are not applied, oldest first. */
  private final ArrayDeque<Ready> applying = new ArrayDeque<>();

  private final List<WaitingRead> reads = new ArrayList<>();
  private long writes;
  private long appliedIndex;

  /**
   * Creates the host of one node, with an empty disk.
   *
   * @param create creates the store of the node at its first start, with a bootstrap for these
   *     voters; without a bootstrap if there are none, as the node joins then
   */
  public StoreHost(Function<List<Long>, ? extends HostedStore> create) {
    this.create = Objects.requireNonNull(create, "create");
  }

  /**
   * Lets the event loop write and apply one Ready after the other, and block meanwhile: the node
   * gets no input until the loop is done. Otherwise it gets inputs, and several Readys are out.
   *
   * @return this
   */
  public StoreHost blocking() {
    isBlocking = true;
    return this;
  }

  private static <T> T started(@Nullable T value) {
    return Objects.requireNonNull(value, "the host was started");
  }

  // Start and crash.

  @Override
  public void start(HostContext given) {
    context = given;
    if (store == null) {
      store = create.apply(given.voters());
    }
    HostedStore opened = store;
    if (watch == null) {
      // One for all starts: it remembers what the storage must have.
      watch = new HostWatch().oracle(given.oracle());
    }
    Storage storage = opened.storage();
    Optional<AppliedState> applied = opened.applied();
    node =
        applied.isPresent()
            ? watch.open(given.config(), storage, applied.get())
            : watch.open(given.config(), storage);
    appliedIndex = node.status().appliedIndex();
    forgetReadys();
    writes = 0;
  }

  @Override
  public void crash(Choices choices) {
    HostedStore crashing = started(store);
    // Choice 0: the disk gets all of them.
    int lost = choices.next("writes lost", writing.size() + 1);
    writing.stream().limit(writing.size() - lost).forEach(crashing::persist);
    started(context).oracle().crashed(started(context).id(), writing.size() - lost, 0);
    store = crashing.crash(choices);
    node = null;
    forgetReadys();
  }

  private void forgetReadys() {
    writing.clear();
    applying.clear();
    reads.clear();
  }

  @Override
  public void close() {
    if (store != null) {
      store.close();
      store = null;
    }
  }

  // Observation.

  @Override
  public Status status() {
    return started(node).status();
  }

  @Override
  public Storage storage() {
    return started(store).storage();
  }

  @Override
  public long appliedIndex() {
    return appliedIndex;
  }

  @Override
  public ByteString state() {
    return started(store).state();
  }

  @Override
  public Object answer(Object query) {
    return started(store).answer(query);
  }

  // Inputs.

  @Override
  public void tick() {
    started(node).tick();
  }

  @Override
  public void step(Message message) {
    started(node).step(withSnapshot(message, started(store)::receive));
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

  @Override
  public ProposeResult propose(List<ByteString> commands) {
    return started(node).propose(commands);
  }

  @Override
  public ConfChangeResult proposeConfChange(ConfChange change) {
    return started(node).proposeConfChange(change);
  }

  @Override
  public ConfChangeResult proposeConfChangeEvenWithoutEffect(ConfChange change) {
    return started(node).proposeConfChangeEvenWithoutEffect(change);
  }

  @Override
  public ReadResult readIndex(ByteString readContext) {
    return started(node).readIndex(readContext);
  }

  @Override
  public TransferResult transferLeadership(long target) {
    return target == 0
        ? started(node).transferLeadership()
        : started(node).transferLeadership(target);
  }

  @Override
  public void resign() {
    started(node).resign();
  }

  @Override
  public void campaign() {
    started(node).campaign();
  }

  @Override
  public void forgetLeader() {
    started(node).forgetLeader();
  }

  @Override
  public void reportUnreachable(long peer) {
    started(node).reportUnreachable(peer);
  }

  @Override
  public void reportSnapshot(long peer, long attempt, SnapshotStatus status) {
    started(node).reportSnapshot(peer, attempt, status);
  }

  @Override
  public boolean compact(int kept) {
    WatchedNode compacting = started(node);
    if (appliedIndex - kept <= started(store).storage().firstIndex()) {
      return false;
    }
    started(store).compact(appliedIndex, compacting.confState());
    return true;
  }

  // The Ready contract.

  @Override
  public void inputsDelivered() {
    WatchedNode running = started(node);
    while (!isBusy() && running.hasReady()) {
      take(running.ready());
    }
  }

  /** Returns whether the loop is blocked. */
  private boolean isBusy() {
    return isBlocking && !(writing.isEmpty() && applying.isEmpty());
  }

  /** Does something later, in the order of the calls whichever takes how long. */
  private void later(Choices choices, Runnable action) {
    int millis = choices.next("millis", MAX_MILLIS + 1);
    if (isBlocking) {
      started(context).block(millis, action);
    } else {
      started(context).after(millis, action);
    }
  }

  private void take(Ready ready) {
    send(ready.messages());
    ready.readStates().forEach(this::ended);
    ready.outcomes().forEach(outcome -> started(context).ended(outcome));
    writing.addLast(ready);
    later(started(context).choices("write %", ++writes), this::write);
  }

  private void send(List<Message> messages) {
    for (Message message : messages) {
      started(node).sending(message);
      started(context).send(withSnapshot(message, started(store)::send));
    }
  }

  private void write() {
    Ready ready = writing.removeFirst();
    started(store).persist(ready);
    WatchedNode running = started(node);
    running.written(ready, ready.mustSync());
    send(ready.messagesAfterPersist());
    running.persisted(ready);
    if (ready.snapshot().isPresent() || !ready.committedEntries().isEmpty()) {
      applying.addLast(ready);
      later(started(context).choices("applying of Ready %", ready.number()), this::apply);
    }
  }

  private void apply() {
    Ready ready = applying.removeFirst();
    WatchedNode running = started(node);
    ready.snapshot().ifPresent(running::restoring);
    List<Entry> entries = ready.committedEntries();
    entries.forEach(running::applying);
    started(store).apply(ready, started(context)::replied);
    appliedIndex =
        entries.isEmpty()
            ? ready.snapshot().orElseThrow().getMetadata().getIndex()
            : entries.get(entries.size() - 1).getIndex();
    running.applied(appliedIndex);
    answerReads();
  }

  // Reads.

  private void ended(ReadState read) {
    started(context).ended(read);
    if (read instanceof ReadState.Confirmed confirmed) {
      reads.add(new WaitingRead(confirmed.context(), confirmed.index()));
      answerReads();
    }
  }

  private void answerReads() {
    for (Iterator<WaitingRead> waiting = reads.iterator(); waiting.hasNext(); ) {
      WaitingRead read = waiting.next();
      if (read.index <= appliedIndex) {
        waiting.remove();
        started(context).answerRead(read.readContext);
      }
    }
  }
}
