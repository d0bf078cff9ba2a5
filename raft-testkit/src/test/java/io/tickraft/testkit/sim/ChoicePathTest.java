package io.tickraft.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An action is tried once with each way of making its choices. */
class ChoicePathTest {

  private static <T> List<T> all(Function<Choices, T> action) {
    List<T> all = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    Optional<ChoicePath> next = Optional.of(ChoicePath.of(0));
    while (next.isPresent()) {
      ChoicePath path = next.get();
      T result = action.apply(path.choices());
      all.add(result);
      numbers.add(path.number());
      next = path.next();
      // The number alone says all choices.
      assertThat(action.apply(ChoicePath.of(path.number()).choices())).isEqualTo(result);
    }
    assertThat(numbers).doesNotHaveDuplicates();
    return all;
  }

  @Test
  void anActionWithoutChoicesHasOnePath() {
    assertThat(all(choices -> "done")).containsExactly("done");
    assertThat(all(choices -> choices.next("one", 1))).containsExactly(0);
  }

  @Test
  void eachCombinationIsTriedOnce() {
    assertThat(all(choices -> choices.next("a", 2) + " " + choices.next("b", 3)))
        .containsExactly("0 0", "0 1", "0 2", "1 0", "1 1", "1 2");
  }

  @Test
  void aChoiceMayDependOnAnEarlierOne() {
    assertThat(
            all(
                choices -> {
                  int first = choices.next("a", 3);
                  return first == 1 ? "1 " + choices.next("b", 2) : "" + first;
                }))
        .containsExactly("0", "1 0", "1 1", "2");
  }

  @Test
  void eachKindOfChoiceIsTried() {
    assertThat(all(choices -> choices.percent("p", 30))).containsExactly(false, true);
    assertThat(all(choices -> choices.percent("p", 0))).containsExactly(false);
    assertThat(all(choices -> choices.percent("p", 100))).containsExactly(true);
    assertThat(all(choices -> choices.between("b", 4, 6))).containsExactly(4, 5, 6);
    assertThat(all(choices -> choices.of(List.of("x", "y")))).containsExactly("x", "y");
    assertThat(all(choices -> choices.upTo("u", 1, 100))).containsExactly(0, 1);
    assertThat(all(choices -> choices.oneOf(List.of("a", "b", "c"), 5, 0, 1)))
        .containsExactly(-1, 0, 2);
    assertThat(all(choices -> choices.part("p").at("x %", 1).next("n", 2))).containsExactly(0, 1);
  }

  @Test
  void whatIsNotHarmlessIsRecorded() {
    List<String> records =
        all(
            choices -> {
              Choices crash = choices.at("crash %", 7);
              crash.next("writes lost", 2);
              crash.percent("torn", 50);
              return crash.recordFrom(0).toString();
            });
    assertThat(records)
        .containsExactly(
            "[]",
            "[crash 7: torn 1]",
            "[crash 7: writes lost 1]",
            "[crash 7: writes lost 1, crash 7: torn 1]");
  }

  @Test
  void moreWaysThanThereAreNumbersAreRefused() {
    ChoicePath path = ChoicePath.of(0);
    Choices choices = path.choices();
    for (int i = 0; i < 40; i++) {
      choices.next(7);
    }
    assertThatIllegalStateException()
        .isThrownBy(path::next)
        .withMessage("an action has so many choices that there are more than 1048575 ways to go");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, ChoicePath.MAX_NUMBER + 1})
  void aNumberOutOfRangeIsRefused(int number) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChoicePath.of(number))
        .withMessage("number: 0 to 1048575: " + number);
  }
}
