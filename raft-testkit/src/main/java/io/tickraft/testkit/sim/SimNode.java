package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.NodeFailedException;
import io.tickraft.core.Outcome;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.core.RoleName;
import io.tickraft.core.SnapshotStatus;
import io.tickraft.core.Status;
import io.tickraft.core.Storage;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.Oracle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One node of a simulation: a process with an event loop around the testkit's own host, or a {@link
 * Host} of the user.
 *
 * <p>While the loop is {@linkplain #isBlocked() blocked}, the node gets no input.
 */
public final class SimNode {

  /** What a node needs from the simulation. */
  interface Environment {
    /** Sends a message over the network. */
    void send(Message message);

    /** Calls back after {@code millis} virtual milliseconds. */
    void after(long millis, Runnable done);

    /** Returns the time, in virtual milliseconds. */
    long now();

    /** Returns the source of all random decisions. */
    Choices choices();

    /** Adds an event to the trace, and returns the trace for its details. */
    Trace trace(String event, long node);
  }

  private final SimulationOptions options;
  private final Environment environment;
  private final Host host;
  private final long id;
  private final List<Long> voters;

  /** The time from one tick to the next, in virtual milliseconds. */
  private int tickMillis;

  private final FaultCounters faults = new FaultCounters();
  private final HostLoop.Target target = new Target();

  /**
   * How often the node was started: part of its configuration; callbacks of earlier ones expire.
   */
  private long incarnation;

  private boolean isUp;

  // Since the last start.
  private long reportsChosen;
  private HostLoop loop = new HostLoop(1, faults);

  /** How many parts of the loop are running, one inside the other; see {@link #unlessItDies}. */
  private int parts;

  /**
   * Whether the loop is delivering inputs that waited; no Ready is taken until all are delivered.
   */
  private boolean isDelivering;

  private final List<ReadState> readStates = new ArrayList<>();
  private final List<Outcome> outcomes = new ArrayList<>();

  /**
   * Creates a node, and starts it.
   *
   * @param voters the voters with which the group begins; empty if this node joins later
   */
  SimNode(long id, SimulationOptions options, List<Long> voters, Environment environment) {
    this.id = id;
    this.options = options;
    this.voters = voters;
    this.environment = environment;
    this.host = options.host(id, faults);
    start();
  }

  /** {@return the node's id, from 1} */
  public long id() {
    return id;
  }

  /** {@return whether the node runs: false from a crash to the next start} */
  public boolean isUp() {
    return isUp;
  }

  /**
   * Returns the node's status.
   *
   * @return a copy
   * @throws IllegalStateException if the node is down
   */
  public Status status() {
    checkUp();
    return host.status();
  }

  /** {@return whether the node runs and is a leader according to its own state} */
  public boolean isLeader() {
    return isUp && host.status().role() == RoleName.LEADER;
  }

  /**
   * Returns the node's state machine; each start creates a new one.
   *
   * @return the state machine
   * @throws IllegalStateException if the node has a {@linkplain SimulationOptions#hosts host of the
   *     user's}, which owns its state machine
   */
  public StateMachine machine() {
    return ownHost().machine();
  }

  /** {@return the state of the state machine: equal bytes for equal states} */
  public ByteString state() {
    return host.state();
  }

  /**
   * Passes a query to a {@linkplain SimulationOptions#hosts host of the user's}.
   *
   * @param query the query
   * @return the answer from the state machine as it is now: {@link Host#answer}
   */
  public Object answer(Object query) {
    return host.answer(query);
  }

  /** {@return the last index that the state machine has applied, from 0} */
  public long appliedIndex() {
    return host.appliedIndex();
  }

  /** {@return the storage that the node reads from, also while it is down} */
  public Storage storage() {
    return host.storage();
  }

  /**
   * Returns the node's disk, which stays the same over restarts.
   *
   * @return the disk
   * @throws IllegalStateException if the node has a {@linkplain SimulationOptions#hosts host of the
   *     user's}, which owns its disk
   */
  public SimDisk disk() {
    return ownHost().disk();
  }

  /** Returns the testkit's own host. */
  private StandardHost ownHost() {
    if (host instanceof StandardHost own) {
      return own;
    }
    throw new IllegalStateException(
        "node " + id + " has a host of the user's, which owns its disk and its state machine");
  }

  /**
   * {@return whether the node has a simulated disk: false with a {@linkplain
   * SimulationOptions#hosts host of the user's}}
   */
  public boolean hasDisk() {
    return host instanceof StandardHost;
  }

  /** {@return the results of all reads that have ended since the last start, as a view} */
  public List<ReadState> readStates() {
    return Collections.unmodifiableList(readStates);
  }

  /** {@return the outcomes since the last start, as a view} */
  public List<Outcome> outcomes() {
    return Collections.unmodifiableList(outcomes);
  }

  /**
   * Returns whether the host's loop is blocked: by a {@linkplain SimulationOptions#blocking sync}
   * or a {@linkplain Simulation#pause pause}. Ticks, messages and all other inputs wait meanwhile.
   *
   * @return whether the node gets no input now; false if the node is down
   */
  public boolean isBlocked() {
    return loop.isBlocked();
  }

  /** {@return the counters of the machine's faults, which restarts do not reset} */
  public FaultCounters faultCounters() {
    return faults;
  }

  // Start, crash and other faults.

  /**
   * Starts the node with the content of its disk.
   *
   * @throws IllegalStateException if the node is up
   */
  void start() {
    if (isUp) {
      throw new IllegalStateException("node " + id + " is up");
    }
    RaftConfig.Builder builder =
        RaftConfig.builder(id).seed(options.seed()).incarnation(incarnation + 1);
    builder.maxOutstandingReadys(options.maxOutstandingReadys());
    options.configure(id, builder);
    RaftConfig config = builder.build();
    incarnation++;
    loop = new HostLoop(2 * config.electionTicks(), faults);
    reportsChosen = 0;
    readStates.clear();
    outcomes.clear();
    isUp = true;
    host.start(new Context(config));
    environment.trace("start", id);
    asked();
  }

  /** Stops the node at once; the choices of this crash say what its disk keeps. */
  void crash() {
    checkUp();
    stopped(() -> host.crash(choicesOfCrash()));
  }

  /** Stops the node at once, in the middle of an unsynced write of its disk. */
  void crashInWrite() {
    checkUp();
    stopped(() -> ownHost().crashInWrite(choicesOfCrash()));
  }

  /** Stops the node for good; nothing is chosen, as its disk is given up. */
  void stop() {
    checkUp();
    stopped(() -> host.crash(Choices.harmless()));
  }

  /** The simulation has ended. */
  void close() {
    host.close();
  }

  private Choices choicesOfCrash() {
    return environment.choices().at("node % boot % crash", id, incarnation);
  }

  private void stopped(Runnable crash) {
    crash.run();
    isUp = false;
    loop = new HostLoop(1, faults);
    environment.trace("crash", id);
  }

  /** Blocks the loop for some time, in virtual milliseconds. */
  void pause(long millis) {
    checkUp();
    loop.block();
    faults.pauses++;
    environment.trace("freeze", id);
    environment.after(
        millis,
        unlessStopped(
            () -> {
              loop.unblock();
              goOn();
            }));
  }

  void failWrites(boolean fail) {
    ownHost().failWrites(fail);
  }

  void failNextRead(boolean fail) {
    ownHost().failNextRead(fail);
  }

  int tickMillis() {
    return tickMillis;
  }

  void tickMillis(int millis) {
    tickMillis = millis;
  }

  void diskSpeed(DiskSpeed speed) {
    ownHost().diskSpeed(speed);
  }

  /** Lets no write of the disk complete for some time, in virtual milliseconds. */
  void stallDisk(long millis) {
    ownHost().stallDiskUntil(environment.now() + millis);
  }

  // The host's loop.

  /**
   * Runs an action as soon as the loop is not blocked: at once, or after the ticks and messages
   * that are waiting. The action does not run if the node is stopped before.
   */
  void whenUnblocked(Runnable action) {
    if (loop.isBlocked()) {
      loop.add(unlessStopped(action));
    } else if (isUp) {
      action.run();
    }
  }

  /** Runs an action on the node in the loop, then takes the Readys. */
  private void inLoop(Runnable action) {
    whenUnblocked(
        () ->
            unlessItDies(
                () -> {
                  action.run();
                  stepped();
                }));
  }

  /** Runs a part of the loop. If the disk fails meanwhile, the host ends its process. */
  private void unlessItDies(Runnable part) {
    parts++;
    try {
      part.run();
    } catch (DiskException e) {
      die();
    } catch (NodeFailedException e) {
      if (!(e.getCause() instanceof DiskException)) {
        throw e;
      }
      die();
    } finally {
      parts--;
    }
  }

  private void die() {
    if (isUp) {
      isDelivering = false;
      crash();
    }
  }

  /** Continues the loop, unless it is still blocked for another reason. */
  private void goOn() {
    if (loop.isBlocked()) {
      return;
    }
    unlessItDies(
        () -> {
          isDelivering = true;
          loop.deliverTo(target);
          isDelivering = false;
          stepped();
        });
  }

  private final class Target implements HostLoop.Target {
    @Override
    public void tick() {
      tickNow();
    }

    @Override
    public void step(Message message) {
      stepNow(message);
    }

    @Override
    public void inputsDelivered() {
      stepped();
    }
  }

  /** Returns an action that does nothing if the node was stopped since this call. */
  private Runnable unlessStopped(Runnable action) {
    long current = incarnation;
    return () -> {
      if (incarnation == current && isUp) {
        action.run();
      }
    };
  }

  /** What the host gets from this start to the next crash. */
  final class Context implements HostContext {

    private final RaftConfig config;

    Context(RaftConfig config) {
      this.config = config;
    }

    @Override
    public long id() {
      return id;
    }

    @Override
    public RaftConfig config() {
      return config;
    }

    @Override
    public List<Long> voters() {
      return voters;
    }

    @Override
    public long now() {
      return environment.now();
    }

    @Override
    public void after(long millis, Runnable action) {
      afterOutsideLoop(millis, () -> inLoop(action));
    }

    /**
     * Calls back after some time, unless the node is stopped before, even if the loop is blocked.
     */
    void afterOutsideLoop(long millis, Runnable action) {
      environment.after(millis, unlessStopped(action));
    }

    @Override
    public void block(long millis, Runnable rest) {
      block();
      afterOutsideLoop(millis, () -> unblock(rest));
    }

    @Override
    public void send(Message message) {
      environment.send(message);
    }

    @Override
    public void ended(ReadState read) {
      readStates.add(read);
    }

    @Override
    public void ended(Outcome outcome) {
      outcomes.add(outcome);
    }

    @Override
    public void replied(Entry entry, Object reply) {
      options.clients().replied(id, entry, reply);
    }

    @Override
    public void answerRead(ByteString readContext) {
      options.clients().answers(id, readContext, host::answer);
    }

    @Override
    public Choices choices(String pattern, long ordinal) {
      return occasion("node % boot % " + pattern, ordinal);
    }

    /** Returns the choices of an occasion; the pattern begins with {@code node % boot %}. */
    Choices occasion(String pattern, long ordinal) {
      return environment.choices().at(pattern, id, incarnation, ordinal);
    }

    @Override
    public Oracle oracle() {
      return options.oracle();
    }

    Trace trace(String event) {
      return environment.trace(event, id);
    }

    /** Runs an action in the loop, then takes the Readys. */
    void runInLoop(Runnable action) {
      inLoop(action);
    }

    boolean isBlocked() {
      return loop.isBlocked();
    }

    /** Whether the process may end now: not while the caller of the simulation awaits a result. */
    boolean mayDie() {
      return parts > 0;
    }

    /** Whether inputs that waited are being delivered; no Ready is taken until all are. */
    boolean isDelivering() {
      return isDelivering;
    }

    /** Blocks the loop for a sync. */
    void block() {
      loop.block();
    }

    /** Ends the block by a sync; {@code rest} is the rest of the interrupted task. */
    void unblock(Runnable rest) {
      loop.unblock(rest);
      goOn();
    }
  }

  // Inputs.

  private void checkUp() {
    if (!isUp) {
      throw new IllegalStateException("node " + id + " is down");
    }
  }

  /** Checks that the node is up and can take an input now. */
  private void checkNotBlocked() {
    checkUp();
    if (loop.isBlocked()) {
      throw new IllegalStateException("node " + id + " is blocked");
    }
  }

  private void stepped() {
    if (!isUp) {
      return; // An input that waited has ended the process.
    }
    if (!loop.isBlocked()) {
      host.inputsDelivered();
    }
    environment.trace("state", id).add(host.status());
  }

  /** The caller of the simulation has given the node an input. */
  private void asked() {
    unlessItDies(this::stepped);
  }

  void tick() {
    if (loop.isBlocked()) {
      loop.addTick();
      return;
    }
    unlessItDies(
        () -> {
          tickNow();
          stepped();
        });
  }

  private void tickNow() {
    host.tick();
    environment.trace("tick", id);
  }

  void step(Message message) {
    if (loop.isBlocked()) {
      loop.add(message);
      return;
    }
    unlessItDies(
        () -> {
          stepNow(message);
          stepped();
        });
  }

  private void stepNow(Message message) {
    host.step(message);
    environment.trace("step", id).add(message);
  }

  ProposeResult propose(List<ByteString> commands) {
    checkNotBlocked();
    ProposeResult result = host.propose(commands);
    environment.trace("propose", id);
    asked();
    return result;
  }

  ConfChangeResult proposeConfChange(ConfChange change) {
    checkNotBlocked();
    ConfChangeResult result = host.proposeConfChange(change);
    environment.trace("change", id);
    asked();
    return result;
  }

  ConfChangeResult proposeConfChangeEvenWithoutEffect(ConfChange change) {
    checkNotBlocked();
    ConfChangeResult result = host.proposeConfChangeEvenWithoutEffect(change);
    environment.trace("change", id);
    asked();
    return result;
  }

  ReadResult readIndex(ByteString context) {
    checkNotBlocked();
    ReadResult result = host.readIndex(context);
    environment.trace("read", id);
    asked();
    return result;
  }

  /** Asks for a transfer of leadership; to the target 0, the node chooses. */
  TransferResult transferLeadership(long chosen) {
    checkNotBlocked();
    TransferResult result = host.transferLeadership(chosen);
    environment.trace("transfer", id);
    asked();
    return result;
  }

  void resign() {
    checkNotBlocked();
    host.resign();
    environment.trace("resign", id);
    asked();
  }

  void campaign() {
    checkNotBlocked();
    host.campaign();
    environment.trace("campaign", id);
    asked();
  }

  void forgetLeader() {
    checkNotBlocked();
    host.forgetLeader();
    environment.trace("forget", id);
    asked();
  }

  /** The host learns, some time after it has sent a message, that it was lost. */
  void reportUnreachable(long peer, long afterMillis) {
    report(afterMillis, () -> host.reportUnreachable(peer));
  }

  /** The host learns, some time after it has sent a snapshot, how the transfer is going. */
  void reportSnapshot(long peer, long attempt, SnapshotStatus status, long afterMillis) {
    report(afterMillis, () -> host.reportSnapshot(peer, attempt, status));
  }

  private void report(long afterMillis, Runnable action) {
    environment.after(
        afterMillis,
        unlessStopped(
            () ->
                inLoop(
                    () -> {
                      environment.trace("report", id);
                      faults.reports++;
                      action.run();
                    })));
  }

  /** Returns the choices of what the host learns about a message that it sends. */
  Choices choicesOfReport() {
    return environment.choices().at("node % boot % report %", id, incarnation, ++reportsChosen);
  }

  /**
   * Takes a snapshot of the state machine and drops the log up to it.
   *
   * @param kept how many of the covered entries stay in the log, for followers slightly behind
   * @return whether a snapshot was taken; false if nothing was applied since the last one
   */
  boolean compact(int kept) {
    checkNotBlocked();
    return host.compact(kept);
  }

  @Override
  public String toString() {
    return isUp ? status().toString() : id + ": down";
  }
}
