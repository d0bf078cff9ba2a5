package io.tickraft.testkit.explore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LongTableTest {

  private final LongTable table = new LongTable();

  @Test
  void aKeyThatIsNotThereHasNoNumber() {
    assertThat(table.get(7)).isEqualTo(LongTable.NONE);
    table.put(7, 0);
    assertThat(table.get(7)).isZero();
    assertThat(table.get(8)).isEqualTo(LongTable.NONE);
  }

  @Test
  void anyKeyIsAKey() {
    long[] keys = {0, -1, 1, Long.MIN_VALUE, Long.MAX_VALUE};
    for (int i = 0; i < keys.length; i++) {
      table.put(keys[i], 10 * i);
    }
    for (int i = 0; i < keys.length; i++) {
      assertThat(table.get(keys[i])).isEqualTo(10 * i);
    }
  }

  @Test
  void everyKeyIsFoundAfterTheTableHasGrown() {
    for (int i = 0; i < 10_000; i++) {
      table.put(key(i), i);
    }
    for (int i = 0; i < 10_000; i++) {
      assertThat(table.get(key(i))).isEqualTo(i);
    }
    assertThat(table.get(key(10_000))).isEqualTo(LongTable.NONE);
  }

  /** As a search has them: the number of a state in the upper half, an event in the lower one. */
  private static long key(int i) {
    return (long) (i / 10) << Integer.SIZE | Event.of(EventKind.CAMPAIGN, i % 10, 0);
  }
}
