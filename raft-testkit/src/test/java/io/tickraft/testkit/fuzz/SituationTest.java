package io.tickraft.testkit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A run whose schedule names a situation gets into it. */
class SituationTest {

  /** Five voters; the step comes when they have a leader. */
  private static final String GROUP =
      """
      settings: nodes 1
      before step 1: millis 3000
      """;

  /** More than any situation has. */
  private static final int PARTS = 40;

  private static final Fuzz FUZZ = Fuzz.ofAnyGroup().steps(1);

  private static Goals play(String situation, List<String> more) {
    String step = "step 1: " + situation + " 1\n";
    String schedule = GROUP + step + more.stream().collect(Collectors.joining("\n"));
    return FUZZ.play(Choices.replay(Schedule.parse(schedule))).goals();
  }

  /** Returns choices of each part of a situation; a part that has no such choice skips it. */
  private static String eachPart(String situation, String choice) {
    return IntStream.rangeClosed(1, PARTS)
        .mapToObj(part -> "step 1, " + situation + ", part " + part + ": " + choice + "\n")
        .collect(Collectors.joining());
  }

  static Stream<Arguments> situations() {
    return Stream.of(
        Arguments.of("overthrow", "leader overthrown"),
        Arguments.of("overthrow", "several entries truncated"),
        Arguments.of("lose the quorum", "leader leads on without a quorum"),
        Arguments.of("restart all", "whole group restarted"),
        Arguments.of("transfer against a campaign", "transfer ended: COMPLETED"),
        Arguments.of("leader as before", "entry written again after it was overwritten"),
        Arguments.of("figure eight", "entry of an earlier term overwritten on a majority"),
        Arguments.of("two snapshots", "snapshot sent"),
        Arguments.of("campaign from behind", "campaign from behind a snapshot"),
        Arguments.of("remove the leader", "stepped down: LEFT"),
        Arguments.of("promote from behind", "learner promoted from behind"));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("situations")
  void itsNameIsEnough(String situation, String goal) {
    assertThat(play(situation, List.of()).count(goal)).as(goal).isPositive();
  }

  static Stream<Arguments> variants() {
    return Stream.of(
        Arguments.of(
            "overthrow",
            "snapshot replaces uncommitted entries",
            "step 1, overthrow: drop the log 1"),
        Arguments.of(
            "leader as before",
            "write overwritten before it is acknowledged",
            "settings: outstanding Readys 5\n" + eachPart("leader as before", "stall 1")),
        Arguments.of(
            "lose the quorum", "quorum lost and regained", eachPart("lose the quorum", "pause 3")),
        Arguments.of("slow follower", "append window full", "settings: appends in flight 1"),
        Arguments.of(
            "read over an election",
            "stale leader asked for a read",
            "settings: quorum check off 2"),
        Arguments.of(
            "forward over an election",
            "forwarded proposal accepted",
            "settings: forwards proposals 2"),
        Arguments.of(
            "overthrow in a joint configuration",
            "leader elected in a joint configuration",
            eachPart("overthrow in a joint configuration", "pause 2")),
        Arguments.of(
            "remove the leader",
            "stepped down: LEAVE_TIMED_OUT",
            eachPart("remove the leader", "stall 1")));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("variants")
  void itsChoicesLeadToVariants(String situation, String goal, String choices) {
    assertThat(play(situation, List.of()).count(goal)).as("%s, without", goal).isZero();
    assertThat(play(situation, List.of(choices)).count(goal)).as(goal).isPositive();
  }

  @Test
  void aSituationWithoutEnoughVotersIsSkipped() {
    String three = "before step 1: millis 3000\nstep 1: figure eight 1\n";

    Goals goals = FUZZ.play(Choices.replay(Schedule.parse(three))).goals();

    assertThat(goals.count("message lost")).isZero();
  }

  @Test
  void eachHasALabelOfItsOwn() {
    assertThat(Situation.all()).extracting(Situation::label).doesNotHaveDuplicates();
  }

  @Test
  void situationsOnlyMakeTroubleThatTheRunMayHave() {
    Fuzz calm = Fuzz.ofAnyGroup().with(List.of(Trouble.SITUATIONS));
    for (long seed = 1; seed <= 20; seed++) {
      Goals goals = calm.play(Choices.random(seed)).goals();
      assertThat(goals.count("leader overthrown")).isZero();
      assertThat(goals.count("leader leads on without a quorum")).isZero();
      assertThat(goals.count("whole group restarted")).isZero();
    }
  }

  @Test
  void theManualNamesEach() throws IOException {
    String manual = Files.readString(Path.of(System.getProperty("basedir", "."), "README.md"));
    assertThat(Situation.all())
        .allSatisfy(situation -> assertThat(manual).contains("`" + situation.label() + "`"));
  }
}
