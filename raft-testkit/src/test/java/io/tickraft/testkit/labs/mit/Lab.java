package io.tickraft.testkit.labs.mit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.NodeView;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.Oracles;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.CommandLog;
import io.tickraft.testkit.sim.Conditions;
import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.Simulation;
import io.tickraft.testkit.sim.SimulationOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The harness of the MIT labs on the simulator: one run of one scenario. Its constants are the
 * labs'; time is virtual. Indexes count client commands, as the labs' do, not positions in the log.
 */
final class Lab {

  /** How long the labs give an election, and their unit of waiting. */
  static final int ELECTION_MILLIS = 1000;

  /** How long a test of the labs may take. */
  static final int MAX_TEST_MILLIS = 120_000;

  /** "Unreliable": a delay of 0 to 26 ms, a tenth of all requests and of all answers lost. */
  static final Conditions UNRELIABLE = Conditions.RELIABLE.withDelay(0, 26).withLoss(10);

  /** "Long reordering": two thirds of all answers take 200 ms and up to two seconds more. */
  static final Conditions LONG_REORDERING = UNRELIABLE.withDetours(67, 2000);

  static final int LEADER_POLLS = 10;
  static final int AGREE_MILLIS = 10_000;
  static final int APPLY_MILLIS = 2_000;
  static final int POLL_MILLIS = 20;

  /** After how many commands a node takes a snapshot in the tests of part D. */
  static final int SNAPSHOT_INTERVAL = 10;

  /** How large log and hard state may be where snapshots are taken. */
  static final int MAX_LOG_BYTES = 2000;

  /** Of fewer runs, all may be unlucky: then what comes by chance proves nothing. */
  private static final int MANY_RUNS = 20;

  final Simulation group;
  final int nodes;
  private final Totals totals;
  private long nextValue = 1_000_000;

  private Lab(Simulation group, int nodes, Totals totals) {
    this.group = group;
    this.nodes = nodes;
    this.totals = totals;
  }

  /** What has happened over all runs of a scenario, to show that it met what it is about. */
  static final class Totals implements Oracle {
    int runs;
    long lost;
    long reordered;
    long refused;
    int crashes;
    int iterations;
    long snapshotsSent;
    long seenCommitted;
    private final TreeSet<Long> leaderTerms = new TreeSet<>();
    int leaders;

    @Override
    public void stepped(NodeView view) {
      if (view.role() == RoleName.LEADER && leaderTerms.add(view.term())) {
        leaders++;
      }
    }

    int leaderChanges() {
      return leaders - runs;
    }

    /** Returns whether the runs are so many that each has had, on average, the usual trouble. */
    boolean areMany() {
      return runs >= MANY_RUNS;
    }
  }

  /** Runs a scenario over all seeds. */
  static Totals overSeeds(int nodes, Consumer<Lab> scenario) {
    return overSeeds(nodes, options -> {}, scenario);
  }

  /** Runs a scenario over all seeds, on a changed group. */
  static Totals overSeeds(int nodes, Consumer<SimulationOptions> changes, Consumer<Lab> scenario) {
    int seeds = Integer.getInteger("tickraft.seeds", 20);
    Totals totals = new Totals();
    for (long seed = 1; seed <= seeds; seed++) {
      totals.leaderTerms.clear();
      SimulationOptions options =
          Simulation.of(nodes).seed(seed).oracle(new Oracles(List.of(Oracles.all(), totals)));
      if (seed % 2 == 0) {
        // As in the course, where a node that comes back with a later term ends the leader's.
        options.configuration(config -> config.preVote(false).checkQuorum(false));
      }
      changes.accept(options);
      Simulation group = options.start(Choices.random(seed));
      Lab lab = new Lab(group, nodes, totals);
      try {
        scenario.accept(lab);
        lab.checkLogs();
        assertThat(group.now()).as("virtual milliseconds").isLessThan(MAX_TEST_MILLIS);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ", after " + group.now() + " ms: " + e, e);
      }
      totals.runs++;
      totals.lost += group.network().lost();
      totals.reordered += group.network().reordered();
      totals.refused += group.network().refused();
      totals.snapshotsSent += group.network().sent(Message.BodyCase.INSTALL_SNAPSHOT);
    }
    assertThat(totals.runs).isEqualTo(seeds);
    return totals;
  }

  // Nodes and links.

  void iteration() {
    totals.iterations++;
  }

  void clientSaw(int committed) {
    totals.seenCommitted += committed;
  }

  int random(int bound) {
    return group.choices().next(bound);
  }

  long randomNode() {
    return 1L + random(nodes);
  }

  /** The node that comes {@code steps} after another, in a circle. */
  long after(long node, int steps) {
    return (node - 1 + steps) % nodes + 1;
  }

  void sleep(int millis) {
    group.run(millis);
  }

  void disconnect(long... ids) {
    Arrays.stream(ids).forEach(group.network()::disconnect);
  }

  void connect(long... ids) {
    Arrays.stream(ids).forEach(group.network()::connect);
  }

  void connectAll() {
    group.network().heal();
  }

  void crash(long id) {
    totals.crashes++;
    group.crash(id);
  }

  void start(long id) {
    group.restart(id);
  }

  void restart(long id) {
    crash(id);
    start(id);
  }

  boolean isUp(long id) {
    return group.node(id).isUp();
  }

  private List<SimNode> connected() {
    return group.nodes().stream()
        .filter(node -> node.isUp() && group.network().isConnected(node.id()))
        .toList();
  }

  // What the labs ask of a group.

  /**
   * The connected leader of the highest term; there must be one soon, and never two of one term.
   */
  long oneLeader() {
    for (int poll = 0; poll < LEADER_POLLS; poll++) {
      sleep(450 + random(101));
      TreeMap<Long, Long> leaders = new TreeMap<>();
      for (SimNode node : connected()) {
        Status status = node.status();
        if (status.role() == RoleName.LEADER) {
          Long other = leaders.put(status.term(), node.id());
          assertThat(other).as("another leader of term " + status.term()).isNull();
        }
      }
      if (!leaders.isEmpty()) {
        return leaders.lastEntry().getValue();
      }
    }
    throw new AssertionError(
        "no leader among " + connected().stream().map(SimNode::status).toList());
  }

  void noLeader() {
    assertThat(connected()).noneMatch(SimNode::isLeader);
  }

  /** The term that all connected nodes are in. */
  long equalTerms() {
    List<Long> terms = connected().stream().map(n -> n.status().term()).distinct().toList();
    assertThat(terms).hasSize(1);
    return terms.get(0);
  }

  /** A command that was not used before in this run. */
  ByteString value() {
    return command(nextValue++);
  }

  static ByteString command(long number) {
    return ByteString.copyFrom(Long.toString(number), StandardCharsets.US_ASCII);
  }

  /** Offers a command to one node; says at which index it accepted it, if it did. */
  OptionalLong offer(long id, ByteString command) {
    if (isUp(id) && group.propose(id, command) instanceof ProposeResult.Accepted) {
      return OptionalLong.of(commandsInLog(id));
    }
    return OptionalLong.empty();
  }

  /** How many commands a node's log holds, applied or not. */
  long commandsInLog(long id) {
    SimNode node = group.node(id);
    long unapplied = 0;
    for (Entry entry : node.disk().log()) {
      if (entry.getIndex() > node.appliedIndex()
          && entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
        unapplied++;
      }
    }
    return commands(id).size() + unapplied;
  }

  List<ByteString> commands(long id) {
    return ((CommandLog) group.node(id).machine()).commands();
  }

  /** How many nodes have applied a command at an index. */
  int applied(long index) {
    int count = 0;
    for (SimNode node : group.nodes()) {
      if (node.isUp() && commands(node.id()).size() >= index) {
        count++;
      }
    }
    return count;
  }

  /** The command that was applied at an index; all who have applied one must agree. */
  ByteString appliedCommand(long index) {
    List<ByteString> distinct =
        group.nodes().stream()
            .filter(SimNode::isUp)
            .map(node -> commands(node.id()))
            .filter(commands -> commands.size() >= index)
            .map(commands -> commands.get((int) index - 1))
            .distinct()
            .toList();
    assertThat(distinct).as("applied at " + index).hasSize(1);
    return distinct.get(0);
  }

  /**
   * One command on its way to agreement: offered to whoever takes it, until enough have applied it.
   */
  private final class Agreement {
    private final ByteString command;
    private final int expected;
    private final boolean retry;
    private final long end = group.now() + AGREE_MILLIS;
    private long offered = -1;
    private long index;
    private long next = randomNode();

    Agreement(ByteString command, int expected, boolean retry) {
      this.command = command;
      this.expected = expected;
      this.retry = retry;
    }

    boolean isReached() {
      if (index == 0) {
        offerToAll();
      } else if (applied(index) >= expected && appliedCommand(index).equals(command)) {
        return true;
      } else if (group.now() >= offered + APPLY_MILLIS) {
        assertThat(retry).as("the first offer of " + command.toStringUtf8() + " counts").isTrue();
        index = 0;
      }
      assertThat(group.now()).as("agreement on " + command.toStringUtf8()).isLessThan(end);
      return false;
    }

    private void offerToAll() {
      for (int i = 0; i < nodes && index == 0; i++) {
        next = after(next, 1);
        if (group.network().isConnected(next)) {
          index = offer(next, command).orElse(0);
          offered = group.now();
        }
      }
    }
  }

  /**
   * Brings a group to agree on a command.
   *
   * @param expected how many nodes are to apply it
   * @param retry whether it may be offered again if it gets lost
   * @return its index
   */
  long agree(ByteString command, int expected, boolean retry) {
    Agreement agreement = new Agreement(command, expected, retry);
    while (!agreement.isReached()) {
      sleep(POLL_MILLIS);
    }
    return agreement.index;
  }

  long agree(long number, int expected, boolean retry) {
    return agree(command(number), expected, retry);
  }

  long agree(int expected) {
    return agree(value(), expected, true);
  }

  /**
   * Brings a group to agree on several commands at the same time, each applied by one node at
   * least.
   */
  void agreeOnAll(List<ByteString> commands) {
    List<Agreement> open = new ArrayList<>();
    for (ByteString command : commands) {
      open.add(new Agreement(command, 1, true));
    }
    while (!open.isEmpty()) {
      open.removeIf(Agreement::isReached);
      sleep(POLL_MILLIS);
    }
  }

  /**
   * Waits until enough nodes have applied an index.
   *
   * @param term gives up if a node is in a later term; 0: never
   * @return whether they have
   */
  boolean waitApplied(long index, int expected, long term) {
    int pause = 10;
    for (int poll = 0; poll < 30 && applied(index) < expected; poll++) {
      sleep(pause);
      pause = Math.min(2 * pause, 1000);
      if (term > 0 && group.nodes().stream().anyMatch(n -> n.isUp() && n.status().term() > term)) {
        return false;
      }
    }
    assertThat(applied(index))
        .as("nodes that have applied " + index)
        .isGreaterThanOrEqualTo(expected);
    return true;
  }

  /** All who have applied an index have applied the same, snapshots included. */
  private void checkLogs() {
    for (SimNode node : group.nodes()) {
      if (node.isUp() && !commands(node.id()).isEmpty()) {
        appliedCommand(commands(node.id()).size());
      }
    }
    List<ByteString> longest = List.of();
    for (SimNode node : group.nodes()) {
      if (node.isUp() && commands(node.id()).size() > longest.size()) {
        longest = commands(node.id());
      }
    }
    for (SimNode node : group.nodes()) {
      if (node.isUp()) {
        List<ByteString> commands = commands(node.id());
        assertThat(commands).isEqualTo(longest.subList(0, commands.size()));
      }
    }
  }
}
