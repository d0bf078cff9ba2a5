package io.tickraft.core;

/**
 * Counts the ticks that are due, for the host, from a monotonic clock such as {@link
 * System#nanoTime()}.
 *
 * <p>The host asks before it delivers anything else to its node, and ticks that often: a node that
 * gets a message before the ticks that were due earlier believes in a past that is over. After a
 * long pause no more than {@code maxDue} are due at once, so that a node does not work off the
 * ticks of a suspended night; the others are dropped, which only makes time go slower for this
 * node.
 */
public final class TickSchedule {

  private final long periodNanos;
  private final int maxDue;
  private long nextNanos;

  /**
   * Starts a schedule. The first tick is due one period after the start.
   *
   * @param periodNanos nanoseconds from one tick to the next, at least 1
   * @param maxDue how many ticks are due at once at the most, at least 1; with {@link
   *     RaftConfig#electionTicks()} times two, a long pause still ends in an election
   * @param nowNanos the time now
   * @throws IllegalArgumentException if the period or the maximum is below 1
   */
  public TickSchedule(long periodNanos, int maxDue, long nowNanos) {
    if (periodNanos < 1) {
      throw new IllegalArgumentException("periodNanos: at least 1: " + periodNanos);
    }
    if (maxDue < 1) {
      throw new IllegalArgumentException("maxDue: at least 1: " + maxDue);
    }
    this.periodNanos = periodNanos;
    this.maxDue = maxDue;
    this.nextNanos = nowNanos + periodNanos;
  }

  /**
   * Takes the ticks that are due, which the caller now delivers.
   *
   * @param nowNanos the time now, on the clock of the constructor; may wrap around as {@link
   *     System#nanoTime()} does
   * @return how often to call {@link RawNode#tick()}, from 0 to {@code maxDue}
   */
  public int takeDue(long nowNanos) {
    long late = nowNanos - nextNanos;
    if (late < 0) {
      return 0;
    }
    long due = late / periodNanos + 1;
    nextNanos += due * periodNanos;
    return (int) Math.min(due, maxDue);
  }

  /**
   * Returns how long the host may sleep until the next tick is due.
   *
   * @param nowNanos the time now
   * @return nanoseconds, at least 0
   */
  public long nanosUntilNext(long nowNanos) {
    return Math.max(0, nextNanos - nowNanos);
  }
}
