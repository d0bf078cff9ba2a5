package io.tickraft.core.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UnknownFieldSet;
import io.tickraft.proto.ConfState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is a configuration, over all small ones, and who belongs to it. */
final class ConfigurationTest {

  private static ConfState conf(
      List<Long> voters,
      List<Long> outgoing,
      List<Long> learners,
      List<Long> learnersNext,
      boolean autoLeave) {
    return ConfState.newBuilder()
        .addAllVoters(voters)
        .addAllVotersOutgoing(outgoing)
        .addAllLearners(learners)
        .addAllLearnersNext(learnersNext)
        .setAutoLeave(autoLeave)
        .build();
  }

  /** Short lists of ids of 0 to 3: ordered, unordered and with doubles. */
  private static List<List<Long>> lists() {
    List<List<Long>> lists = new ArrayList<>();
    lists.add(List.of());
    for (long a = 0; a <= 3; a++) {
      lists.add(List.of(a));
      for (long b = 1; a >= 1 && b <= 3; b++) {
        lists.add(List.of(a, b));
      }
    }
    lists.add(List.of(0L, 1L));
    lists.add(List.of(1L, 2L, 3L));
    lists.add(List.of(3L, 2L, 1L));
    lists.add(List.of(1L, 2L, 2L));
    lists.add(List.of(-1L, 1L));
    return lists;
  }

  // The rules, each as one plain sentence over the sets.

  private static boolean naivelyValid(ConfState c) {
    for (List<Long> list :
        List.of(
            c.getVotersList(),
            c.getVotersOutgoingList(),
            c.getLearnersList(),
            c.getLearnersNextList())) {
      if (!list.equals(list.stream().distinct().sorted().toList())
          || list.stream().anyMatch(id -> id < 1)) {
        return false;
      }
    }
    boolean joint = c.getVotersOutgoingCount() > 0;
    boolean membersButNoVoters =
        c.getVotersCount() == 0
            && (joint || c.getLearnersCount() > 0 || c.getLearnersNextCount() > 0);
    boolean learnerVotes =
        c.getLearnersList().stream()
            .anyMatch(
                id -> c.getVotersList().contains(id) || c.getVotersOutgoingList().contains(id));
    boolean nextIsNotOnItsWayOut =
        c.getLearnersNextList().stream()
            .anyMatch(
                id -> !c.getVotersOutgoingList().contains(id) || c.getVotersList().contains(id));
    boolean leavesNothing = c.getAutoLeave() && !joint;
    return !membersButNoVoters && !learnerVotes && !nextIsNotOnItsWayOut && !leavesNothing;
  }

  static Stream<List<Long>> voterLists() {
    return lists().stream();
  }

  @ParameterizedTest
  @MethodSource("voterLists")
  void aConfigurationHasAProblemExactlyIfItBreaksARule(List<Long> voters) {
    for (List<Long> outgoing : lists()) {
      for (List<Long> learners : lists()) {
        for (List<Long> next : lists()) {
          for (boolean autoLeave : new boolean[] {false, true}) {
            ConfState c = conf(voters, outgoing, learners, next, autoLeave);
            boolean valid = Configuration.problem(c).isEmpty();
            if (valid != naivelyValid(c)) { // an assertion each would take seconds
              assertThat(valid).as("%s", c).isEqualTo(naivelyValid(c));
            }
          }
        }
      }
    }
  }

  @Test
  void bothValidAndInvalidConfigurationsAreAmongTheSmallOnes() {
    assertThat(naivelyValid(conf(List.of(1L, 2L), List.of(2L, 3L), List.of(), List.of(3L), true)))
        .isTrue();
    assertThat(naivelyValid(conf(List.of(1L, 2L), List.of(2L, 3L), List.of(), List.of(2L), true)))
        .isFalse();
  }

  static Stream<Arguments> problems() {
    List<Long> none = List.of();
    return Stream.of(
        Arguments.of(conf(List.of(2L, 1L), none, none, none, false), "ascend"),
        Arguments.of(conf(List.of(0L), none, none, none, false), "at least 1"),
        Arguments.of(conf(none, none, List.of(1L), none, false), "but no voter"),
        Arguments.of(conf(none, List.of(1L), none, none, false), "but no voter"),
        Arguments.of(conf(List.of(1L), none, List.of(1L), none, false), "cannot be a learner: 1"),
        Arguments.of(
            conf(List.of(1L), List.of(2L), List.of(2L), none, false), "cannot be a learner: 2"),
        Arguments.of(
            conf(List.of(1L), List.of(2L), none, List.of(1L), false), "in learners_next must be"),
        Arguments.of(conf(List.of(1L), none, none, List.of(2L), false), "in learners_next must be"),
        Arguments.of(conf(List.of(1L), none, none, none, true), "only a joint"));
  }

  @ParameterizedTest
  @MethodSource("problems")
  void aProblemIsNamed(ConfState confState, String part) {
    assertThat(Configuration.problem(confState))
        .hasValueSatisfying(p -> assertThat(p).contains(part));
    assertThatThrownBy(() -> Configuration.of(confState))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("configuration: ")
        .hasMessageContaining(part);
  }

  // Who belongs to it.

  private static final Configuration JOINT =
      Configuration.of(
          conf(List.of(1L, 2L, 6L), List.of(2L, 3L, 5L), List.of(4L), List.of(5L), true));

  @Test
  void votersOfBothHalvesVote() {
    assertThat(LongStream.rangeClosed(0, 7).filter(JOINT::isVoter))
        .containsExactly(1L, 2L, 3L, 5L, 6L);
    assertThat(JOINT.voters().isJoint()).isTrue();
  }

  @Test
  void whoIsToBecomeALearnerIsNoneYet() {
    assertThat(LongStream.rangeClosed(0, 7).filter(JOINT::isLearner)).containsExactly(4L);
  }

  @Test
  void membersAreVotersAndLearnersEachOnceAndAscending() {
    assertThat(JOINT.memberCount()).isEqualTo(6);
    assertThat(LongStream.range(0, 6).map(i -> JOINT.member((int) i)))
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(LongStream.rangeClosed(0, 7).filter(JOINT::isMember))
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
  }

  @Test
  void theFormThatIsStoredIsTheOneItWasMadeOf() {
    ConfState confState = conf(List.of(1L), List.of(), List.of(7L), List.of(), false);

    assertThat(Configuration.of(confState).confState()).isEqualTo(confState);
  }

  @Test
  void aNodeThatJoinsHasAConfigurationWithoutMembers() {
    assertThat(Configuration.NONE.isEmpty()).isTrue();
    assertThat(Configuration.NONE.isMember(1)).isFalse();
    assertThat(Configuration.of(ConfState.getDefaultInstance()).isEmpty()).isTrue();
    assertThat(JOINT.isEmpty()).isFalse();
  }

  static Stream<ConfState> unequalOnes() {
    List<Long> none = List.of();
    List<Long> one = List.of(1L);
    return Stream.of(
        ConfState.getDefaultInstance(),
        conf(one, none, none, none, false),
        conf(List.of(1L, 2L), none, none, none, false),
        conf(one, none, List.of(2L), none, false),
        conf(one, List.of(2L), none, none, false),
        conf(List.of(2L), one, none, none, false),
        conf(one, List.of(2L), none, List.of(2L), false),
        conf(one, List.of(2L), none, none, true));
  }

  @ParameterizedTest
  @MethodSource("unequalOnes")
  void configurationsAreEqualIfTheyHaveTheSameMembersAsTheSame(ConfState confState) {
    Configuration configuration = Configuration.of(confState);

    assertThat(configuration)
        .isEqualTo(Configuration.of(confState.toBuilder().build()))
        .hasSameHashCodeAs(Configuration.of(confState.toBuilder().build()))
        .isNotEqualTo(confState);
    assertThat(unequalOnes().map(Configuration::of).filter(configuration::equals)).hasSize(1);
  }

  /** Witnesses and what else may come: counted without them, there might be another quorum. */
  @Test
  void whatOnlyANewerVersionUnderstandsIsNoConfiguration() {
    ConfState newer =
        ConfState.newBuilder()
            .addVoters(1)
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(6, UnknownFieldSet.Field.newBuilder().addVarint(9).build())
                    .build())
            .build();

    assertThat(Configuration.problem(newer))
        .hasValue("field 6, which this version does not know: a newer version is needed");
  }

  /** The hash codes of protobuf messages are other ones in every run. */
  @Test
  void theHashCodeIsThatOfTheIds() {
    Configuration configuration =
        Configuration.of(conf(List.of(1L), List.of(2L), List.of(3L), List.of(2L), true));

    assertThat(configuration.hashCode()).isEqualTo(Arrays.hashCode(new long[] {1, 2, 3}));
  }

  @Test
  void itReadsAsItsMembers() {
    assertThat(JOINT).hasToString("voters [1, 2, 6], outgoing [2, 3, 5], learners [4]");
    assertThat(Configuration.of(conf(List.of(1L), List.of(), List.of(), List.of(), false)))
        .hasToString("voters [1]");
  }

  /** Compared each with each, the ids would keep a node busy for minutes. */
  @Test
  void longListsAreTakenAsTheyMayComeFromTheNetwork() {
    ConfState.Builder conf = ConfState.newBuilder();
    for (long id = 1; id <= 400_000; id++) {
      conf.addVoters(2 * id).addVotersOutgoing(2 * id).addLearners(2 * id + 1);
    }
    assertThat(Configuration.problem(conf.build())).isEmpty();
    assertThat(Configuration.problem(conf.addLearners(800_002).addVoters(800_002).build()))
        .isPresent();
  }
}
