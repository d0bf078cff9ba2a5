package io.tickraft.core;

/**
 * Counts the ticks that are due, on a monotonic clock such as {@link System#nanoTime()}.
 *
 * <p>The host calls {@link #takeDue} and delivers the ticks before it delivers anything else to its
 * node. Otherwise the node would process messages while its logical time is behind.
 *
 * <p>After a long pause, such as a suspended machine, at most {@code maxDue} ticks are due at once.
 * The others are dropped: this only makes logical time pass more slowly on this node.
 */
public final class TickSchedule {

  private final long periodNanos;
  private final int maxDue;
  private long nextNanos;

  /**
   * Starts a schedule. The first tick is due one period after the start.
   *
   * @param periodNanos nanoseconds from one tick to the next, at least 1
   * @param maxDue how many ticks can be due at once, at least 1; choose twice {@link
   *     RaftConfig#electionTicks()}, so that a long pause still leads to an election
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
   * Takes the ticks that are due. The caller must deliver them now.
   *
   * @param nowNanos the time now, on the same clock as in the constructor; may wrap around like
   *     {@link System#nanoTime()}
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
   * Returns the time until the next tick is due, for which the host may sleep.
   *
   * @param nowNanos the time now
   * @return nanoseconds, at least 0
   */
  public long nanosUntilNext(long nowNanos) {
    return Math.max(0, nextNanos - nowNanos);
  }
}
