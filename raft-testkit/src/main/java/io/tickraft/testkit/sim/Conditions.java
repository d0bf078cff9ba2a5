package io.tickraft.testkit.sim;

import java.util.function.Consumer;

/**
 * How a simulated network treats messages whose link is not cut. Immutable. Start from {@link
 * #RELIABLE}, and change what must differ:
 *
 * <pre>{@code
 * group.network().conditions(Conditions.RELIABLE.withDelay(0, 20).withLoss(5));
 * }</pre>
 */
public final class Conditions {

  /** The minimum length of a detour, in virtual milliseconds. */
  public static final int MIN_DETOUR_MILLIS = 200;

  /** Each message arrives once, after one virtual millisecond, in the order of sending. */
  public static final Conditions RELIABLE = new Conditions();

  // Set before anyone else sees this, and never again.
  private int minDelayMillis = 1;
  private int maxDelayMillis = 1;
  private int lossPercent;
  private int duplicatePercent;
  private int detourPercent;
  private int maxDetourMillis;
  private int latePercent;
  private int maxLateMillis;
  private int echoPercent;
  private int maxEchoMillis;
  private int corruptPercent;
  private int newerPercent;

  private Conditions() {}

  /** Returns a copy with a change. */
  private Conditions with(Consumer<Conditions> change) {
    Conditions copy = new Conditions();
    copy.minDelayMillis = minDelayMillis;
    copy.maxDelayMillis = maxDelayMillis;
    copy.lossPercent = lossPercent;
    copy.duplicatePercent = duplicatePercent;
    copy.detourPercent = detourPercent;
    copy.maxDetourMillis = maxDetourMillis;
    copy.latePercent = latePercent;
    copy.maxLateMillis = maxLateMillis;
    copy.echoPercent = echoPercent;
    copy.maxEchoMillis = maxEchoMillis;
    copy.corruptPercent = corruptPercent;
    copy.newerPercent = newerPercent;
    change.accept(copy);
    return copy;
  }

  private static int percent(int percent) {
    if (percent < 0 || percent > 100) {
      throw new IllegalArgumentException("a percentage is in 0 to 100: " + percent);
    }
    return percent;
  }

  private static int millis(String name, int millis, int min) {
    if (millis < min) {
      throw new IllegalArgumentException(name + ": at least " + min + ": " + millis);
    }
    return millis;
  }

  /**
   * Returns these conditions with other delays. Messages with different delays may overtake each
   * other, even on one link.
   *
   * @param min the minimum delay of a message, in virtual milliseconds
   * @param max the maximum delay of a message, in virtual milliseconds
   * @return new conditions
   * @throws IllegalArgumentException if {@code min} is negative or above {@code max}
   */
  public Conditions withDelay(int min, int max) {
    return with(
        copy -> {
          copy.minDelayMillis = millis("minimum delay", min, 0);
          copy.maxDelayMillis = millis("maximum delay", max, min);
        });
  }

  /**
   * Returns these conditions with another share of lost messages.
   *
   * @param percent the share of messages that are lost, from 0 to 100
   * @return new conditions
   * @throws IllegalArgumentException if the percentage is not in 0 to 100
   */
  public Conditions withLoss(int percent) {
    return with(copy -> copy.lossPercent = percent(percent));
  }

  /**
   * Returns these conditions with another share of duplicates.
   *
   * @param percent the share of messages that arrive twice, from 0 to 100
   * @return new conditions
   * @throws IllegalArgumentException if the percentage is not in 0 to 100
   */
  public Conditions withDuplicates(int percent) {
    return with(copy -> copy.duplicatePercent = percent(percent));
  }

  /**
   * Returns these conditions with other detours: additional delays of responses.
   *
   * @param percent the share of responses that take a detour, from 0 to 100
   * @param maxMillis by how much a detour may exceed {@link #MIN_DETOUR_MILLIS}, in virtual
   *     milliseconds
   * @return new conditions
   * @throws IllegalArgumentException if the time is negative, or the percentage is not in 0 to 100
   */
  public Conditions withDetours(int percent, int maxMillis) {
    return with(
        copy -> {
          copy.detourPercent = percent(percent);
          copy.maxDetourMillis = millis("maximum detour", maxMillis, 0);
        });
  }

  /**
   * Returns these conditions with other late messages. Unlike detours, they may be of any kind: a
   * late request reaches a node in a later term, with another leader or another log.
   *
   * @param percent the share of messages that are late, from 0 to 100
   * @param maxMillis the maximum additional delay of a late message, in virtual milliseconds
   * @return new conditions
   * @throws IllegalArgumentException if the time is negative, or the percentage is not in 0 to 100
   */
  public Conditions withLate(int percent, int maxMillis) {
    return with(
        copy -> {
          copy.latePercent = percent(percent);
          copy.maxLateMillis = millis("maximum lateness", maxMillis, 0);
        });
  }

  /**
   * Returns these conditions with other echoes: second copies of messages that arrive long after
   * the first, such as an hour. By then the receiver may have restarted, and the sender may have
   * left the group.
   *
   * @param percent the share of messages that arrive again, from 0 to 100
   * @param maxMillis the maximum delay of the second copy, in virtual milliseconds
   * @return new conditions
   * @throws IllegalArgumentException if the time is negative, or the percentage is not in 0 to 100
   */
  public Conditions withEchoes(int percent, int maxMillis) {
    return with(
        copy -> {
          copy.echoPercent = percent(percent);
          copy.maxEchoMillis = millis("maximum time of an echo", maxMillis, 0);
        });
  }

  /**
   * Returns these conditions with another share of messages that are {@linkplain Corruption
   * corrupted} so that any receiver can detect it.
   *
   * @param percent the share of messages that are corrupted, from 0 to 100
   * @return new conditions
   * @throws IllegalArgumentException if the percentage is not in 0 to 100
   */
  public Conditions withCorruption(int percent) {
    return with(copy -> copy.corruptPercent = percent(percent));
  }

  /**
   * Returns these conditions with another share of messages that have fields of a later version,
   * which the receivers do not know.
   *
   * @param percent the share of messages with unknown fields, from 0 to 100
   * @return new conditions
   * @throws IllegalArgumentException if the percentage is not in 0 to 100
   */
  public Conditions withUnknownFields(int percent) {
    return with(copy -> copy.newerPercent = percent(percent));
  }

  /** {@return the minimum delay of a message, in virtual milliseconds} */
  public int minDelayMillis() {
    return minDelayMillis;
  }

  /** {@return the maximum delay of a message, in virtual milliseconds} */
  public int maxDelayMillis() {
    return maxDelayMillis;
  }

  /** {@return the share of messages that are lost, from 0 to 100} */
  public int lossPercent() {
    return lossPercent;
  }

  /** {@return the share of messages that arrive twice, from 0 to 100} */
  public int duplicatePercent() {
    return duplicatePercent;
  }

  /** {@return the share of responses that take a detour, from 0 to 100} */
  public int detourPercent() {
    return detourPercent;
  }

  /**
   * {@return by how much a detour may exceed {@link #MIN_DETOUR_MILLIS}, in virtual milliseconds}
   */
  public int maxDetourMillis() {
    return maxDetourMillis;
  }

  /** {@return the share of messages of any kind that are late, from 0 to 100} */
  public int latePercent() {
    return latePercent;
  }

  /** {@return the maximum additional delay of a late message, in virtual milliseconds} */
  public int maxLateMillis() {
    return maxLateMillis;
  }

  /** {@return the share of messages of which a second copy arrives much later, from 0 to 100} */
  public int echoPercent() {
    return echoPercent;
  }

  /** {@return the maximum delay of the second copy of an echo, in virtual milliseconds} */
  public int maxEchoMillis() {
    return maxEchoMillis;
  }

  /** {@return the share of messages that are corrupted, from 0 to 100} */
  public int corruptPercent() {
    return corruptPercent;
  }

  /** {@return the share of messages with unknown fields, from 0 to 100} */
  public int newerPercent() {
    return newerPercent;
  }

  @Override
  public String toString() {
    return "delay "
        + minDelayMillis
        + " to "
        + maxDelayMillis
        + " ms, loss "
        + lossPercent
        + "%, duplicates "
        + duplicatePercent
        + "%, detours "
        + detourPercent
        + "%, late "
        + latePercent
        + "%, echoes "
        + echoPercent
        + "%, corrupted "
        + corruptPercent
        + "%, unknown fields "
        + newerPercent
        + "%";
  }
}
