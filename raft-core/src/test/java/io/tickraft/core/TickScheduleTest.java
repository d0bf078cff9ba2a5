package io.tickraft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TickScheduleTest {

  private static final long PERIOD = 100;

  @ParameterizedTest
  @ValueSource(longs = {0, 12345, -1, Long.MAX_VALUE, Long.MAX_VALUE - 150, Long.MIN_VALUE})
  void aTickIsDueOnceForEachPeriodWhereverTheClockStands(long start) {
    TickSchedule schedule = new TickSchedule(PERIOD, 10, start);

    assertThat(schedule.takeDue(start)).isZero();
    assertThat(schedule.takeDue(start + 99)).isZero();
    assertThat(schedule.nanosUntilNext(start + 99)).isEqualTo(1);
    assertThat(schedule.takeDue(start + 100)).isEqualTo(1);
    assertThat(schedule.takeDue(start + 100)).isZero();
    assertThat(schedule.takeDue(start + 250)).isEqualTo(1);
    assertThat(schedule.takeDue(start + 299)).isZero();
    assertThat(schedule.takeDue(start + 500)).isEqualTo(3);
    assertThat(schedule.nanosUntilNext(start + 500)).isEqualTo(100);
  }

  @Test
  void beingAskedLateDoesNotShiftTheTicks() {
    TickSchedule schedule = new TickSchedule(PERIOD, 10, 0);

    assertThat(schedule.takeDue(199)).isEqualTo(1);
    assertThat(schedule.takeDue(200)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 10, 10",
    "1050, 10, 10",
    "100000000000, 10, 10",
    "100000000000, 1, 1",
    "300, 2, 2"
  })
  void afterAPauseNoMoreThanTheMaximumAreDueAndTheRestIsDropped(long pause, int max, int expected) {
    TickSchedule schedule = new TickSchedule(PERIOD, max, 0);

    assertThat(schedule.takeDue(pause)).isEqualTo(expected);
    assertThat(schedule.takeDue(pause)).isZero();
    assertThat(schedule.nanosUntilNext(pause)).isBetween(1L, PERIOD);
    assertThat(schedule.takeDue(pause + PERIOD)).isEqualTo(1);
  }

  @Test
  void aClockThatGoesBackBringsNoTicks() {
    TickSchedule schedule = new TickSchedule(PERIOD, 10, 1000);
    assertThat(schedule.takeDue(1100)).isEqualTo(1);

    assertThat(schedule.takeDue(1050)).isZero();
    assertThat(schedule.takeDue(1199)).isZero();
    assertThat(schedule.takeDue(1200)).isEqualTo(1);
  }

  @Test
  void nothingIsWaitedForWhenATickIsOverdue() {
    TickSchedule schedule = new TickSchedule(PERIOD, 10, 0);

    assertThat(schedule.nanosUntilNext(0)).isEqualTo(100);
    assertThat(schedule.nanosUntilNext(40)).isEqualTo(60);
    assertThat(schedule.nanosUntilNext(100)).isZero();
    assertThat(schedule.nanosUntilNext(1000)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"0, 1, periodNanos", "-5, 1, periodNanos", "1, 0, maxDue", "1, -5, maxDue"})
  void whatIsOutOfRangeIsNamed(long period, int max, String name) {
    assertThatThrownBy(() -> new TickSchedule(period, max, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(name + ": ");
  }
}
