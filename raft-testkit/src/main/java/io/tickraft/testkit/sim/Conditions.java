package io.tickraft.testkit.sim;

/**
 * How a simulated network treats the messages that it does not refuse to carry at all.
 *
 * @param minDelayMillis the shortest time that a message takes, in virtual milliseconds
 * @param maxDelayMillis the longest time that a message takes; messages of one link overtake each
 *     other wherever their times say so
 * @param lossPercent how many of a hundred messages are lost
 * @param duplicatePercent how many of a hundred messages arrive twice
 * @param detourPercent how many of a hundred answers take a detour
 * @param maxDetourMillis how long a detour takes at the most, beyond {@link #MIN_DETOUR_MILLIS}
 */
public record Conditions(
    int minDelayMillis,
    int maxDelayMillis,
    int lossPercent,
    int duplicatePercent,
    int detourPercent,
    int maxDetourMillis) {

  /** How long a detour takes at the least, in virtual milliseconds. */
  public static final int MIN_DETOUR_MILLIS = 200;

  /** Messages take a millisecond, and keep their order. */
  public static final Conditions RELIABLE = new Conditions(1, 1, 0, 0, 0, 0);

  /**
   * Sets conditions.
   *
   * @param minDelayMillis the shortest time that a message takes
   * @param maxDelayMillis the longest time that a message takes
   * @param lossPercent how many of a hundred messages are lost
   * @param duplicatePercent how many of a hundred messages arrive twice
   * @param detourPercent how many of a hundred answers take a detour
   * @param maxDetourMillis how long a detour takes at the most, beyond the shortest
   * @throws IllegalArgumentException if a time is negative, the delays are in the wrong order, or a
   *     percentage is not in 0 to 100
   */
  public Conditions {
    if (minDelayMillis < 0 || maxDelayMillis < minDelayMillis || maxDetourMillis < 0) {
      throw new IllegalArgumentException(
          "delays: from "
              + minDelayMillis
              + " to "
              + maxDelayMillis
              + ", detour "
              + maxDetourMillis);
    }
    for (int percent : new int[] {lossPercent, duplicatePercent, detourPercent}) {
      if (percent < 0 || percent > 100) {
        throw new IllegalArgumentException("a percentage is in 0 to 100: " + percent);
      }
    }
  }

  /**
   * Returns conditions with other delays.
   *
   * @param min the shortest time that a message takes
   * @param max the longest time that a message takes
   * @return conditions
   */
  public Conditions withDelay(int min, int max) {
    return new Conditions(min, max, lossPercent, duplicatePercent, detourPercent, maxDetourMillis);
  }

  /**
   * Returns conditions with other losses.
   *
   * @param percent how many of a hundred messages are lost
   * @return conditions
   */
  public Conditions withLoss(int percent) {
    return new Conditions(
        minDelayMillis, maxDelayMillis, percent, duplicatePercent, detourPercent, maxDetourMillis);
  }

  /**
   * Returns conditions with other duplicates.
   *
   * @param percent how many of a hundred messages arrive twice
   * @return conditions
   */
  public Conditions withDuplicates(int percent) {
    return new Conditions(
        minDelayMillis, maxDelayMillis, lossPercent, percent, detourPercent, maxDetourMillis);
  }

  /**
   * Returns conditions with other detours of answers.
   *
   * @param percent how many of a hundred answers take one
   * @param maxMillis how long it takes at the most, beyond {@link #MIN_DETOUR_MILLIS}
   * @return conditions
   */
  public Conditions withDetours(int percent, int maxMillis) {
    return new Conditions(
        minDelayMillis, maxDelayMillis, lossPercent, duplicatePercent, percent, maxMillis);
  }
}
