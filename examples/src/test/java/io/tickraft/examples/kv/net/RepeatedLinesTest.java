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
  void whatWasNotSeenForLongestIsForgottenAtLast() {
    for (int line = 1; line <= 100; line++) {
      assertThat(lines.count(line)).isEqualTo(1);
    }
    assertThat(lines.count(1)).isZero();
    assertThat(lines.count(101)).isEqualTo(1);
    assertThat(lines.count(1)).isZero();
    assertThat(lines.count(2)).isEqualTo(1);
  }
}
