package io.tickraft.testkit.sim;

/**
 * How long the writes of a simulated disk take.
 *
 * @param minMillis the minimum time of a write that is not slow, in virtual milliseconds
 * @param maxMillis the maximum time of a write that is not slow, in virtual milliseconds
 * @param slowPercent the share of writes that are slow, from 0 to 100
 * @param slowMillis the time of a slow write, in virtual milliseconds
 */
public record DiskSpeed(int minMillis, int maxMillis, int slowPercent, int slowMillis) {

  /**
   * Creates a speed.
   *
   * @param minMillis the minimum time of a write that is not slow, in virtual milliseconds
   * @param maxMillis the maximum time of a write that is not slow, in virtual milliseconds
   * @param slowPercent the share of writes that are slow, from 0 to 100
   * @param slowMillis the time of a slow write, in virtual milliseconds
   * @throws IllegalArgumentException if a time is negative, the minimum is above the maximum, or
   *     the percentage is not in 0 to 100
   */
  public DiskSpeed {
    if (minMillis < 0 || maxMillis < minMillis || slowMillis < 0) {
      throw new IllegalArgumentException(
          "times of writes: " + minMillis + " to " + maxMillis + ", slow " + slowMillis);
    }
    if (slowPercent < 0 || slowPercent > 100) {
      throw new IllegalArgumentException("a percentage is in 0 to 100: " + slowPercent);
    }
  }

  /**
   * Returns a speed without slow writes.
   *
   * @param minMillis the minimum time of a write, in virtual milliseconds
   * @param maxMillis the maximum time of a write, in virtual milliseconds
   * @return a speed
   * @throws IllegalArgumentException if a time is negative, or the minimum is above the maximum
   */
  public static DiskSpeed between(int minMillis, int maxMillis) {
    return new DiskSpeed(minMillis, maxMillis, 0, 0);
  }

  /**
   * Returns the same speed with slow writes.
   *
   * @param percent the share of writes that are slow, from 0 to 100
   * @param millis the time of a slow write, in virtual milliseconds
   * @return a speed
   * @throws IllegalArgumentException if the time is negative, or the percentage is not in 0 to 100
   */
  public DiskSpeed withSlow(int percent, int millis) {
    return new DiskSpeed(minMillis, maxMillis, percent, millis);
  }

  boolean isInstant() {
    return maxMillis == 0 && slowPercent == 0;
  }

  /** Chooses the time of a write, in virtual milliseconds. */
  int draw(Choices choices) {
    return choices.percent("slow", slowPercent)
        ? slowMillis
        : choices.between("millis", minMillis, maxMillis);
  }
}
