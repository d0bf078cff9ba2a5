package io.tickraft.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.membership.ConfChanger.Result;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Membership changes against a naive model, and against what keeps two leaders from being elected:
 * every simple configuration of up to five ids with every change of up to three steps, and every
 * joint one with every change of one step or none. A joint configuration only refuses longer ones;
 * they are tried on one of those joint configurations that differ in the names of the nodes alone.
 */
final class ConfChangerModelTest {

  private interface Changer {
    Result change(Configuration before, ConfChange change);
  }

  /** Looks at one change of one configuration, given by its code. */
  private interface Check {
    /** Returns what is wrong with the result, if anything is. */
    Optional<String> problem(int before, ConfChange change, Result result);
  }

  private static final List<ConfChange> UP_TO_ONE_STEP =
      Stream.of(0, 1).flatMap(steps -> SmallGroups.changes(steps).stream()).toList();

  private static final List<ConfChange> TWO_STEPS = SmallGroups.changes(2);

  private static final List<ConfChange> THREE_STEPS = SmallGroups.changes(3);

  /** The smallest first, in which most mistakes show. */
  private static Optional<String> firstProblem(Changer changer, Check check) {
    List<Integer> simple = SmallGroups.simple();
    List<Integer> joint = SmallGroups.joint();
    List<Integer> kindsOfJoint = joint.stream().filter(SmallGroups::isFirstOfItsKind).toList();
    return firstProblem(changer, check, simple, UP_TO_ONE_STEP)
        .or(() -> firstProblem(changer, check, kindsOfJoint, UP_TO_ONE_STEP))
        .or(() -> firstProblem(changer, check, simple, TWO_STEPS))
        .or(() -> firstProblem(changer, check, kindsOfJoint, TWO_STEPS))
        .or(() -> firstProblem(changer, check, joint, UP_TO_ONE_STEP))
        .or(() -> firstProblem(changer, check, simple, THREE_STEPS))
        .or(() -> firstProblem(changer, check, kindsOfJoint, THREE_STEPS));
  }

  private static Optional<String> firstProblem(
      Changer changer, Check check, List<Integer> configurations, List<ConfChange> changes) {
    for (int before : configurations) {
      Configuration configuration = Configuration.of(SmallGroups.confState(before));
      for (ConfChange change : changes) {
        Result result = changer.change(configuration, change);
        Optional<String> problem = check.problem(before, change, result);
        if (problem.isPresent()) {
          return Optional.of(configuration + ", " + change + result + ": " + problem.get());
        }
      }
    }
    return Optional.empty();
  }

  /**
   * In one pass, as there are millions. Whoever decides before a change and whoever decides after
   * it have a node in common, on the way into a joint configuration and out of it too (thesis 4.1,
   * 4.3).
   */
  @Test
  void changesGiveWhatTheModelSaysAndQuorumsBeforeAndAfterOverlap() {
    Check quorumsApart = quorumsApart();
    assertThat(
            firstProblem(
                ConfChanger::change,
                (before, change, result) ->
                    differenceFromModel(before, change, result)
                        .or(() -> quorumsApart.problem(before, change, result))))
        .isEmpty();
  }

  // The model.

  private static Optional<String> differenceFromModel(
      int before, ConfChange change, Result result) {
    int expected = NaiveConfChanges.change(before, change);
    int actual =
        result instanceof Result.Changed changed
            ? SmallGroups.code(changed.configuration().confState())
            : NaiveConfChanges.IMPOSSIBLE;
    if (actual == expected) {
      return Optional.empty();
    }
    return Optional.of(
        expected == NaiveConfChanges.IMPOSSIBLE
            ? "impossible by the model"
            : "by the model " + SmallGroups.confState(expected));
  }

  // Quorums.

  /** The sets of ids that can decide, each as the bits of a number. */
  private static List<Integer> quorums(int code) {
    List<Integer> quorums = new ArrayList<>();
    for (int set = 0; set < 1 << SmallGroups.IDS; set++) {
      if (isMajority(set, SmallGroups.all(code, SmallGroups.VOTES))
          && isMajority(set, SmallGroups.all(code, SmallGroups.VOTES_OUTGOING))) {
        quorums.add(set);
      }
    }
    return quorums;
  }

  private static boolean isMajority(int set, List<Long> voters) {
    long in = voters.stream().filter(id -> (set >> (id - 1) & 1) == 1).count();
    return voters.isEmpty() || in > voters.size() - in;
  }

  private static boolean overlap(List<Integer> quorums, List<Integer> others) {
    for (int quorum : quorums) {
      for (int other : others) {
        if ((quorum & other) == 0) {
          return false;
        }
      }
    }
    return true;
  }

  /** Finds quorums before and after a change that have no node in common. Remembers what it saw. */
  private static Check quorumsApart() {
    Map<Integer, List<Integer>> quorums = new HashMap<>();
    Map<List<Integer>, Boolean> overlaps = new HashMap<>();
    return (before, change, result) -> {
      if (!(result instanceof Result.Changed changed)) {
        return Optional.empty();
      }
      int after = SmallGroups.code(changed.configuration().confState());
      List<Integer> pair = List.of(before, after);
      if (!overlaps.containsKey(pair)) {
        overlaps.put(
            pair,
            overlap(
                quorums.computeIfAbsent(before, ConfChangerModelTest::quorums),
                quorums.computeIfAbsent(after, ConfChangerModelTest::quorums)));
      }
      return overlaps.get(pair) ? Optional.empty() : Optional.of("quorums without a common node");
    };
  }

  @Test
  void quorumsAreCountedInBothHalves() {
    int simple = SmallGroups.code(ConfState.newBuilder().addVoters(1).addVoters(3).build());
    int joint = SmallGroups.code(ConfState.newBuilder().addVoters(1).addVotersOutgoing(2).build());

    assertThat(quorums(simple)).allMatch(set -> (set & 0b101) == 0b101).hasSize(8);
    assertThat(quorums(joint)).allMatch(set -> (set & 0b11) == 0b11).hasSize(8);
    assertThat(overlap(quorums(simple), quorums(joint))).isTrue();
    assertThat(overlap(quorums(SmallGroups.with(0, 1, SmallGroups.VOTES)), quorums(joint)))
        .isTrue();
    assertThat(overlap(quorums(SmallGroups.with(0, 3, SmallGroups.VOTES)), quorums(joint)))
        .isFalse();
  }

  // The configurations and changes are all there are.

  @Test
  void allSmallConfigurationsAreTried() {
    // Each id votes, learns or does neither; at least one votes, or there is none at all.
    assertThat(SmallGroups.simple()).hasSize(243 - 32 + 1).doesNotHaveDuplicates();
    // Each id is one of six things; some id votes in the incoming half and some in the outgoing.
    assertThat(SmallGroups.joint())
        .hasSize(2 * (7776 - 1024 - 243 + 32))
        .doesNotHaveDuplicates()
        .allMatch(code -> Configuration.problem(SmallGroups.confState(code)).isEmpty());
    assertThat(UP_TO_ONE_STEP).hasSize(4 * (1 + 15)).doesNotHaveDuplicates();
    assertThat(TWO_STEPS).hasSize(4 * 225).doesNotHaveDuplicates();
    assertThat(THREE_STEPS).hasSize(4 * 3375);
  }

  // What the tests are for: changers that make one mistake each.

  private static ConfChange with(ConfChange change, ConfChangeTransition transition) {
    return change.toBuilder().setTransition(transition).build();
  }

  private static boolean isAuto(ConfChange change) {
    return change.getTransition() == ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO;
  }

  /** Makes a result of another form of the configuration. */
  private static Result changed(ConfState.Builder confState) {
    return new Result.Changed(Configuration.of(confState.build()));
  }

  private static Result inOneStep(Configuration before, ConfChange change) {
    Result joint =
        ConfChanger.change(
            before, with(change, ConfChangeTransition.CONF_CHANGE_TRANSITION_JOINT_EXPLICIT));
    return joint instanceof Result.Changed changed
        ? ConfChanger.change(
            changed.configuration(),
            ConfChange.newBuilder()
                .setTransition(ConfChangeTransition.CONF_CHANGE_TRANSITION_LEAVE)
                .build())
        : joint;
  }

  private static Result alwaysInOneStep(Configuration before, ConfChange change) {
    return isAuto(change) ? inOneStep(before, change) : ConfChanger.change(before, change);
  }

  /** Takes the difference of the numbers of voters for the number of voters that differ. */
  private static Result swappingAVoterInOneStep(Configuration before, ConfChange change) {
    return isAuto(change)
            && inOneStep(before, change) instanceof Result.Changed after
            && Math.abs(
                    after.configuration().confState().getVotersCount()
                        - before.confState().getVotersCount())
                <= 1
        ? after
        : ConfChanger.change(before, change);
  }

  private static Result countingChangesInsteadOfVoters(Configuration before, ConfChange change) {
    return isAuto(change) && change.getChangesCount() > 1
        ? ConfChanger.change(
            before, with(change, ConfChangeTransition.CONF_CHANGE_TRANSITION_JOINT_IMPLICIT))
        : ConfChanger.change(before, change);
  }

  private static Result makingChangesBackwards(Configuration before, ConfChange change) {
    List<ConfChangeSingle> changes = new ArrayList<>(change.getChangesList());
    Collections.reverse(changes);
    return ConfChanger.change(
        before, change.toBuilder().clearChanges().addAllChanges(changes).build());
  }

  private static Result forgettingAutoLeave(Configuration before, ConfChange change) {
    return ConfChanger.change(before, change) instanceof Result.Changed changed
        ? changed(changed.configuration().confState().toBuilder().setAutoLeave(false))
        : ConfChanger.change(before, change);
  }

  private static Result removingWhoIsDemoted(Configuration before, ConfChange change) {
    return ConfChanger.change(before, change) instanceof Result.Changed changed
        ? changed(changed.configuration().confState().toBuilder().clearLearnersNext())
        : ConfChanger.change(before, change);
  }

  private static Result leavingWithoutTheDemoted(Configuration before, ConfChange change) {
    return change.getTransition() == ConfChangeTransition.CONF_CHANGE_TRANSITION_LEAVE
            && before.voters().isJoint()
        ? ConfChanger.change(
            Configuration.of(before.confState().toBuilder().clearLearnersNext().build()), change)
        : ConfChanger.change(before, change);
  }

  private static Result leavingWithTheWrongHalf(Configuration before, ConfChange change) {
    return change.getTransition() == ConfChangeTransition.CONF_CHANGE_TRANSITION_LEAVE
            && before.voters().isJoint()
            && change.getChangesCount() == 0
        ? changed(ConfState.newBuilder().addAllVoters(before.confState().getVotersOutgoingList()))
        : ConfChanger.change(before, change);
  }

  private static Result keepingTheLastVoter(Configuration before, ConfChange change) {
    return ConfChanger.change(before, change) instanceof Result.Impossible impossible
        ? impossible.problem().contains("last voter") ? new Result.Changed(before) : impossible
        : ConfChanger.change(before, change);
  }

  private static Result leavingWhatIsNotJoint(Configuration before, ConfChange change) {
    return change.getTransition() == ConfChangeTransition.CONF_CHANGE_TRANSITION_LEAVE
            && change.getChangesCount() == 0
            && !before.voters().isJoint()
        ? new Result.Changed(before)
        : ConfChanger.change(before, change);
  }

  private static Result forgettingWhoVoted(Configuration before, ConfChange change) {
    return ConfChanger.change(before, change) instanceof Result.Changed changed
            && changed.configuration().confState().getVotersOutgoingCount() > 1
        ? changed(
            changed.configuration().confState().toBuilder()
                .clearLearnersNext()
                .clearVotersOutgoing()
                .addVotersOutgoing(before.voters().incoming().voter(0)))
        : ConfChanger.change(before, change);
  }

  static Stream<Arguments> wrongChangers() {
    return Stream.of(
        wrong("always in one step", ConfChangerModelTest::alwaysInOneStep),
        wrong("swapping a voter in one step", ConfChangerModelTest::swappingAVoterInOneStep),
        wrong("counting changes", ConfChangerModelTest::countingChangesInsteadOfVoters),
        wrong("making changes backwards", ConfChangerModelTest::makingChangesBackwards),
        wrong("forgetting auto_leave", ConfChangerModelTest::forgettingAutoLeave),
        wrong("removing who is demoted", ConfChangerModelTest::removingWhoIsDemoted),
        wrong("leaving without the demoted", ConfChangerModelTest::leavingWithoutTheDemoted),
        wrong("leaving with the wrong half", ConfChangerModelTest::leavingWithTheWrongHalf),
        wrong("keeping the last voter", ConfChangerModelTest::keepingTheLastVoter),
        wrong("leaving what is not joint", ConfChangerModelTest::leavingWhatIsNotJoint),
        wrong("forgetting who voted", ConfChangerModelTest::forgettingWhoVoted));
  }

  private static Arguments wrong(String mistake, Changer changer) {
    return Arguments.of(mistake, changer);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongChangers")
  void theModelSeesAMistake(String mistake, Changer wrong) {
    assertThat(firstProblem(wrong, ConfChangerModelTest::differenceFromModel)).isPresent();
  }

  static Stream<Arguments> unsafeChangers() {
    return Stream.of(
        wrong("always in one step", ConfChangerModelTest::alwaysInOneStep),
        wrong("swapping a voter in one step", ConfChangerModelTest::swappingAVoterInOneStep),
        wrong("forgetting who voted", ConfChangerModelTest::forgettingWhoVoted));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unsafeChangers")
  void quorumsApartAreSeen(String mistake, Changer wrong) {
    assertThat(firstProblem(wrong, quorumsApart())).isPresent();
  }
}
