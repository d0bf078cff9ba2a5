package io.tickraft.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IndexedBytesTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void countsAndSumsWhatASortedMapDoes(long seed) {
    Random random = new Random(seed);
    IndexedBytes queue = new IndexedBytes();
    TreeMap<Long, Long> model = new TreeMap<>();
    long index = 0;
    for (int step = 0; step < 3000; step++) {
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3, 4 -> {
          index += 1 + random.nextInt(3);
          long bytes = random.nextInt(100);
          queue.add(index, bytes);
          model.put(index, bytes);
        }
        case 5, 6, 7 -> {
          long to = index - random.nextInt(30);
          queue.freeTo(to);
          model.headMap(to, true).clear();
        }
        case 8 -> {
          IndexedBytes copy = queue.copy();
          queue.add(index + 1, 1); // is not seen by the copy
          queue = copy;
        }
        default -> {
          if (random.nextInt(50) == 0) {
            queue.clear();
            model.clear();
          }
        }
      }
      assertThat(queue.count()).isEqualTo(model.size());
      assertThat(queue.bytes()).isEqualTo(model.values().stream().mapToLong(b -> b).sum());
    }
  }
}
