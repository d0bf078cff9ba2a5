package io.tickraft.testkit.sim;

/**
 * How long the writes of a simulated disk take.
 *
 * @param minMillis the shortest time of a write, in virtual milliseconds
 * @param maxMillis the longest time of a write that is not slow
 * @param slowPercent how many of a hundred writes are slow
 * @param slowMillis how long a slow write takes
 */
public record DiskSpeed(int minMillis, int maxMillis, int slowPercent, int slowMillis) {

  /**
   * Sets a speed.
   *
   * @param minMillis the shortest time of a write
   * @param maxMillis the longest time of a write that is not slow
   * @param slowPercent how many of a hundred writes are slow
   * @param slowMillis how long a slow write takes
   * @throws IllegalArgumentException if a time is negative, the times are in the wrong order, or
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
   * Returns a disk without slow writes.
   *
   * @param minMillis the shortest time of a write, in virtual milliseconds
   * @param maxMillis the longest time of a write
   * @return a speed
   * @throws IllegalArgumentException if a time is negative, or the times are in the wrong order
   */
  public static DiskSpeed between(int minMillis, int maxMillis) {
    return new DiskSpeed(minMillis, maxMillis, 0, 0);
  }

  /**
   * Returns the same speed with slow writes.
   *
   * @param percent how many of a hundred writes are slow
   * @param millis how long a slow write takes, in virtual milliseconds
   * @return a speed
   * @throws IllegalArgumentException if the time is negative, or the percentage not in 0 to 100
   */
  public DiskSpeed withSlow(int percent, int millis) {
    return new DiskSpeed(minMillis, maxMillis, percent, millis);
  }

  boolean isInstant() {
    return maxMillis == 0 && slowPercent == 0;
  }

  int draw(Choices choices) {
    return choices.percent(slowPercent) ? slowMillis : choices.between(minMillis, maxMillis);
  }
}
