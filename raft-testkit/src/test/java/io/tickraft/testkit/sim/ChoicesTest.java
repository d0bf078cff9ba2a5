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
    int[] labelled = new int[10];
    for (int i = 0; i < 10_000; i++) {
      counts[choices.next(10)]++;
      labelled[choices.at("step %", i).next("node", 10)]++;
    }
    for (int i = 0; i < 10; i++) {
      assertThat(counts[i]).isBetween(850, 1150);
      assertThat(labelled[i]).isBetween(850, 1150);
    }
  }

  @Test
  void aPercentageIsMet() {
    Choices choices = Choices.random(7);
    int happened = 0;
    for (int i = 0; i < 10_000; i++) {
      happened += choices.at("step %", i).percent("lost", 30) ? 1 : 0;
    }
    assertThat(happened).isBetween(2_850, 3_150);
  }

  @Test
  void theSameSeedChoosesTheSame() {
    assertThat(hundred(Choices.random(3))).isEqualTo(hundred(Choices.random(3)));
    assertThat(hundred(Choices.random(3))).isNotEqualTo(hundred(Choices.random(4)));
  }

  @Test
  void choicesOfOtherNamesDiffer() {
    Choices choices = Choices.random(3);
    assertThat(hundred(choices.at("step %", 1))).isNotEqualTo(hundred(choices.at("step %", 2)));
    assertThat(hundred(choices.at("node %", 1))).isNotEqualTo(hundred(choices.at("step %", 1)));
    assertThat(choices.at("step %", 1).next("a", 1 << 30))
        .isNotEqualTo(choices.at("step %", 1).next("b", 1 << 30));
    assertThat(choices.at("step % %", 1, 2).next("a", 1 << 30))
        .isNotEqualTo(choices.at("step % %", 2, 1).next("a", 1 << 30));
  }

  @Test
  void aChoiceDoesNotDependOnThoseBeforeIt() {
    Choices some = Choices.random(3);
    Choices others = Choices.random(3);
    some.next(5);
    some.at("node %", 2).next("drift", 9);

    assertThat(hundred(others.at("step %", 7))).isEqualTo(hundred(some.at("step %", 7)));
  }

  @Test
  void aRecordChoosesAgainWhatWasChosen() {
    Choices first = Choices.random(3);
    List<Integer> chosen = hundred(first);
    List<Integer> ofStep = hundred(first.at("step %", 1));
    Choices again = Choices.replay(first.record());

    assertThat(hundred(again.at("step %", 1))).isEqualTo(ofStep);
    assertThat(hundred(again)).isEqualTo(chosen);
    assertThat(again.record().choices())
        .containsExactlyInAnyOrderElementsOf(first.record().choices());
  }

  @Test
  void whatARecordDoesNotNameIsTheMostHarmless() {
    Choices choices = Choices.replay(Schedule.parse("run: #0 5"));
    assertThat(choices.next(10)).isEqualTo(5);
    assertThat(choices.next(10)).isZero();
    assertThat(choices.between(3, 9)).isEqualTo(3);
    assertThat(choices.percent(99)).isFalse();
    assertThat(choices.of(List.of("first", "second"))).isEqualTo("first");
    assertThat(choices.at("step %", 3).next("node", 9)).isZero();
  }

  @Test
  void aChoiceThatIsTakenOutOfARecordLeavesTheOthers() {
    Choices choices =
        Choices.replay(Schedule.parse("step 1: node 2\nstep 3: crash 1\nstep 3: node 4\n"));
    assertThat(choices.at("step %", 2).next("node", 5)).isZero();
    assertThat(choices.at("step %", 3).next("node", 5)).isEqualTo(4);
    assertThat(choices.at("step %", 3).percent("crash", 1)).isTrue();
    assertThat(choices.record()).isEqualTo(Schedule.parse("step 3: node 4\nstep 3: crash 1\n"));
  }

  @Test
  void aRecordedNumberThatIsTooLargeIsBroughtIntoItsBound() {
    assertThat(Choices.replay(Schedule.parse("run: #0 12")).next(10)).isEqualTo(2);
  }

  @Test
  void whatLeavesNoChoiceIsNotRecorded() {
    Choices choices = Choices.random(1);
    assertThat(choices.next(1)).isZero();
    assertThat(choices.percent(0)).isFalse();
    assertThat(choices.percent(100)).isTrue();
    assertThat(choices.record().choices()).isEmpty();
  }

  @Test
  void harmlessChoicesAreCountedAndNotRecorded() {
    Choices choices = Choices.harmless();
    hundred(choices);
    assertThat(choices.made()).isEqualTo(100);
    assertThat(choices.record().choices()).isEmpty();
  }

  @Test
  void whatAScheduleAsksForHappensAlsoIfItIsNeverChosenAtRandom() {
    Choices random = Choices.random(1);
    assertThat(random.upTo("delay", 0, 100)).isZero();
    assertThat(random.oneOf(List.of("crash", "cut"), 0, 0)).isEqualTo(-1);
    assertThat(random.percent("lost", 0)).isFalse();

    Choices replayed = Choices.replay(Schedule.parse("run: delay 70\nrun: cut 1\nrun: lost 1\n"));
    assertThat(replayed.upTo("delay", 0, 100)).isEqualTo(70);
    assertThat(replayed.oneOf(List.of("crash", "cut"), 0, 0)).isEqualTo(1);
    assertThat(replayed.percent("lost", 0)).isTrue();
    assertThat(replayed.record().size()).isEqualTo(3);
  }

  @Test
  void whatAScheduleAsksForIsAtMostTheMaximum() {
    assertThat(Choices.replay(Schedule.parse("run: delay 700")).upTo("delay", 0, 100))
        .isEqualTo(100);
    assertThatThrownBy(() -> Choices.harmless().upTo("delay", 5, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("usual: 0 to 4: 5");
  }

  @Test
  void coursesComeAsOftenAsTheirWeightsSay() {
    Choices choices = Choices.random(7);
    int[] counts = new int[3];
    for (int i = 0; i < 10_000; i++) {
      counts[choices.at("step %", i).oneOf(List.of("a", "b", "c"), 1, 0, 3)]++;
    }
    assertThat(counts[0]).isBetween(2_300, 2_700);
    assertThat(counts[1]).isZero();
    assertThat(choices.record().choices()).contains(new Schedule.Choice("step 1", "c", 1));
  }

  @Test
  void aNameThatIsUsedTwiceIsRefused() {
    Choices choices = Choices.random(1);
    for (int i = 0; i < 2; i++) {
      choices.at("step %", 3).next("node", 1 << 30);
    }
    assertThatThrownBy(choices::record)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("this choice was made twice: step 3: node ");
    assertThatThrownBy(() -> Choices.replay(Schedule.parse("a: b 1\na: b 2")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("schedule: the choice occurs twice: a: b 2");
  }

  @Test
  void anOccasionThatCannotBeReadFromTextIsRefused() {
    Choices choices = Choices.random(1);
    choices.at("step 3").next("node", 1 << 30);
    assertThatThrownBy(choices::record)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a pattern must not contain a digit, and no number may be negative: 'step 3'");

    Choices others = Choices.random(1);
    others.at("step %", -3).next("node", 1 << 30);
    assertThatThrownBy(others::record)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a pattern must not contain a digit, and no number may be negative: 'step -3'");
  }

  @Test
  void aBoundBelowOneIsRefused() {
    Choices choices = Choices.random(1);
    assertThatThrownBy(() -> choices.next(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("bound: at least 1: 0");
  }

  private static List<Integer> hundred(Choices choices) {
    List<Integer> chosen = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      chosen.add(choices.next(1000));
    }
    return chosen;
  }
}
