package io.tickraft.testkit.cli.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.testkit.cli.campaign.Seeds.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeedsTest {

  @ParameterizedTest
  @CsvSource({"1, 100, 1", "1, 100, 7", "17, 5, 5", "0, 3, 5", "500, 40, 40", "9, 41, 40"})
  void shardsAreDisjointAndComplete(long first, long count, int shards) {
    List<Long> all = new ArrayList<>();
    for (int k = 1; k <= shards; k++) {
      Seeds seeds = new Seeds(first, count, new Shard(k, shards));
      for (long position = 0; position < seeds.size(); position++) {
        all.add(seeds.at(position));
      }
    }
    assertThat(all)
        .containsExactlyInAnyOrderElementsOf(
            LongStream.range(first, first + count).boxed().toList());
  }

  @Test
  void seedsWithoutAnEndReachTheLastNumber() {
    Seeds seeds = Seeds.from(5, Shard.WHOLE);
    assertThat(seeds.at(0)).isEqualTo(5);
    assertThat(seeds.at(seeds.size() - 1)).isEqualTo(Long.MAX_VALUE);
    Seeds third = Seeds.from(1, new Shard(3, 40));
    assertThat(third.at(0)).isEqualTo(3);
    assertThat(third.at(1)).isEqualTo(43);
    assertThat(third.at(third.size() - 1)).isBetween(Long.MAX_VALUE - 40, Long.MAX_VALUE);
    assertThat(Seeds.from(0, Shard.WHOLE).size()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void impossibleNumbersAreRefused() {
    assertThatThrownBy(() -> new Seeds(-1, 1, Shard.WHOLE)).hasMessageContaining("at least 0: -1");
    assertThatThrownBy(() -> new Seeds(1, 0, Shard.WHOLE)).hasMessageContaining("at least 1: 0");
    assertThatThrownBy(() -> new Seeds(Long.MAX_VALUE, 2, Shard.WHOLE))
        .hasMessageContaining("the last one is above");
    assertThatThrownBy(() -> new Shard(0, 1)).hasMessageContaining("0/1");
    assertThatThrownBy(() -> new Shard(2, 1)).hasMessageContaining("2/1");
  }
}
