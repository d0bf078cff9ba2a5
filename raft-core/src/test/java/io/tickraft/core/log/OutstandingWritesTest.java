package io.tickraft.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OutstandingWritesTest {

  /** What a write is made of, in an object of its own. */
  private record Model(
      long ready, long term, long vote, long tick, long lastIndex, long snapshotIndex) {

    Model truncatedFrom(long index) {
      return new Model(ready, term, vote, tick, Math.min(lastIndex, index - 1), snapshotIndex);
    }
  }

  /** The objects of acknowledged writes are reused, which no other write and no copy may notice. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void keepsWhatAQueueOfSeparateWritesKeeps(long seed) {
    Random random = new Random(seed);
    OutstandingWrites writes = new OutstandingWrites();
    ArrayDeque<Model> model = new ArrayDeque<>();
    for (long step = 1; step <= 3000; step++) {
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3 -> {
          Model added = randomWrite(random, step);
          add(writes, added);
          model.add(added);
        }
        case 4, 5, 6, 7 -> {
          if (!model.isEmpty()) {
            OutstandingWrites.Write oldest = writes.acknowledgeOldest(step);
            Model expected = model.remove();
            assertThat(oldest.term()).isEqualTo(expected.term);
            assertThat(oldest.vote()).isEqualTo(expected.vote);
            assertThat(oldest.lastIndex()).isEqualTo(expected.lastIndex);
            assertThat(oldest.snapshotIndex()).isEqualTo(expected.snapshotIndex);
          }
        }
        case 8 -> {
          long index = 1L + random.nextInt(20);
          writes.truncateFrom(index);
          model = truncatedFrom(index, model);
        }
        default -> {
          OutstandingWrites copy = writes.copy();
          add(writes, randomWrite(random, step)); // The copy does not see this,
          writes.truncateAll(); // nor this.
          writes = copy;
        }
      }
      long oldestSnapshot =
          model.stream()
              .mapToLong(Model::snapshotIndex)
              .filter(index -> index > 0)
              .findFirst()
              .orElse(Long.MAX_VALUE);
      long ready = step - random.nextInt(5);
      List<Model> acknowledged = model.stream().filter(write -> write.ready <= ready).toList();
      assertThat(writes.lastIndexUpTo(ready))
          .isEqualTo(acknowledged.stream().mapToLong(Model::lastIndex).max().orElse(0));
      assertThat(writes.snapshotUpTo(ready))
          .isEqualTo(acknowledged.stream().mapToLong(Model::snapshotIndex).max().orElse(0));
      assertThat(writes.count()).isEqualTo(model.size());
      assertThat(writes.oldestReady())
          .isEqualTo(model.isEmpty() ? Long.MAX_VALUE : model.getFirst().ready);
      assertThat(writes.ageOfOldest(step))
          .isEqualTo(model.isEmpty() ? 0 : step - model.getFirst().tick);
      assertThat(writes.oldestSnapshot()).isEqualTo(oldestSnapshot);
    }
  }

  private static Model randomWrite(Random random, long step) {
    return new Model(
        step,
        step,
        random.nextInt(4),
        step,
        random.nextInt(20),
        random.nextBoolean() ? 0 : random.nextInt(20));
  }

  private static void add(OutstandingWrites writes, Model added) {
    writes.add(
        added.ready, added.term, added.vote, added.tick, added.lastIndex, added.snapshotIndex);
  }

  private static ArrayDeque<Model> truncatedFrom(long index, ArrayDeque<Model> model) {
    ArrayDeque<Model> truncated = new ArrayDeque<>();
    model.forEach(write -> truncated.add(write.truncatedFrom(index)));
    return truncated;
  }
}
