package io.tickraft.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChoicesTest {

  @Test
  void everyNumberOfABoundIsChosenAboutAsOften() {
    Choices choices = Choices.random(7);
    int[] counts = new int[10];
    for (int i = 0; i < 10_000; i++) {
      counts[choices.next(10)]++;
    }
    for (int count : counts) {
      assertThat(count).isBetween(850, 1150);
    }
  }

  @Test
  void theSameSeedChoosesTheSame() {
    assertThat(hundred(Choices.random(3))).isEqualTo(hundred(Choices.random(3)));
    assertThat(hundred(Choices.random(3))).isNotEqualTo(hundred(Choices.random(4)));
  }

  @Test
  void aRecordChoosesAgainWhatWasChosen() {
    Choices first = Choices.random(3);
    List<Integer> chosen = hundred(first);
    assertThat(hundred(Choices.replay(first.record()))).isEqualTo(chosen);
  }

  @Test
  void afterTheEndOfARecordTheMostHarmlessIsChosen() {
    Choices choices = Choices.replay(List.of(5));
    assertThat(choices.next(10)).isEqualTo(5);
    assertThat(choices.next(10)).isZero();
    assertThat(choices.between(3, 9)).isEqualTo(3);
    assertThat(choices.percent(99)).isFalse();
    assertThat(choices.of(List.of("first", "second"))).isEqualTo("first");
  }

  @Test
  void aRecordedNumberThatIsTooLargeIsBroughtIntoItsBound() {
    assertThat(Choices.replay(List.of(12)).next(10)).isEqualTo(2);
  }

  @Test
  void whatLeavesNoChoiceIsNotRecorded() {
    Choices choices = Choices.random(1);
    assertThat(choices.next(1)).isZero();
    assertThat(choices.percent(0)).isFalse();
    assertThat(choices.percent(100)).isTrue();
    assertThat(choices.record()).isEmpty();
  }

  @Test
  void percentIsAsLikelyAsItSays() {
    Choices choices = Choices.random(5);
    int happened = 0;
    for (int i = 0; i < 10_000; i++) {
      happened += choices.percent(30) ? 1 : 0;
    }
    assertThat(happened).isBetween(2_800, 3_200);
  }

  @Test
  void badInputIsNamed() {
    assertThatThrownBy(() -> Choices.random(1).next(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bound");
    assertThatThrownBy(() -> Choices.replay(List.of(1, -1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("record");
  }

  private static List<Integer> hundred(Choices choices) {
    List<Integer> chosen = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      chosen.add(choices.next(1000));
    }
    return chosen;
  }
}
