package io.tickraft.testkit.fuzz;

import com.google.protobuf.ByteString;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.Status;
import io.tickraft.proto.ConfState;
import io.tickraft.testkit.oracle.OracleViolation;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Conditions;
import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.Simulation;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks what must come after trouble: with a quorum that works, however the others are, a leader
 * emerges, commits a new command, and all members that are up apply the same.
 */
final class Recovery {

  private static final int MAX_MILLIS = 120_000;

  /** The time between two looks at the group, in virtual milliseconds. */
  private static final int LOOK_MILLIS = 500;

  /** Longer than any read or transfer may take, in virtual milliseconds. */
  private static final int REQUEST_MILLIS = 5_000;

  private final Simulation group;
  private final Settings settings;
  private final Machines machines;
  private final Requests requests;
  private final Proposals proposals;

  /** Is told which members have applied the same, and have it last in their logs. */
  private final Consumer<List<SimNode>> level;

  private int rounds;
  private int attempts;

  /** The command of this round, as its leader has accepted it; null before. */
  private ProposeResult.@Nullable Accepted last;

  Recovery(
      Simulation group,
      Settings settings,
      Machines machines,
      Requests requests,
      Proposals proposals,
      Consumer<List<SimNode>> level) {
    this.group = group;
    this.settings = settings;
    this.machines = machines;
    this.requests = requests;
    this.proposals = proposals;
    this.level = level;
  }

  /**
   * Mends everything, and then lets a quorum go on without the others. If the membership has
   * changed, the first round is with all nodes: a change of two nodes may be known to one node
   * only, and no group survives the loss of that node.
   */
  void run(boolean hasMembershipChanged) {
    group.network().heal();
    group.network().conditions(Conditions.RELIABLE);
    machines.calm();
    if (settings.areMixed()) {
      // With switches that differ, only safety is promised.
      settings.level();
      group.nodes().stream().filter(SimNode::isUp).map(SimNode::id).forEach(machines::restart);
    }
    if (!hasMembershipChanged) {
      agree(core());
    }
    agree(group.nodes().stream().map(SimNode::id).collect(Collectors.toCollection(TreeSet::new)));
    group.run(REQUEST_MILLIS);
    requests.checkOutcomes();
    agree(core());
  }

  /** Chooses nodes that contain a quorum of each half of the latest configuration. */
  private SortedSet<Long> core() {
    Choices choices = group.choices().at("core of round %", rounds + 1L);
    TreeSet<Long> core = new TreeSet<>();
    group.nodes().forEach(node -> core.add(node.id()));
    Optional<ConfState> latest =
        group.nodes().stream()
            .filter(SimNode::isUp)
            .map(SimNode::status)
            .max(Comparator.comparingLong(Status::appliedIndex))
            .map(Status::confState);
    for (SimNode node : group.nodes()) {
      if (latest.isPresent() && choices.next("without " + node.id(), 2) == 1) {
        core.remove(node.id());
        if (!isMajority(core, latest.get().getVotersList())
            || !isMajority(core, latest.get().getVotersOutgoingList())) {
          core.add(node.id());
        }
      }
    }
    return core;
  }

  private static boolean isMajority(Collection<Long> core, List<Long> voters) {
    return voters.isEmpty() || 2 * voters.stream().filter(core::contains).count() > voters.size();
  }

  /** Starts the core, stops all others, and waits until the core agrees. */
  private void agree(SortedSet<Long> core) {
    for (SimNode node : group.nodes()) {
      if (node.isUp() && !core.contains(node.id())) {
        group.crash(node.id());
      } else if (!node.isUp() && core.contains(node.id())) {
        machines.start(node.id());
      }
    }
    rounds++;
    last = null;
    long end = group.now() + MAX_MILLIS;
    while (!isLevel()) {
      if (group.now() >= end) {
        throw new OracleViolation("liveness", missing() + " by nodes " + core + ": " + describe());
      }
      for (SimNode node : group.nodes()) {
        if (node.isLeader()) {
          // Two actions, as the first may block the loop.
          group.whenUnblocked(node.id(), () -> help(node));
          group.whenUnblocked(node.id(), () -> propose(node));
        }
      }
      group.run(LOOK_MILLIS);
    }
    level.accept(members());
    checkStates();
  }

  private String describe() {
    return group.nodes().stream().map(node -> "\n" + node).collect(Collectors.joining());
  }

  /** Returns what has not come. */
  private String missing() {
    if (leader().isEmpty()) {
      return "no leader is elected";
    }
    if (last == null) {
      return "no command is accepted";
    }
    if (leader().get().status().commitIndex() < last.lastIndex()) {
      return "no command is committed";
    }
    return leader().get().status().confState().getVotersOutgoingCount() > 0
        ? "the joint configuration is not left"
        : "not all is applied";
  }

  /** Does what the host of a leader has to do. */
  private void help(SimNode leader) {
    ConfState configuration = leader.status().confState();
    if (!settings.stepDownOnRemoval() && !isVoter(configuration, leader.id())) {
      configuration.getVotersList().stream()
          .filter(voter -> group.node(voter).isUp())
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
    return group.nodes().stream()
        .filter(SimNode::isLeader)
        .max(Comparator.comparingLong(node -> node.status().term()));
  }

  /** Returns the members that are up, as the leader sees the group; none without a leader. */
  private List<SimNode> members() {
    Optional<ConfState> configuration = leader().map(leader -> leader.status().confState());
    return group.nodes().stream()
        .filter(SimNode::isUp)
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
    return index >= last.lastIndex()
        && members().stream()
            .allMatch(
                node -> node.appliedIndex() == index && node.status().last().index() == index);
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
                + " have applied the same"
                + " entries, and their state machines differ");
      }
    }
  }
}
