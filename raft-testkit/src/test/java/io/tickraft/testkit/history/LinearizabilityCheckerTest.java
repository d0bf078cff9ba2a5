package io.tickraft.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.testkit.oracle.OracleViolation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Any model can be searched, and what is reported says why a history is not linearizable. */
class LinearizabilityCheckerTest {

  /** A counter: "add" returns the value before it, "get" the value. */
  private static final Model<Long, String, Long> COUNTER =
      Model.of(
          0L, (value, input) -> new Model.Step<>(input.equals("add") ? value + 1 : value, value));

  private static final HistoryFormat<String, Long> FORMAT =
      new HistoryFormat<>(input -> input, input -> input, String::valueOf, Long::valueOf);

  private static Verdict<String, Long> check(String text) {
    return new LinearizabilityChecker<>(COUNTER).check(FORMAT.read(text));
  }

  @Test
  void unknownIncrementsMayHaveTakenEffect() {
    assertThat(
            check(
                """
                1 [1, ?] add -> unknown
                2 [2, ?] add -> unknown
                3 [3, 4] add -> ok 1
                3 [5, 6] get -> ok 3
                """))
        .isInstanceOf(Verdict.Linearizable.class);
  }

  @Test
  void anIncrementIsCountedOnce() {
    assertThat(
            check(
                """
                1 [1, ?] add -> unknown
                3 [3, 4] add -> ok 1
                3 [5, 6] get -> ok 3
                """))
        .isInstanceOf(Verdict.NotLinearizable.class);
  }

  /** Operations that are alike and get no answer do not make the search longer and longer. */
  @Test
  void manyUnknownOperationsAreDecided() {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i <= 200; i++) {
      text.append("1 [%d, ?] add -> unknown%n".formatted(i));
    }
    for (int i = 0; i < 200; i++) {
      text.append("2 [%d, %d] get -> ok %d%n".formatted(300 + 2 * i, 301 + 2 * i, i / 2));
    }
    assertThat(check(text.toString())).isInstanceOf(Verdict.Linearizable.class);
  }

  @Test
  void aModelMayLeaveOpenWhatHappens() {
    Model<String, String, String> coin =
        new Model<>() {
          @Override
          public String initial() {
            return "";
          }

          @Override
          public List<Step<String, String>> steps(String state, String input) {
            return input.equals("toss")
                ? List.of(new Step<>("heads", "done"), new Step<>("tails", "done"))
                : List.of(new Step<>(state, state));
          }
        };
    HistoryFormat<String, String> format =
        new HistoryFormat<>(input -> input, input -> input, output -> output, output -> output);
    LinearizabilityChecker<String, String, String> checker = new LinearizabilityChecker<>(coin);

    assertThat(checker.verify(format.read("1 [1, 2] toss -> ok done\n1 [3, 4] look -> ok tails\n")))
        .isTrue();
    assertThatThrownBy(
            () ->
                checker.verify(
                    format.read(
                        """
                        1 [1, 2] toss -> ok done
                        1 [3, 4] look -> ok tails
                        1 [5, 6] look -> ok heads
                        """)))
        .isInstanceOf(OracleViolation.class)
        .hasMessageContaining("explains this answer: 1 [5, 6] look -> ok heads");
  }

  @Test
  void theReportShowsTheLongestOrderAndWhatDoesNotFit() {
    History<KeyValueRequest, String> history =
        KeyValueModel.FORMAT.read(
            """
            1 [1, 2] put a 1 -> ok
            2 [2, 20] put b 8 -> ok
            1 [3, 6] put a 22 -> ok
            3 [5, ?] put a 3 -> unknown
            2 [7, 8] get a -> ok 1
            2 [9, 10] get a -> ok 7
            """);

    assertThatThrownBy(() -> new LinearizabilityChecker<>(new KeyValueModel()).verify(history))
        .isInstanceOf(OracleViolation.class)
        .hasMessage(
            """
            linearizability is violated: no order of the operations before time 8 explains this answer: \
            2 [7, 8] get a -> ok 1
            after the longest order without it, it would return: 3
            the longest order without it (client [begin, end] input -> output):
              1 [1, 2] put a 1 -> ok        state 1
              1 [3, 6] put a 22 -> ok       state 22
              3 [5, ?] put a 3 -> unknown   state 3
            """);
  }

  @Test
  void ofSeveralPartsTheFirstErrorInTimeIsReported() {
    Verdict<KeyValueRequest, String> verdict =
        new LinearizabilityChecker<>(new KeyValueModel())
            .check(
                KeyValueModel.FORMAT.read(
                    """
                    1 [1, 9] get a -> ok 1
                    1 [2, 4] get b -> ok 2
                    1 [3, 8] get c -> ok 3
                    """));

    assertThat(verdict).isInstanceOf(Verdict.NotLinearizable.class);
    assertThat(((Verdict.NotLinearizable<KeyValueRequest, String>) verdict).misfit().toString())
        .isEqualTo("1 [2, 4] get b -> ok 2");
  }
}
