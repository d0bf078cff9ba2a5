package io.tickraft.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {

  @Test
  void textIsReadAsItWasWritten() {
    Schedule schedule =
        new Schedule(
            List.of(
                new Schedule.Choice("step 12", "side of 3", 1),
                new Schedule.Choice("Append 1\u21922 t3 #4", "delay", 180)));

    assertThat(schedule.text())
        .isEqualTo("step 12: side of 3 1\nAppend 1\u21922 t3 #4: delay 180\n");
    assertThat(Schedule.parse(schedule.text())).isEqualTo(schedule);
  }

  @Test
  void emptyLinesAndCommentsAreSkipped() {
    assertThat(Schedule.parse("\n// seed 5\n  a: b 1  \n\n"))
        .isEqualTo(new Schedule(List.of(new Schedule.Choice("a", "b", 1))));
  }

  @ParameterizedTest
  @CsvSource({
    "delay 180, expected 'occasion: label number'",
    "a: 180, expected 'occasion: label number'",
    "a: delay many, not a number: 'many'",
    "a: delay -1, not a number: '-1'",
    "a: delay 0, number: at least 1: 0",
    "a: delay 2147483648, number: at most 2147483647: 2147483648",
    "a: delay 99999999999, not a number: '99999999999'",
  })
  void aLineThatIsNotAChoiceIsNamed(String line, String problem) {
    assertThatThrownBy(() -> Schedule.parse("a: b 1\n" + line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("line 2: '" + line + "': " + problem);
  }

  @Test
  void aNameThatCannotBeWrittenIsRefused() {
    for (String occasion : List.of("", " ", "a:b", "a\nb")) {
      assertThatThrownBy(() -> new Schedule.Choice(occasion, "label", 1))
          .hasMessageStartingWith("occasion: ");
    }
    for (String label : List.of("", " ", "a\nb")) {
      assertThatThrownBy(() -> new Schedule.Choice("occasion", label, 1))
          .hasMessageStartingWith("label: ");
    }
  }
}
