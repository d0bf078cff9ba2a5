package io.tickraft.testkit.labs.tinykv.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.core.RoleName;
import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.NodeView;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.Oracles;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Conditions;
import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.Simulation;
import io.tickraft.testkit.sim.SimulationOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The harness of TinyKV's store tests on the simulator: one run of one scenario.
 *
 * <p>The course ticks every 50 ms; here a tick is {@link #TICK_MILLIS 100 ms} as in all of this
 * project, and virtual. So each of the course's times is twice as long here, and the same in ticks:
 * its times stand below in its own milliseconds, times {@link #SLOWER}. What the course leaves to
 * the machine that it runs on has a time here, too: a write to a disk, a client's way to a server,
 * the pause between a client's requests.
 */
final class StoreLab {

  static final int TICK_MILLIS = 100;

  /** How much slower than the course's the clock goes. */
  static final int SLOWER = TICK_MILLIS / 50;

  static final int ELECTION_TICKS = 10;
  static final int ELECTION_MILLIS = ELECTION_TICKS * TICK_MILLIS;

  static final int ROUNDS = 3;
  static final int ROUND_MILLIS = 5_000 * SLOWER;

  /** How long clients are left alone before the trouble begins. */
  static final int CALM_MILLIS = 300 * SLOWER;

  /** How much longer than an election timeout a partition may last. */
  static final int MAX_MORE_MILLIS = 200 * SLOWER;

  /** How many of a hundred messages an unreliable network loses. */
  static final int LOSS_PERCENT = 10;

  /** How long a client waits for an answer before it asks another server. */
  static final int TRY_MILLIS = 1_000 * SLOWER;

  static final int RETRY_MILLIS = 10 * SLOWER;

  /** How long a request may take while there is no trouble. */
  static final int REQUEST_MILLIS = 5_000 * SLOWER;

  // What the course has no number for.

  /** How long a message between servers may take on an unreliable network. */
  static final int MAX_DELAY_MILLIS = 20;

  static final int MIN_DISK_MILLIS = 1;
  static final int MAX_DISK_MILLIS = 8;
  static final int MIN_CLIENT_MILLIS = 1;
  static final int MAX_CLIENT_MILLIS = 10;

  /** How many of a hundred messages of a client an unreliable network loses. */
  static final int CLIENT_LOSS_PERCENT = 3;

  /** How many of a hundred messages of a client take long where the network is unreliable. */
  static final int LATE_PERCENT = 3;

  /** How long they take: the client may have deleted meanwhile what they put. */
  static final int MAX_LATE_MILLIS = ROUND_MILLIS;

  /** Of fewer runs, all may be unlucky: then what comes by chance proves nothing. */
  private static final int MANY_RUNS = 20;

  final Simulation group;
  final Totals totals;
  final boolean hasPreVote;
  private boolean unreliable;

  /** The nodes on the two sides of a partition; none while there is none. */
  private final List<Long> oneSide = new ArrayList<>();

  private final List<Long> otherSide = new ArrayList<>();

  private StoreLab(Simulation group, Totals totals, boolean hasPreVote) {
    this.group = group;
    this.totals = totals;
    this.hasPreVote = hasPreVote;
  }

  /** What has happened over all runs of a scenario, to show that it met what it is about. */
  static final class Totals implements Oracle {
    int runs;
    int rounds;
    long lost;
    long reordered;
    long lostByClients;
    long lateByClients;
    long refused;
    int crashes;
    int restarts;
    long lostWrites;
    int partitions;
    int changes;
    long puts;
    long scans;
    long readIndexes;
    long retries;
    long snapshotsSent;
    long dropped;
    int leaders;
    private final TreeSet<Long> leaderTerms = new TreeSet<>();

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

    private void add(Simulation group) {
      runs++;
      lost += group.network().lost();
      reordered += group.network().reordered();
      refused += group.network().refused();
      snapshotsSent += group.network().sent(Message.BodyCase.INSTALL_SNAPSHOT);
      dropped +=
          group.nodes().stream().mapToLong(node -> node.disk().firstIndex() - 1).max().orElse(0);
      lostWrites += group.nodes().stream().mapToLong(node -> node.disk().lostWrites()).sum();
    }
  }

  /** Runs a scenario over all seeds. */
  static Totals overSeeds(int nodes, Consumer<StoreLab> scenario) {
    return overSeeds(nodes, options -> {}, scenario);
  }

  /** Runs a scenario over all seeds, on a changed group. */
  static Totals overSeeds(
      int nodes, Consumer<SimulationOptions> changes, Consumer<StoreLab> scenario) {
    int seeds = Integer.getInteger("tickraft.seeds", 20);
    Totals totals = new Totals();
    for (long seed = 1; seed <= seeds; seed++) {
      oneSeed(seed, nodes, changes, scenario, totals);
    }
    assertThat(totals.runs).isEqualTo(seeds);
    return totals;
  }

  /** Runs a scenario with one seed. */
  static void oneSeed(
      long seed,
      int nodes,
      Consumer<SimulationOptions> changes,
      Consumer<StoreLab> scenario,
      Totals totals) {
    totals.leaderTerms.clear();
    SimulationOptions options =
        Simulation.of(nodes)
            .seed(seed)
            .tickMillis(TICK_MILLIS)
            .diskMillis(MIN_DISK_MILLIS, MAX_DISK_MILLIS)
            .maxOutstandingReadys(2)
            // The course's store is durable; most hosts' are, or start from a snapshot.
            .keepState(seed % 4 == 0)
            .machines(id -> new KvServer())
            // Snapshots are small here and get lost; a host that ships them reliably waits longer.
            .configuration(
                config -> config.electionTicks(ELECTION_TICKS).snapshotTicks(ELECTION_TICKS))
            .oracle(new Oracles(List.of(Oracles.all(), totals)));
    // In the course a node that comes back with a later term ends the leader's.
    boolean hasPreVote = seed % 2 == 0;
    options.configuration(config -> config.preVote(hasPreVote).checkQuorum(hasPreVote));
    changes.accept(options);
    Simulation group = options.start(Choices.random(seed));
    StoreLab lab = new StoreLab(group, totals, hasPreVote);
    try {
      scenario.accept(lab);
      lab.checkStates();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed + ", after " + group.now() + " ms: " + e, e);
    }
    totals.add(group);
  }

  // The network.

  Choices choices() {
    return group.choices();
  }

  void unreliable() {
    unreliable = true;
    group
        .network()
        .conditions(Conditions.RELIABLE.withDelay(1, MAX_DELAY_MILLIS).withLoss(LOSS_PERCENT));
  }

  void partition(List<Long> one, List<Long> other) {
    totals.partitions++;
    group.network().heal();
    oneSide.clear();
    otherSide.clear();
    group.network().partition(one, other);
    oneSide.addAll(one);
    otherSide.addAll(other);
  }

  /** Ends all trouble of the network. */
  void clearFilters() {
    unreliable = false;
    group.network().heal();
    oneSide.clear();
    otherSide.clear();
    group.network().conditions(Conditions.RELIABLE);
  }

  int clientLossPercent() {
    return unreliable ? CLIENT_LOSS_PERCENT : 0;
  }

  int clientDelay() {
    int delay = choices().between(MIN_CLIENT_MILLIS, MAX_CLIENT_MILLIS);
    if (unreliable && choices().percent(LATE_PERCENT)) {
      totals.lateByClients++;
      delay += choices().next(MAX_LATE_MILLIS);
    }
    return delay;
  }

  // Servers.

  long serverAfter(long server) {
    for (SimNode node : group.nodes()) {
      if (node.id() > server) {
        return node.id();
      }
    }
    return group.nodes().get(0).id();
  }

  /** A new server, on one of the sides if there is a partition. */
  long join() {
    long id = group.join();
    if (!oneSide.isEmpty() || !otherSide.isEmpty()) {
      boolean first = choices().next(2) == 0;
      group.network().partition(List.of(id), first ? otherSide : oneSide);
      (first ? oneSide : otherSide).add(id);
    }
    return id;
  }

  void stop(long server) {
    totals.crashes++;
    group.crash(server);
  }

  void start(long server) {
    group.restart(server);
  }

  void stopAll() {
    totals.restarts++;
    group.nodes().forEach(node -> stop(node.id()));
  }

  void startAll() {
    group.nodes().forEach(node -> start(node.id()));
  }

  /** The leader of the highest term; there must be one soon. */
  long leader() {
    within(ELECTION_MILLIS * 10, "a leader", () -> leaderIfAny().isPresent());
    return leaderIfAny().orElseThrow();
  }

  OptionalLong leaderIfAny() {
    return group.nodes().stream()
        .filter(SimNode::isLeader)
        .sorted(Comparator.comparingLong(node -> -node.status().term()))
        .mapToLong(SimNode::id)
        .findFirst();
  }

  KvStore store(long server) {
    return ((KvServer) group.node(server).machine()).store();
  }

  void within(int millis, String what, BooleanSupplier condition) {
    assertThat(group.runUntil(condition, millis)).as("%s within %d ms", what, millis).isTrue();
  }

  // What the course asks of servers.

  /** What a server holds of the log beyond what it has dropped. */
  long appliedInLog(long server) {
    SimNode node = group.node(server);
    return node.appliedIndex() - (node.disk().firstIndex() - 1);
  }

  void mustGetEqual(long server, String key, String value) {
    within(
        REQUEST_MILLIS,
        key + " = " + value + " on " + server,
        () -> store(server).get(key).equals(Optional.of(value)));
  }

  void mustGetNone(long server, String key) {
    within(REQUEST_MILLIS, "no " + key + " on " + server, () -> store(server).get(key).isEmpty());
  }

  /** A server that is no member any more does not get to know a key. */
  void mustStayWithout(long server, String key) {
    group.run(ELECTION_MILLIS);
    assertThat(store(server).get(key)).as("%s on %d", key, server).isEmpty();
  }

  // A client that is waited for.

  void mustPut(KvClient client, String key, String value) {
    mustWrite(client, new Command.Put(key, value));
  }

  void mustDelete(KvClient client, String key) {
    mustWrite(client, new Command.Delete(key));
  }

  private void mustWrite(KvClient client, Command.Operation write) {
    client.write(List.of(write), () -> {});
    within(REQUEST_MILLIS, "an answer to " + write, client::isIdle);
  }

  void mustGet(KvClient client, String key, String value) {
    AtomicReference<List<KeyValue>> answer = new AtomicReference<>(List.of());
    client.read(Command.get(key), answer::set);
    within(REQUEST_MILLIS, "an answer about " + key, client::isIdle);
    assertThat(answer.get()).containsExactly(new KeyValue(key, value));
  }

  /** In the end all members come to the same state. */
  private void checkStates() {
    clearFilters();
    group.nodes().stream().filter(node -> !node.isUp()).forEach(node -> start(node.id()));
    within(2 * REQUEST_MILLIS, "all servers level", this::areLevel);
    List<ByteString> states =
        members().stream().map(node -> store(node.id()).save()).distinct().toList();
    assertThat(states.size()).as("different states").isEqualTo(1);
  }

  private boolean areLevel() {
    List<SimNode> members = members();
    long applied = members.get(0).appliedIndex();
    return members.stream()
        .allMatch(
            node ->
                node.appliedIndex() == applied
                    && node.status().last().index() == applied
                    && node.status().commitIndex() == applied);
  }

  /** Whether a leader, if there is one, knows a server as a member. */
  boolean isMember(long server) {
    OptionalLong leader = leaderIfAny();
    return leader.isEmpty()
        || group.node(leader.getAsLong()).status().confState().getVotersList().contains(server);
  }

  /** The voters, as the leader knows them. */
  List<SimNode> members() {
    return group.node(leader()).status().confState().getVotersList().stream()
        .map(group::node)
        .toList();
  }
}
