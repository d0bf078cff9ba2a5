package io.tickraft.core.membership;

import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import io.tickraft.proto.ConfState;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a membership change makes of a configuration (Raft paper, section 6; thesis chapter 4): the
 * pure arithmetic, which knows nothing of logs and leaders.
 *
 * <p>A list of changes says who is to vote and who is to learn in the end; the transition says
 * which way leads there.
 *
 * <ul>
 *   <li>The changes are made in their order, so of two changes to one node the later one holds.
 *       Only the end is looked at: a list may remove the only voter if it also adds another.
 *   <li>{@code AUTO} takes one step if at most one node begins or ceases to vote: majorities of
 *       voters that differ by one node overlap (thesis 4.1). Any number of learners may change with
 *       it. Otherwise it goes the way of {@code JOINT_IMPLICIT}.
 *   <li>{@code JOINT_IMPLICIT} and {@code JOINT_EXPLICIT} enter a joint configuration always, for a
 *       single change and even for one without effect, so that what follows is the same every time.
 *       A voter that is demoted there goes on voting in the outgoing half and learns only when the
 *       joint configuration is left; it is in {@code learners_next} until then.
 *   <li>{@code LEAVE} is the one change of a joint configuration.
 * </ul>
 *
 * <p>A change without effect is possible and yields an equal configuration (with the transition
 * {@code AUTO}). A list without changes is impossible: who sends one has forgotten something, or
 * means {@code LEAVE}.
 */
public final class ConfChanger {

  /** What a change makes of a configuration. */
  public sealed interface Result {

    /** The configuration after the change. */
    record Changed(Configuration configuration) implements Result {}

    /**
     * The change cannot be made, and the configuration stays as it is.
     *
     * @param problem a sentence that names what is wrong
     */
    record Impossible(String problem) implements Result {}
  }

  private ConfChanger() {}

  /** Makes a change. */
  public static Result change(Configuration before, ConfChange change) {
    Optional<String> problem = problem(before, change);
    if (problem.isPresent()) {
      return new Result.Impossible(problem.get());
    }
    return change.getTransition() == ConfChangeTransition.CONF_CHANGE_TRANSITION_LEAVE
        ? new Result.Changed(left(before.confState()))
        : changed(before, change);
  }

  /**
   * Returns whether a change does nothing but remove nodes that are no members. It is possible, and
   * most likely a mistake.
   */
  public static boolean removesOnlyStrangers(Configuration before, ConfChange change) {
    for (ConfChangeSingle single : change.getChangesList()) {
      if (single.getType() != ConfChangeType.CONF_CHANGE_TYPE_REMOVE
          || before.isMember(single.getNode())) {
        return false;
      }
    }
    return change.getChangesCount() > 0;
  }

  /** What can be said against a change without making it: first of itself, then of its place. */
  private static Optional<String> problem(Configuration before, ConfChange change) {
    Optional<String> unknown = NewerVersion.unknownIn(change);
    if (unknown.isPresent()) {
      return unknown.map(what -> NewerVersion.needed("the change has " + what));
    }
    boolean leaves = false;
    switch (change.getTransition()) {
      case CONF_CHANGE_TRANSITION_AUTO,
          CONF_CHANGE_TRANSITION_JOINT_IMPLICIT,
          CONF_CHANGE_TRANSITION_JOINT_EXPLICIT -> {}
      case CONF_CHANGE_TRANSITION_LEAVE -> leaves = true;
      case CONF_CHANGE_TRANSITION_UNSPECIFIED, UNRECOGNIZED -> {
        return Optional.of(
            "transition "
                + change.getTransitionValue()
                + " is none of AUTO, JOINT_IMPLICIT, JOINT_EXPLICIT, LEAVE");
      }
    }
    for (ConfChangeSingle single : change.getChangesList()) {
      Optional<String> problem = problem(single);
      if (problem.isPresent()) {
        return problem;
      }
    }
    if (leaves && change.getChangesCount() > 0) {
      return Optional.of(
          "LEAVE changes no node, and here are changes: " + change.getChangesCount());
    }
    if (!leaves && change.getChangesCount() == 0) {
      return Optional.of("there are no changes; a joint configuration is left with LEAVE");
    }
    if (before.isEmpty()) {
      return Optional.of("there is no configuration yet; the first one comes with a snapshot");
    }
    if (leaves && !before.voters().isJoint()) {
      return Optional.of("only a joint configuration can be left, not: " + before);
    }
    if (!leaves && before.voters().isJoint()) {
      return Optional.of("a joint configuration can only be left: " + before);
    }
    return Optional.empty();
  }

  private static Optional<String> problem(ConfChangeSingle single) {
    return switch (single.getType()) {
      case CONF_CHANGE_TYPE_ADD_VOTER, CONF_CHANGE_TYPE_ADD_LEARNER, CONF_CHANGE_TYPE_REMOVE ->
          single.getNode() < 1
              ? Optional.of(
                  "an id is in 1..2^63-1, and a change names "
                      + Long.toUnsignedString(single.getNode()))
              : Optional.empty();
      case CONF_CHANGE_TYPE_UNSPECIFIED, UNRECOGNIZED ->
          Optional.of(
              "type "
                  + single.getTypeValue()
                  + " of the change to node "
                  + Long.toUnsignedString(single.getNode())
                  + " is none of ADD_VOTER, ADD_LEARNER, REMOVE");
    };
  }

  private static Configuration left(ConfState joint) {
    TreeSet<Long> learners = new TreeSet<>(joint.getLearnersList());
    learners.addAll(joint.getLearnersNextList());
    return Configuration.of(
        ConfState.newBuilder()
            .addAllVoters(joint.getVotersList())
            .addAllLearners(learners)
            .build());
  }

  private static Result changed(Configuration before, ConfChange change) {
    TreeSet<Long> voters = new TreeSet<>(before.confState().getVotersList());
    TreeSet<Long> learners = new TreeSet<>(before.confState().getLearnersList());
    for (ConfChangeSingle single : change.getChangesList()) {
      long id = single.getNode();
      voters.remove(id);
      learners.remove(id);
      if (single.getType() == ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER) {
        voters.add(id);
      } else if (single.getType() == ConfChangeType.CONF_CHANGE_TYPE_ADD_LEARNER) {
        learners.add(id);
      }
    }
    if (voters.isEmpty()) {
      return new Result.Impossible(
          "the last voter cannot be removed: of " + before + " none would vote");
    }
    boolean oneStep =
        change.getTransition() == ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO
            && votersChanged(before, voters) <= 1;
    return new Result.Changed(
        oneStep
            ? Configuration.of(
                ConfState.newBuilder().addAllVoters(voters).addAllLearners(learners).build())
            : joint(before, voters, learners, change.getTransition()));
  }

  /** How many begin to vote or cease to: the size of the symmetric difference. */
  private static int votersChanged(Configuration before, SortedSet<Long> voters) {
    int stay = 0;
    for (long id : voters) {
      if (before.isVoter(id)) {
        stay++;
      }
    }
    return voters.size() + before.confState().getVotersCount() - 2 * stay;
  }

  /**
   * The way there: who is to learn and votes still cannot be a learner yet, or one node would both
   * count for a quorum and not.
   */
  private static Configuration joint(
      Configuration before,
      SortedSet<Long> voters,
      SortedSet<Long> learners,
      ConfChangeTransition transition) {
    ConfState.Builder joint =
        ConfState.newBuilder()
            .addAllVoters(voters)
            .addAllVotersOutgoing(before.confState().getVotersList())
            .setAutoLeave(transition != ConfChangeTransition.CONF_CHANGE_TRANSITION_JOINT_EXPLICIT);
    for (long id : learners) {
      if (before.isVoter(id)) {
        joint.addLearnersNext(id);
      } else {
        joint.addLearners(id);
      }
    }
    return Configuration.of(joint.build());
  }
}
