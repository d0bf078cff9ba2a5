package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.Outcome;
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
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The testkit's own host: it takes every Ready at once; the writes of its disk, the
 * acknowledgements and the state machine take the virtual time that the options say.
 */
final class StandardHost implements Host {

  /** Percentage of slow reads after which the host does not call {@code storageReady()}. */
  private static final int SILENT_READS_PERCENT = 50;

  private final long id;
  private final SimulationOptions options;
  private final FaultCounters faults;
  private final boolean blocksForSyncs;
  private DiskSpeed diskSpeed;

  /** No write of the disk completes before this time, in virtual milliseconds. */
  private long stalledUntil;

  private boolean failsWrites;
  private boolean failsNextRead;

  /** Created at the first start; never null after it. */
  private @Nullable SimHost host;

  // Since the last start.
  private SimNode.@Nullable Context context;
  private @Nullable ReadFaults reads;
  private final SnapshotPolicy snapshots;
  private long readsAsked;
  private long writesStarted;
  private long writesMade;

  StandardHost(long id, SimulationOptions options, FaultCounters faults) {
    this.id = id;
    this.options = options;
    this.faults = faults;
    this.blocksForSyncs = options.blocksForSyncs(id);
    this.diskSpeed = options.diskSpeed();
    this.snapshots = new SnapshotPolicy(options);
  }

  private SimHost host() {
    return Objects.requireNonNull(host, "the host was started");
  }

  private SimNode.Context context() {
    return Objects.requireNonNull(context, "the host was started");
  }

  // Start and crash.

  @Override
  public void start(HostContext given) {
    // The simulation gives this host more than a user's.
    context = (SimNode.Context) given;
    if (host == null) {
      host = create(given.voters());
    }
    SimHost starting = host;
    starting.start(given.config());
    if (reads != null) {
      reads.opened();
    }
    readsAsked = 0;
    writesStarted = 0;
    writesMade = 0;
    snapshots.started(starting.disk(), starting.appliedIndex());
  }

  private SimHost create(List<Long> voters) {
    MemoryStorage content =
        voters.isEmpty()
            ? new MemoryStorage()
            : MemoryStorage.bootstrapped(voters.stream().mapToLong(Long::longValue).toArray());
    SimHost created =
        new SimHost(
            id,
            options.maxSyncedWritesLost() == 0
                ? new SimDisk(content)
                : SimDisk.unreliable(content, options.maxSyncedWritesLost()),
            options.oracle(),
            () -> options.machine(id),
            message -> context().send(message));
    if (options.isStateKept()) {
      created.keepState();
    }
    created.readFrom(this::readsWithFaults);
    return created;
  }

  @Override
  public void crash(Choices choices) {
    SimDisk disk = disk();
    // Choice 0, the most harmless one, loses nothing.
    int kept = disk.unsynced() - choices.next("writes lost", disk.unsynced() + 1);
    int parts = disk.parts(kept);
    host()
        .crash(kept, options.areWritesTorn() && parts > 1 ? choices.next("parts kept", parts) : 0);
    stateAfterCrash(choices);
  }

  private void stateAfterCrash(Choices choices) {
    if (options.isStateKept() && options.isStateSeparate()) {
      disk().stateAfterCrash(choices.next("states lost", disk().recentStates() + 1));
    }
  }

  /** Crashes in the middle of an unsynced write of several parts. */
  void crashInWrite(Choices choices) {
    SimDisk disk = disk();
    List<Integer> torn =
        IntStream.range(0, disk.unsynced())
            .filter(before -> disk.parts(before) > 1)
            .boxed()
            .toList();
    if (torn.isEmpty()) {
      throw new IllegalArgumentException("node " + id + " has no unsynced write of several parts");
    }
    int kept = torn.get(torn.size() - 1 - choices.next("writes lost", torn.size()));
    host().crash(kept, disk.parts(kept) - 1 - choices.next("parts lost", disk.parts(kept) - 1));
    stateAfterCrash(choices);
  }

  void diskSpeed(DiskSpeed speed) {
    diskSpeed = speed;
  }

  void stallDiskUntil(long time) {
    stalledUntil = time;
  }

  /** Sets whether each write of the disk fails, which stops the node. */
  void failWrites(boolean fail) {
    failsWrites = fail;
  }

  /** Sets whether the next read of the disk fails, which stops the node. */
  void failNextRead(boolean fail) {
    failsNextRead = fail;
  }

  private void failOnce() {
    if (failsNextRead && context().mayDie()) {
      failsNextRead = false;
      faults.failedReads++;
      throw new DiskException("a read has failed");
    }
  }

  private ReadFaults readsWithFaults() {
    ReadFaults created =
        new ReadFaults(
            disk(),
            fetched -> {
              Choices read = context().occasion("node % boot % read %", ++readsAsked);
              if (!read.percent("slow", options.slowReadPercent())) {
                return false;
              }
              boolean isSilent = read.percent("silent", SILENT_READS_PERCENT);
              SimNode.Context now = context();
              now.afterOutsideLoop(
                  read.next("millis", options.maxReadMillis() + 1),
                  () -> {
                    fetched.run();
                    if (!isSilent) {
                      now.runInLoop(host()::storageReady);
                    }
                  });
              return true;
            },
            this::failOnce,
            options.maxEntriesPerRead(),
            faults);
    reads = created;
    return created;
  }

  // Observation.

  SimDisk disk() {
    return host().disk();
  }

  StateMachine machine() {
    return host().machine();
  }

  @Override
  public Status status() {
    return host().status();
  }

  @Override
  public Storage storage() {
    return disk();
  }

  @Override
  public long appliedIndex() {
    return host().appliedIndex();
  }

  @Override
  public ByteString state() {
    return machine().save();
  }

  // Inputs.

  @Override
  public void tick() {
    host().tick();
  }

  @Override
  public void step(Message message) {
    host().step(message);
  }

  @Override
  public ProposeResult propose(List<ByteString> commands) {
    return host().propose(commands);
  }

  @Override
  public ConfChangeResult proposeConfChange(ConfChange change) {
    return host().proposeConfChange(change);
  }

  @Override
  public ConfChangeResult proposeConfChangeEvenWithoutEffect(ConfChange change) {
    return host().proposeConfChangeEvenWithoutEffect(change);
  }

  @Override
  public ReadResult readIndex(ByteString readContext) {
    return host().readIndex(readContext);
  }

  @Override
  public TransferResult transferLeadership(long target) {
    return target == 0 ? host().transferLeadership() : host().transferLeadership(target);
  }

  @Override
  public void resign() {
    host().resign();
  }

  @Override
  public void campaign() {
    host().campaign();
  }

  @Override
  public void forgetLeader() {
    host().forgetLeader();
  }

  @Override
  public void reportUnreachable(long peer) {
    host().reportUnreachable(peer);
  }

  @Override
  public void reportSnapshot(long peer, long attempt, SnapshotStatus status) {
    host().reportSnapshot(peer, attempt, status);
  }

  @Override
  public boolean compact(int kept) {
    boolean compacted = host().compact(kept);
    if (compacted) {
      context().trace("compact");
    }
    return compacted;
  }

  // The Ready contract.

  @Override
  public void inputsDelivered() {
    host().stepped();
    if (!context().isDelivering() && host().node().hasReady()) {
      takeAll();
    }
  }

  private void takeAll() {
    do {
      take();
    } while (!context().isBlocked() && host().node().hasReady());
    host().stepped();
  }

  private void take() {
    Ready ready = host().take();
    faults.readysOut = Math.max(faults.readysOut, host().outstanding());
    context().trace("ready").add(ready);
    for (ReadState read : ready.readStates()) {
      context().ended(read);
      machine().ended(read);
    }
    for (Outcome outcome : ready.outcomes()) {
      context().ended(outcome);
    }
    if (isInstant() || (blocksForSyncs && !ready.mustSync())) {
      written();
    } else if (blocksForSyncs) {
      context().block();
      whenWritten(() -> context().unblock(this::written));
    } else {
      whenWritten(() -> context().runInLoop(this::written));
    }
  }

  private boolean isInstant() {
    return diskSpeed.isInstant() && context().now() >= stalledUntil;
  }

  private void whenWritten(Runnable done) {
    Choices write = context().occasion("node % boot % write %", ++writesStarted);
    context().afterOutsideLoop(diskSpeed.draw(write), () -> unlessStalled(done));
  }

  private void unlessStalled(Runnable done) {
    long left = stalledUntil - context().now();
    if (left > 0) {
      context().afterOutsideLoop(left, () -> unlessStalled(done));
    } else {
      done.run();
    }
  }

  /** Completes the oldest write in flight. */
  private void written() {
    if (failsWrites) {
      faults.failedWrites++;
      throw new DiskException("a write has failed");
    }
    host().completeWrite();
    if (options.maxAcknowledgeMillis() == 0 || blocksForSyncs) {
      acknowledge();
    } else {
      Choices acknowledgement = context().occasion("node % boot % acknowledgement %", ++writesMade);
      context()
          .after(
              acknowledgement.next("millis", options.maxAcknowledgeMillis() + 1),
              this::acknowledge);
    }
  }

  /** Acknowledges the oldest completed write to the node, or all, and applies what they contain. */
  private void acknowledge() {
    if (host().unacknowledged() == 0) {
      return; // Acknowledged together with an earlier one.
    }
    if (options.advances() && options.maxApplyMillis() == 0 && !host().changesConfiguration()) {
      snapshotIfDue(host().advance());
    } else if (options.acknowledgesTogether()) {
      host().acknowledgeAll().forEach(this::applyLater);
    } else {
      applyLater(host().acknowledge());
    }
  }

  private void applyLater(Ready ready) {
    if (ready.committedEntries().isEmpty() && ready.snapshot().isEmpty()) {
      return;
    }
    if (options.maxApplyMillis() == 0) {
      apply(ready);
    } else {
      Choices applying = context().occasion("node % boot % applying of Ready %", ready.number());
      context().after(applying.next("millis", options.maxApplyMillis() + 1), () -> apply(ready));
    }
  }

  private void apply(Ready ready) {
    List<Entry> entries = ready.committedEntries();
    host()
        .applyTo(
            entries.isEmpty()
                ? ready.snapshot().orElseThrow().getMetadata().getIndex()
                : entries.get(entries.size() - 1).getIndex());
    snapshotIfDue(ready);
  }

  private void snapshotIfDue(Ready applied) {
    if (snapshots.isDueAfter(applied.committedEntries())) {
      compact(options.entriesKept());
    }
  }
}
