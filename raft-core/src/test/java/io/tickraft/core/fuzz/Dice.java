package io.tickraft.core.fuzz;

import java.util.List;
import java.util.SplittableRandom;

/** A seeded random generator with the words that fuzzing needs. */
final class Dice {

  private final SplittableRandom random;

  Dice(long seed) {
    random = new SplittableRandom(seed);
  }

  /** True once in {@code n} times. */
  boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  boolean percent(int p) {
    return random.nextInt(100) < p;
  }

  /** A number from 0 to {@code bound - 1}. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** A number from {@code low} to {@code high}, or {@code low} if that is above {@code high}. */
  long between(long low, long high) {
    return high <= low ? low : low + random.nextLong(Math.max(1, high - low + 1));
  }

  int between(int low, int high) {
    return (int) between((long) low, (long) high);
  }

  long any() {
    return random.nextLong();
  }

  <T> T of(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /** A position, each with the weight that stands there. */
  int weighted(int... weights) {
    int sum = 0;
    for (int weight : weights) {
      sum += weight;
    }
    int at = random.nextInt(sum);
    for (int i = 0; ; i++) {
      at -= weights[i];
      if (at < 0) {
        return i;
      }
    }
  }
}
