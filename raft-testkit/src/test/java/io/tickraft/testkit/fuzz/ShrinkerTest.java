package io.tickraft.testkit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.OracleViolation;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Schedule;
import io.tickraft.testkit.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShrinkerTest {

  /** Fails if node 3 crashes and, at a later step, the network is cut for at least 40 ms. */
  private static void crashThenCut(Choices choices) {
    boolean crashed = false;
    for (int i = 1; i <= 100; i++) {
      Choices step = choices.at("step %", i);
      choices.at("Append % #%", 1, i).next("delay", 1000);
      int act = step.next("act", 5);
      if (act == 1 && step.next("node", 5) == 3) {
        crashed = true;
      } else if (act == 2 && crashed && step.next("millis", 100) >= 40) {
        throw new OracleViolation("election safety", "at step " + i);
      } else if (act == 3 && step.next("other", 50) == 7) {
        throw new OracleViolation("log matching", "at step " + i);
      }
    }
  }

  private static Schedule failing(Trial trial, String kind) {
    for (long seed = 1; seed < 1_000; seed++) {
      Choices choices = Choices.random(seed);
      if (Failure.of(trial, choices).filter(f -> f.kind().equals(kind)).isPresent()) {
        return choices.record();
      }
    }
    throw new AssertionError("no seed fails");
  }

  @Test
  void whatIsNotNeededIsLeftOut() {
    Schedule failing = failing(ShrinkerTest::crashThenCut, "election safety");

    Shrunk shrunk = new Shrinker(ShrinkerTest::crashThenCut).shrink(failing);

    assertThat(failing.size()).isGreaterThan(20);
    assertThat(shrunk.schedule().choices())
        .extracting(choice -> choice.label() + " " + choice.number())
        .containsExactly("act 1", "node 3", "act 2", "millis 40");
    assertThat(shrunk.failure().kind()).isEqualTo("election safety");
    assertThat(shrunk.complete()).isTrue();
  }

  @Test
  void theShrunkRunFailsAgain() {
    Schedule failing = failing(ShrinkerTest::crashThenCut, "election safety");
    Shrunk shrunk = new Shrinker(ShrinkerTest::crashThenCut).shrink(failing);

    for (int i = 0; i < 3; i++) {
      assertThat(Failure.of(ShrinkerTest::crashThenCut, Choices.replay(shrunk.schedule())))
          .get()
          .extracting(Failure::toString)
          .isEqualTo(shrunk.failure().toString());
    }
  }

  @Test
  void aRunThatFailsInAnotherWayIsNotTaken() {
    // Without the crash the run fails in another way, which is shorter.
    Trial trial =
        choices -> {
          boolean crash = choices.at("step %", 1).next("crash", 2) == 1;
          boolean cut = choices.at("step %", 2).next("cut", 2) == 1;
          if (cut) {
            throw new OracleViolation(crash ? "election safety" : "log matching", "");
          }
        };
    Schedule both = Schedule.parse("step 1: crash 1\nstep 2: cut 1\n");

    assertThat(new Shrinker(trial).shrink(both).schedule()).isEqualTo(both);
  }

  @Test
  void whatTheRunDoesNotMeetIsLeftOut() {
    Trial trial =
        choices -> {
          if (choices.at("step %", 1).next("crash", 2) == 1) {
            throw new OracleViolation("election safety", "");
          }
        };

    Shrunk shrunk =
        new Shrinker(trial).shrink(Schedule.parse("step 1: crash 1\nstep 7: other 1\n"));

    assertThat(shrunk.schedule()).isEqualTo(Schedule.parse("step 1: crash 1"));
  }

  @Test
  void stepsAreNumberedFromOne() {
    Trial trial =
        choices -> {
          int crashes = 0;
          for (int i = 1; i <= 100; i++) {
            choices.at("before step %", i).next("millis", 100);
            crashes += choices.at("step %, to node %", i, 3).next("crash", 2);
          }
          if (crashes >= 2) {
            throw new OracleViolation("election safety", "");
          }
        };

    Shrunk shrunk = new Shrinker(trial).shrink(failing(trial, "election safety"));

    assertThat(shrunk.schedule())
        .isEqualTo(Schedule.parse("step 1, to node 3: crash 1\nstep 2, to node 3: crash 1"));
  }

  @Test
  void stepsThatMustNotBeRenumberedKeepTheirNumbers() {
    Trial trial =
        choices -> {
          if (choices.at("step %", 7).next("crash", 2) == 1) {
            throw new OracleViolation("election safety", "");
          }
        };
    Schedule schedule = Schedule.parse("step 7: crash 1");

    assertThat(new Shrinker(trial).shrink(schedule).schedule()).isEqualTo(schedule);
  }

  @Test
  void aNumberBecomesAsSmallAsItCanBe() {
    Trial trial =
        choices -> {
          if (choices.at("step %", 1).next("millis", 100_000) >= 4_711) {
            throw new OracleViolation("liveness", "");
          }
        };

    Shrunk shrunk = new Shrinker(trial).shrink(Schedule.parse("step 1: millis 98765"));

    assertThat(shrunk.schedule()).isEqualTo(Schedule.parse("step 1: millis 4711"));
    assertThat(shrunk.attempts()).isLessThan(25);
  }

  @Test
  void aRunThatFailsInAnotherWayEachTimeIsReported() {
    int[] runs = {0};
    Trial trial =
        choices -> {
          choices.at("step %", 1).next("crash", 2);
          throw new OracleViolation("election safety", "run " + runs[0]++);
        };

    Shrunk shrunk = new Shrinker(trial).shrink(Schedule.parse("step 1: crash 1"));

    assertThat(shrunk.repeatable()).isFalse();
    assertThat(
            new Shrinker(ShrinkerTest::crashThenCut)
                .shrink(failing(ShrinkerTest::crashThenCut, "election safety"))
                .repeatable())
        .isTrue();
  }

  @Test
  void aRunThatLastsLongerThanTheOneBeforeIsEnded() {
    List<Long> lasted = new ArrayList<>();
    // Fails after one second, and never without the crash.
    Trial trial =
        new Trial() {
          @Override
          public void run(Choices choices) {
            run(choices, new Oracle() {});
          }

          @Override
          public void run(Choices choices, Oracle observer) {
            Simulation group =
                Simulation.of(1).oracle(observer).start(Choices.replay(new Schedule(List.of())));
            boolean crash = choices.at("step %", 1).next("crash", 2) == 1;
            try {
              group.run(crash ? 1_000 : 60_000);
            } finally {
              lasted.add(group.now());
            }
            if (crash) {
              throw new OracleViolation("election safety", "");
            }
          }
        };

    new Shrinker(trial).shrink(Schedule.parse("step 1: crash 1"));

    assertThat(lasted).contains(1_000L).hasSizeGreaterThan(1);
    assertThat(lasted).allSatisfy(millis -> assertThat(millis).isLessThanOrEqualTo(1_200));
  }

  @Test
  void choicesThatNeedEachOtherAreKept() {
    Trial trial =
        choices -> {
          int met = 0;
          for (int i = 1; i <= 64; i++) {
            met += choices.at("step %", i).next("met", 2) * (i % 9 == 0 ? 1 : 0);
          }
          if (met == 7) {
            throw new IllegalStateException("met 7 times");
          }
        };
    List<Schedule.Choice> all = new ArrayList<>();
    for (int i = 1; i <= 64; i++) {
      all.add(new Schedule.Choice("step " + i, "met", 1));
    }

    Shrunk shrunk = new Shrinker(trial).shrink(new Schedule(all));

    assertThat(shrunk.schedule().size()).isEqualTo(7);
    assertThat(shrunk.failure().kind()).isEqualTo("IllegalStateException: met % times");
  }

  @Test
  void timesAreAddedUp() {
    Trial trial =
        choices -> {
          int millis = 0;
          for (int i = 1; i <= 50; i++) {
            millis += choices.at("before step %", i).upTo("millis", 20, 10_000);
          }
          if (millis >= 300) {
            throw new OracleViolation("liveness", "");
          }
        };

    Shrunk shrunk = new Shrinker(trial).shrink(failing(trial, "liveness"));

    assertThat(shrunk.schedule().choices())
        .extracting(Schedule.Choice::number)
        .containsExactly(300);
  }

  @Test
  void aLimitEndsTheSearch() {
    Schedule failing = failing(ShrinkerTest::crashThenCut, "election safety");

    Shrunk few = new Shrinker(ShrinkerTest::crashThenCut).maxAttempts(3).shrink(failing);
    assertThat(few.attempts()).isEqualTo(3);
    assertThat(few.complete()).isFalse();
    assertThat(few.failure().kind()).isEqualTo("election safety");

    Shrunk late = new Shrinker(ShrinkerTest::crashThenCut).maxTime(Duration.ZERO).shrink(failing);
    assertThat(late.attempts()).isZero();
    assertThat(late.complete()).isFalse();
  }

  @Test
  void aRunThatDoesNotFailIsRefused() {
    assertThatThrownBy(
            () -> new Shrinker(ShrinkerTest::crashThenCut).shrink(new Schedule(List.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("schedule: the run does not fail");
    assertThatThrownBy(() -> new Shrinker(ShrinkerTest::crashThenCut).maxAttempts(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("attempts: at least 1: 0");
  }

  @Test
  void theKindOfAFailureHasNoDetails() {
    assertThat(kind(new OracleViolation("log matching", "index 7"))).isEqualTo("log matching");
    assertThat(kind(new IllegalStateException("node 3 is down")))
        .isEqualTo("IllegalStateException: node % is down");
    assertThat(kind(new AssertionError("\n[agreement of [1, 2]] \nExpecting 5 to be 6")))
        .isEqualTo("AssertionError: [agreement of [%, %]] ");
    assertThat(kind(new NullPointerException())).isEqualTo("NullPointerException: null");
  }

  @Test
  void anEndlessRecursionIsAFailureToo() {
    Trial recursive =
        new Trial() {
          @Override
          public void run(Choices choices) {
            if (choices.at("depth").next("again", 2) == 1) {
              run(Choices.replay(Schedule.parse("depth: again 1")));
            }
          }
        };

    Shrunk shrunk =
        new Shrinker(recursive).shrink(Schedule.parse("depth: again 1\nstep 1: crash 1"));

    assertThat(shrunk.failure().kind()).isEqualTo("StackOverflowError: null");
    assertThat(shrunk.schedule()).isEqualTo(Schedule.parse("depth: again 1"));
  }

  @Test
  void anExceptionWithoutAMessageIsNamed() {
    assertThat(new Failure("kind", new NullPointerException())).hasToString("NullPointerException");
    assertThat(new Failure("kind", new AssertionError("two\n lines"))).hasToString("two lines");
  }

  private static String kind(Throwable thrown) {
    return Failure.of(
            choices -> {
              if (thrown instanceof RuntimeException runtime) {
                throw runtime;
              }
              throw (AssertionError) thrown;
            },
            Choices.harmless())
        .orElseThrow()
        .kind();
  }
}
