package io.tickraft.testkit.fuzz;

import io.tickraft.core.LogId;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Conditions;
import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.Simulation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The operations of which a {@link Situation} consists. One stage is for one situation. */
final class Stage {

  /** How long a situation waits for a leader, in virtual milliseconds. */
  private static final int ELECTION_MILLIS = 5_000;

  /** How long a node waits before it campaigns again, in virtual milliseconds. */
  private static final int CAMPAIGN_MILLIS = 700;

  /** How long a situation waits for anything else, in virtual milliseconds. */
  static final int PATIENCE_MILLIS = 2_000;

  /** The time between two checks of a condition, in virtual milliseconds. */
  private static final int LOOK_MILLIS = 10;

  /** How often a leader commits at most before its log can be compacted far enough. */
  private static final int MAX_COMMITS = 4;

  /** How often another act of the run occurs between two steps of a situation, in percent. */
  private static final int MEANWHILE_PERCENT = 10;

  private final Settings settings;
  final Simulation group;
  final Machines machines;
  final Requests requests;
  final Membership membership;
  final Choices choices;
  private final Proposals proposals;
  private final Goals goals;
  private final Consumer<Choices> acts;
  private int occasions;

  /**
   * Creates a stage.
   *
   * @param acts does one of the other acts of the run
   * @param choices the choices of the situation
   */
  Stage(
      Settings settings,
      Simulation group,
      Machines machines,
      Requests requests,
      Membership membership,
      Proposals proposals,
      Goals goals,
      Consumer<Choices> acts,
      Choices choices) {
    this.settings = settings;
    this.group = group;
    this.machines = machines;
    this.requests = requests;
    this.membership = membership;
    this.proposals = proposals;
    this.goals = goals;
    this.acts = acts;
    this.choices = choices;
  }

  /**
   * Plays a situation if there is a leader and enough voters. If there are not, nodes that are down
   * are started first. All links work before and afterwards. In two of three cases, the network is
   * otherwise reliable, so that messages are lost or late only as the situation says.
   */
  void play(Situation situation) {
    Conditions before = group.network().conditions();
    group.network().heal();
    if (!choices.percent("under these conditions", 33)) {
      group.network().conditions(Conditions.RELIABLE);
    }
    Optional<Cast> cast = cast(situation.voters());
    if (cast.isPresent()) {
      situation.script().play(this, cast.get());
    }
    group.network().heal();
    group.network().conditions(before);
  }

  private Optional<Cast> cast(int voters) {
    Optional<Cast> cast = cast();
    if (cast.isEmpty() || cast.get().voters() < voters) {
      group.nodes().stream().filter(node -> !node.isUp()).map(SimNode::id).forEach(machines::start);
      await(() -> leader().isPresent(), ELECTION_MILLIS);
      cast = cast();
    }
    return cast.filter(c -> c.voters() >= voters);
  }

  private Optional<Cast> cast() {
    return leader().map(leader -> new Cast(leader, othersOf(leader)));
  }

  /** Returns the other voters that are up, in a chosen order. */
  private List<SimNode> othersOf(SimNode leader) {
    List<SimNode> others = new ArrayList<>();
    for (long id : leader.status().confState().getVotersList()) {
      if (id != leader.id() && group.node(id).isUp()) {
        others.add(group.node(id));
      }
    }
    if (!others.isEmpty()) {
      Collections.rotate(others, occasion().next("cast", others.size()));
    }
    return others;
  }

  /** Counts a situation that is reached. */
  void reached(String goal) {
    goals.reached(goal);
  }

  /** Returns the choices of the next operation. */
  Choices occasion() {
    return choices.part("part %", ++occasions);
  }

  // Nodes.

  /** Returns the leader of the latest term. */
  Optional<SimNode> leader() {
    return group.nodes().stream()
        .filter(SimNode::isLeader)
        .max(Comparator.comparingLong(Stage::term));
  }

  /** Returns the term of a node; -1 if it is down. */
  static long term(SimNode node) {
    return node.isUp() ? node.status().term() : -1;
  }

  /** Returns the last index of a node's log; -1 if it is down. */
  static long last(SimNode node) {
    return node.isUp() ? node.status().last().index() : -1;
  }

  /** Returns the commit index of a node; -1 if it is down. */
  static long committed(SimNode node) {
    return node.isUp() ? node.status().commitIndex() : -1;
  }

  static boolean leadsSince(SimNode node, long term) {
    return node.isLeader() && term(node) >= term;
  }

  /** Returns whether the log of a node has an entry, which need not be synced. */
  static boolean holds(SimNode node, LogId entry) {
    return entry.index() >= node.storage().firstIndex()
        && entry.index() <= node.storage().lastIndex()
        && node.storage().term(entry.index()) == entry.term();
  }

  // Time.

  /**
   * Lets time pass until a condition holds, at most {@link #PATIENCE_MILLIS}. Returns whether it
   * holds.
   */
  boolean await(BooleanSupplier condition) {
    return await(condition, PATIENCE_MILLIS);
  }

  private boolean await(BooleanSupplier condition, long maxMillis) {
    meanwhile();
    long end = group.now() + maxMillis;
    while (!condition.getAsBoolean()) {
      if (group.now() >= end) {
        return false;
      }
      group.run(LOOK_MILLIS);
    }
    return true;
  }

  /** Lets time pass until a node has written an entry, and stops right after that event. */
  boolean awaitWritten(SimNode node, LogId entry) {
    return group.runUntil(() -> holds(node, entry), PATIENCE_MILLIS);
  }

  /** Performs another act of the run, by choice. */
  void meanwhile() {
    Choices part = occasion();
    if (part.percent("meanwhile", MEANWHILE_PERCENT)) {
      acts.accept(part);
    }
  }

  /** Lets a chosen time pass. */
  void pause(Integer... millis) {
    group.run(occasion().of("pause", List.of(millis)));
  }

  // Inputs.

  /** Proposes one to four batches of commands to a node. */
  void propose(SimNode node) {
    propose(node, 1 + occasion().next("more batches", 4));
  }

  void propose(SimNode node, int batches) {
    for (int i = 0; i < batches && node.isUp(); i++) {
      proposals.proposeTo(node, occasion());
    }
  }

  /** Proposes batches of commands to a leader, and waits until its commit index has increased. */
  void commit(SimNode leader) {
    long before = committed(leader);
    propose(leader);
    await(() -> committed(leader) > before || !leader.isUp());
  }

  /**
   * Waits for a leader, and proposes a batch to it. Returns whether the leader commits the batch.
   */
  boolean commitSoon() {
    await(() -> leader().isPresent(), ELECTION_MILLIS);
    Optional<SimNode> leader = leader();
    if (leader.isEmpty()) {
      return false;
    }
    propose(leader.get(), 1);
    long last = last(leader.get());
    return await(() -> committed(leader.get()) >= last && last > 0);
  }

  /**
   * Connects only two nodes with each other, and proposes commands to one of them.
   *
   * @return the last of its new entries; empty if there are none, or the other node has not written
   *     it in time
   */
  Optional<LogId> proposeTo(SimNode leader, SimNode other) {
    await(() -> committed(leader) >= last(leader));
    star(leader, List.of(other));
    long before = last(leader);
    propose(leader, 1);
    if (last(leader) <= before) {
      return Optional.empty();
    }
    LogId entry = leader.status().last();
    return awaitWritten(other, entry) ? Optional.of(entry) : Optional.empty();
  }

  /** Proposes a membership change to a node if it leads. */
  void change(SimNode leader, ConfChangeTransition transition, ConfChange.Builder change) {
    if (leader.isLeader()) {
      group.whenUnblocked(
          leader.id(), () -> membership.propose(leader, change.setTransition(transition).build()));
    }
  }

  /**
   * Lets a leader commit and compact its log until a follower needs a snapshot. Returns whether it
   * needs one.
   */
  boolean dropLogBefore(SimNode leader, SimNode follower) {
    for (int i = 0; i < MAX_COMMITS && leader.isLeader(); i++) {
      commit(leader);
      compact(leader);
      if (leader.storage().firstIndex() > follower.storage().lastIndex() + 1) {
        return true;
      }
    }
    return false;
  }

  void read(SimNode node) {
    requests.readFrom(node, occasion());
  }

  void compact(SimNode node) {
    if (node.isUp()) {
      group.whenUnblocked(node.id(), () -> group.compact(node.id()));
    }
  }

  void campaign(SimNode node) {
    if (node.isUp()) {
      group.whenUnblocked(node.id(), () -> group.campaign(node.id()));
    }
  }

  /** Stalls the disk of a node, by choice, in a run with {@link Trouble#DISKS}. */
  boolean stall(SimNode node, int percent, long millis) {
    boolean stalls = occasion().percent("stall", settings.has(Trouble.DISKS) ? percent : 0);
    if (stalls) {
      if (node.hasDisk()) {
        group.stallDisk(node.id(), millis);
      }
    }
    return stalls;
  }

  void restart(SimNode node) {
    if (node.isUp()) {
      machines.restart(node.id());
    }
  }

  // Links.

  /** Cuts the links between these nodes and all others. */
  void isolate(Collection<SimNode> nodes) {
    List<Long> ids = nodes.stream().map(SimNode::id).toList();
    group
        .network()
        .partition(
            ids, group.nodes().stream().map(SimNode::id).filter(id -> !ids.contains(id)).toList());
  }

  void isolate(SimNode node) {
    isolate(List.of(node));
  }

  /** Cuts both links between two nodes. */
  void separate(SimNode one, SimNode other) {
    group.network().partition(List.of(one.id()), List.of(other.id()));
  }

  /** Cuts all links but those between a node and some others: only it can win among five voters. */
  void star(SimNode center, Collection<SimNode> leaves) {
    group.network().heal();
    for (SimNode node : group.nodes()) {
      for (SimNode other : group.nodes()) {
        boolean linked =
            (node == center && leaves.contains(other))
                || (other == center && leaves.contains(node));
        if (node != other && !linked) {
          group.network().cut(node.id(), other.id());
        }
      }
    }
  }

  void heal() {
    group.network().heal();
  }

  // Elections.

  /** Waits until there is a leader of a later term, and by choice asks it for reads. */
  Optional<SimNode> awaitLeaderAfter(long term) {
    await(() -> leader().filter(node -> term(node) > term).isPresent(), ELECTION_MILLIS);
    Optional<SimNode> next = leader().filter(node -> term(node) > term);
    next.ifPresent(node -> readByChance(node));
    return next;
  }

  private void readByChance(SimNode node) {
    Choices part = occasion();
    if (part.percent("read", 50)) {
      requests.readFrom(node, part);
    }
  }

  /**
   * Connects a node with these voters only, and lets time pass until the node is elected. Stops
   * right after that event: no message of the new leader has arrived.
   *
   * @return whether the node is elected
   */
  boolean elect(SimNode node, Collection<SimNode> voters) {
    meanwhile();
    star(node, voters);
    long term = 1 + term(node);
    long end = group.now() + ELECTION_MILLIS;
    while (node.isUp() && group.now() < end) {
      if (group.runUntil(() -> leadsSince(node, term), CAMPAIGN_MILLIS)) {
        return true;
      }
      if (node.isUp() && node.status().role() == RoleName.FOLLOWER) {
        campaign(node);
      }
    }
    return leadsSince(node, term);
  }

  /** Returns the status of a node; empty if it is down. */
  static Optional<Status> status(SimNode node) {
    return node.isUp() ? Optional.of(node.status()) : Optional.empty();
  }
}
