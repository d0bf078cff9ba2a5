package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
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
import io.tickraft.proto.Message;
import io.tickraft.testkit.contract.WatchedNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs a storage and a state machine of your own in the simulator. The host keeps the Ready
 * contract, and everything that the store does is checked: what it answers, what it applies, and
 * what it still has after a crash.
 *
 * <pre>{@code
 * Fuzz.ofAnyGroup().hosts(id -> new StoreHost(voters -> new MyStore(directoryOf(id), voters)));
 * }</pre>
 *
 * <p>Writing and applying take virtual time, so several Readys are outstanding, and at a crash some
 * of them are written and some are not. {@link #blocking()} is for a store for which each Ready
 * must be written and applied before the next one is taken.
 */
public final class StoreHost implements Host {

  /** The longest time that a write takes, and that applying takes, in virtual milliseconds. */
  private static final int MAX_MILLIS = 20;

  /** A read whose index is confirmed but not applied yet. */
  private record WaitingRead(ByteString readContext, long index) {}

  private final Function<List<Long>, ? extends HostedStore> create;
  private boolean isBlocking;
  private @Nullable StoreDriver driver;

  // Since the last start.
  private @Nullable HostContext context;
  private final List<WaitingRead> reads = new ArrayList<>();
  private long writes;

  /**
   * Creates the host of one node.
   *
   * @param create creates the store of the node at its first start, on an empty disk, with a
   *     bootstrap for these voters; without a bootstrap if the list is empty: then the node joins
   *     an existing group
   */
  public StoreHost(Function<List<Long>, ? extends HostedStore> create) {
    this.create = Objects.requireNonNull(create, "create");
  }

  /**
   * Makes the event loop block while it writes and applies a Ready: the node gets no input until
   * the Ready is applied. Otherwise the node gets inputs meanwhile, and several Readys are
   * outstanding.
   *
   * @return this
   */
  public StoreHost blocking() {
    isBlocking = true;
    return this;
  }

  private HostContext context() {
    return Objects.requireNonNull(context, "the host was started");
  }

  private StoreDriver driver() {
    return Objects.requireNonNull(driver, "the host was started");
  }

  private WatchedNode node() {
    return driver().node();
  }

  // Start and crash.

  @Override
  public void start(HostContext given) {
    context = given;
    if (driver == null) {
      driver =
          new StoreDriver(
              create.apply(given.voters()), given.oracle(), message -> context().send(message));
    }
    driver.start(given.config());
    reads.clear();
    writes = 0;
  }

  @Override
  public void crash(Choices choices) {
    driver().crash(choices);
    reads.clear();
  }

  @Override
  public void close() {
    if (driver != null) {
      driver.close();
      driver = null;
    }
  }

  // Observation.

  @Override
  public Status status() {
    return node().status();
  }

  @Override
  public Storage storage() {
    return driver().store().storage();
  }

  @Override
  public long appliedIndex() {
    return driver().appliedIndex();
  }

  @Override
  public ByteString state() {
    return driver().store().state();
  }

  @Override
  public Object answer(Object query) {
    return driver().store().answer(query);
  }

  // Inputs.

  @Override
  public void tick() {
    node().tick();
  }

  @Override
  public void step(Message message) {
    driver().step(message);
  }

  @Override
  public ProposeResult propose(List<ByteString> commands) {
    return node().propose(commands);
  }

  @Override
  public ConfChangeResult proposeConfChange(ConfChange change) {
    return node().proposeConfChange(change);
  }

  @Override
  public ConfChangeResult proposeConfChangeEvenWithoutEffect(ConfChange change) {
    return node().proposeConfChangeEvenWithoutEffect(change);
  }

  @Override
  public ReadResult readIndex(ByteString readContext) {
    return node().readIndex(readContext);
  }

  @Override
  public TransferResult transferLeadership(long target) {
    return target == 0 ? node().transferLeadership() : node().transferLeadership(target);
  }

  @Override
  public void resign() {
    node().resign();
  }

  @Override
  public void campaign() {
    node().campaign();
  }

  @Override
  public void forgetLeader() {
    node().forgetLeader();
  }

  @Override
  public void reportUnreachable(long peer) {
    node().reportUnreachable(peer);
  }

  @Override
  public void reportSnapshot(long peer, long attempt, SnapshotStatus status) {
    node().reportSnapshot(peer, attempt, status);
  }

  @Override
  public boolean compact(int kept) {
    StoreDriver compacting = driver();
    return compacting.appliedIndex() - kept > compacting.store().storage().firstIndex()
        && compacting.compact();
  }

  // The Ready contract.

  @Override
  public void inputsDelivered() {
    while (!isBusy() && node().hasReady()) {
      take();
    }
  }

  /** Returns whether a Ready must be written or applied before the next one is taken. */
  private boolean isBusy() {
    return isBlocking && !(driver().writing().isEmpty() && driver().applying().isEmpty());
  }

  /**
   * Calls an action later. Actions may overtake each other, so each of them handles the oldest
   * Ready that waits for it, not a certain Ready.
   */
  private void later(Choices choices, Runnable action) {
    int millis = choices.next("millis", MAX_MILLIS + 1);
    if (isBlocking) {
      context().block(millis, action);
    } else {
      context().after(millis, action);
    }
  }

  private void take() {
    Ready ready = driver().take();
    ready.readStates().forEach(this::ended);
    ready.outcomes().forEach(outcome -> context().ended(outcome));
    later(context().choices("write %", ++writes), () -> write(ready));
  }

  private void write(Ready ready) {
    if (driver().write()) {
      later(context().choices("applying of Ready %", ready.number()), this::apply);
    }
  }

  private void apply() {
    driver().apply(context()::replied);
    answerReads();
  }

  // Reads.

  private void ended(ReadState read) {
    context().ended(read);
    if (read instanceof ReadState.Confirmed confirmed) {
      reads.add(new WaitingRead(confirmed.context(), confirmed.index()));
      answerReads();
    }
  }

  private void answerReads() {
    for (Iterator<WaitingRead> waiting = reads.iterator(); waiting.hasNext(); ) {
      WaitingRead read = waiting.next();
      if (read.index <= driver().appliedIndex()) {
        waiting.remove();
        context().answerRead(read.readContext);
      }
    }
  }
}
