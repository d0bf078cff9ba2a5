package io.tickraft.proto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Whatever the bytes, the codec does what the generated classes do. */
final class MessageCodecFuzzTest {

  private static final int MESSAGES = Integer.getInteger("tickraft.fuzz.messages", 40_000);
  private static final long SEED = Long.getLong("tickraft.fuzz.seed", 1);

  /** How often a message is changed; making it costs more than a check. */
  private static final int CHANGED_PER_MESSAGE = 4;

  @Test
  void randomMessagesAndChangedBytesAreTreatedAsByTheGeneratedClasses() {
    RandomMessages random = new RandomMessages(SEED);
    CodecComparison comparison = new CodecComparison();
    for (int number = 0; number < MESSAGES; ) {
      byte[] bytes = random.bytes();
      check(comparison, bytes, number++);
      for (int changed = 0; changed < CHANGED_PER_MESSAGE; changed++) {
        check(comparison, random.changed(bytes), number++);
      }
    }

    assertThat(comparison.parsedHere).as("parsed by the codec").isGreaterThan(MESSAGES / 8);
    assertThat(comparison.leftToGenerated).as("by the parser").isGreaterThan(MESSAGES / 10);
    assertThat(comparison.malformed).as("malformed").isGreaterThan(MESSAGES / 20);
  }

  private static void check(CodecComparison comparison, byte[] bytes, int number) {
    try {
      comparison.check(bytes);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "seed %d, message %d: %s".formatted(SEED, number, HexFormat.of().formatHex(bytes)), e);
    }
  }
}
