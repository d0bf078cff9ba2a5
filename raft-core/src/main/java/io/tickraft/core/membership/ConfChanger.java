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
 * Computes the configuration after a membership change (Raft paper, section 6; thesis chapter 4): a
 * pure function, independent of logs and leaders.
 *
 * <p>The list of changes determines the voters and learners of the final configuration. The
 * transition determines whether a joint configuration comes before it.
 *
 * <ul>
 *   <li>The changes are made in order, so the later of two changes to one node wins. Only the
 *       result is checked: a list may remove the only voter if it also adds another.
 *   <li>{@code AUTO} takes one step if at most one voter is added or removed: majorities of voter
 *       sets that differ by one node overlap (thesis 4.1). Any number of learners may change in the
 *       same step. Otherwise it does the same as {@code JOINT_IMPLICIT}.
 *   <li>{@code JOINT_IMPLICIT} and {@code JOINT_EXPLICIT} always enter a joint configuration, even
 *       for a single change or one without effect, so the steps are the same every time. A voter
 *       that is demoted still votes in the outgoing half. It is in {@code learners_next} until the
 *       joint configuration is left, and then becomes a learner.
 *   <li>{@code LEAVE} is the only possible change of a joint configuration.
 * </ul>
 *
 * <p>A change without effect is possible and yields an equal configuration (with the transition
 * {@code AUTO}). An empty list is impossible: its sender has forgotten something, or means {@code
 * LEAVE}.
 */
public final class ConfChanger {

  /** The result of a change. */
  public sealed interface Result {

    /** The configuration after the change. */
    record Changed(Configuration configuration) implements Result {}

    /**
     * The change cannot be made, and the configuration stays as it is.
     *
     * @param problem a sentence that says why
     */
    record Impossible(String problem) implements Result {}
  }

  private ConfChanger() {}

  /** Returns the configuration after a change. */
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
   * Returns whether a change only removes nodes that are not members: possible, but most likely a
   * mistake.
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

  /**
   * Returns why a change is impossible, as far as that shows before making it: first by the change
   * alone, then by the configuration.
   */
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
          "LEAVE changes no node, but the change lists " + change.getChangesCount() + " changes");
    }
    if (!leaves && change.getChangesCount() == 0) {
      return Optional.of("the change lists no changes; a joint configuration is left with LEAVE");
    }
    if (before.isEmpty()) {
      return Optional.of("there is no configuration yet; the first one comes with a snapshot");
    }
    if (leaves && !before.voters().isJoint()) {
      return Optional.of("LEAVE needs a joint configuration, which this is not: " + before);
    }
    if (!leaves && before.voters().isJoint()) {
      return Optional.of("a joint configuration accepts only LEAVE: " + before);
    }
    return Optional.empty();
  }

  private static Optional<String> problem(ConfChangeSingle single) {
    return switch (single.getType()) {
      case CONF_CHANGE_TYPE_ADD_VOTER, CONF_CHANGE_TYPE_ADD_LEARNER, CONF_CHANGE_TYPE_REMOVE ->
          single.getNode() < 1
              ? Optional.of(
                  "an id is in 1..2^63-1, but a change names "
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
          "the last voter cannot be removed: no voter would be left of " + before);
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

  /** Returns how many voters are added or removed: the size of the symmetric difference. */
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
   * Returns the joint configuration. An outgoing voter that becomes a learner is in {@code
   * learners_next}, not in {@code learners}: otherwise it would be a voter and a learner at once.
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
