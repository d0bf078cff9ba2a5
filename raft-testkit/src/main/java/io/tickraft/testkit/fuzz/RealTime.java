package io.tickraft.testkit.fuzz;

import java.time.Duration;

/** The real time, which limits how many runs there are. No run depends on it. */
@SuppressForbidden(reason = "A limit of real time needs a clock, and no run sees it.")
final class RealTime {

  private RealTime() {}

  /** A time that has begun. */
  static final class Limit {
    private final long end;

    private Limit(long end) {
      this.end = end;
    }

    /** Returns whether the time is over. */
    boolean isOver() {
      return now() - end >= 0;
    }
  }

  /** Begins a time. */
  static Limit limit(Duration time) {
    return new Limit(now() + time.toNanos());
  }

  private static long now() {
    return System.nanoTime();
  }

  /** Returns a seed that differs from day to day: milliseconds since 1970. */
  static long newSeed() {
    return System.currentTimeMillis();
  }
}
