package io.tickraft.testkit.sim;

import java.util.Optional;

/**
 * One way of making all choices of an action, for a program that tries each way: it runs the action
 * with the {@link #choices} of the first path, then with those of the {@link #next} one, and so on.
 * The action has to begin in the same state each time.
 *
 * <pre>{@code
 * for (Optional<ChoicePath> path = Optional.of(ChoicePath.of(0)); path.isPresent(); path = path.get().next()) {
 *   HostedStore left = newStore().crash(path.get().choices());
 * }
 * }</pre>
 *
 * <p>A choice with a percentage is tried both ways if it is above 0 and below 100, and a choice
 * with weights takes each course whose weight is not 0.
 */
public final class ChoicePath {

  /** The highest number of a path. */
  public static final int MAX_NUMBER = (1 << 20) - 1;

  private final int number;

  /** What is left of the number, divided by the bounds of the choices that were made. */
  private int rest;

  /** The product of these bounds. */
  private long scale = 1;

  /** The number of the choices that were made, without those that follow. */
  private long made;

  /** The number of the path that differs in the last choice that has another number. */
  private long next = -1;

  private ChoicePath(int number) {
    this.number = number;
    this.rest = number;
  }

  /**
   * Returns a path.
   *
   * @param number its number, from 0 to {@value #MAX_NUMBER}; 0: all choices are the most harmless
   *     ones
   * @return the path, for one run of an action
   * @throws IllegalArgumentException if the number is out of range
   */
  public static ChoicePath of(int number) {
    if (number < 0 || number > MAX_NUMBER) {
      throw new IllegalArgumentException("number: 0 to " + MAX_NUMBER + ": " + number);
    }
    return new ChoicePath(number);
  }

  /** {@return the number of this path} */
  public int number() {
    return number;
  }

  /** {@return the choices of this path, for one run of the action} */
  public Choices choices() {
    return Choices.along(this);
  }

  /**
   * Returns the next path, after the action was run with the {@link #choices} of this one.
   *
   * @return the path; empty if all were tried
   * @throws IllegalStateException if the action makes so many choices that the number of the path
   *     is above {@value #MAX_NUMBER}
   */
  public Optional<ChoicePath> next() {
    if (next > MAX_NUMBER) {
      throw new IllegalStateException(
          "an action has so many choices that there are more than " + MAX_NUMBER + " ways to go");
    }
    return next < 0 ? Optional.empty() : Optional.of(new ChoicePath((int) next));
  }

  /** Makes the next choice of the run: a number below a bound. */
  int choose(int bound) {
    int chosen = rest % bound;
    rest /= bound;
    if (chosen + 1 < bound) {
      next = Math.min(made + (chosen + 1) * scale, Integer.MAX_VALUE);
    }
    made += chosen * scale;
    scale = Math.min(scale * bound, Integer.MAX_VALUE);
    return chosen;
  }
}
