package io.tickraft.testkit.cli;

import java.time.Duration;
import java.util.Locale;

/** Numbers and times as a person reads them. */
final class Numbers {

  private static final long SECONDS_IN_MINUTE = 60;
  private static final long SECONDS_IN_HOUR = 3_600;

  private Numbers() {}

  /** Returns a number with commas, such as 641,666. */
  static String of(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Returns a number and its noun, such as {@code 1 run} or {@code 2 runs}. */
  static String of(long number, String noun) {
    return of(number) + " " + noun + (number == 1 ? "" : "s");
  }

  /** Returns a time with its two largest units, such as {@code 3 h 20 min}. */
  static String of(Duration time) {
    long seconds = time.toSeconds();
    if (seconds < SECONDS_IN_MINUTE) {
      return seconds + " s";
    }
    if (seconds < SECONDS_IN_HOUR) {
      return pair(seconds / SECONDS_IN_MINUTE, "min", seconds % SECONDS_IN_MINUTE, "s");
    }
    return pair(
        seconds / SECONDS_IN_HOUR, "h", seconds % SECONDS_IN_HOUR / SECONDS_IN_MINUTE, "min");
  }

  private static String pair(long large, String largeUnit, long small, String smallUnit) {
    return large + " " + largeUnit + (small == 0 ? "" : " " + small + " " + smallUnit);
  }
}
