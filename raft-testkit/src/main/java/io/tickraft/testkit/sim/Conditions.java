package io.tickraft.testkit.sim;

/**
 * How a simulated network treats messages whose link is not cut.
 *
 * @param minDelayMillis the minimum delay of a message, in virtual milliseconds
 * @param maxDelayMillis the maximum delay of a message, in virtual milliseconds; messages with
 *     different delays may overtake each other, even on one link
 * @param lossPercent the share of messages that are lost, from 0 to 100
 * @param duplicatePercent the share of messages that arrive twice, from 0 to 100
 * @param detourPercent the share of responses with an additional delay, the detour, from 0 to 100
 * @param maxDetourMillis how much longer than {@link #MIN_DETOUR_MILLIS} a detour is at most, in
 *     virtual milliseconds
 * @param latePercent the share of messages of any kind that are late, from 0 to 100
 * @param maxLateMillis by how much a late message is late at most, in virtual milliseconds
 */
public record Conditions(
    int minDelayMillis,
    int maxDelayMillis,
    int lossPercent,
    int duplicatePercent,
    int detourPercent,
    int maxDetourMillis,
    int latePercent,
    int maxLateMillis) {

  /** The minimum length of a detour, in virtual milliseconds. */
  public static final int MIN_DETOUR_MILLIS = 200;

  /** Each message arrives once, after one virtual millisecond, in the order of sending. */
  public static final Conditions RELIABLE = new Conditions(1, 1, 0, 0, 0, 0, 0, 0);

  /**
   * Creates conditions.
   *
   * @param minDelayMillis the minimum delay of a message, in virtual milliseconds
   * @param maxDelayMillis the maximum delay of a message, in virtual milliseconds
   * @param lossPercent the share of messages that are lost, from 0 to 100
   * @param duplicatePercent the share of messages that arrive twice, from 0 to 100
   * @param detourPercent the share of responses that take a detour, from 0 to 100
   * @param maxDetourMillis how much longer than {@link #MIN_DETOUR_MILLIS} a detour is at most
   * @param latePercent the share of messages of any kind that are late, from 0 to 100
   * @param maxLateMillis by how much a late message is late at most, in virtual milliseconds
   * @throws IllegalArgumentException if a time is negative, the minimum delay is above the maximum,
   *     or a percentage is not in 0 to 100
   */
  public Conditions {
    if (minDelayMillis < 0
        || maxDelayMillis < minDelayMillis
        || maxDetourMillis < 0
        || maxLateMillis < 0) {
      throw new IllegalArgumentException(
          "delays: from "
              + minDelayMillis
              + " to "
              + maxDelayMillis
              + ", detour "
              + maxDetourMillis
              + ", late by "
              + maxLateMillis);
    }
    for (int percent : new int[] {lossPercent, duplicatePercent, detourPercent, latePercent}) {
      if (percent < 0 || percent > 100) {
        throw new IllegalArgumentException("a percentage is in 0 to 100: " + percent);
      }
    }
  }

  /**
   * Returns these conditions with other delays.
   *
   * @param min the minimum delay of a message, in virtual milliseconds
   * @param max the maximum delay of a message, in virtual milliseconds
   * @return new conditions
   * @throws IllegalArgumentException if {@code min} is negative or above {@code max}
   */
  public Conditions withDelay(int min, int max) {
    return new Conditions(
        min,
        max,
        lossPercent,
        duplicatePercent,
        detourPercent,
        maxDetourMillis,
        latePercent,
        maxLateMillis);
  }

  /**
   * Returns these conditions with another share of lost messages.
   *
   * @param percent the share of messages that are lost, from 0 to 100
   * @return new conditions
   * @throws IllegalArgumentException if the percentage is not in 0 to 100
   */
  public Conditions withLoss(int percent) {
    return new Conditions(
        minDelayMillis,
        maxDelayMillis,
        percent,
        duplicatePercent,
        detourPercent,
        maxDetourMillis,
        latePercent,
        maxLateMillis);
  }

  /**
   * Returns these conditions with another share of duplicates.
   *
   * @param percent the share of messages that arrive twice, from 0 to 100
   * @return new conditions
   * @throws IllegalArgumentException if the percentage is not in 0 to 100
   */
  public Conditions withDuplicates(int percent) {
    return new Conditions(
        minDelayMillis,
        maxDelayMillis,
        lossPercent,
        percent,
        detourPercent,
        maxDetourMillis,
        latePercent,
        maxLateMillis);
  }

  /**
   * Returns these conditions with other detours of responses.
   *
   * @param percent the share of responses that take a detour, from 0 to 100
   * @param maxMillis how much longer than {@link #MIN_DETOUR_MILLIS} a detour is at most, in
   *     virtual milliseconds
   * @return new conditions
   * @throws IllegalArgumentException if the time is negative, or the percentage is not in 0 to 100
   */
  public Conditions withDetours(int percent, int maxMillis) {
    return new Conditions(
        minDelayMillis,
        maxDelayMillis,
        lossPercent,
        duplicatePercent,
        percent,
        maxMillis,
        latePercent,
        maxLateMillis);
  }

  /**
   * Returns these conditions with other late messages. Unlike detours, they may be of any kind: a
   * late request reaches a node in a later term, with another leader or another log.
   *
   * @param percent the share of messages that are late, from 0 to 100
   * @param maxMillis by how much a late message is late at most, in virtual milliseconds
   * @return new conditions
   * @throws IllegalArgumentException if the time is negative, or the percentage is not in 0 to 100
   */
  public Conditions withLate(int percent, int maxMillis) {
    return new Conditions(
        minDelayMillis,
        maxDelayMillis,
        lossPercent,
        duplicatePercent,
        detourPercent,
        maxDetourMillis,
        percent,
        maxMillis);
  }
}
