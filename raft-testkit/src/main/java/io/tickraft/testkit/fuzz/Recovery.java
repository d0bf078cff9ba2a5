package io.tickraft.testkit.fuzz;

import com.google.protobuf.ByteString;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftText;
import io.tickraft.core.Status;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.OracleViolation;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Conditions;
import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.Simulation;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks what must come after trouble: with a {@linkplain Core core} that works, however all else
 * is, a leader emerges in time, commits a new command, and all members of the core apply the same.
 * A group that has nothing to do is quiet, and keeps its leader.
 */
final class Recovery {

  /**
   * How many election timeouts a core has to agree: more than twice what any took in 800 runs, of
   * which all but one took at most 11, and one took 24.
   */
  private static final int MAX_ELECTION_TIMEOUTS = 60;

  /** The time between two looks at the group, in virtual milliseconds. */
  private static final int LOOK_MILLIS = 100;

  /** So many entries may be missing without a further time for them. */
  private static final int USUAL_ENTRIES_BEHIND = 50;

  /**
   * The further time for each further entry that a node of the core has to catch up with, in
   * virtual milliseconds: with small limits each takes a round trip, and a slow read and write.
   */
  private static final long ENTRY_MILLIS = 500;

  /** How often in a row a late proposal or transfer may come to a group that should be idle. */
  private static final int MAX_DISTURBANCES = 5;

  private final Simulation group;
  private final Settings settings;
  private final LastChange lastChange;
  private final LostWrites lostWrites;
  private final Machines machines;
  private final Requests requests;
  private final Proposals proposals;

  /** Is told which members have applied the same, and have it last in their logs. */
  private final Consumer<List<SimNode>> level;

  /** What the nodes promise since the recovery has begun. */
  private NodeConfigs configs;

  private int rounds;
  private int attempts;

  /** The nodes that work in this round. */
  private NavigableSet<Long> core = new TreeSet<>();

  /** The time that the nodes of this round need to catch up, in virtual milliseconds. */
  private long catchUpMillis;

  /** The command of this round, as its leader has accepted it; null before. */
  private ProposeResult.@Nullable Accepted last;

  /** How many orders to campaign had been sent when all agreed the last time. */
  private long ordersBefore;

  Recovery(
      Simulation group,
      Settings settings,
      LastChange lastChange,
      LostWrites lostWrites,
      Machines machines,
      Requests requests,
      Proposals proposals,
      Consumer<List<SimNode>> level) {
    this.group = group;
    this.settings = settings;
    this.lastChange = lastChange;
    this.lostWrites = lostWrites;
    this.machines = machines;
    this.requests = requests;
    this.proposals = proposals;
    this.level = level;
    this.configs = NodeConfigs.of(group, settings);
  }

  /** Lets a core recover, then all nodes, then another core. */
  void run() {
    group.network().conditions(Conditions.RELIABLE);
    group.nodes().forEach(machines::mend);
    if (settings.areMixed()) {
      // With nodes that differ in what all should share, only safety is promised.
      settings.level();
      configs = NodeConfigs.of(group, settings);
      group.nodes().stream().filter(SimNode::isUp).map(SimNode::id).forEach(machines::restart);
    }
    agree(chosenCore());
    settle();
    requests.checkOutcomes();
    checkIdle();
    agree(chosenCore());
  }

  /** Waits until all agree, and all requests have their outcomes. */
  private void settle() {
    agree(Core.all(group));
    ordersBefore = ordersToCampaign();
    group.run(configs.requestMillis());
  }

  private NavigableSet<Long> chosenCore() {
    Choices choices = group.choices().at("core of round %", rounds + 1L);
    return Core.choose(group, lastChange.index(), lostWrites, choices);
  }

  /** Mends the core, lets all others be broken, and waits until the core agrees. */
  private void agree(NavigableSet<Long> nodes) {
    core = nodes;
    rounds++;
    last = null;
    Outsiders outsiders =
        new Outsiders(
            group, configs.protectLeaders(), group.choices().at("outside of round %", rounds));
    group.network().heal();
    for (SimNode node : List.copyOf(group.nodes())) {
      if (!core.contains(node.id())) {
        outsiders.add(node);
      } else if (!node.isUp()) {
        machines.start(node.id());
      }
    }
    catchUpMillis = ENTRY_MILLIS * Math.max(0, entriesBehind() - USUAL_ENTRIES_BEHIND);
    long end = group.now() + MAX_ELECTION_TIMEOUTS * configs.electionMillis() + catchUpMillis;
    while (!isLevel()) {
      if (group.now() > end) {
        throw new OracleViolation("liveness", missing());
      }
      for (SimNode node : coreNodes()) {
        if (node.isLeader()) {
          // Two actions, as the first may block the loop.
          group.whenUnblocked(node.id(), () -> help(node));
          group.whenUnblocked(node.id(), () -> propose(node));
        }
      }
      outsiders.change();
      group.run(LOOK_MILLIS);
    }
    level.accept(members());
    checkStates();
  }

  /** Returns how many entries of any log the last node of the core has not applied. */
  private long entriesBehind() {
    long last =
        group.nodes().stream().mapToLong(node -> node.storage().lastIndex()).max().orElse(0);
    long applied = coreNodes().stream().mapToLong(SimNode::appliedIndex).min().orElse(0);
    return last - applied;
  }

  private List<SimNode> coreNodes() {
    return group.nodes().stream().filter(node -> node.isUp() && core.contains(node.id())).toList();
  }

  /** Does what the host of a leader has to do. */
  private void help(SimNode leader) {
    if (!leader.isLeader()) {
      return;
    }
    ConfState configuration = leader.status().confState();
    if (!configs.stepsDownOnRemoval(leader.id()) && !isVoter(configuration, leader.id())) {
      configuration.getVotersList().stream()
          .filter(core::contains)
          .forEach(voter -> requests.transfer(leader.id(), voter));
    } else if (configuration.getVotersOutgoingCount() > 0 && !configuration.getAutoLeave()) {
      group.proposeConfChange(leader.id(), Membership.leaveJoint());
    }
  }

  private void propose(SimNode leader) {
    if (last == null || last.term() != leader.status().term()) {
      ByteString command = proposals.command(group.choices().at("last command %", ++attempts));
      if (proposals.propose(leader.id(), List.of(command))
          instanceof ProposeResult.Accepted accepted) {
        last = accepted;
      }
    }
  }

  private static boolean isVoter(ConfState configuration, long id) {
    return configuration.getVotersList().contains(id)
        || configuration.getVotersOutgoingList().contains(id);
  }

  private Optional<SimNode> leader() {
    return coreNodes().stream()
        .filter(SimNode::isLeader)
        .max(Comparator.comparingLong(Stage::term));
  }

  /** Returns the members in the core, as the leader sees the group; none without a leader. */
  private List<SimNode> members() {
    Optional<ConfState> configuration = leader().map(leader -> leader.status().confState());
    return coreNodes().stream()
        .filter(node -> configuration.isPresent() && isMember(configuration.get(), node.id()))
        .toList();
  }

  private static boolean isMember(ConfState configuration, long id) {
    return isVoter(configuration, id) || configuration.getLearnersList().contains(id);
  }

  /** Returns whether all members have applied the command and everything else. */
  private boolean isLevel() {
    Optional<SimNode> leader = leader();
    if (leader.isEmpty()
        || last == null
        || last.term() != leader.get().status().term()
        || leader.get().status().confState().getVotersOutgoingCount() > 0) {
      return false;
    }
    long index = leader.get().status().last().index();
    return index >= last.lastIndex() && members().stream().allMatch(node -> isAt(node, index));
  }

  private static boolean isAt(SimNode node, long index) {
    return node.appliedIndex() == index && node.status().last().index() == index;
  }

  private void checkStates() {
    List<SimNode> members = members();
    ByteString state = members.get(0).state();
    for (SimNode node : members) {
      if (!node.state().equals(state)) {
        throw new OracleViolation(
            "equal states",
            "node "
                + node.id()
                + " and node "
                + members.get(0).id()
                + " have applied the same entries, and their state machines differ: "
                + RaftText.of(node.state())
                + " and "
                + RaftText.of(state));
      }
    }
  }

  // A group that has nothing to do.

  /** Lets a group be idle that agrees: it keeps its leader, and sends little but heartbeats. */
  private void checkIdle() {
    if (!configs.protectLeaders()) {
      return;
    }
    Optional<OracleViolation> disturbance = beIdle();
    for (int i = 0; i < MAX_DISTURBANCES && disturbance.isPresent(); i++) {
      settle();
      disturbance = beIdle();
    }
    if (disturbance.isPresent()) {
      throw disturbance.get();
    }
  }

  /**
   * Lets the group run for as long as a request may take. Returns what is wrong if a proposal or a
   * request for a transfer may have arrived that was late by seconds: the group was not idle then.
   */
  private Optional<OracleViolation> beIdle() {
    if (!isLevel()) {
      return Optional.of(lostLeader("it has another one, or none: "));
    }
    SimNode leader = leader().orElseThrow();
    long term = Stage.term(leader);
    long lastIndex = leader.status().last().index();
    long requests = group.network().requests();
    long appends = group.network().sent(Message.BodyCase.APPEND);
    group.run(configs.requestMillis());

    if (!Stage.leadsSince(leader, term) || Stage.term(leader) != term) {
      OracleViolation lost =
          lostLeader("node " + leader.id() + " no longer leads in term " + term + ": ");
      if (ordersToCampaign() == ordersBefore) {
        throw lost;
      }
      return Optional.of(lost);
    }
    if (leader.status().last().index() > lastIndex) {
      return Optional.of(
          new OracleViolation(
              "an idle group is quiet",
              "its log grows although nothing is proposed: " + describe()));
    }
    checkQuiet("appends", group.network().sent(Message.BodyCase.APPEND) - appends, maxAppends());
    checkQuiet(
        "requests", group.network().requests() - requests, maxRequests(configs.requestMillis()));
    return Optional.empty();
  }

  private OracleViolation lostLeader(String how) {
    return new OracleViolation("an idle group keeps its leader", how + describe());
  }

  private long ordersToCampaign() {
    return group.network().sent(Message.BodyCase.TIMEOUT_NOW);
  }

  private void checkQuiet(String what, long sent, long max) {
    if (sent > max) {
      throw new OracleViolation(
          "an idle group is quiet", sent + " " + what + ", at most " + max + ": " + describe());
    }
  }

  /** Returns how many appends an idle group sends at most. */
  private long maxAppends() {
    return group.nodes().size();
  }

  /** Returns how many requests an idle group sends at most: hardly more than its heartbeats. */
  private long maxRequests(long millis) {
    long nodes = group.nodes().size();
    long members = members().size();
    long heartbeats = (members - 1) * configs.maxHeartbeats(millis);
    // A node that does not know that it is removed asks all the members that it knows.
    long votes = (nodes - members) * 2 * nodes * configs.maxCampaigns(millis);
    return heartbeats + votes + maxAppends();
  }

  // What is missing.

  /** Returns what has not come in time, for whom, and what waits for what. */
  private String missing() {
    return condition()
        + " within "
        + MAX_ELECTION_TIMEOUTS
        + " election timeouts"
        + (catchUpMillis > 0 ? " and " + catchUpMillis + " ms to catch up" : "")
        + ", though nodes "
        + core
        + " work and are connected: "
        + describe();
  }

  private String condition() {
    Optional<SimNode> leader = leader();
    if (leader.isEmpty()) {
      return "no leader is elected";
    }
    Status status = leader.get().status();
    if (last == null || last.term() != status.term()) {
      return "no command is accepted by leader " + status.id();
    }
    if (status.commitIndex() < last.lastIndex()) {
      return "entry " + last.lastIndex() + " is not committed by leader " + status.id();
    }
    if (status.confState().getVotersOutgoingCount() > 0) {
      return "leader " + status.id() + " does not leave the joint configuration";
    }
    long index = status.last().index();
    return members().stream()
        .filter(node -> !isAt(node, index))
        .map(node -> "entry " + index + " is not applied by node " + node.id())
        .collect(Collectors.joining(", "));
  }

  private String describe() {
    return group.nodes().stream().map(this::describe).collect(Collectors.joining());
  }

  private String describe(SimNode node) {
    String text = "\n" + (core.contains(node.id()) ? "" : "(outside) ") + node;
    if (!node.isUp()) {
      return text;
    }
    if (node.isBlocked()) {
      text += ", its loop is blocked";
    }
    if (node.hasDisk() && node.disk().unsynced() > 0) {
      text += ", unsynced writes " + node.disk().unsynced();
    }
    if (node.isLeader()) {
      text +=
          node.status().peers().stream()
              .map(peer -> "\n  leads " + peer)
              .collect(Collectors.joining());
    }
    return text;
  }
}
