package io.tickraft.testkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How numbers, times and JSON are written, and when the progress is shown. */
class PartsTest {

  @Test
  void numbersAndTimesAreReadable() {
    assertThat(Numbers.of(1_234_567)).isEqualTo("1,234,567");
    assertThat(Numbers.of(1, "run")).isEqualTo("1 run");
    assertThat(Numbers.of(1_000, "run")).isEqualTo("1,000 runs");
    assertThat(Numbers.of(Duration.ofSeconds(59))).isEqualTo("59 s");
    assertThat(Numbers.of(Duration.ofMinutes(1))).isEqualTo("1 min");
    assertThat(Numbers.of(Duration.ofSeconds(61))).isEqualTo("1 min 1 s");
    assertThat(Numbers.of(Duration.ofHours(1))).isEqualTo("1 h");
    assertThat(Numbers.of(Duration.ofMinutes(200))).isEqualTo("3 h 20 min");
  }

  @Test
  void timesHaveUnits() {
    Converters.Time time = new Converters.Time();
    assertThat(time.convert("90")).isEqualTo(Duration.ofSeconds(90));
    assertThat(time.convert("90s")).isEqualTo(Duration.ofSeconds(90));
    assertThat(time.convert("250ms")).isEqualTo(Duration.ofMillis(250));
    assertThat(time.convert("5m")).isEqualTo(Duration.ofMinutes(5));
    assertThat(time.convert("8h")).isEqualTo(Duration.ofHours(8));
    assertThat(time.convert("2d")).isEqualTo(Duration.ofDays(2));
  }

  @Test
  void jsonIsEscaped() {
    Json json =
        new Json()
            .put("text", "a \"b\" \\ \n\t\u0001 →")
            .put("number", 5)
            .put("map", Map.of("x", List.of(1, "y", true)))
            .put("object", new Json().put("in", 1.5));
    assertThat(json)
        .hasToString(
            "{\"text\":\"a \\\"b\\\" \\\\ \\n\\t\\u0001 →\",\"number\":5,"
                + "\"map\":{\"x\":[1,\"y\",true]},\"object\":{\"in\":1.5}}");
  }

  @Test
  void plainProgressBecomesRareAndIsNeverOlderThanTenMinutes() {
    Progress progress = new Progress(Progress.Mode.PLAIN);
    List<Long> shown = new ArrayList<>();
    for (long second = 0; second <= 3_600; second++) {
      if (progress.isDue(Duration.ofSeconds(second))) {
        shown.add(second);
      }
    }
    assertThat(shown)
        .containsExactly(10L, 20L, 40L, 80L, 160L, 320L, 640L, 1240L, 1840L, 2440L, 3040L);
  }

  @Test
  void aLineIsShownTwiceASecondAndNotForEachOneMissed() {
    Progress progress = new Progress(Progress.Mode.LINE);
    assertThat(progress.isDue(Duration.ofMillis(499))).isFalse();
    assertThat(progress.isDue(Duration.ofMillis(500))).isTrue();
    assertThat(progress.isDue(Duration.ofMillis(501))).isFalse();
    assertThat(progress.isDue(Duration.ofSeconds(9))).isTrue();
    assertThat(progress.isDue(Duration.ofSeconds(9))).isFalse();
    assertThat(new Progress(Progress.Mode.NONE).isDue(Duration.ofHours(1))).isFalse();
  }
}
