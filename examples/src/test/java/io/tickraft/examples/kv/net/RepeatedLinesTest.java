package io.tickraft.examples.kv.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which lines are written, and for how many. */
class RepeatedLinesTest {

  private long nanos = Long.MAX_VALUE; // Such a clock may overflow.
  private final RepeatedLines lines = new RepeatedLines(() -> nanos);

  @Test
  void theSameLineStandsForAllOfAMinute() {
    assertThat(lines.count("a")).isEqualTo(1);
    nanos += TimeUnit.SECONDS.toNanos(59);
    assertThat(lines.count("a")).isZero();
    assertThat(lines.count("a")).isZero();
    assertThat(lines.count("b")).isEqualTo(1);
    nanos += TimeUnit.SECONDS.toNanos(1);
    assertThat(lines.count("a")).isEqualTo(3);
    assertThat(lines.count("a")).isZero();
    nanos += TimeUnit.SECONDS.toNanos(60);
    assertThat(lines.count("a")).isEqualTo(2);
  }

  @Test
  void aLineMayBeWrittenSomeTimesInAMinute() {
    RepeatedLines three = new RepeatedLines(() -> nanos, 3);
    for (int minute = 0; minute < 2; minute++) {
      assertThat(three.count("a")).isEqualTo(minute == 0 ? 1 : 3);
      nanos += TimeUnit.SECONDS.toNanos(20);
      assertThat(three.count("a")).isEqualTo(1);
      assertThat(three.count("a")).isEqualTo(1);
      assertThat(three.count("a")).isZero();
      nanos += TimeUnit.SECONDS.toNanos(39);
      assertThat(three.count("a")).isZero();
      nanos += TimeUnit.SECONDS.toNanos(1);
    }
  }

  @Test
  void differentLinesAreLimitedToo() {
    for (int line = 1; line <= 100; line++) {
      assertThat(lines.count(line)).isEqualTo(1);
    }
    assertThat(lines.count(101)).as("further lines count as one").isEqualTo(1);
    for (int line = 102; line <= 1_000; line++) {
      assertThat(lines.count(line)).isZero();
    }
    assertThat(lines.count(1)).isZero();
    nanos += TimeUnit.SECONDS.toNanos(60);
    assertThat(lines.count(1)).isEqualTo(2);
    assertThat(lines.count(101)).as("there is room again").isEqualTo(1);
    assertThat(lines.count(2_000)).isEqualTo(1);
  }
}
