package io.tickraft.testkit.explore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EventTest {

  @ParameterizedTest
  @EnumSource
  void eachPartOfAnEventComesOutAsItWasPutIn(EventKind kind) {
    for (int node : new int[] {0, 1, Event.MAX_NODES - 1}) {
      for (int argument : new int[] {0, 1, Event.MAX_ARGUMENTS - 1}) {
        int event = Event.of(kind, node, argument);
        assertThat(event).isNotNegative();
        assertThat(Event.kind(event)).isEqualTo(kind);
        assertThat(Event.node(event)).isEqualTo(node);
        assertThat(Event.argument(event)).isEqualTo(argument);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 1", "1, 0", "3, 255", "16383, 255"})
  void aCrashSaysWhatTheDiskKeeps(int writes, int parts) {
    int argument = Event.argument(Event.of(EventKind.CRASH, 15, Event.crash(writes, parts)));
    assertThat(Event.keptWrites(argument)).isEqualTo(writes);
    assertThat(Event.keptParts(argument)).isEqualTo(parts);
  }

  @ParameterizedTest
  @EnumSource
  @SuppressWarnings("EnumOrdinal") // As a search has them.
  void theCountersOfAllLimitedKindsFitANumberOf64Bits(EventKind kind) {
    int end = (kind.ordinal() + 1) * EventKind.BITS;
    assertThat(!kind.isLimited() || end <= Long.SIZE).isTrue();
  }
}
