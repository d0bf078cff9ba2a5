package io.tickraft.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.Ready;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.fuzz.Fuzz;
import io.tickraft.testkit.history.Completion;
import io.tickraft.testkit.picture.Picture;
import io.tickraft.testkit.picture.PictureRecorder;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A storage of one's own runs in the simulator, and a bug in it is found. */
final class StoreHostTest {

  /** What a store may do wrong. */
  private enum Bug {
    NONE,
    SYNCED_WRITE_LOST,
    HARD_STATE_LOST,
    LAST_ENTRY_NOT_WRITTEN,
    ENTRY_APPLIED_TWICE,
    SNAPSHOT_WITHOUT_LAST_COMMAND,
    SNAPSHOT_NOT_RESTORED,
    OLD_REPLY,
    OLD_ANSWER
  }

  /** A store in memory whose state machine is the text of all commands. It syncs each write. */
  private static final class TextStore implements HostedStore {
    private final Bug bug;
    private final MemoryStorage disk;
    private MemoryStorage beforeLastWrite;
    private String text = "";
    private String before = "";

    TextStore(Bug bug, MemoryStorage disk) {
      this.bug = bug;
      this.disk = disk;
      this.beforeLastWrite = disk.copy();
      restore(disk.snapshot().snapshot());
    }

    static TextStore create(Bug bug, List<Long> voters) {
      long[] ids = voters.stream().mapToLong(Long::longValue).toArray();
      return new TextStore(
          bug, voters.isEmpty() ? new MemoryStorage() : MemoryStorage.bootstrapped(ids));
    }

    private void restore(Snapshot snapshot) {
      text = snapshot.getData().toStringUtf8();
    }

    @Override
    public Storage storage() {
      return disk;
    }

    @Override
    public void persist(Ready ready) {
      beforeLastWrite = disk.copy();
      ready.snapshot().ifPresent(disk::installSnapshot);
      List<Entry> entries = ready.entries();
      boolean isCut = bug == Bug.LAST_ENTRY_NOT_WRITTEN && entries.size() > 1;
      disk.append(isCut ? entries.subList(0, entries.size() - 1) : entries);
      if (bug != Bug.HARD_STATE_LOST) {
        ready.hardState().ifPresent(disk::setHardState);
      }
    }

    @Override
    public void apply(Ready ready, BiConsumer<Entry, Object> replies) {
      before = text;
      if (bug != Bug.SNAPSHOT_NOT_RESTORED) {
        ready.snapshot().ifPresent(this::restore);
      }
      for (Entry entry : ready.committedEntries()) {
        if (entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
          text += entry.getData().toStringUtf8();
          if (bug == Bug.ENTRY_APPLIED_TWICE && entry.getIndex() % 10 == 0 && isOdd()) {
            text += entry.getData().toStringUtf8();
          }
          replies.accept(entry, bug == Bug.OLD_REPLY ? before : text);
        }
      }
    }

    /** Two nodes do not make the same mistake. */
    private boolean isOdd() {
      return disk.initialState().getVote() % 2 == 1;
    }

    @Override
    public void compact(long index, ConfState confState) {
      String saved = text;
      if (bug == Bug.SNAPSHOT_WITHOUT_LAST_COMMAND && saved.contains(";")) {
        saved = saved.substring(0, saved.lastIndexOf(';', saved.length() - 2) + 1);
      }
      disk.createSnapshot(index, confState, ByteString.copyFromUtf8(saved));
      disk.compact(index);
    }

    @Override
    public ByteString state() {
      return ByteString.copyFromUtf8(text);
    }

    @Override
    public Object answer(Object query) {
      return bug == Bug.OLD_ANSWER ? before : text;
    }

    @Override
    public HostedStore crash(Choices choices) {
      return new TextStore(bug, bug == Bug.SYNCED_WRITE_LOST ? beforeLastWrite : disk);
    }

    @Override
    public void close() {}
  }

  /** A store that applies each Ready before it persists the next. */
  private static final class Sequential implements HostedStore {
    private final HostedStore store;
    private final int[] applied;
    private Optional<Ready> persisted = Optional.empty();

    Sequential(HostedStore store, int[] applied) {
      this.store = store;
      this.applied = applied;
    }

    @Override
    public Storage storage() {
      return store.storage();
    }

    @Override
    public void persist(Ready ready) {
      assertThat(persisted).as("not applied").isEmpty();
      store.persist(ready);
      if (ready.snapshot().isPresent() || !ready.committedEntries().isEmpty()) {
        persisted = Optional.of(ready);
      }
    }

    @Override
    public void apply(Ready ready, BiConsumer<Entry, Object> replies) {
      assertThat(persisted).contains(ready);
      persisted = Optional.empty();
      applied[0]++;
      store.apply(ready, replies);
    }

    @Override
    public void compact(long index, ConfState confState) {
      store.compact(index, confState);
    }

    @Override
    public ByteString state() {
      return store.state();
    }

    @Override
    public Object answer(Object query) {
      return store.answer(query);
    }

    @Override
    public HostedStore crash(Choices choices) {
      return new Sequential(store.crash(choices), applied);
    }

    @Override
    public void close() {
      store.close();
    }
  }

  private static Fuzz fuzz(BiFunction<Long, List<Long>, HostedStore> stores) {
    return fuzzHosts(id -> new StoreHost(voters -> stores.apply(id, voters)));
  }

  private static Fuzz fuzzHosts(LongFunction<Host> hosts) {
    return Fuzz.ofAnyGroup().hosts(hosts).clients(new TextRequests()).steps(100);
  }

  private static Optional<Failure> firstFailure(Bug bug, int seeds) {
    Fuzz fuzz = fuzz((id, voters) -> TextStore.create(bug, voters));
    for (long seed = 1; seed <= seeds; seed++) {
      Optional<Failure> failure = Failure.of(fuzz, Choices.random(seed));
      if (failure.isPresent()) {
        return failure;
      }
    }
    return Optional.empty();
  }

  @Test
  void aStoreThatKeepsTheRulesPasses() {
    assertThat(firstFailure(Bug.NONE, 40)).isEmpty();
  }

  @Test
  void aLoopThatBlocksHasOneReadyOut() {
    int[] out = new int[1];
    Fuzz blocking =
        fuzzHosts(
            id ->
                new StoreHost(voters -> new Sequential(TextStore.create(Bug.NONE, voters), out))
                    .blocking());
    for (long seed = 1; seed <= 20; seed++) {
      assertThat(Failure.of(blocking, Choices.random(seed))).as("seed %s", seed).isEmpty();
    }
    assertThat(out[0]).as("Readys applied").isGreaterThan(1_000);
  }

  @Test
  void theHistoryOfTheClientsIsRecorded() {
    Fuzz.Played played =
        fuzz((id, voters) -> TextStore.create(Bug.NONE, voters)).play(Choices.harmless());

    assertThat(played.isHistoryDecided()).isTrue();
    assertThat(played.history().operations())
        .filteredOn(operation -> operation.completion() instanceof Completion.Ok)
        .extracting(operation -> operation.input().equals(""))
        .contains(true, false);
  }

  @Test
  void aRecorderOfAPictureChangesNothing() {
    Fuzz fuzz = fuzz((id, voters) -> TextStore.create(Bug.NONE, voters));
    Choices choices = Choices.random(1);
    fuzz.run(choices);
    Choices same = Choices.random(1);
    PictureRecorder recorder = new PictureRecorder(same);
    fuzz.run(same, recorder);

    assertThat(same.made()).isEqualTo(choices.made());
    assertThat(new Picture("a run", recorder).html()).contains("\"g\":\"");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aBugOfAStoreIsFound(Bug bug) {
    Failure failure = firstFailure(bug, 200).orElseThrow();
    String expected =
        switch (bug) {
          case SYNCED_WRITE_LOST, HARD_STATE_LOST, LAST_ENTRY_NOT_WRITTEN ->
              "storage|node|store|written";
          case OLD_REPLY, OLD_ANSWER -> "linearizability";
          default -> "equal states|linearizability";
        };
    assertThat(failure.kind()).containsPattern(expected);
  }
}
