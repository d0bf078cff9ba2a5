package io.tickraft.core.membership;

import static io.tickraft.proto.ConfChangeTransition.CONF_CHANGE_TRANSITION_AUTO;
import static io.tickraft.proto.ConfChangeTransition.CONF_CHANGE_TRANSITION_JOINT_EXPLICIT;
import static io.tickraft.proto.ConfChangeTransition.CONF_CHANGE_TRANSITION_JOINT_IMPLICIT;
import static io.tickraft.proto.ConfChangeTransition.CONF_CHANGE_TRANSITION_LEAVE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import io.tickraft.core.membership.ConfChanger.Result;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.ConfChangeSingle;
import io.tickraft.proto.ConfChangeTransition;
import io.tickraft.proto.ConfChangeType;
import io.tickraft.proto.ConfState;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What each kind of change does, each refusal, told one by one. */
final class ConfChangerTest {

  /**
   * Reads a configuration: {@code "1 2 3"} are voters, {@code "1 2 <- 2 3"} is joint, behind a
   * slash are the learners, behind a second one who learns next, and an exclamation mark says that
   * it is left automatically.
   */
  private static Configuration conf(String text) {
    String[] parts = text.replace("!", "").split("/", -1);
    String[] halves = parts[0].split("<-", -1);
    ConfState.Builder conf = ConfState.newBuilder().setAutoLeave(text.endsWith("!"));
    ids(halves[0]).forEach(conf::addVoters);
    ids(halves.length > 1 ? halves[1] : "").forEach(conf::addVotersOutgoing);
    ids(parts.length > 1 ? parts[1] : "").forEach(conf::addLearners);
    ids(parts.length > 2 ? parts[2] : "").forEach(conf::addLearnersNext);
    return Configuration.of(conf.build());
  }

  private static Stream<Long> ids(String text) {
    return Arrays.stream(text.trim().split(" +")).filter(id -> !id.isEmpty()).map(Long::valueOf);
  }

  /** Reads changes: {@code "+4 ~2 -3"} adds a voter, adds a learner, removes. */
  private static ConfChange change(ConfChangeTransition transition, String text) {
    ConfChange.Builder change = ConfChange.newBuilder().setTransition(transition);
    Arrays.stream(text.trim().split(" +"))
        .filter(single -> !single.isEmpty())
        .forEach(
            single ->
                change.addChanges(
                    single(type(single.charAt(0)), Long.parseLong(single.substring(1)))));
    return change.build();
  }

  private static ConfChangeType type(char sign) {
    return switch (sign) {
      case '+' -> ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER;
      case '~' -> ConfChangeType.CONF_CHANGE_TYPE_ADD_LEARNER;
      case '-' -> ConfChangeType.CONF_CHANGE_TYPE_REMOVE;
      default -> throw new IllegalArgumentException("no change begins with " + sign);
    };
  }

  private static ConfChangeSingle single(ConfChangeType type, long node) {
    return ConfChangeSingle.newBuilder().setType(type).setNode(node).build();
  }

  private static Configuration changed(Configuration before, ConfChange change) {
    Result result = ConfChanger.change(before, change);
    assertThat(result).isInstanceOf(Result.Changed.class);
    return ((Result.Changed) result).configuration();
  }

  @ParameterizedTest
  @CsvSource({
    // A new voter, a promoted learner, a removed voter, a removed learner.
    "1 2 3,     +4,       1 2 3 4",
    "1 2 3 / 4, +4,       1 2 3 4",
    "1 2 3,     -2,       1 3",
    "1 2 3 / 4, -4,       1 2 3",
    // A new learner, a demoted voter.
    "1 2 3,     ~4,       1 2 3 / 4",
    "1 2 3,     ~2,       1 3 / 2",
    // The ids ascend, wherever the new one belongs.
    "2 4 / 6,   +3,       2 3 4 / 6",
    "2 / 6,     ~4,       2 / 4 6",
    // Learners come and go beside one voter.
    "1 2 3 / 4, +4 ~5 ~6, 1 2 3 4 / 5 6",
    // Two voters at once.
    "1 2 3,     +4 -1,    2 3 4 <- 1 2 3 !",
    "1 2 3,     +4 +5,    1 2 3 4 5 <- 1 2 3 !",
    "1 2 3,     ~2 -3,    1 <- 1 2 3 / / 2 !",
    "1,         -1 +2,    2 <- 1 !",
    // The later one of two changes to one node holds.
    "1 2 3,     -3 +3 +4, 1 2 3 4",
    "1 2 3,     ~3 +3,    1 2 3",
    "1 2 3,     +4 ~4,    1 2 3 / 4",
    // No effect.
    "1 2 3,     +2,       1 2 3",
    "1 2 / 3,   ~3,       1 2 / 3",
    "1 2 3,     -4,       1 2 3",
  })
  void autoTakesOneStepIfOneVoterChangesAtMost(String before, String changes, String after) {
    assertThat(changed(conf(before), change(CONF_CHANGE_TRANSITION_AUTO, changes)))
        .isEqualTo(conf(after));
  }

  @ParameterizedTest
  @CsvSource({
    "1 2 3,     +4,       1 2 3 4 <- 1 2 3",
    "1 2 3 / 4, +4,       1 2 3 4 <- 1 2 3",
    "1 2 3,     -2,       1 3 <- 1 2 3",
    "1 2 3,     ~4,       1 2 3 <- 1 2 3 / 4",
    "1 2 3,     ~2,       1 3 <- 1 2 3 / / 2",
    "1 2 3,     +4 ~2 ~5, 1 3 4 <- 1 2 3 / 5 / 2",
    // A demotion is taken back.
    "1 2 3,     ~2 +2,    1 2 3 <- 1 2 3",
    // No effect: joint all the same, so that LEAVE follows in any case.
    "1 2 3,     +2,       1 2 3 <- 1 2 3",
  })
  void jointTransitionsEnterAJointConfigurationAlways(String before, String changes, String after) {
    assertThat(changed(conf(before), change(CONF_CHANGE_TRANSITION_JOINT_EXPLICIT, changes)))
        .isEqualTo(conf(after));
    assertThat(changed(conf(before), change(CONF_CHANGE_TRANSITION_JOINT_IMPLICIT, changes)))
        .isEqualTo(conf(after + " !"));
  }

  @ParameterizedTest
  @CsvSource({
    "1 2 3 4 <- 1 2 3,                1 2 3 4",
    "2 3 <- 1 2 3 !,                  2 3",
    "1 <- 1 2 3 / 5 / 2,              1 / 2 5",
    // Those who learn already and those who begin to, in one order.
    "1 <- 1 2 4 / 3 5 / 2 4 !,        1 / 2 3 4 5",
  })
  void leaveGoesOnWithTheIncomingHalf(String before, String after) {
    assertThat(changed(conf(before), change(CONF_CHANGE_TRANSITION_LEAVE, "")))
        .isEqualTo(conf(after));
  }

  // Refusals.

  private static final String NEWER =
      ", which this version does not know: a newer version is needed";

  private static final UnknownFieldSet FIELD_6 =
      UnknownFieldSet.newBuilder()
          .addField(6, UnknownFieldSet.Field.newBuilder().addVarint(9).build())
          .build();

  static Stream<Arguments> impossibleChanges() {
    ConfChange typeMissing =
        ConfChange.newBuilder()
            .setTransition(CONF_CHANGE_TRANSITION_AUTO)
            .addChanges(single(ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER, 4))
            .addChanges(ConfChangeSingle.newBuilder().setNode(5))
            .build();
    ConfChange typeUnknown =
        ConfChange.newBuilder()
            .setTransition(CONF_CHANGE_TRANSITION_AUTO)
            .addChanges(ConfChangeSingle.newBuilder().setTypeValue(9).setNode(5))
            .build();
    ConfChange transitionUnknown =
        change(CONF_CHANGE_TRANSITION_AUTO, "+4").toBuilder().setTransitionValue(9).build();
    return Stream.of(
        // Of itself.
        impossible(
            "1 2 3",
            change(ConfChangeTransition.CONF_CHANGE_TRANSITION_UNSPECIFIED, "+4"),
            "transition 0 is none of AUTO, JOINT_IMPLICIT, JOINT_EXPLICIT, LEAVE"),
        impossible("1 2 3", transitionUnknown, "the change has transition 9" + NEWER),
        impossible(
            "1 2 3",
            typeMissing,
            "type 0 of the change to node 5 is none of ADD_VOTER, ADD_LEARNER, REMOVE"),
        impossible("1 2 3", typeUnknown, "the change has type 9 for node 5" + NEWER),
        impossible(
            "1 2 3",
            change(CONF_CHANGE_TRANSITION_AUTO, "+4").toBuilder().setUnknownFields(FIELD_6).build(),
            "the change has field 6" + NEWER),
        impossible(
            "1 2 3",
            ConfChange.newBuilder()
                .setTransition(CONF_CHANGE_TRANSITION_AUTO)
                .addChanges(
                    single(ConfChangeType.CONF_CHANGE_TYPE_ADD_VOTER, 4).toBuilder()
                        .setUnknownFields(FIELD_6))
                .build(),
            "the change has field 6 for node 4" + NEWER),
        impossible(
            "1 2 3",
            change(CONF_CHANGE_TRANSITION_AUTO, "+4 -0"),
            "an id is in 1..2^63-1, but a change names 0"),
        impossible(
            "1 2 3",
            change(CONF_CHANGE_TRANSITION_JOINT_IMPLICIT, "+-1"),
            "an id is in 1..2^63-1, but a change names 18446744073709551615"),
        impossible(
            "1 2 3 4 <- 1 2 3",
            change(CONF_CHANGE_TRANSITION_LEAVE, "+4 +5"),
            "LEAVE changes no node, but the change lists 2 changes"),
        impossible(
            "1 2 3",
            change(CONF_CHANGE_TRANSITION_AUTO, ""),
            "the change lists no changes; a joint configuration is left with LEAVE"),
        impossible(
            "1 2 3 4 <- 1 2 3",
            change(CONF_CHANGE_TRANSITION_JOINT_EXPLICIT, ""),
            "the change lists no changes; a joint configuration is left with LEAVE"),
        // Of this configuration.
        impossible(
            "",
            change(CONF_CHANGE_TRANSITION_AUTO, "+1"),
            "there is no configuration yet; the first one comes with a snapshot"),
        impossible(
            "",
            change(CONF_CHANGE_TRANSITION_LEAVE, ""),
            "there is no configuration yet; the first one comes with a snapshot"),
        impossible(
            "1 2 3 / 4",
            change(CONF_CHANGE_TRANSITION_LEAVE, ""),
            "LEAVE needs a joint configuration, which this is not: voters [1, 2, 3], learners [4]"),
        impossible(
            "1 2 3 4 <- 1 2 3 !",
            change(CONF_CHANGE_TRANSITION_AUTO, "+4"),
            "a joint configuration accepts only LEAVE: voters [1, 2, 3, 4], outgoing [1, 2, 3]"),
        impossible(
            "1 / 2",
            change(CONF_CHANGE_TRANSITION_AUTO, "-1"),
            "the last voter cannot be removed: no voter would be left of voters [1], learners [2]"),
        impossible(
            "1",
            change(CONF_CHANGE_TRANSITION_JOINT_EXPLICIT, "~1"),
            "the last voter cannot be removed: no voter would be left of voters [1]"),
        impossible(
            "1 2",
            change(CONF_CHANGE_TRANSITION_AUTO, "-2 -1 ~3"),
            "the last voter cannot be removed: no voter would be left of voters [1, 2]"));
  }

  private static Arguments impossible(String before, ConfChange change, String problem) {
    return Arguments.of(before, change, problem);
  }

  @ParameterizedTest
  @MethodSource("impossibleChanges")
  void anImpossibleChangeIsRefusedWithAReason(String before, ConfChange change, String problem) {
    assertThat(ConfChanger.change(conf(before), change)).isEqualTo(new Result.Impossible(problem));
  }
}
