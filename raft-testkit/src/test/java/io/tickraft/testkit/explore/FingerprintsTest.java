package io.tickraft.testkit.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FingerprintsTest {

  private final Fingerprints fingerprints = new Fingerprints();

  @Test
  void aFingerprintIsNewOnce() {
    assertThat(fingerprints.add(-5)).isTrue();
    assertThat(fingerprints.add(-5)).isFalse();
    assertThat(fingerprints.add(-6)).isTrue();
    assertThat(fingerprints.size()).isEqualTo(2);
  }

  @Test
  void zeroIsAFingerprint() {
    assertThat(fingerprints.add(0)).isTrue();
    assertThat(fingerprints.add(0)).isFalse();
    assertThat(fingerprints.size()).isEqualTo(1);
  }

  @Test
  void fingerprintsThatBeginAlikeAreDifferent() {
    // The upper bits choose the place in the table: all of these ask for its last one.
    for (int i = 0; i < 100; i++) {
      assertThat(fingerprints.add(-1L - i)).isTrue();
    }
    for (int i = 0; i < 100; i++) {
      assertThat(fingerprints.add(-1L - i)).isFalse();
    }
  }

  @Test
  void everyFingerprintIsKnownAfterTheTableHasGrown() {
    int many = 200_000;
    long before = fingerprints.bytes();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < many; i++) {
      fingerprints.add(random.nextLong());
    }
    assertThat(fingerprints.size()).isEqualTo(many);
    // 8 bytes for each place, and at most three of four are taken.
    assertThat(fingerprints.bytes()).isGreaterThan(before).isBetween(8L * many, 8L * 3 * many);
    SplittableRandom again = new SplittableRandom(1);
    for (int i = 0; i < many; i++) {
      fingerprints.add(again.nextLong());
    }
    assertThat(fingerprints.size()).isEqualTo(many);
  }

  @Test
  void theCollisionOddsAreThoseOfRandomNumbersOf64Bits() {
    assertThat(fingerprints.collisionOdds()).isZero();
    SplittableRandom random = new SplittableRandom(1);
    while (fingerprints.size() < 1 << 17) {
      fingerprints.add(random.nextLong());
    }
    // There are n * n / 2 pairs, and one of 2 to the 64 pairs is equal.
    assertThat(fingerprints.collisionOdds()).isCloseTo(Math.pow(2, -31), within(1e-12));
  }
}
