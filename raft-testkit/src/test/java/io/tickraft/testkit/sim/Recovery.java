package io.tickraft.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.core.Status;
import io.tickraft.proto.ConfState;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What must come after trouble: with a quorum that works, however the others are, a leader emerges,
 * a new command is committed, and all members that are up apply the same.
 */
final class Recovery {

  private static final int MAX_MILLIS = 120_000;

  /** Longer than any read or transfer may take. */
  private static final int PATIENCE_MILLIS = 5_000;

  private final Simulation group;
  private final RandomRequests requests;
  private int rounds;

  Recovery(Simulation group, RandomRequests requests) {
    this.group = group;
    this.requests = requests;
  }

  /**
   * Returns all nodes but some, without which each half of the latest configuration has a quorum.
   */
  SortedSet<Long> core(Choices choices) {
    Choices others = choices.at("core of round %", rounds + 1L);
    TreeSet<Long> core = new TreeSet<>();
    group.nodes().forEach(node -> core.add(node.id()));
    Optional<ConfState> latest =
        group.nodes().stream()
            .filter(SimNode::isUp)
            .map(SimNode::status)
            .max(Comparator.comparingLong(Status::appliedIndex))
            .map(Status::confState);
    for (SimNode node : group.nodes()) {
      if (latest.isPresent() && others.next("without " + node.id(), 2) == 1) {
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

  /** Mends the network and the core, stops all others, and waits until the core agrees. */
  void agree(SortedSet<Long> core) {
    group.network().heal();
    group.network().conditions(Conditions.RELIABLE);
    for (SimNode node : group.nodes()) {
      if (node.isUp() && !core.contains(node.id())) {
        group.crash(node.id());
      } else if (!node.isUp() && core.contains(node.id())) {
        group.restart(node.id());
        requests.restarted(node.id());
      }
    }
    rounds++;
    ByteString last = ByteString.copyFromUtf8("the last command of round " + rounds);
    long end = group.now() + MAX_MILLIS;
    while (!isAppliedByAll(last) || !areLevel()) {
      assertThat(group.now()).as("agreement of %s: %s", core, describe()).isLessThan(end);
      for (SimNode node : group.nodes()) {
        if (node.isLeader()) {
          group.whenUnblocked(node.id(), () -> help(node));
          group.whenUnblocked(node.id(), () -> propose(node, last));
        }
      }
      group.run(500);
    }
    checkMachines();
  }

  private void propose(SimNode leader, ByteString last) {
    if (!commands(leader).contains(last) && !holds(leader, last)) {
      group.propose(leader.id(), last);
    }
  }

  private String describe() {
    return group.nodes().stream()
        .map(node -> "\n" + node + (node.isUp() ? " " + node.status().confState() : ""))
        .toList()
        .toString();
  }

  /** Does what the host of a leader has to do by itself. */
  private void help(SimNode leader) {
    ConfState configuration = leader.status().confState();
    if (!configuration.getVotersList().contains(leader.id())
        && !configuration.getVotersOutgoingList().contains(leader.id())) {
      // It was told not to step down.
      for (long voter : configuration.getVotersList()) {
        if (group.node(voter).isUp()) {
          requests.transfer(leader.id(), voter);
        }
      }
    } else if (configuration.getVotersOutgoingCount() > 0 && !configuration.getAutoLeave()) {
      group.proposeConfChange(leader.id(), RandomMembership.leave());
    }
  }

  private static boolean holds(SimNode node, ByteString command) {
    return node.disk().log().stream().anyMatch(entry -> entry.getData().equals(command));
  }

  /** The members that are up, as the leader of the latest term sees it; none without a leader. */
  private List<SimNode> members() {
    return leader()
        .map(
            leader ->
                group.nodes().stream()
                    .filter(SimNode::isUp)
                    .filter(node -> isMember(leader.status().confState(), node.id()))
                    .toList())
        .orElse(List.of());
  }

  private Optional<SimNode> leader() {
    return group.nodes().stream()
        .filter(SimNode::isLeader)
        .max(Comparator.comparingLong(node -> node.status().term()));
  }

  private static boolean isMember(ConfState configuration, long id) {
    return configuration.getVotersList().contains(id)
        || configuration.getVotersOutgoingList().contains(id)
        || configuration.getLearnersList().contains(id);
  }

  private boolean areLevel() {
    Optional<SimNode> leader = leader();
    if (leader.isEmpty() || leader.get().status().confState().getVotersOutgoingCount() > 0) {
      return false;
    }
    long last = leader.get().status().last().index();
    return members().stream()
        .allMatch(node -> node.appliedIndex() == last && node.status().last().index() == last);
  }

  private boolean isAppliedByAll(ByteString command) {
    List<SimNode> members = members();
    return !members.isEmpty()
        && members.stream().allMatch(node -> commands(node).contains(command));
  }

  /** All have applied the same; who is no member any more, or down, perhaps less of it. */
  private void checkMachines() {
    List<SimNode> members = members();
    List<ByteString> commands = commands(members.get(0));
    for (SimNode node : group.nodes()) {
      List<ByteString> its = commands(node);
      boolean agrees =
          members.contains(node)
              ? its.equals(commands)
              : its.size() <= commands.size() && its.equals(commands.subList(0, its.size()));
      assertThat(agrees).as("node %d agrees", node.id()).isTrue();
    }
  }

  static List<ByteString> commands(SimNode node) {
    return ((CommandLog) node.machine()).commands();
  }

  /** Checks that all that was asked for has ended. */
  void checkOutcomes() {
    group.run(PATIENCE_MILLIS);
    group.nodes().forEach(requests::checkOutcomes);
  }
}
