package io.tickraft.examples.kv.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.Ready;
import io.tickraft.core.Storage;
import io.tickraft.examples.kv.command.Command;
import io.tickraft.examples.kv.command.CommandCodec;
import io.tickraft.proto.Append;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryId;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The log on the disk against the one in memory: a follower is told of entries by ever new leaders,
 * which replace what the last one left, and compacts and is restarted at times; both storages get
 * the same Readys and must give the same answers.
 */
class LogStoreModelTest {

  private static final int STEPS = 300;
  private static final long LOG_BYTES = 2_000;

  @TempDir Path dir;

  private final MemoryStorage model = MemoryStorage.bootstrapped(1, 2);
  private int truncations;
  private int compactions;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void theLogOnTheDiskAnswersAsTheOneInMemory(long seed) {
    Random random = new Random(seed);
    long term = 2;
    StoredNode follower = new StoredNode(dir, 1, 2);
    for (int step = 0; step < STEPS; step++) {
      if (random.nextInt(4) == 0) {
        term++;
      }
      follower.node.step(append(random, follower, term));
      work(follower);
      if (random.nextInt(5) == 0) {
        compact(follower);
      }
      if (random.nextInt(15) == 0) {
        follower.close();
        follower = new StoredNode(dir, 1, 2);
      }
      assertSame(random, follower.store.log());
    }
    follower.close();
    assertThat(truncations).isGreaterThan(10);
    assertThat(compactions).isGreaterThan(3);
  }

  private Message append(Random random, StoredNode follower, long term) {
    long last = follower.node.status().last().index();
    long commit = follower.node.status().commitIndex();
    // In a term that was seen, a leader only appends; a new one may replace what is not committed.
    boolean sameTerm = follower.store.log().term(last) == term;
    long prev = sameTerm ? last : commit + random.nextInt((int) (last - commit) + 1);
    truncations += prev < last ? 1 : 0;
    List<Entry> entries = new ArrayList<>();
    for (int i = 1 + random.nextInt(6); i > 0; i--) {
      entries.add(
          Entry.newBuilder()
              .setIndex(prev + entries.size() + 1)
              .setTerm(term)
              .setType(EntryType.ENTRY_TYPE_COMMAND)
              .setData(command(random))
              .build());
    }
    return Message.newBuilder()
        .setFrom(2)
        .setTo(1)
        .setGroup(1)
        .setTerm(term)
        .setAppend(
            Append.newBuilder()
                .setPrev(
                    EntryId.newBuilder().setIndex(prev).setTerm(follower.store.log().term(prev)))
                .addAllEntries(entries)
                .setCommit(prev + random.nextInt(entries.size() + 1)))
        .build();
  }

  private static ByteString command(Random random) {
    ByteString value = ByteString.copyFrom(new byte[random.nextInt(60)]);
    return CommandCodec.encode(
        new Command.Set(ByteString.EMPTY, value, Command.Condition.ALWAYS, false));
  }

  private void work(StoredNode follower) {
    while (follower.node.hasReady()) {
      Ready ready = follower.node.ready();
      follower.store.log().persist(ready);
      model.persist(ready);
      StoredNode.applyAll(
          follower.store.machine(),
          ready.committedEntries(),
          ready.confState(),
          (entry, reply) -> {});
      follower.node.advance(ready);
    }
  }

  private void compact(StoredNode follower) {
    if (follower.store.log().compactBeyond(LOG_BYTES, Long.MAX_VALUE)) {
      compactions++;
      long applied = follower.store.machine().applied().index();
      model.createSnapshot(
          applied, follower.store.machine().applied().confState(), ByteString.EMPTY);
      model.compact(follower.store.log().firstIndex() - 1);
    }
  }

  private void assertSame(Random random, LogStore log) {
    assertThat(log.firstIndex()).isEqualTo(model.firstIndex());
    assertThat(log.lastIndex()).isEqualTo(model.lastIndex());
    assertThat(log.initialState()).isEqualTo(model.initialState());
    for (long i = Math.max(0, log.firstIndex() - 3); i <= log.lastIndex() + 2; i++) {
      assertThat(log.term(i)).as("term of %d", i).isEqualTo(model.term(i));
    }
    int size = (int) (log.lastIndex() - log.firstIndex()) + 1;
    for (int i = 0; i < 10 && size > 0; i++) {
      long lo = log.firstIndex() + random.nextInt(size);
      long hi = lo + 1 + random.nextInt((int) (log.lastIndex() - lo) + 1);
      assertEntries(log, lo, hi, 1 + random.nextInt(400));
    }
    assertThat(log.entries(log.firstIndex() - 1, log.lastIndex() + 1, 100))
        .isEqualTo(new Storage.EntriesResult.Compacted());
  }

  /** Fewer than there could be are allowed, from elsewhere than the model's are not. */
  private void assertEntries(LogStore log, long lo, long hi, long maxBytes) {
    List<Entry> expected = available(model.entries(lo, hi, maxBytes));
    List<Entry> found = available(log.entries(lo, hi, maxBytes));
    assertThat(found).isNotEmpty();
    assertThat(expected.subList(0, found.size())).isEqualTo(found);
    // In two parts, as one is on the disk and the other in memory, they are all there.
    long next = lo + found.size();
    if (found.size() < expected.size()) {
      assertThat(available(log.entries(next, hi, maxBytes)).get(0))
          .isEqualTo(expected.get(found.size()));
    }
  }

  private static List<Entry> available(Storage.EntriesResult result) {
    return ((Storage.EntriesResult.Available) result).entries();
  }
}
