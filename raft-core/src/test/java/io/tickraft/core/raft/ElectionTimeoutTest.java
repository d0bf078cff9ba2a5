package io.tickraft.core.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ElectionTimeoutTest {

  @ParameterizedTest
  @ValueSource(ints = {2, 10, 100})
  void timeoutsAreFromElectionTicksToTwiceAsManyAndEachIsAsLikely(int electionTicks) {
    TreeMap<Integer, Integer> counts = new TreeMap<>();
    int draws = 2000 * electionTicks;
    for (int term = 0; term < draws; term++) {
      counts.merge(ElectionTimeout.ticks(electionTicks, 42, 0, 1, term, 0), 1, Integer::sum);
    }

    assertThat(counts).hasSize(electionTicks);
    assertThat(counts.firstKey()).isEqualTo(electionTicks);
    assertThat(counts.lastKey()).isEqualTo(2 * electionTicks - 1);
    assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(1700, 2300));
  }

  @Test
  void theLongestTimeoutThatCanBeConfiguredDoesNotOverflow() {
    for (int term = 0; term < 1000; term++) {
      assertThat(ElectionTimeout.ticks(1 << 29, 42, 0, 1, term, 0))
          .isBetween(1 << 29, (1 << 30) - 1);
    }
  }

  // Pinned: a trace that was recorded must replay with every later version.
  @ParameterizedTest
  @CsvSource({
    "0, 0, 1, 0, 0, 1238",
    "42, 0, 1, 1, 0, 1369",
    "42, 7, 3, 5, 2, 1588",
    "-1, 9223372036854775807, 9223372036854775807, 9223372036854775807, 1, 1146",
  })
  void theSameInputsGiveTheSameTimeoutForEver(
      long seed, long incarnation, long id, long term, long attempt, int expected) {
    assertThat(ElectionTimeout.ticks(1000, seed, incarnation, id, term, attempt))
        .isEqualTo(expected);
  }

  @Test
  void everyInputMatters() {
    TreeSet<Integer> timeouts = new TreeSet<>();
    int range = 1 << 28;
    timeouts.add(ElectionTimeout.ticks(range, 1, 1, 1, 1, 1));
    timeouts.add(ElectionTimeout.ticks(range, 2, 1, 1, 1, 1));
    timeouts.add(ElectionTimeout.ticks(range, 1, 2, 1, 1, 1));
    timeouts.add(ElectionTimeout.ticks(range, 1, 1, 2, 1, 1));
    timeouts.add(ElectionTimeout.ticks(range, 1, 1, 1, 2, 1));
    timeouts.add(ElectionTimeout.ticks(range, 1, 1, 1, 1, 2));

    assertThat(timeouts).hasSize(6);
  }
}
