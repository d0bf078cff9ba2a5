package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.ReadResult;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.Oracles;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * A group of nodes with its network, disks and clocks, in one thread and in virtual time.
 *
 * <p>What is left open is drawn from one source of {@link Choices}, so that a run is a function of
 * them. Every step is watched by {@linkplain Oracles oracles}.
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

  private final Choices choices;
  private final SimulationOptions options;
  private final SimNetwork network;
  private final Trace trace = new Trace();

  /** By id, from 1; those that have retired, too. */
  private final List<SimNode> everyNode = new ArrayList<>();

  private final List<SimNode> nodes = new ArrayList<>();
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long now;
  private long order;

  private Simulation(SimulationOptions options, Choices choices) {
    this.options = options;
    this.choices = choices;
    this.network = new SimNetwork(choices);
  }

  /**
   * Sets out to simulate a group of voters with the ids 1, 2 and so on.
   *
   * @param nodes how many there are, at least 1
   * @return options, to be changed or not
   * @throws IllegalArgumentException if there is none
   */
  public static SimulationOptions of(int nodes) {
    return new SimulationOptions(nodes);
  }

  /**
   * Returns the time.
   *
   * @return virtual milliseconds since the start
   */
  public long now() {
    return now;
  }

  /**
   * Returns the network.
   *
   * @return the network
   */
  public SimNetwork network() {
    return network;
  }

  /**
   * Returns the hash of all that has happened.
   *
   * @return the trace
   */
  public Trace trace() {
    return trace;
  }

  /**
   * Returns what is left open in this run.
   *
   * @return the choices, from which the run's own actions are drawn too
   */
  public Choices choices() {
    return choices;
  }

  /**
   * Returns a node.
   *
   * @param id its id
   * @return the node, even if it has retired
   * @throws IllegalArgumentException if there never was one with this id
   */
  public SimNode node(long id) {
    if (id < 1 || id > everyNode.size()) {
      throw new IllegalArgumentException(
          "unknown node: " + id + "; there are " + everyNode.stream().map(SimNode::id).toList());
    }
    return everyNode.get((int) id - 1);
  }

  /**
   * Returns all nodes that have not retired.
   *
   * @return the nodes, by ascending id, as a view
   */
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
   * Lets time pass until something is so, and looks after each thing that happens.
   *
   * @param condition what is to be so
   * @param maxMillis how long to wait for it, in virtual milliseconds
   * @return whether it is so
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
   * Does something later.
   *
   * @param millis after how many virtual milliseconds
   * @param action what to do
   */
  public void later(long millis, Runnable action) {
    events.add(new Event(now + millis, order++, action));
  }

  private void next() {
    Event event = events.remove();
    now = event.at;
    event.action.run();
  }

  // What happens to nodes.

  /**
   * Proposes a command to a node.
   *
   * @param id the node, which must be up
   * @param command the command
   * @return what the node says
   */
  public ProposeResult propose(long id, ByteString command) {
    return node(id).propose(List.of(command));
  }

  /**
   * Proposes several commands at once to a node.
   *
   * @param id the node, which must be up
   * @param commands the commands
   * @return what the node says
   */
  public ProposeResult propose(long id, List<ByteString> commands) {
    return node(id).propose(commands);
  }

  /**
   * Proposes a membership change to a node. A node that is to be a member has to {@link #join()}
   * some time, before or after; one that is removed goes on until it {@linkplain #retire retires}.
   *
   * @param id the node, which must be up
   * @param change the change
   * @return what the node says
   */
  public ConfChangeResult proposeConfChange(long id, ConfChange change) {
    return node(id).proposeConfChange(change);
  }

  /**
   * Proposes a membership change to a node, also if it only removes nodes that are no members.
   *
   * @param id the node, which must be up
   * @param change the change
   * @return what the node says
   */
  public ConfChangeResult proposeConfChangeEvenWithoutEffect(long id, ConfChange change) {
    return node(id).proposeConfChangeEvenWithoutEffect(change);
  }

  /**
   * Asks a node for a read. {@link SimNode#readStates()} tells how it ends.
   *
   * @param id the node, which must be up
   * @param context a name for the read
   * @return what the node says
   */
  public ReadResult readIndex(long id, ByteString context) {
    return node(id).readIndex(context);
  }

  /**
   * Asks a node for a transfer of leadership. {@link SimNode#outcomes()} tells how it ends.
   *
   * @param id the node, which must be up
   * @param target who is to lead
   * @return what the node says
   */
  public TransferResult transferLeadership(long id, long target) {
    return node(id).transferLeadership(target);
  }

  /**
   * Asks a node for a transfer of leadership to whom it chooses. {@link SimNode#outcomes()} tells
   * how it ends.
   *
   * @param id the node, which must be up
   * @return what the node says
   */
  public TransferResult transferLeadership(long id) {
    return node(id).transferLeadership();
  }

  /**
   * Makes a node step down if it leads.
   *
   * @param id the node, which must be up
   */
  public void resign(long id) {
    node(id).resign();
  }

  /**
   * Makes a node campaign.
   *
   * @param id the node, which must be up
   */
  public void campaign(long id) {
    node(id).campaign();
  }

  /**
   * Makes a node forget its leader.
   *
   * @param id the node, which must be up
   */
  public void forgetLeader(long id) {
    node(id).forgetLeader();
  }

  /**
   * Stops a node at once. It loses all that is in memory, and of its disk's unsynced writes all but
   * some of the oldest, and perhaps {@linkplain SimulationOptions#tornWrites a part} of the next.
   *
   * @param id the node, which must be up
   */
  public void crash(long id) {
    SimDisk disk = node(id).disk();
    // To lose nothing is the most harmless choice.
    int kept = disk.unsynced() - choices.next(disk.unsynced() + 1);
    int parts = disk.parts(kept);
    node(id).crash(kept, options.areWritesTorn() && parts > 1 ? choices.next(parts) : 0);
  }

  /**
   * Stops a node at once, in the middle of the last of its disk's unsynced writes, or of one before
   * it: some parts of that are left, and nothing after it.
   *
   * @param id the node, which must be up and have an unsynced write of several {@linkplain
   *     SimDisk#parts parts}
   * @throws IllegalArgumentException if there is no such write
   */
  public void crashInWrite(long id) {
    SimDisk disk = node(id).disk();
    List<Integer> torn =
        IntStream.range(0, disk.unsynced())
            .filter(before -> disk.parts(before) > 1)
            .boxed()
            .toList();
    if (torn.isEmpty()) {
      throw new IllegalArgumentException("node " + id + " writes nothing that can be torn");
    }
    int kept = torn.get(torn.size() - 1 - choices.next(torn.size()));
    node(id).crash(kept, disk.parts(kept) - 1 - choices.next(disk.parts(kept) - 1));
  }

  /**
   * Lets a node stand still once, as a long garbage collection does: it keeps all it has, and gets
   * nothing until the time is over. Then it gets the ticks that came due, two election timeouts of
   * them at the most, and after them the messages that have arrived.
   *
   * @param id the node, which must be up
   * @param millis how long, in virtual milliseconds
   */
  public void freeze(long id, long millis) {
    node(id).freeze(millis);
  }

  /**
   * Sets the speed of a node's disk, for the writes that begin from now on.
   *
   * @param id the node, up or down
   * @param speed the speed
   */
  public void diskSpeed(long id, DiskSpeed speed) {
    node(id).diskSpeed(speed);
  }

  /**
   * Lets a node's disk hang: no write of it ends before the time is over, and no sync.
   *
   * @param id the node, up or down
   * @param millis how long, in virtual milliseconds
   */
  public void stallDisk(long id, long millis) {
    node(id).stallDisk(millis);
  }

  /**
   * Does something with a node as soon as its host's loop is not {@linkplain SimNode#isBlocked()
   * blocked}: at once, or after the ticks and messages that wait for the loop. It is not done if
   * the node crashes before.
   *
   * @param id the node, which must be up
   * @param action what to do, such as {@link #propose}
   */
  public void whenUnblocked(long id, Runnable action) {
    node(id).whenUnblocked(action);
  }

  /**
   * Starts a node that has crashed.
   *
   * @param id the node, which must be down
   * @throws IllegalStateException if it has retired
   */
  public void restart(long id) {
    if (!nodes.contains(node(id))) {
      throw new IllegalStateException("node " + id + " has retired");
    }
    node(id).start();
  }

  /**
   * Starts a node with an empty disk. It is no member until the group makes it one, and then learns
   * of everything from the leader.
   *
   * @return its id, which is the next one that was never used
   */
  public long join() {
    long id = everyNode.size() + 1L;
    startNode(id, new MemoryStorage());
    return id;
  }

  /**
   * Stops a node for good. That is the end of its disk and of its id, too: who came back with an
   * empty disk would have forgotten what it has promised.
   *
   * @param id the node, up or down
   */
  public void retire(long id) {
    if (node(id).isUp()) {
      node(id).crash(0, 0);
    }
    nodes.remove(node(id));
  }

  /**
   * Makes a node take a snapshot and drop the log up to it.
   *
   * @param id the node, which must be up
   * @return whether there was something to take a snapshot of
   */
  public boolean compact(long id) {
    return node(id).compact(options.entriesKept());
  }

  // The start.

  static Simulation start(SimulationOptions options, Choices choices) {
    Simulation simulation = new Simulation(options, choices);
    simulation.startNodes();
    return simulation;
  }

  private void startNodes() {
    long[] voters = new long[options.nodes()];
    for (int i = 0; i < voters.length; i++) {
      voters[i] = i + 1L;
    }
    for (long id : voters) {
      startNode(id, MemoryStorage.bootstrapped(voters));
    }
  }

  private void startNode(long id, MemoryStorage content) {
    SimNode node =
        new SimNode(id, options, new SimDisk(content), options.oracle(), new Surroundings());
    everyNode.add(node);
    nodes.add(node);
    int period = options.tickMillis(id) + drift();
    tickForever(id, choices.next(period), period);
  }

  /** No drift, then one millisecond fast, one slow, two fast, and so on. */
  private int drift() {
    int choice = choices.next(2 * options.maxDriftMillis() + 1);
    return choice % 2 == 0 ? choice / 2 : -(choice + 1) / 2;
  }

  private void tickForever(long id, int after, int period) {
    later(
        after,
        () -> {
          if (node(id).isUp()) {
            node(id).tick();
          }
          if (nodes.contains(node(id))) {
            tickForever(id, period, period);
          }
        });
  }

  private final class Surroundings implements SimNode.Surroundings {

    @Override
    public void send(Message message) {
      for (SimNetwork.Transit transit : network.send(message)) {
        later(transit.delayMillis(), () -> arrive(transit));
      }
    }

    private void arrive(SimNetwork.Transit transit) {
      long to = transit.message().getTo();
      // A member may be one that has not joined yet.
      if (network.arrives(transit) && to <= everyNode.size() && node(to).isUp()) {
        node(to).step(transit.message());
      }
    }

    @Override
    public void whenWritten(DiskSpeed speed, Runnable done) {
      later(speed.draw(choices), done);
    }

    @Override
    public void within(int millis, Runnable done) {
      later(choices.next(millis + 1), done);
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
    public boolean percent(int percent) {
      return choices.percent(percent);
    }

    @Override
    public Trace trace(String event, long node) {
      trace.event(event, now, node);
      return trace;
    }
  }
}
