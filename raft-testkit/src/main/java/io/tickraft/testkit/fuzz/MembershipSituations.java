package io.tickraft.testkit.fuzz;

import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import io.tickraft.testkit.sim.Conditions;
import io.tickraft.testkit.sim.SimNode;
import java.util.List;
import java.util.Optional;

/** Situations in which the membership changes while something else goes wrong. */
final class MembershipSituations {

  private static final List<Trouble> KINDS = List.of(Trouble.MEMBERSHIP, Trouble.PARTITIONS);

  static final List<Situation> ALL =
      List.of(
          new Situation(
              "overthrow in a joint configuration", 3, KINDS, MembershipSituations::overthrow),
          new Situation("remove the leader", 2, KINDS, MembershipSituations::removeLeader),
          new Situation("remove with late messages", 3, KINDS, MembershipSituations::removeLate),
          new Situation("promote from behind", 1, KINDS, MembershipSituations::promoteFromBehind));

  /** Longer than a removed leader usually waits before it steps down, in virtual milliseconds. */
  private static final int LEAVE_MILLIS = 11_000;

  private MembershipSituations() {}

  /**
   * A leader proposes a joint configuration, and is cut off before or after others have received
   * it. The next leader has to leave the joint configuration, or has never received it.
   */
  static void overthrow(Stage stage, Cast cast) {
    SimNode old = cast.leader();
    long term = Stage.term(old);
    SimNode other = cast.other(0);
    stage.change(
        old,
        ConfChangeTransition.CONF_CHANGE_TRANSITION_JOINT_EXPLICIT,
        change(
            stage.choices.percent("learner", 50)
                ? ConfChangeType.CONF_CHANGE_TYPE_ADD_LEARNER
                : ConfChangeType.CONF_CHANGE_TYPE_REMOVE,
            other));
    stage.pause(0, 1, 50, 300);
    stage.isolate(stage.choices.percent("with the other", 33) ? List.of(old, other) : List.of(old));
    stage.propose(old, 1);
    Optional<SimNode> next = stage.awaitLeaderAfter(term);
    next.ifPresent(stage::commit);
    next.filter(SimNode::isLeader)
        .ifPresent(
            leader ->
                stage.group.whenUnblocked(
                    leader.id(), () -> stage.membership.propose(leader, Membership.leaveJoint())));
    stage.pause(0, 200);
    stage.heal();
    stage.commitSoon();
  }

  /**
   * The leader removes itself while messages are lost. By choice, the disks of all others stall
   * when the change is committed, so that for a long time they do not learn that it is.
   */
  static void removeLeader(Stage stage, Cast cast) {
    SimNode leader = cast.leader();
    stage
        .group
        .network()
        .conditions(Conditions.RELIABLE.withLoss(stage.choices.of("loss", List.of(0, 10, 30, 50))));
    stage.change(
        leader,
        ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO,
        change(ConfChangeType.CONF_CHANGE_TYPE_REMOVE, leader));
    if (stage.choices.percent("propose", 50)) {
      stage.propose(leader, 1);
    }
    // Stops right after that event: the others do not know yet that the change is committed.
    boolean left =
        stage.group.runUntil(() -> leader.isLeader() && !isVoter(leader), Stage.PATIENCE_MILLIS);
    if (left && stage.stall(cast.other(0), 50, LEAVE_MILLIS)) {
      cast.othersFrom(1).forEach(node -> stage.stall(node, 100, LEAVE_MILLIS));
      stage.group.run(LEAVE_MILLIS);
    } else {
      stage.pause(0, 100, 1_000);
      if (stage.choices.percent("isolate", 33)) {
        stage.isolate(leader);
        stage.pause(500, 1_500);
      }
    }
    stage.heal();
    stage.commitSoon();
  }

  /** A member is removed while messages are late and duplicated. */
  static void removeLate(Stage stage, Cast cast) {
    SimNode leader = cast.leader();
    SimNode removed = cast.other(0);
    stage
        .group
        .network()
        .conditions(Conditions.RELIABLE.withDelay(0, 20).withLate(30, 3_000).withDuplicates(30));
    stage.propose(leader, 1);
    stage.read(removed);
    stage.campaign(removed);
    stage.propose(removed, 1);
    stage.pause(0, 50);
    stage.change(
        leader,
        ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO,
        change(ConfChangeType.CONF_CHANGE_TYPE_REMOVE, removed));
    stage.pause(0, 100, 500);
    stage.campaign(removed);
    stage.pause(100, 2_000);
  }

  /** A node joins as a learner, is cut off from the leader, and is made a voter. */
  static void promoteFromBehind(Stage stage, Cast cast) {
    SimNode leader = cast.leader();
    Optional<SimNode> joining = stage.membership.join();
    if (joining.isEmpty()) {
      return;
    }
    SimNode learner = joining.get();
    ConfChangeTransition transition = ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO;
    stage.change(leader, transition, change(ConfChangeType.CONF_CHANGE_TYPE_ADD_LEARNER, learner));
    stage.pause(0, 300);
    stage.separate(leader, learner);
    stage.commit(leader);
    stage.compact(leader);
    stage.change(leader, transition, change(ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER, learner));
    boolean promoted =
        stage.await(
            () ->
                Stage.status(leader)
                    .filter(s -> s.confState().getVotersList().contains(learner.id()))
                    .isPresent());
    if (promoted && Stage.last(learner) < Stage.committed(leader)) {
      stage.reached("learner promoted from behind");
    }
    if (stage.choices.percent("campaign", 50)) {
      stage.campaign(learner);
    }
    stage.pause(0, 500);
    stage.heal();
    stage.commitSoon();
  }

  private static boolean isVoter(SimNode node) {
    return node.status().confState().getVotersList().contains(node.id());
  }

  private static ConfChange.Builder change(ConfChangeType type, SimNode node) {
    return ConfChange.newBuilder()
        .addChanges(ConfChangeSingle.newBuilder().setType(type).setNode(node.id()));
  }
}
