package io.tickraft.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.testkit.oracle.OracleViolation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The full search, the check in linear time and all permutations agree on what is linearizable. */
class KeyValueHistoriesTest {

  private static final LinearizabilityChecker<String, KeyValueRequest, String> CHECKER =
      new LinearizabilityChecker<>(new KeyValueModel());

  private static History<KeyValueRequest, String> history(String text) {
    return KeyValueModel.FORMAT.read(text);
  }

  // By hand.

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1 [1, 2] get a -> ok",
        """
        1 [1, 2] put a 1 -> ok
        1 [3, 4] get a -> ok 1
        """,
        // A get at the same time as a put sees the value before or after.
        """
        1 [1, 2] put a 1 -> ok
        1 [3, 6] put a 2 -> ok
        2 [4, 5] get a -> ok 1
        """,
        """
        1 [1, 2] put a 1 -> ok
        1 [3, 6] put a 2 -> ok
        2 [4, 5] get a -> ok 2
        """,
        // An old get may end late.
        """
        1 [1, 9] get a -> ok
        2 [2, 3] put a 1 -> ok
        """,
        // An unknown put takes effect late, or never.
        """
        1 [1, ?] put a 1 -> unknown
        2 [2, 3] get a -> ok
        2 [4, 5] get a -> ok 1
        """,
        """
        1 [1, ?] put a 1 -> unknown
        2 [2, 3] get a -> ok
        2 [4, 5] get a -> ok
        """,
        // After the put that began later.
        """
        1 [1, ?] put a 1 -> unknown
        2 [2, 3] put a 2 -> ok
        2 [4, 5] get a -> ok 2
        2 [6, 7] get a -> ok 1
        """,
        // A failed put and gets without an answer do not matter.
        """
        1 [1, ?] put a 1 -> failed
        2 [2, ?] get a -> failed
        2 [3, ?] get a -> unknown
        2 [4, 5] get a -> ok
        """,
        // At equal times nothing precedes the other.
        """
        1 [1, 3] put a 1 -> ok
        2 [3, 4] get a -> ok
        """,
        // Puts at the same time, in the order 2, 1, 3.
        """
        1 [1, 9] put a 1 -> ok
        2 [2, 9] put a 2 -> ok
        3 [3, 9] put a 3 -> ok
        4 [4, 5] get a -> ok 2
        4 [6, 7] get a -> ok 1
        4 [10, 11] get a -> ok 3
        """
      })
  void isLinearizable(String text) {
    History<KeyValueRequest, String> history = history(text);
    assertThat(CHECKER.check(history)).isInstanceOf(Verdict.Linearizable.class);
    assertThat(CHECKER.verify(history)).isTrue();
    assertThatCode(() -> KeyValueHistory.check(history)).doesNotThrowAnyException();
    assertThat(Permutations.areExplained(history)).isTrue();
  }

  @Test
  void keysHaveNothingToDoWithEachOther() {
    History<KeyValueRequest, String> history =
        history(
            """
            1 [1, 2] put a 1 -> ok
            2 [3, 4] get b -> ok
            2 [5, 6] put b 1 -> ok
            """);
    assertThat(CHECKER.verify(history)).isTrue();
    assertThatCode(() -> KeyValueHistory.check(history)).doesNotThrowAnyException();
  }

  private static void isNotLinearizable(String text, String evidence) {
    History<KeyValueRequest, String> history = history(text);
    assertThat(CHECKER.check(history)).isInstanceOf(Verdict.NotLinearizable.class);
    assertThatThrownBy(() -> CHECKER.verify(history)).isInstanceOf(OracleViolation.class);
    assertThatThrownBy(() -> KeyValueHistory.check(history))
        .isInstanceOf(OracleViolation.class)
        .hasMessage("linearizability is violated: key a: " + evidence);
    assertThat(Permutations.areExplained(history)).isFalse();
  }

  @Test
  void aStaleReadIsSeen() {
    isNotLinearizable(
        """
        1 [1, 2] put a 1 -> ok
        1 [3, 4] put a 2 -> ok
        2 [5, 6] get a -> ok 1
        """,
        "a get from 5 to 6 returns 1, which was there at 2; then 2, with an operation begun at 3,"
            + " was there at 4, before this get began");
  }

  @Test
  void aReadThatGoesBackInTimeIsSeen() {
    isNotLinearizable(
        """
        1 [1, 2] put a 1 -> ok
        1 [3, 20] put a 2 -> ok
        2 [4, 5] get a -> ok 2
        3 [6, 7] get a -> ok 1
        """,
        "a get from 6 to 7 returns 1, which was there at 2; then 2, with an operation begun at 4,"
            + " was there at 5, before this get began");
  }

  @Test
  void aLostWriteIsSeen() {
    isNotLinearizable(
        """
        1 [1, 2] put a 1 -> ok
        2 [3, 4] get a -> ok
        """,
        "a get from 3 to 4 returns no value, which was there at 0; then 1, with an operation begun"
            + " at 1, was there at 2, before this get began");
  }

  @Test
  void aLostUpdateIsSeenByItsOwnClient() {
    isNotLinearizable(
        """
        1 [1, 2] put a 1 -> ok
        2 [3, 4] put a 2 -> ok
        2 [5, 6] get a -> ok 1
        """,
        "a get from 5 to 6 returns 1, which was there at 2; then 2, with an operation begun at 3,"
            + " was there at 4, before this get began");
  }

  @Test
  void aPhantomIsSeen() {
    isNotLinearizable("1 [1, 2] get a -> ok 1", "a get returns 1, which no put has begun to write");
  }

  @Test
  void aReadFromTheFutureIsSeen() {
    isNotLinearizable(
        """
        1 [1, 2] get a -> ok 1
        2 [3, 4] put a 1 -> ok
        """,
        "a get returns 1, which no put has begun to write");
  }

  @Test
  void aFailedWriteThatTakesEffectIsSeen() {
    isNotLinearizable(
        """
        1 [1, ?] put a 1 -> failed
        1 [2, 3] get a -> ok 1
        """,
        "a get returns 1, whose put failed");
  }

  @Test
  void aWriteThatTakesEffectTwiceIsSeen() {
    isNotLinearizable(
        """
        1 [1, 20] put a 1 -> ok
        2 [2, 3] put a 2 -> ok
        3 [4, 5] get a -> ok 1
        3 [6, 7] get a -> ok 2
        3 [8, 9] get a -> ok 1
        """,
        "a get from 6 to 7 returns 2, which was there at 3; then 1, with an operation begun at 4,"
            + " was there at 5, before this get began");
  }

  @Test
  void anUnknownWriteThatTakesEffectTwiceIsSeen() {
    isNotLinearizable(
        """
        1 [1, ?] put a 1 -> unknown
        3 [4, 5] get a -> ok 1
        2 [6, 7] put a 2 -> ok
        3 [8, 9] get a -> ok 1
        """,
        "a get from 7 to 8 returns 1, which was there at 4; then 2, with an operation begun at 5,"
            + " was there at 6, before this get began");
  }

  /** Two readers see the puts of two writers in different orders. */
  @Test
  void writesThatAreReorderedAreSeen() {
    isNotLinearizable(
        """
        1 [1, 30] put a 1 -> ok
        2 [2, 30] put a 2 -> ok
        3 [3, 4] get a -> ok 1
        3 [5, 6] get a -> ok 2
        4 [3, 4] get a -> ok 2
        4 [7, 8] get a -> ok 1
        """,
        "a get from 9 to 10 returns 1, which was there at 5; then 2, with an operation begun at 7,"
            + " was there at 6, before this get began");
  }

  // At random.

  /** Histories of clients that see what a register did, with some errors. */
  private static History<KeyValueRequest, String> random(Random random) {
    int size = 2 + random.nextInt(6);
    List<Operation<KeyValueRequest, String>> operations = new ArrayList<>();
    for (int i = 1; i <= size; i++) {
      long begin = 1L + random.nextInt(15);
      long end = begin + random.nextInt(8);
      boolean isPut = random.nextBoolean();
      String seen = random.nextInt(4) == 0 ? "" : "" + (1 + random.nextInt(size));
      Completion<String> completion = new Completion.Ok<>(end, isPut ? "" : seen);
      if (random.nextInt(5) == 0) {
        completion = random.nextBoolean() ? new Completion.Unknown<>() : new Completion.Failed<>();
      }
      KeyValueRequest input =
          isPut ? new KeyValueRequest.Put("a", "" + i) : new KeyValueRequest.Get("a");
      operations.add(new Operation<>(i, begin, input, completion));
    }
    return new History<>(operations);
  }

  private static boolean isRightInLinearTime(History<KeyValueRequest, String> history) {
    try {
      KeyValueHistory.check(history);
      return true;
    } catch (OracleViolation e) {
      return false;
    }
  }

  @Test
  void allWaysToCheckAgree() {
    Random random = new Random(1);
    int right = 0;
    for (int i = 0; i < 10_000; i++) {
      History<KeyValueRequest, String> history = random(random);
      boolean expected = Permutations.areExplained(history);
      right += expected ? 1 : 0;
      Verdict<KeyValueRequest, String> verdict = CHECKER.check(history);
      assertThat(verdict instanceof Verdict.Linearizable).as("%s", history).isEqualTo(expected);
      assertThat(isRightInLinearTime(history)).as("%s", history).isEqualTo(expected);
      if (verdict instanceof Verdict.Linearizable<KeyValueRequest, String> linearizable) {
        assertThat(Permutations.isRight(linearizable.order(), history)).as("%s", history).isTrue();
      }
    }
    assertThat(right).isBetween(2_000, 8_000);
  }

  /** The history up to the answer that is named cannot be explained, and the one before can. */
  @Test
  void theFirstWrongAnswerIsNamed() {
    Random random = new Random(2);
    int wrong = 0;
    for (int i = 0; i < 2_000; i++) {
      History<KeyValueRequest, String> history = random(random);
      if (CHECKER.check(history) instanceof Verdict.NotLinearizable<KeyValueRequest, String> not) {
        wrong++;
        long end = not.misfit().end();
        assertThat(Permutations.areExplained(before(history, end))).as("%s", history).isTrue();
        assertThat(Permutations.areExplained(before(history, end + 1))).as("%s", history).isFalse();
      }
    }
    assertThat(wrong).isGreaterThan(300);
  }

  /** The history without the answers at or after a time. */
  private static History<KeyValueRequest, String> before(
      History<KeyValueRequest, String> history, long time) {
    return new History<>(
        history.operations().stream()
            .filter(operation -> operation.invokedAt() < time)
            .map(
                operation ->
                    operation.completion() instanceof Completion.Ok && operation.end() >= time
                        ? new Operation<>(
                            operation.client(),
                            operation.invokedAt(),
                            operation.input(),
                            new Completion.Unknown<String>())
                        : operation)
            .toList());
  }

  // Long ones.

  /** Clients of a store that works, of which some never learn how a put ends. */
  private static History<KeyValueRequest, String> longHistory(Random random, int size) {
    List<Operation<KeyValueRequest, String>> operations = new ArrayList<>();
    String value = "";
    long time = 0;
    for (int i = 1; i <= size; i++) {
      // It takes effect at the time 10 i.
      time = 10L * i;
      long begin = time - random.nextInt(40);
      long end = time + random.nextInt(40);
      if (random.nextBoolean()) {
        operations.add(
            new Operation<>(
                i, begin, new KeyValueRequest.Get("a"), new Completion.Ok<>(end, value)));
        continue;
      }
      boolean takesEffect = random.nextInt(20) > 0;
      boolean isKnown = takesEffect && random.nextInt(20) > 0;
      value = takesEffect ? "" + i : value;
      operations.add(
          new Operation<>(
              i,
              begin,
              new KeyValueRequest.Put("a", "" + i),
              isKnown ? new Completion.Ok<>(end, "") : new Completion.Unknown<>()));
    }
    return new History<>(operations);
  }

  @Test
  void longHistoriesAreDecided() {
    Random random = new Random(3);
    for (int i = 0; i < 20; i++) {
      History<KeyValueRequest, String> history = longHistory(random, 200);
      assertThat(CHECKER.verify(history)).as("decided").isTrue();
      KeyValueHistory.check(history);
    }
    KeyValueHistory.check(longHistory(random, 50_000));
  }

  @Test
  void aSearchThatTakesTooLongIsGivenUp() {
    History<KeyValueRequest, String> history = longHistory(new Random(4), 500);

    Verdict<KeyValueRequest, String> verdict =
        new LinearizabilityChecker<>(new KeyValueModel()).maxSteps(100).check(history);

    assertThat(verdict).isInstanceOf(Verdict.Undecided.class);
    assertThatThrownBy(() -> new LinearizabilityChecker<>(new KeyValueModel()).maxSteps(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("steps: at least 1: 0");
  }

  @Test
  void valuesHaveToBeUnique() {
    KeyValueHistory history = new KeyValueHistory();
    KeyValueHistory.Begun put = history.putBegins("a", "1");
    assertThatThrownBy(() -> history.putBegins("a", "1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("key a: no two puts have the same value, and none is empty: '1'");
    assertThatThrownBy(() -> history.putBegins("b", ""))
        .isInstanceOf(IllegalArgumentException.class);
    history.putEnds(put);
    assertThatThrownBy(() -> history.putEnds(put))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an operation ends once");
  }

  @Test
  void aWriteThatFailsAfterItWasReadIsSeen() {
    KeyValueHistory history = new KeyValueHistory();
    KeyValueHistory.Begun put = history.putBegins("a", "1");
    history.getEnds(history.getBegins("a"), "1");

    assertThatThrownBy(() -> history.putFails(put))
        .isInstanceOf(OracleViolation.class)
        .hasMessage(
            "linearizability is violated: key a: a get has returned 1 at 3, whose put failed");
  }
}
