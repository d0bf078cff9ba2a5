package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.ReadResult;
import io.tickraft.core.SnapshotStatus;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.OracleViolation;
import io.tickraft.testkit.oracle.Oracles;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;

/**
 * A group of nodes with its network, disks and clocks, in one thread and in virtual time.
 *
 * <p>All random decisions come from one source of {@link Choices}, which alone determines a run.
 * {@linkplain Oracles Oracles} check every step. A method that takes the id of a node throws an
 * {@link IllegalArgumentException} if no node ever had this id.
 *
 * <pre>{@code
 * Simulation group = Simulation.of(3).start(Choices.random(seed));
 * group.run(3_000);
 * group.network().disconnect(2);
 * }</pre>
 */
public final class Simulation {

  private record Event(long at, long order, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
    }
  }

  /** A host learns of a lost message within this time, in virtual milliseconds. */
  private static final int MAX_REPORT_MILLIS = 200;

  /** More than wait in any group whose nodes do not answer each message with another for ever. */
  private static final int MAX_EVENTS = 500_000;

  private final Choices choices;
  private final SimulationOptions options;
  private final SimNetwork network;
  private final Trace trace = new Trace();

  /** All nodes by id, from 1, including retired ones. */
  private final List<SimNode> everyNode = new ArrayList<>();

  /** The nodes that have not retired, by ascending id. */
  private final List<SimNode> nodes = new ArrayList<>();

  private final PriorityQueue<Event> events = new PriorityQueue<>();

  /** Virtual milliseconds since the start. */
  private long now;

  /** The number of the next event; events at the same time happen in this order. */
  private long order;

  private Simulation(SimulationOptions options, Choices choices) {
    this.options = options;
    this.choices = choices;
    this.network = new SimNetwork(choices, this::linksChanged);
  }

  /**
   * Describes a simulation of a group of voters with the ids 1, 2 and so on.
   *
   * @param nodes the number of voters, at least 1
   * @return the options of the simulation, with default values
   * @throws IllegalArgumentException if {@code nodes} is below 1
   */
  public static SimulationOptions of(int nodes) {
    return new SimulationOptions(nodes);
  }

  /** {@return the time, in virtual milliseconds since the start} */
  public long now() {
    return now;
  }

  /** {@return the network} */
  public SimNetwork network() {
    return network;
  }

  /** {@return the hash of all events of this run} */
  public Trace trace() {
    return trace;
  }

  /** {@return the source of all random decisions; a test draws its own decisions from it, too} */
  public Choices choices() {
    return choices;
  }

  /**
   * Returns a node.
   *
   * @param id the node's id
   * @return the node, up, down or retired
   * @throws IllegalArgumentException if no node ever had this id
   */
  public SimNode node(long id) {
    if (id < 1 || id > everyNode.size()) {
      throw new IllegalArgumentException(
          "unknown node: " + id + "; there are " + everyNode.stream().map(SimNode::id).toList());
    }
    return everyNode.get((int) id - 1);
  }

  /** {@return all nodes that have not retired, up or down, by ascending id, as a view} */
  public List<SimNode> nodes() {
    return Collections.unmodifiableList(nodes);
  }

  // Time.

  /**
   * Lets time pass.
   *
   * @param millis virtual milliseconds, at least 0
   */
  public void run(long millis) {
    long end = now + millis;
    while (!events.isEmpty() && events.peek().at <= end) {
      next();
    }
    now = end;
  }

  /**
   * Lets time pass until a condition holds. The condition is checked at the start and after each
   * event.
   *
   * @param condition the condition
   * @param maxMillis the maximum time to wait, in virtual milliseconds
   * @return whether the condition holds
   */
  public boolean runUntil(BooleanSupplier condition, long maxMillis) {
    long end = now + maxMillis;
    while (!condition.getAsBoolean()) {
      if (events.isEmpty() || events.peek().at > end) {
        now = end;
        return condition.getAsBoolean();
      }
      next();
    }
    return true;
  }

  /**
   * Schedules an action.
   *
   * @param millis the delay from now, in virtual milliseconds
   * @param action the action
   */
  public void later(long millis, Runnable action) {
    events.add(new Event(now + millis, order++, action));
  }

  private void next() {
    Event event = events.remove();
    now = event.at;
    event.action.run();
  }

  // Inputs and faults of nodes.

  /**
   * Proposes a command to a node.
   *
   * @param id the node, which must be up
   * @param command the command
   * @return the node's result
   * @throws IllegalStateException if the node is down or {@linkplain SimNode#isBlocked() blocked}
   */
  public ProposeResult propose(long id, ByteString command) {
    return node(id).propose(List.of(command));
  }

  /**
   * Proposes several commands at once to a node.
   *
   * @param id the node, which must be up
   * @param commands the commands
   * @return the node's result
   * @throws IllegalStateException if the node is down or {@linkplain SimNode#isBlocked() blocked}
   */
  public ProposeResult propose(long id, List<ByteString> commands) {
    return node(id).propose(commands);
  }

  /**
   * Proposes a membership change to a node. A new member must {@link #join()}, before or after the
   * change. A removed member keeps running until it {@linkplain #retire retires}.
   *
   * @param id the node, which must be up
   * @param change the change
   * @return the node's result
   * @throws IllegalStateException if the node is down or {@linkplain SimNode#isBlocked() blocked}
   */
  public ConfChangeResult proposeConfChange(long id, ConfChange change) {
    return node(id).proposeConfChange(change);
  }

  /**
   * Proposes a membership change to a node, even one that only removes nodes that are not members.
   *
   * @param id the node, which must be up
   * @param change the change
   * @return the node's result
   * @throws IllegalStateException if the node is down or {@linkplain SimNode#isBlocked() blocked}
   */
  public ConfChangeResult proposeConfChangeEvenWithoutEffect(long id, ConfChange change) {
    return node(id).proposeConfChangeEvenWithoutEffect(change);
  }

  /**
   * Requests a read index from a node. {@link SimNode#readStates()} returns the result.
   *
   * @param id the node, which must be up
   * @param context the context that identifies the read
   * @return the node's result
   * @throws IllegalStateException if the node is down or {@linkplain SimNode#isBlocked() blocked}
   */
  public ReadResult readIndex(long id, ByteString context) {
    return node(id).readIndex(context);
  }

  /**
   * Requests a leadership transfer from a node. {@link SimNode#outcomes()} returns the outcome.
   *
   * @param id the node, which must be up
   * @param target the voter that is to become the leader
   * @return the node's result
   * @throws IllegalStateException if the node is down or {@linkplain SimNode#isBlocked() blocked}
   */
  public TransferResult transferLeadership(long id, long target) {
    return node(id).transferLeadership(target);
  }

  /**
   * Requests a leadership transfer to a voter that the node chooses. {@link SimNode#outcomes()}
   * returns the outcome.
   *
   * @param id the node, which must be up
   * @return the node's result
   * @throws IllegalStateException if the node is down or {@linkplain SimNode#isBlocked() blocked}
   */
  public TransferResult transferLeadership(long id) {
    return node(id).transferLeadership(0);
  }

  /**
   * Makes a node step down if it leads.
   *
   * @param id the node, which must be up
   * @throws IllegalStateException if the node is down or {@linkplain SimNode#isBlocked() blocked}
   */
  public void resign(long id) {
    node(id).resign();
  }

  /**
   * Makes a node campaign.
   *
   * @param id the node, which must be up
   * @throws IllegalStateException if the node is down or {@linkplain SimNode#isBlocked() blocked}
   */
  public void campaign(long id) {
    node(id).campaign();
  }

  /**
   * Makes a node forget its leader.
   *
   * @param id the node, which must be up
   * @throws IllegalStateException if the node is down or {@linkplain SimNode#isBlocked() blocked}
   */
  public void forgetLeader(long id) {
    node(id).forgetLeader();
  }

  /**
   * Stops a node at once. The node loses its memory and its disk's unsynced writes. The disk may
   * keep some of the oldest unsynced writes, and {@linkplain SimulationOptions#tornWrites a part}
   * of the next one, as the choices decide.
   *
   * @param id the node, which must be up
   * @throws IllegalStateException if the node is down
   */
  public void crash(long id) {
    node(id).crash();
  }

  /**
   * Stops a node at once, in the middle of one of its disk's unsynced writes. The writes before
   * that write and some of its parts are kept; the rest of it and all later writes are lost.
   *
   * @param id the node, which must be up and have an unsynced write of several {@linkplain
   *     SimDisk#parts parts}
   * @throws IllegalArgumentException if there is no such write
   * @throws IllegalStateException if the node is down
   */
  public void crashInWrite(long id) {
    node(id).crashInWrite();
  }

  /**
   * Pauses a node once, as a long garbage collection does. The node keeps its memory and gets no
   * input during the pause. Then it gets the ticks that became due, at most two election timeouts
   * of them, and after them the messages that have arrived.
   *
   * @param id the node, which must be up
   * @param millis the length of the pause, in virtual milliseconds
   * @throws IllegalStateException if the node is down
   */
  public void pause(long id, long millis) {
    node(id).pause(millis);
  }

  /**
   * Changes the rate of a node's clock, from its next tick on.
   *
   * @param id the node, up or down
   * @param millis the time from one tick to the next, in virtual milliseconds, at least 1
   * @throws IllegalArgumentException if the time is below 1
   */
  public void tickMillis(long id, int millis) {
    if (millis < 1) {
      throw new IllegalArgumentException("millis: at least 1: " + millis);
    }
    node(id).tickMillis(millis);
  }

  /**
   * Sets the speed of a node's disk, for writes that start from now on.
   *
   * @param id the node, up or down
   * @param speed the speed
   * @throws IllegalStateException if the node has a {@linkplain SimulationOptions#hosts host of the
   *     user's}
   */
  public void diskSpeed(long id, DiskSpeed speed) {
    node(id).diskSpeed(speed);
  }

  /**
   * Makes all writes of a node's disk fail, as if the disk was full, or succeed again. A host stops
   * its node when a write fails; the {@linkplain #crash crash} may keep a part of that write.
   *
   * @param id the node, up or down
   * @param fail whether writes fail from now on
   * @throws IllegalStateException if the node has a {@linkplain SimulationOptions#hosts host of the
   *     user's}
   */
  public void failWrites(long id, boolean fail) {
    node(id).failWrites(fail);
  }

  /**
   * Makes the next read of entries or of a term from a node's disk fail. The node then fails, and
   * its host stops it.
   *
   * @param id the node, up or down
   * @param fail whether the next read fails
   * @throws IllegalStateException if the node has a {@linkplain SimulationOptions#hosts host of the
   *     user's}
   */
  public void failNextRead(long id, boolean fail) {
    node(id).failNextRead(fail);
  }

  /**
   * Stalls a node's disk: no write or sync of it completes during the stall.
   *
   * @param id the node, up or down
   * @param millis the length of the stall, in virtual milliseconds
   * @throws IllegalStateException if the node has a {@linkplain SimulationOptions#hosts host of the
   *     user's}
   */
  public void stallDisk(long id, long millis) {
    node(id).stallDisk(millis);
  }

  /**
   * Runs an action as soon as the host's loop of a node is not {@linkplain SimNode#isBlocked()
   * blocked}: at once, or after the ticks and messages that wait for the loop. The action does not
   * run if the node is down, or crashes before.
   *
   * @param id the node
   * @param action the action, such as a call of {@link #propose}
   */
  public void whenUnblocked(long id, Runnable action) {
    node(id).whenUnblocked(action);
  }

  /**
   * Starts a node that has crashed.
   *
   * @param id the node, which must be down
   * @throws IllegalStateException if the node is up, or has retired
   */
  public void restart(long id) {
    if (!nodes.contains(node(id))) {
      throw new IllegalStateException("node " + id + " has retired");
    }
    node(id).start();
  }

  /**
   * Starts a node with an empty disk. The node is not a member until a membership change adds it;
   * then it gets everything from the leader.
   *
   * @return the node's id: the lowest id that was never used
   */
  public long join() {
    long id = everyNode.size() + 1L;
    startNode(id, List.of());
    return id;
  }

  /**
   * Stops a node for good, and gives up its disk and its id. A node that came back under this id
   * with an empty disk would have lost its vote and the entries that it acknowledged.
   *
   * @param id the node, up or down
   */
  public void retire(long id) {
    if (node(id).isUp()) {
      node(id).stop();
    }
    nodes.remove(node(id));
  }

  /**
   * Makes a node take a snapshot and compact the log up to its index, except for {@link
   * SimulationOptions#entriesKept}.
   *
   * @param id the node, which must be up
   * @return whether a snapshot was taken; false if nothing was applied since the last one
   * @throws IllegalStateException if the node is down or {@linkplain SimNode#isBlocked() blocked}
   */
  public boolean compact(long id) {
    return node(id).compact(options.entriesKept());
  }

  /**
   * Ends the simulation: closes the {@linkplain SimulationOptions#hosts hosts of the user's}.
   * Needed only if they hold resources, such as open files.
   */
  public void close() {
    everyNode.forEach(SimNode::close);
  }

  // The start.

  static Simulation start(SimulationOptions options, Choices choices) {
    Simulation simulation = new Simulation(options, choices);
    options.oracle().begun(simulation::now);
    simulation.startNodes();
    return simulation;
  }

  private void linksChanged() {
    options.oracle().linksChanged(network::carries);
  }

  private void startNodes() {
    List<Long> voters = LongStream.rangeClosed(1, options.nodes()).boxed().toList();
    for (long id : voters) {
      startNode(id, voters);
    }
  }

  private void startNode(long id, List<Long> voters) {
    SimNode node = new SimNode(id, options, voters, new Environment());
    everyNode.add(node);
    nodes.add(node);
    Choices clock = choices.at("node % clock", id);
    int period = options.tickMillis(id) + drift(clock);
    node.tickMillis(period);
    tickForever(node, clock.next("first tick", period));
  }

  /** No drift, then one millisecond fast, one slow, two fast, and so on. */
  private int drift(Choices clock) {
    int choice = clock.next("drift", 2 * options.maxDriftMillis() + 1);
    return choice % 2 == 0 ? choice / 2 : -(choice + 1) / 2;
  }

  private void tickForever(SimNode node, int after) {
    later(
        after,
        () -> {
          if (node.isUp()) {
            node.tick();
          }
          if (nodes.contains(node)) {
            tickForever(node, node.tickMillis());
          }
        });
  }

  private final class Environment implements SimNode.Environment {

    @Override
    public void send(Message message) {
      List<SimNetwork.Transit> transits = network.send(message);
      if (transits.isEmpty()) {
        options.oracle().lost(message);
      }
      for (SimNetwork.Transit transit : transits) {
        later(transit.delayMillis(), () -> arrive(transit));
      }
      if (events.size() > MAX_EVENTS) {
        throw new OracleViolation(
            "no storm of messages", events.size() + " messages and timers wait");
      }
      if (options.reportPercent() > 0) {
        report(message, transits);
      }
    }

    /** Lets the sender's host learn what becomes of a message. */
    private void report(Message message, List<SimNetwork.Transit> transits) {
      SimNode sender = node(message.getFrom());
      boolean isSnapshot = message.hasInstallSnapshot();
      boolean isRefused = !network.carries(message.getFrom(), message.getTo());
      if (!isSnapshot && !isRefused) {
        return;
      }
      Choices report = sender.choicesOfReport();
      if (!report.percent("made", options.reportPercent())) {
        return;
      }
      long delay = 1L + report.next("millis", MAX_REPORT_MILLIS);
      if (isRefused) {
        sender.reportUnreachable(message.getTo(), delay);
      }
      if (isSnapshot) {
        reportSnapshot(sender, message, transits, delay);
      }
    }

    private void reportSnapshot(
        SimNode sender, Message message, List<SimNetwork.Transit> transits, long delay) {
      long attempt = message.getInstallSnapshot().getAttempt();
      if (transits.isEmpty()) {
        sender.reportSnapshot(message.getTo(), attempt, SnapshotStatus.FAILED, delay);
      } else {
        long transfer = transits.get(0).delayMillis();
        sender.reportSnapshot(
            message.getTo(), attempt, SnapshotStatus.IN_PROGRESS, 1 + transfer / 2);
        // The report may be wrong, as a link may be cut meanwhile: it is a hint.
        sender.reportSnapshot(message.getTo(), attempt, SnapshotStatus.DELIVERED, transfer + delay);
      }
    }

    private void arrive(SimNetwork.Transit transit) {
      long to = transit.receiver();
      // A member may not have joined yet.
      if (network.arrives(transit) && to <= everyNode.size() && node(to).isUp()) {
        node(to).step(transit.message());
      } else {
        options.oracle().lost(transit.message());
      }
    }

    @Override
    public void after(long millis, Runnable done) {
      later(millis, done);
    }

    @Override
    public long now() {
      return now;
    }

    @Override
    public Choices choices() {
      return choices;
    }

    @Override
    public Trace trace(String event, long node) {
      trace.event(event, now, node);
      return trace;
    }
  }
}
