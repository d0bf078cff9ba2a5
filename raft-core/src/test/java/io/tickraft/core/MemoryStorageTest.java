package io.tickraft.core;

import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.entries;
import static io.tickraft.core.Wire.entry;
import static io.tickraft.core.Wire.hardState;
import static io.tickraft.core.Wire.indexes;
import static io.tickraft.core.Wire.snapshot;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.core.Storage.EntriesResult;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class MemoryStorageTest {

  /** Snapshot at (1,5), compacted up to 3; entries 4 and 5 of term 1, 6 to 8 of term 2. */
  private static MemoryStorage sample() {
    MemoryStorage storage = new MemoryStorage();
    storage.append(entries(1, 1, 1, 1, 1, 1, 2, 2, 2));
    storage.setHardState(hardState(2, 1, 7));
    storage.createSnapshot(5, voters(1, 2), bytes("five"));
    storage.compact(3);
    return storage;
  }

  private static List<Entry> all(Storage storage) {
    if (storage.firstIndex() > storage.lastIndex()) {
      return List.of();
    }
    return available(
        storage.entries(storage.firstIndex(), storage.lastIndex() + 1, Long.MAX_VALUE));
  }

  private static List<Entry> available(EntriesResult result) {
    return ((EntriesResult.Available) result).entries();
  }

  private static Snapshot stored(MemoryStorage storage) {
    return storage.snapshot().snapshot();
  }

  /** All that can be read, for comparison. */
  private static List<Object> content(MemoryStorage storage) {
    List<Object> content = new ArrayList<>();
    content.add(storage.initialState());
    content.add(stored(storage));
    content.add(storage.firstIndex());
    content.add(storage.lastIndex());
    content.add(storage.term(storage.firstIndex() - 1));
    content.addAll(all(storage));
    return content;
  }

  private static Ready ready(
      @Nullable HardState hardState, @Nullable Snapshot snapshot, List<Entry> entries) {
    return new Ready(
        "a node", 1, hardState, entries, snapshot, true, List.of(), List.of(), List.of(), null,
        List.of(), List.of());
  }

  // Reading.

  @Test
  void anEmptyStorageIsThatOfANodeThatJoins() {
    MemoryStorage storage = new MemoryStorage();

    assertThat(storage.initialState()).isEqualTo(HardState.getDefaultInstance());
    assertThat(stored(storage)).isEqualTo(Snapshot.getDefaultInstance());
    assertThat(storage.firstIndex()).isEqualTo(1);
    assertThat(storage.lastIndex()).isZero();
    assertThat(storage.term(0)).isZero();
  }

  @Test
  void aBootstrappedStorageHoldsSnapshotAndHardState() {
    MemoryStorage storage = MemoryStorage.bootstrapped(3, 1, 2);

    assertThat(stored(storage)).isEqualTo(Bootstrap.snapshot(1, 2, 3));
    assertThat(storage.initialState()).isEqualTo(hardState(1, 0, 1));
    assertThat(storage.firstIndex()).isEqualTo(2);
    assertThat(storage.lastIndex()).isEqualTo(1);
    assertThat(storage.term(1)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"2, 0", "3, 1", "4, 1", "5, 1", "6, 2", "8, 2", "9, 0", "0, 0"})
  void knowsTheTermsOfItsEntriesAndOfTheOneBeforeThem(long index, long term) {
    assertThat(sample().term(index)).isEqualTo(term);
  }

  @ParameterizedTest
  @CsvSource({
    // lo, hi, bytes; from, to of the answer. Every entry has 12 bytes.
    "4, 9, 1000, 4, 8",
    "4, 6, 1000, 4, 5",
    "4, 9, 36, 4, 6",
    "4, 9, 35, 4, 5",
    "4, 9, 1, 4, 4",
    "8, 9, 0, 8, 8",
  })
  void entriesAreReadWithinTheirLimit(long lo, long hi, long maxBytes, long from, long to) {
    assertThat(entry(1, 4).getSerializedSize()).isEqualTo(12);

    List<Entry> read = available(sample().entries(lo, hi, maxBytes));

    assertThat(read.get(0).getIndex()).isEqualTo(from);
    assertThat(read.get(read.size() - 1).getIndex()).isEqualTo(to);
  }

  @Test
  void whatIsCompactedIsSaidToBe() {
    assertThat(sample().entries(3, 5, 100)).isEqualTo(new EntriesResult.Compacted());
  }

  @ParameterizedTest
  @CsvSource({"4, 10", "9, 10", "5, 5", "6, 5"})
  void arangeThatIsNoneIsRefused(long lo, long hi) {
    assertThatThrownBy(() -> sample().entries(lo, hi, 100))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4..8");
  }

  @Test
  void entriesThatWereReadStayWhatTheyWere() {
    MemoryStorage storage = sample();
    List<Entry> read = all(storage);
    List<Entry> before = List.copyOf(read);

    storage.append(entries(6, 3, 3, 3, 3));
    storage.compact(5);
    storage.append(entries(6, 4));

    assertThat(read).isEqualTo(before);
  }

  // Writing.

  @Test
  void theLogIsAllThatIsNotCompactedAndStaysWhatItWas() {
    assertThat(new MemoryStorage().log()).isEmpty();
    MemoryStorage storage = sample();
    List<Entry> log = storage.log();
    List<Entry> before = List.copyOf(log);
    assertThat(log).isEqualTo(all(storage));

    storage.append(entries(storage.firstIndex(), 9, 9));

    assertThat(log).isEqualTo(before);
    assertThatThrownBy(log::clear).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void appendReplacesFromTheFirstOfItsEntriesOn() {
    MemoryStorage storage = sample();

    storage.append(entries(7, 3));

    assertThat(all(storage)).isEqualTo(entries(4, 1, 1, 2, 3));
  }

  @Test
  void appendingNothingDoesNothing() {
    MemoryStorage storage = sample();
    List<Object> before = content(storage);

    storage.append(List.of());

    assertThat(content(storage)).isEqualTo(before);
  }

  @Test
  void aSnapshotFromALeaderReplacesTheLog() {
    MemoryStorage storage = sample();

    storage.installSnapshot(snapshot(2, 7, voters(1)));

    assertThat(storage.firstIndex()).isEqualTo(8);
    assertThat(storage.lastIndex()).isEqualTo(7);
    assertThat(storage.term(7)).isEqualTo(2);
    assertThat(storage.term(8)).isZero();
  }

  @Test
  void aSnapshotFromALeaderMayComeTwice() {
    MemoryStorage storage = new MemoryStorage();
    storage.installSnapshot(snapshot(3, 20, voters(1)));
    storage.installSnapshot(snapshot(3, 20, voters(1, 2)));

    assertThat(storage.snapshot())
        .isEqualTo(new Storage.SnapshotResult.Available(snapshot(3, 20, voters(1, 2))));
  }

  @Test
  void aSnapshotOfOnesOwnLeavesTheLogUntilItIsCompacted() {
    MemoryStorage storage = sample();

    storage.createSnapshot(7, voters(1, 2), bytes("seven"));
    assertThat(stored(storage).getMetadata().getTerm()).isEqualTo(2);
    assertThat(stored(storage).getData()).isEqualTo(bytes("seven"));
    assertThat(storage.firstIndex()).isEqualTo(4);

    storage.compact(7);
    assertThat(all(storage)).isEqualTo(entries(8, 2));
    assertThat(storage.term(7)).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"3", "0", "-7"})
  void compactingWhatIsCompactedDoesNothing(long index) {
    MemoryStorage storage = sample();
    List<Object> before = content(storage);

    storage.compact(index);

    assertThat(content(storage)).isEqualTo(before);
  }

  @Test
  void persistWritesSnapshotEntriesAndHardState() {
    MemoryStorage storage = sample();

    storage.persist(ready(hardState(3, 2, 20), snapshot(3, 20, voters(1)), entries(21, 3, 3)));

    assertThat(stored(storage)).isEqualTo(snapshot(3, 20, voters(1)));
    assertThat(indexes(all(storage))).containsExactly(21L, 22L);
    assertThat(storage.initialState()).isEqualTo(hardState(3, 2, 20));
  }

  @Test
  void persistLeavesWhatAReadyDoesNotChange() {
    MemoryStorage storage = sample();
    List<Object> before = content(storage);

    storage.persist(ready(null, null, List.of()));

    assertThat(content(storage)).isEqualTo(before);
  }

  // What is refused, with nothing changed.

  static Stream<Arguments> refused() {
    return Stream.of(
        refused("a gap after the log", s -> s.append(entries(10, 2)), "from 10"),
        refused("an entry that is compacted", s -> s.append(entries(3, 1)), "from 3"),
        refused("a gap inside", s -> s.append(List.of(entry(2, 9), entry(2, 11))), "contiguous"),
        refused("a double", s -> s.append(List.of(entry(2, 9), entry(2, 9))), "contiguous"),
        refused("a term below the log's", s -> s.append(entries(9, 1)), "must not fall"),
        refused("terms that fall", s -> s.append(entries(9, 4, 3)), "must not fall"),
        refused("an older snapshot", s -> s.installSnapshot(snapshot(1, 4, voters(1))), "older"),
        refused("a snapshot of nothing", s -> s.installSnapshot(snapshot(1, 0, voters(1))), "posi"),
        refused("a snapshot of no term", s -> s.installSnapshot(snapshot(0, 9, voters(1))), "posi"),
        refused("no later state", s -> s.createSnapshot(5, voters(1), bytes("")), "index: above"),
        refused("a state to come", s -> s.createSnapshot(9, voters(1), bytes("")), "at most"),
        refused(
            "a state without a configuration",
            s -> s.createSnapshot(7, ConfState.getDefaultInstance(), bytes("")),
            "confState: a configuration has at least one voter"),
        refused(
            "a state of a group of learners",
            s -> s.createSnapshot(7, ConfState.newBuilder().addLearners(1).build(), bytes("")),
            "confState: a configuration has at least one voter"),
        refused(
            "compacting beyond the snapshot",
            s -> s.compact(6),
            "at most the index of the last snapshot"),
        refused(
            "a Ready whose entries do not fit",
            s -> s.persist(ready(hardState(9, 9, 9), null, entries(10, 2))),
            "from 10"),
        refused(
            "a Ready whose entries do not fit its snapshot",
            s -> s.persist(ready(hardState(9, 9, 9), snapshot(3, 20, voters(1)), entries(20, 3))),
            "from 20"),
        refused(
            "a Ready whose entries are older than its snapshot",
            s -> s.persist(ready(hardState(9, 9, 9), snapshot(3, 20, voters(1)), entries(21, 2))),
            "must not fall"),
        refused(
            "a Ready whose snapshot is older",
            s -> s.persist(ready(hardState(9, 9, 9), snapshot(1, 4, voters(1)), List.of())),
            "older"));
  }

  private static Arguments refused(String name, Consumer<MemoryStorage> call, String message) {
    return Arguments.of(name, call, message);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void whatDoesNotFitIsRefusedAndChangesNothing(
      String name, Consumer<MemoryStorage> call, String message) {
    MemoryStorage storage = sample();
    List<Object> before = content(storage);

    assertThatThrownBy(() -> call.accept(storage))
        .as(name)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);

    assertThat(content(storage)).isEqualTo(before);
  }

  @Test
  void anEntryWithoutATermIsRefused() {
    assertThatThrownBy(() -> new MemoryStorage().append(entries(1, 0)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // Bootstrap.

  @Test
  void everyFirstVoterStartsFromTheSameSnapshotInWhateverOrderTheyAreNamed() {
    Snapshot snapshot = Bootstrap.snapshot(3, 1, 2);

    assertThat(snapshot).isEqualTo(Bootstrap.snapshot(1, 2, 3));
    assertThat(snapshot.getMetadata().getIndex()).isEqualTo(1);
    assertThat(snapshot.getMetadata().getTerm()).isEqualTo(1);
    assertThat(snapshot.getMetadata().getConfState()).isEqualTo(voters(1, 2, 3));
    assertThat(snapshot.getData().isEmpty()).isTrue();
    assertThat(Bootstrap.hardState()).isEqualTo(hardState(1, 0, 1));
  }

  @Test
  void aGroupMayStartWithData() {
    assertThat(Bootstrap.snapshot(bytes("data"), 1).getData()).isEqualTo(bytes("data"));
  }

  static Stream<Arguments> noVoters() {
    return Stream.of(
        Arguments.of(new long[] {}, "at least one"),
        Arguments.of(new long[] {0}, "at least 1: 0"),
        Arguments.of(new long[] {1, -3}, "at least 1: -3"),
        Arguments.of(new long[] {2, 1, 2}, "named twice: 2"));
  }

  @ParameterizedTest
  @MethodSource("noVoters")
  void votersThatCannotBeAreRefused(long[] voters, String message) {
    assertThatThrownBy(() -> Bootstrap.snapshot(voters))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("voters: ")
        .hasMessageContaining(message);
    assertThatThrownBy(() -> MemoryStorage.bootstrapped(voters))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
