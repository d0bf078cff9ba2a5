package io.tickraft.testkit.sim;

import java.util.Arrays;
import java.util.List;

/**
 * The only source of random decisions in a run: which messages are lost, how long the others take,
 * which node crashes, which writes its disk keeps, and what a client does next.
 *
 * <p>Every choice is recorded. {@linkplain #replay Replaying} the record replays the run. Choice 0
 * is always the most harmless one, and every choice after the end of a record is 0; so a shorter
 * record, or one with smaller numbers, is a simpler run.
 */
public final class Choices {

  private final boolean random;
  private long state;
  private int[] record;
  private int recorded;
  private int position;

  private Choices(boolean random, long state, int[] record, int recorded) {
    this.random = random;
    this.state = state;
    this.record = record;
    this.recorded = recorded;
  }

  /**
   * Returns choices at random.
   *
   * @param seed any number; the same seed gives the same choices on every JVM
   * @return new choices
   */
  public static Choices random(long seed) {
    return new Choices(true, seed, new int[256], 0);
  }

  /**
   * Returns recorded choices.
   *
   * @param record a result of {@link #record()}, or a simplification of one
   * @return new choices
   * @throws IllegalArgumentException if a number is negative
   */
  public static Choices replay(List<Integer> record) {
    int[] numbers = new int[record.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = record.get(i);
      if (numbers[i] < 0) {
        throw new IllegalArgumentException("record: a choice is at least 0: " + numbers[i]);
      }
    }
    return new Choices(false, 0, numbers, numbers.length);
  }

  /**
   * Chooses a number.
   *
   * @param bound the number of choices, at least 1
   * @return a number from 0 to {@code bound - 1}
   * @throws IllegalArgumentException if {@code bound} is below 1
   */
  public int next(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound: at least 1: " + bound);
    }
    if (bound == 1) {
      return 0; // Only one choice: not recorded.
    }
    if (!random) {
      // In a changed record, a number may be above this bound.
      return position < recorded ? record[position++] % bound : 0;
    }
    int chosen = (int) ((nextBits() >>> 33) % bound);
    if (recorded == record.length) {
      record = Arrays.copyOf(record, 2 * recorded);
    }
    record[recorded++] = chosen;
    return chosen;
  }

  /**
   * Chooses a number in a range.
   *
   * @param from the first number, the most harmless choice
   * @param to the last number, at least {@code from}
   * @return a number from {@code from} to {@code to}
   */
  public int between(int from, int to) {
    return from + next(to - from + 1);
  }

  /**
   * Chooses whether something happens.
   *
   * @param percent the probability, from 0 to 100
   * @return whether it happens; the harmless choice is that it does not
   */
  public boolean percent(int percent) {
    if (percent <= 0) {
      return false;
    }
    return percent >= 100 || next(100) >= 100 - percent;
  }

  /**
   * Chooses an element.
   *
   * @param <T> the type of the elements
   * @param elements at least one; the first is the most harmless choice
   * @return one of them
   */
  public <T> T of(List<T> elements) {
    return elements.get(next(elements.size()));
  }

  /** {@return the choices made so far, to be {@linkplain #replay replayed}} */
  public List<Integer> record() {
    return Arrays.stream(record, 0, random ? recorded : position).boxed().toList();
  }

  /** SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): the same on every JVM. */
  private long nextBits() {
    state += 0x9e3779b97f4a7c15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
