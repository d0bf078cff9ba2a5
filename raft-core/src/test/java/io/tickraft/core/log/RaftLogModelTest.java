package io.tickraft.core.log;

import static io.tickraft.core.Wire.change;
import static io.tickraft.core.Wire.entry;
import static io.tickraft.core.Wire.snapshot;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.core.LogId;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.Wire;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Snapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The log under random operations, against a list of entries and two disks: one that has written
 * only what is acknowledged, and one that has written all it was told to.
 */
final class RaftLogModelTest {

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 400);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void behavesLikeANaiveLogWhateverTheOrderOfEvents(long seed) {
    World world = new World(seed);
    for (int step = 0; step < 250; step++) {
      world.act();
      world.check();
    }
    world.finish();
  }

  /** A snapshot that was handed out, and the last index that was handed out before it. */
  private record Jump(long from, long to) {}

  private record Write(@Nullable Snapshot snapshot, List<Entry> entries) {}

  private static final class World {
    private static final long MAX_UNAPPLIED = 60;

    private final Random random;

    /** Holds what is acknowledged, and only that. */
    private final MemoryStorage behind = MemoryStorage.bootstrapped(1, 2, 3);

    /** Holds all that the log told it to write. */
    private final MemoryStorage ahead = MemoryStorage.bootstrapped(1, 2, 3);

    private final ArrayDeque<Write> writes = new ArrayDeque<>();
    private RaftLog log;
    private final MemoryStorage storage;

    // The model: what is before the first entry, and the entries.
    private long base = 1;
    private long baseTerm = 1;
    private final List<Entry> model = new ArrayList<>();
    private long committed = 1;

    /** The last index that the state machine was brought to, by entry or by snapshot. */
    private long handedOut = 1;

    private long applied = 1;
    private long term = 1;
    private final List<Jump> jumps = new ArrayList<>();

    World(long seed) {
      random = new Random(seed);
      storage = seed % 2 == 0 ? behind : ahead;
      log = new RaftLog(storage, 1, 1, MAX_UNAPPLIED);
    }

    private long last() {
      return base + model.size();
    }

    private long term(long index) {
      if (index == base) {
        return baseTerm;
      }
      return index < base || index > last() ? 0 : at(index).getTerm();
    }

    private Entry at(long index) {
      return model.get((int) (index - base - 1));
    }

    /** A number from {@code low} to {@code high}. */
    private long between(long low, long high) {
      return low + random.nextInt((int) (high - low + 1));
    }

    void act() {
      switch (random.nextInt(16)) {
        case 0, 1, 2 -> appendOwn();
        case 3, 4, 5 -> appendOfALeader();
        case 6, 7 -> write();
        case 8, 9, 10 -> persisted();
        case 11 -> {
          committed = between(committed, last());
          log.commitTo(committed);
        }
        case 12, 13 -> hand();
        case 14 -> {
          long to = between(applied, handedOut);
          if (!log.hasUnstableSnapshot()) {
            applied = to;
            log.applying().appliedTo(to);
          }
        }
        default -> {
          switch (random.nextInt(6)) {
            case 0, 1 -> restore();
            case 2 -> log = log.copy(storage);
            default -> compact();
          }
        }
      }
    }

    /** One in five is a membership change. */
    private Entry some(long index) {
      return random.nextInt(5) == 0 ? change(term, index) : entry(term, index);
    }

    private void appendOwn() {
      if (random.nextInt(3) == 0) {
        term++;
      }
      Entry entry = some(last() + 1);
      log.append(entry);
      model.add(entry);
    }

    /** Entries that partly are there already, and partly replace what is not committed. */
    private void appendOfALeader() {
      long prev = between(Math.max(committed, log.firstIndex() - 1), last());
      List<Entry> entries = new ArrayList<>();
      long index = prev + 1;
      for (int same = random.nextInt(4); same > 0 && index <= last(); same--) {
        entries.add(at(index));
        index++;
      }
      boolean conflicts = random.nextBoolean();
      if (conflicts || index > last()) {
        term++;
        for (int other = random.nextInt(4); other > 0; other--) {
          entries.add(some(index));
          index++;
        }
      }
      LogSlice slice = new LogSlice(prev, term(prev), entries);
      assertThat(log.contradictsCommitted(slice)).isFalse();

      long truncated = log.append(slice);

      long expected = 0;
      for (Entry entry : entries) {
        if (entry.getIndex() <= last() && !at(entry.getIndex()).equals(entry)) {
          expected = entry.getIndex();
          model.subList((int) (entry.getIndex() - base - 1), model.size()).clear();
        }
        if (entry.getIndex() > last()) {
          model.add(entry);
        }
      }
      assertThat(truncated).isEqualTo(expected);
    }

    private void restore() {
      long index = committed + 1 + random.nextInt(6);
      term++;
      Snapshot snapshot = snapshot(term, index, voters(1, 2, 3));
      log.restore(snapshot);
      base = index;
      baseTerm = term;
      model.clear();
      committed = index;
    }

    private void write() {
      if (!log.hasUnwritten()) {
        return;
      }
      Snapshot snapshot = log.unwrittenSnapshot();
      Write write = new Write(snapshot, List.copyOf(log.unwrittenEntries()));
      log.write(1, 0, 0, 0);
      if (snapshot != null) {
        jumps.add(new Jump(handedOut, snapshot.getMetadata().getIndex()));
        handedOut = snapshot.getMetadata().getIndex();
        log.applying().takeSnapshot(snapshot);
      }
      writes.add(write);
      perform(write, ahead);
      assertThat(log.hasUnwritten()).isFalse();
      assertThat(log.unwrittenEntries()).isEmpty();
      assertThat(log.unwrittenSnapshot()).isNull();
      // What is told is the whole difference.
      assertThat(ahead.lastIndex()).isEqualTo(last());
      for (long i = ahead.firstIndex(); i <= last(); i++) {
        assertThat(ahead.term(i)).isEqualTo(term(i));
      }
    }

    private static void perform(Write write, MemoryStorage disk) {
      if (write.snapshot != null) {
        disk.installSnapshot(write.snapshot);
      }
      disk.append(write.entries);
    }

    private void persisted() {
      if (!writes.isEmpty()) {
        perform(writes.removeFirst(), behind);
        log.writePersisted(0);
      }
    }

    private void hand() {
      boolean has = log.applying().hasBatch();
      List<Entry> page = log.applying().takeBatch();
      assertThat(page.isEmpty()).isEqualTo(!has);
      assertThat(page.stream().limit(Math.max(0, page.size() - 1)))
          .as("a page ends with a membership change")
          .noneMatch(World::isChange);
      for (Entry entry : page) {
        assertThat(entry).isEqualTo(at(handedOut + 1));
        assertThat(entry.getIndex()).isLessThanOrEqualTo(committed);
        assertThat(behind.term(entry.getIndex())).isEqualTo(entry.getTerm());
        handedOut++;
      }
      assertThat(log.applying().applyingIndex()).isEqualTo(handedOut);
    }

    private void compact() {
      for (MemoryStorage disk : List.of(behind, ahead)) {
        long has = disk.snapshot().snapshot().getMetadata().getIndex();
        if (applied > has && applied <= disk.lastIndex() && !log.hasUnstableSnapshot()) {
          disk.createSnapshot(applied, voters(1, 2, 3), Wire.bytes("state"));
          disk.compact(between(disk.firstIndex() - 1, applied));
        }
      }
    }

    void check() {
      assertThat(log.lastIndex()).isEqualTo(last());
      assertThat(log.last()).isEqualTo(new LogId(term(last()), last()));
      assertThat(log.committed()).isEqualTo(committed);
      assertThat(log.committedId().term()).isEqualTo(term(committed));
      assertThat(log.applying().appliedIndex()).isEqualTo(applied);
      assertThat(log.firstIndex() - 1).isBetween(base, Math.max(base, handedOut));
      for (long i = log.firstIndex() - 1; i <= last() + 1; i++) {
        assertThat(log.term(i)).as("term of %d", i).isEqualTo(term(i));
        assertThat(log.matches(i, Math.max(1, term(i)))).isEqualTo(i <= last());
      }
      assertThat(log.term(log.firstIndex() - 2)).isZero();
      checkPersisted();
      checkReading();
      checkHints();
      checkChanges();
      checkSkipped();
      long bytes = 0;
      for (long i = Math.max(base, log.persisted()) + 1; i <= last(); i++) {
        bytes += at(i).getSerializedSize();
      }
      assertThat(log.unstableBytes()).isEqualTo(bytes);
    }

    /** Both disks hold what is said to be persisted, so no read and no promise can be wrong. */
    private void checkPersisted() {
      if (log.hasUnstableSnapshot()) {
        return;
      }
      assertThat(log.persisted()).isLessThanOrEqualTo(last());
      for (MemoryStorage disk : List.of(behind, ahead)) {
        for (long i = Math.max(disk.firstIndex(), log.firstIndex()); i <= log.persisted(); i++) {
          assertThat(disk.term(i)).as("term of %d on a disk", i).isEqualTo(term(i));
        }
        assertThat(disk.lastIndex()).isGreaterThanOrEqualTo(log.persisted());
      }
    }

    private void checkReading() {
      if (log.firstIndex() > last()) {
        return;
      }
      long from = between(log.firstIndex(), last());
      long maxBytes = 1L + random.nextInt(80);
      List<Entry> page = log.entries(from, maxBytes);
      long bytes = 0;
      for (int i = 0; i < page.size(); i++) {
        assertThat(page.get(i)).isEqualTo(at(from + i));
        bytes += page.get(i).getSerializedSize();
      }
      assertThat(page).isNotEmpty();
      assertThat(bytes <= maxBytes || page.size() == 1).as("a page within its limit").isTrue();
    }

    private void checkHints() {
      long index = between(log.firstIndex() - 1, last() + 2);
      long limit = between(0, term + 1);
      long expected = log.firstIndex() - 1;
      for (long i = log.firstIndex(); i <= Math.min(index, last()); i++) {
        if (term(i) <= limit) {
          expected = i;
        }
      }

      assertThat(log.lastNotAbove(index, limit)).isEqualTo(new LogId(term(expected), expected));
    }

    private static boolean isChange(Entry entry) {
      return entry.getType() == EntryType.ENTRY_TYPE_CONF_CHANGE;
    }

    private boolean hasChange(long above, long to) {
      for (long i = Math.max(above, base) + 1; i <= to; i++) {
        if (isChange(at(i))) {
          return true;
        }
      }
      return false;
    }

    private void checkChanges() {
      assertThat(log.hasPendingChange()).isEqualTo(hasChange(applied, last()));
      for (long i = applied; i <= committed; i++) {
        assertThat(log.hasCommittedChangeAbove(i))
            .as("change above %d", i)
            .isEqualTo(hasChange(i, committed));
      }
    }

    /** What a snapshot has skipped is not forgotten before the snapshot is applied. */
    private void checkSkipped() {
      jumps.removeIf(jump -> jump.to <= applied);
      for (long i = 1; i <= handedOut + 1; i++) {
        long index = i;
        assertThat(log.applying().isReplacedBySnapshot(i))
            .as("%d is skipped", i)
            .isEqualTo(jumps.stream().anyMatch(jump -> jump.from < index && index < jump.to));
      }
    }

    /**
     * Once the disk has caught up, everything is persisted and all that is committed can be had.
     */
    void finish() {
      write();
      while (!writes.isEmpty()) {
        persisted();
        check();
      }
      assertThat(log.persisted()).isEqualTo(last());
      assertThat(log.unstableBytes()).isZero();
      assertThat(log.hasUnstableSnapshot()).isFalse();
      while (handedOut < committed) {
        applied = handedOut;
        log.applying().appliedTo(applied);
        assertThat(log.applying().hasBatch()).isTrue();
        hand();
      }
    }
  }
}
