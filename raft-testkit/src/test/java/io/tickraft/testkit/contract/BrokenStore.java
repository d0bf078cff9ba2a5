package io.tickraft.testkit.contract;

import com.google.protobuf.ByteString;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.Ready;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Stores with one mistake each, with the rule that the mistake breaks. */
@SuppressWarnings("ImmutableEnumChecker") // The factories have no state.
enum BrokenStore {
  RETURNS_ENTRIES_FROM_LO_PLUS_1(
      StorageRule.ENTRIES_FROM_LO_WITHOUT_GAP,
      answering(
          memory ->
              new Answers(memory) {
                @Override
                public EntriesResult entries(long lo, long hi, long maxBytes) {
                  return lo >= memory.firstIndex() && lo + 1 < hi
                      ? super.entries(lo + 1, hi, maxBytes)
                      : super.entries(lo, hi, maxBytes);
                }
              })),
  RETURNS_THE_ENTRY_AT_HI(
      StorageRule.ENTRIES_FROM_LO_WITHOUT_GAP,
      answering(
          memory ->
              new Answers(memory) {
                @Override
                public EntriesResult entries(long lo, long hi, long maxBytes) {
                  return super.entries(lo, Math.min(hi + 1, memory.lastIndex() + 1), maxBytes);
                }
              })),
  IGNORES_THE_LIMIT(
      StorageRule.ENTRIES_WITHIN_LIMIT,
      answering(
          memory ->
              new Answers(memory) {
                @Override
                public EntriesResult entries(long lo, long hi, long maxBytes) {
                  return super.entries(lo, hi, Long.MAX_VALUE);
                }
              })),
  RETURNS_NO_ENTRY_ABOVE_THE_LIMIT(
      StorageRule.ENTRIES_AT_LEAST_ONE,
      answering(
          memory ->
              new Answers(memory) {
                @Override
                public EntriesResult entries(long lo, long hi, long maxBytes) {
                  return super.entries(lo, hi, maxBytes) instanceof EntriesResult.Available found
                          && found.entries().get(0).getSerializedSize() > maxBytes
                      ? new EntriesResult.Available(List.of())
                      : super.entries(lo, hi, maxBytes);
                }
              })),
  FORGETS_THE_TERM_OF_THE_LAST_COMPACTED_ENTRY(
      StorageRule.TERM_OF_LAST_COMPACTED,
      answering(
          memory ->
              new Answers(memory) {
                @Override
                public long term(long index) {
                  // The bootstrap's snapshot has the term 1, like the lost one's default here.
                  return index == firstIndex() - 1 && index > 1 ? 0 : super.term(index);
                }
              })),
  ANSWERS_COMPACTED_FOR_THE_FIRST_ENTRY(
      StorageRule.ENTRIES_COMPACTED,
      answering(
          memory ->
              new Answers(memory) {
                @Override
                public EntriesResult entries(long lo, long hi, long maxBytes) {
                  return lo == firstIndex() && lo > 2
                      ? new EntriesResult.Compacted()
                      : super.entries(lo, hi, maxBytes);
                }
              })),
  ANSWERS_NOT_YET_FOR_EVER(
      StorageRule.ENTRIES_AVAILABLE_AT_LAST,
      answering(
          memory ->
              new Answers(memory) {
                @Override
                public EntriesResult entries(long lo, long hi, long maxBytes) {
                  return lo == 4 ? new EntriesResult.NotYet() : super.entries(lo, hi, maxBytes);
                }
              })),
  HAS_THE_FIRST_INDEX_1_IF_THE_LOG_IS_EMPTY(
      StorageRule.FIRST_INDEX,
      answering(
          memory ->
              new Answers(memory) {
                @Override
                public long firstIndex() {
                  return memory.log().isEmpty() && memory.lastIndex() == 1 ? 1 : super.firstIndex();
                }
              })),
  HAS_THE_LAST_INDEX_0_IF_THE_LOG_IS_EMPTY(
      StorageRule.LAST_INDEX,
      answering(
          memory ->
              new Answers(memory) {
                @Override
                public long lastIndex() {
                  return memory.log().isEmpty() && memory.firstIndex() == 2 ? 0 : super.lastIndex();
                }
              })),
  REMEMBERS_THE_FIRST_TERM_OF_AN_ENTRY(
      StorageRule.TERM,
      answering(
          memory ->
              new Answers(memory) {
                @Override
                public long term(long index) {
                  return index > 2 && index == memory.lastIndex() && index >= memory.firstIndex()
                      ? super.term(index) + 1
                      : super.term(index);
                }
              })),
  RETURNS_ALL_ENTRIES_WITHOUT_THE_LAST_BYTE(
      StorageRule.ENTRIES_AS_PERSISTED,
      answering(
          memory ->
              new Answers(memory) {
                @Override
                public EntriesResult entries(long lo, long hi, long maxBytes) {
                  return super.entries(lo, hi, maxBytes) instanceof EntriesResult.Available found
                      ? new EntriesResult.Available(
                          found.entries().stream().map(BrokenStore::withoutLastByte).toList())
                      : super.entries(lo, hi, maxBytes);
                }
              })),
  HAS_A_SNAPSHOT_AT_INDEX_0(
      StorageRule.EMPTY_STORAGE,
      answering(
          memory ->
              new Answers(memory) {
                @Override
                public SnapshotResult snapshot() {
                  return memory.lastIndex() == 0
                      ? new SnapshotResult.Available(
                          Snapshot.newBuilder().setData(ByteString.copyFromUtf8("{}")).build())
                      : super.snapshot();
                }
              })),
  ANSWERS_NOT_YET_TO_EVERY_FIRST_CALL(
      StorageRule.NODE_OPENS,
      answering(
          memory ->
              new Answers(memory) {
                private boolean isReady;

                @Override
                public SnapshotResult snapshot() {
                  isReady = !isReady;
                  return isReady ? new SnapshotResult.NotYet() : super.snapshot();
                }
              })),
  COMPACTS_WHAT_IS_NOT_APPLIED(
      StorageRule.COMPACTION_WITHIN_BOUND, content -> new CompactsAll(content, content.copy(), 1)),
  KEEPS_THE_FIRST_INDEX_AT_COMPACTION(
      StorageRule.ENTRIES_COMPACTED, content -> new FirstIndexTooLow(content, content.copy(), 1)),
  THROWS_FOR_A_BAD_CACHE(
      StorageRule.NO_EXCEPTION,
      answering(
          memory ->
              new Answers(memory) {
                @Override
                public long term(long index) {
                  if (index == 5) {
                    throw new IndexOutOfBoundsException("5");
                  }
                  return super.term(index);
                }
              })),
  KEEPS_THE_SUFFIX(
      StorageRule.SUFFIX_REPLACED, content -> new KeepsSuffix(content, content.copy(), 1)),
  KEEPS_THE_TAIL_BEHIND_A_SNAPSHOT(
      StorageRule.LOG_REPLACED_BY_SNAPSHOT, content -> new KeepsTail(content, content.copy(), 1)),
  WRITES_THE_HARD_STATE_ONLY_WITH_ENTRIES(
      StorageRule.INITIAL_STATE, content -> new HardStateWithEntries(content, content.copy(), 1)),
  CHANGES_AN_EARLIER_RESULT(
      StorageRule.RESULT_NEVER_CHANGES,
      answering(
          memory ->
              new Answers(memory) {
                private final List<Entry> buffer = new ArrayList<>();

                @Override
                public EntriesResult entries(long lo, long hi, long maxBytes) {
                  EntriesResult result = super.entries(lo, hi, maxBytes);
                  if (result instanceof EntriesResult.Available available) {
                    buffer.clear();
                    buffer.addAll(available.entries());
                    return new EntriesResult.Available(buffer);
                  }
                  return result;
                }
              })),
  RETURNS_THE_SNAPSHOT_FROM_BEFORE_THE_COMPACTION(
      StorageRule.SNAPSHOT_COVERS_COMPACTED,
      answering(
          memory ->
              new Answers(memory) {
                private final SnapshotResult first = memory.snapshot();

                @Override
                public SnapshotResult snapshot() {
                  return first;
                }
              })),
  PUTS_ANOTHER_CONFIGURATION_INTO_SNAPSHOTS(
      StorageRule.SNAPSHOT_METADATA,
      answering(
          memory ->
              new Answers(memory) {
                @Override
                public SnapshotResult snapshot() {
                  Snapshot.Builder snapshot = memory.snapshot().snapshot().toBuilder();
                  if (snapshot.getMetadata().getIndex() > 1) {
                    snapshot.getMetadataBuilder().setConfState(ConfState.newBuilder().addVoters(1));
                  }
                  return new SnapshotResult.Available(snapshot.build());
                }
              })),
  LOSES_THE_HARD_STATE_AT_A_RESTART(
      StorageRule.RESTART_KEEPS_ALL, content -> new LosesHardState(content, content.copy(), 1)),
  LOSES_A_SYNCED_WRITE_IN_A_CRASH(
      StorageRule.CRASH_KEEPS_WHAT_WAS_SYNCED,
      content -> new NeverSyncs(content, content.copy(), 1)),
  KEEPS_A_LATER_WRITE_WITHOUT_THE_EARLIER_ONES(
      StorageRule.CRASH_KEEPS_A_PREFIX,
      content -> new KeepsNewestWrite(content, content.copy(), 1));

  private final StorageRule rule;
  private final Function<MemoryStorage, DurableStore> store;

  BrokenStore(StorageRule rule, Function<MemoryStorage, DurableStore> store) {
    this.rule = rule;
    this.store = store;
  }

  StorageRule rule() {
    return rule;
  }

  DurableStore create(long... voters) {
    return store.apply(DurableStore.content(voters));
  }

  /** The answers of a memory. */
  static class Answers implements Storage {
    private final MemoryStorage memory;

    Answers(MemoryStorage memory) {
      this.memory = memory;
    }

    @Override
    public HardState initialState() {
      return memory.initialState();
    }

    @Override
    public EntriesResult entries(long lo, long hi, long maxBytes) {
      return memory.entries(lo, hi, maxBytes);
    }

    @Override
    public long term(long index) {
      return memory.term(index);
    }

    @Override
    public long firstIndex() {
      return memory.firstIndex();
    }

    @Override
    public long lastIndex() {
      return memory.lastIndex();
    }

    @Override
    public SnapshotResult snapshot() {
      return memory.snapshot();
    }
  }

  static Entry withoutLastByte(Entry entry) {
    ByteString data = entry.getData();
    return data.size() < 2
        ? entry
        : entry.toBuilder().setData(data.substring(0, data.size() - 1)).build();
  }

  private static Function<MemoryStorage, DurableStore> answering(
      Function<MemoryStorage, Storage> answers) {
    return content -> new Answering(content, content.copy(), 1, answers);
  }

  private static final class Answering extends DurableStore {
    private final Function<MemoryStorage, Storage> wrapper;
    private final Storage answers;

    Answering(
        MemoryStorage written,
        MemoryStorage synced,
        int starts,
        Function<MemoryStorage, Storage> wrapper) {
      super(written, synced, starts);
      this.wrapper = wrapper;
      this.answers = wrapper.apply(written);
    }

    @Override
    public Storage storage() {
      return answers;
    }

    @Override
    DurableStore open(MemoryStorage content) {
      return new Answering(content, content.copy(), starts + 1, wrapper);
    }
  }

  /** The first index is read when the store is opened, and is not raised by a compaction. */
  private static final class FirstIndexTooLow extends DurableStore {
    private long first;

    FirstIndexTooLow(MemoryStorage written, MemoryStorage synced, int starts) {
      super(written, synced, starts);
      first = written.firstIndex();
    }

    @Override
    public Storage storage() {
      return new Answers(written) {
        @Override
        public long firstIndex() {
          return first;
        }
      };
    }

    @Override
    public void persist(Ready ready) {
      super.persist(ready);
      if (ready.snapshot().isPresent()) {
        first = written.firstIndex();
      }
    }

    @Override
    DurableStore open(MemoryStorage content) {
      return new FirstIndexTooLow(content, content.copy(), starts + 1);
    }
  }

  /** Overwrites entries one by one, like a map by index, and takes the highest key for the last. */
  private static final class KeepsSuffix extends DurableStore {

    KeepsSuffix(MemoryStorage written, MemoryStorage synced, int starts) {
      super(written, synced, starts);
    }

    @Override
    public void writeWithoutSync(Ready ready) {
      if (ready.entries().isEmpty() || ready.snapshot().isPresent()) {
        super.writeWithoutSync(ready);
        return;
      }
      long next = ready.entries().get(ready.entries().size() - 1).getIndex() + 1;
      List<Entry> entries = new ArrayList<>(ready.entries());
      long term = entries.get(entries.size() - 1).getTerm();
      if (next <= written.lastIndex()) {
        written.log().stream()
            .filter(e -> e.getIndex() >= next)
            .map(e -> e.toBuilder().setTerm(Math.max(term, e.getTerm())).build())
            .forEach(entries::add);
      }
      written.append(entries);
      ready.hardState().ifPresent(written::setHardState);
      unsynced.add(ready);
    }

    @Override
    DurableStore open(MemoryStorage content) {
      return new KeepsSuffix(content, content.copy(), starts + 1);
    }
  }

  /** Puts a snapshot in place, and only drops the entries that it covers. */
  private static final class KeepsTail extends DurableStore {

    KeepsTail(MemoryStorage written, MemoryStorage synced, int starts) {
      super(written, synced, starts);
    }

    @Override
    public void writeWithoutSync(Ready ready) {
      long index = ready.snapshot().map(s -> s.getMetadata().getIndex()).orElse(0L);
      long term = ready.snapshot().map(s -> s.getMetadata().getTerm()).orElse(0L);
      List<Entry> tail =
          written.log().stream()
              .filter(e -> index > 0 && e.getIndex() > index)
              .map(e -> e.toBuilder().setTerm(Math.max(term, e.getTerm())).build())
              .toList();
      super.writeWithoutSync(ready);
      written.append(tail);
    }

    @Override
    DurableStore open(MemoryStorage content) {
      return new KeepsTail(content, content.copy(), starts + 1);
    }
  }

  private static final class CompactsAll extends DurableStore {

    CompactsAll(MemoryStorage written, MemoryStorage synced, int starts) {
      super(written, synced, starts);
    }

    @Override
    public void compact(long index, ConfState confState) {
      sync();
      for (MemoryStorage content : List.of(written, synced)) {
        if (content.lastIndex() > content.snapshot().snapshot().getMetadata().getIndex()) {
          content.createSnapshot(content.lastIndex(), confState, ByteString.EMPTY);
        }
        content.compact(content.lastIndex());
      }
    }

    @Override
    DurableStore open(MemoryStorage content) {
      return new CompactsAll(content, content.copy(), starts + 1);
    }
  }

  private static final class HardStateWithEntries extends DurableStore {

    HardStateWithEntries(MemoryStorage written, MemoryStorage synced, int starts) {
      super(written, synced, starts);
    }

    @Override
    public void writeWithoutSync(Ready ready) {
      HardState before = written.initialState();
      super.writeWithoutSync(ready);
      if (ready.entries().isEmpty() && ready.snapshot().isEmpty()) {
        written.setHardState(before);
      }
    }

    @Override
    DurableStore open(MemoryStorage content) {
      return new HardStateWithEntries(content, content.copy(), starts + 1);
    }
  }

  private static final class LosesHardState extends DurableStore {

    LosesHardState(MemoryStorage written, MemoryStorage synced, int starts) {
      super(written, synced, starts);
    }

    @Override
    DurableStore open(MemoryStorage content) {
      return new LosesHardState(content, content.copy(), starts + 1);
    }

    @Override
    public TestedStore restart() {
      MemoryStorage left = written.copy();
      left.setHardState(HardState.getDefaultInstance());
      return open(left);
    }
  }

  private static final class NeverSyncs extends DurableStore {

    NeverSyncs(MemoryStorage written, MemoryStorage synced, int starts) {
      super(written, synced, starts);
    }

    @Override
    public void persist(Ready ready) {
      writeWithoutSync(ready);
    }

    @Override
    public TestedStore crash() {
      return open(synced.copy());
    }

    @Override
    DurableStore open(MemoryStorage content) {
      return new NeverSyncs(content, content.copy(), starts + 1);
    }
  }

  /** Its hard state is in another file than its log, and reaches the disk earlier. */
  private static final class KeepsNewestWrite extends DurableStore {

    KeepsNewestWrite(MemoryStorage written, MemoryStorage synced, int starts) {
      super(written, synced, starts);
    }

    @Override
    public TestedStore crash() {
      for (Ready ready : unsynced) {
        ready.hardState().ifPresent(synced::setHardState);
      }
      return open(synced.copy());
    }

    @Override
    DurableStore open(MemoryStorage content) {
      return new KeepsNewestWrite(content, content.copy(), starts + 1);
    }
  }
}
