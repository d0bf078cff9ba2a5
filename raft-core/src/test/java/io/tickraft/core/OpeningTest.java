package io.tickraft.core;

import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.hardState;
import static io.tickraft.core.Wire.indexes;
import static io.tickraft.core.Wire.snapshot;
import static io.tickraft.core.Wire.storage;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.proto.ConfState;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Snapshot;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a node starts from, and what it refuses to start from. */
final class OpeningTest {

  private static final ConfState THREE = voters(1, 2, 3);
  private static final RaftConfig CONFIG = Host.plain(1).build();

  /** A storage that says whatever it is told to say. */
  private record Fixed(
      HardState initialState,
      long firstIndex,
      long lastIndex,
      LongUnaryOperator terms,
      @Nullable Snapshot of)
      implements Storage {

    @Override
    public long term(long index) {
      return terms.applyAsLong(index);
    }

    @Override
    public SnapshotResult snapshot() {
      return of == null ? new SnapshotResult.NotYet() : new SnapshotResult.Available(of);
    }

    @Override
    public EntriesResult entries(long lo, long hi, long maxBytes) {
      throw new AssertionError("no entries are read to open a node");
    }
  }

  /** A snapshot at (1,3), and entries of term 2 after it. */
  private static Fixed fixed(HardState hardState, long first, long last) {
    return new Fixed(hardState, first, last, i -> i <= 3 ? 1 : 2, snapshot(1, 3, THREE));
  }

  private static Arguments row(String why, Storage storage, String message) {
    return Arguments.of(why, storage, message);
  }

  static Stream<Arguments> storagesThatContradictThemselves() {
    HardState fine = hardState(2, 0, 3);
    return Stream.of(
        row("negative term", fixed(hardState(-1, 0, 0), 4, 6), "storage: a negative number"),
        row("negative vote", fixed(hardState(1, -1, 0), 4, 6), "storage: a negative number"),
        row("negative commit", fixed(hardState(1, 0, -1), 4, 6), "storage: a negative number"),
        row(
            "first index 0",
            fixed(fine, 0, 6),
            "storage: the first index is 0 but the last index is 6"),
        row(
            "ends before it begins",
            fixed(fine, 4, 2),
            "storage: the first index is 4 but the last index is 2"),
        row(
            "a snapshot that is being built",
            new Fixed(fine, 4, 6, i -> 1, null),
            "storage: the snapshot must be available when a node is opened"),
        row(
            "entries without a snapshot",
            new Fixed(fine, 1, 6, i -> 1, Snapshot.getDefaultInstance()),
            "storage: there are entries up to 6 and no snapshot: a group's first voters start from"),
        row(
            "a hole after the snapshot",
            fixed(fine, 5, 6),
            "storage: the snapshot is at 3, but with a log of"),
        row(
            "a log behind the snapshot",
            fixed(fine, 1, 2),
            "storage: the snapshot is at 3, but with a log of"),
        row(
            "another term at the snapshot's index",
            new Fixed(fine, 4, 6, i -> 2, snapshot(1, 3, THREE)),
            "storage: the snapshot at 3 is of term 1, but the log has term 2 at that index"),
        row(
            "a snapshot without a term",
            new Fixed(fine, 4, 6, i -> 0, snapshot(0, 3, THREE)),
            "storage: the snapshot at 3 is of term 0"),
        row(
            "a snapshot without voters",
            new Fixed(fine, 4, 6, i -> 1, snapshot(1, 3, ConfState.getDefaultInstance())),
            "storage: the configuration of the snapshot has no voters"),
        row(
            "a snapshot with a configuration that is none",
            new Fixed(fine, 4, 6, i -> 1, snapshot(1, 3, voters(2, 1))),
            "configuration: ids are at least 1 and ascend"),
        row(
            "a commit index beyond the log",
            fixed(hardState(2, 0, 7), 4, 6),
            "storage: the commit index 7 is beyond the last entry, 6: the log has lost entries"),
        row(
            "a commit index without a log",
            new Fixed(hardState(2, 0, 7), 1, 0, i -> 0, Snapshot.getDefaultInstance()),
            "storage: the commit index 7 is beyond the last entry, 0: the log has lost entries"),
        row(
            "a last entry of a term before the snapshot's",
            new Fixed(fine, 4, 6, i -> i == 3 ? 2 : 1, snapshot(2, 3, THREE)),
            "storage: the last entry, 6, is of term 1"),
        row(
            "an empty log that ends in a term",
            new Fixed(hardState(2, 0, 0), 1, 0, i -> 2, Snapshot.getDefaultInstance()),
            "storage: the last entry, 0, is of term 2"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("storagesThatContradictThemselves")
  void aStorageThatContradictsItselfIsRefused(String why, Storage storage, String message) {
    assertThatThrownBy(() -> RawNode.open(CONFIG, storage))
        .as(why)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  static Stream<Arguments> appliedStatesThatDoNotFit() {
    return Stream.of(
        Arguments.of(
            new AppliedState(2, 1, THREE),
            "applied: the state machine is at 2, behind the storage's snapshot at 3: restore it"),
        Arguments.of(
            new AppliedState(7, 2, THREE),
            "applied: the state machine is at 7, and the log ends at 6: the log has lost entries"),
        Arguments.of(
            new AppliedState(5, 1, THREE),
            "applied: entry 5 is of term 1, but the log has term 2 at that index"),
        Arguments.of(
            new AppliedState(5, 2, ConfState.getDefaultInstance()),
            "applied: the configuration has no voters"),
        Arguments.of(
            new AppliedState(5, 2, voters(2, 1)), "configuration: ids are at least 1 and ascend"));
  }

  @ParameterizedTest
  @MethodSource("appliedStatesThatDoNotFit")
  void anAppliedStateThatDoesNotFitTheStorageIsRefused(AppliedState applied, String message) {
    assertThatThrownBy(() -> RawNode.open(CONFIG, fixed(hardState(2, 0, 3), 4, 6), applied))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void anAppliedStateOnAnEmptyStorageIsRefused() {
    assertThatThrownBy(
            () -> RawNode.open(CONFIG, new MemoryStorage(), new AppliedState(1, 1, THREE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the log has lost entries");
  }

  @Test
  void aNodeThatJoinsStartsFromNothing() {
    RawNode node = RawNode.open(CONFIG, new MemoryStorage());

    assertThat(node.status().role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(node.status().term()).isZero();
    assertThat(node.status().last()).isEqualTo(LogId.NONE);
    assertThat(node.status().firstIndex()).isEqualTo(1);
    assertThat(node.confState()).isEqualTo(ConfState.getDefaultInstance());
    assertThat(node.hasReady()).isFalse();
  }

  @Test
  void aFirstVoterStartsFromTheBootstrap() {
    RawNode node = RawNode.open(CONFIG, MemoryStorage.bootstrapped(1, 2, 3));

    assertThat(node.status().role()).isEqualTo(RoleName.FOLLOWER);
    assertThat(node.status().term()).isEqualTo(1);
    assertThat(node.status().leader()).isZero();
    assertThat(node.status().vote()).isZero();
    assertThat(node.status().last()).isEqualTo(new LogId(1, 1));
    assertThat(node.status().commitIndex()).isEqualTo(1);
    assertThat(node.status().appliedIndex()).isEqualTo(1);
    assertThat(node.confState()).isEqualTo(THREE);
    assertThat(node.hasReady()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    // term and vote as stored, with a last entry of term 4; term and vote to start with
    "4, 3, 4, 3",
    "6, 3, 6, 3",
    "3, 3, 4, 0", // a vote of term 3 is none of term 4
    "0, 0, 4, 0",
  })
  void theTermIsNotBelowThatOfTheLastEntryAndAVoteCountsInItsTermOnly(
      long term, long vote, long expectedTerm, long expectedVote) {
    RawNode node = RawNode.open(CONFIG, storage(hardState(term, vote, 1), THREE, 1, 4));

    assertThat(node.status().term()).isEqualTo(expectedTerm);
    assertThat(node.status().vote()).isEqualTo(expectedVote);
    assertThat(node.hasReady()).as("the raised term is to be persisted").isEqualTo(term < 4);
    if (term < 4) {
      Ready ready = node.ready();
      assertThat(ready.hardState()).contains(hardState(expectedTerm, expectedVote, 1));
      assertThat(ready.mustSync()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    // hard state's commit, applied; expected commit
    "1, 1, 1",
    "3, 1, 3",
    "1, 3, 3",
    "4, 3, 4",
  })
  void theCommitIndexIsTheHighestThatAnythingSays(long commit, long applied, long expected) {
    MemoryStorage disk = storage(hardState(1, 0, commit), THREE, 1, 1, 1);

    RawNode node = RawNode.open(CONFIG, disk, new AppliedState(applied, 1, THREE));

    assertThat(node.status().commitIndex()).isEqualTo(expected);
    assertThat(node.status().appliedIndex()).isEqualTo(applied);
  }

  @Test
  void aCommitThatOnlyTheStateMachineKnowsIsSynced() {
    MemoryStorage disk = storage(hardState(1, 0, 2), THREE, 1, 1, 1);
    // Of the entries that it has applied since, one may be a membership change.
    RawNode node = RawNode.open(CONFIG, disk, new AppliedState(3, 1, voters(1, 2)));

    Ready ready = node.ready();

    assertThat(ready.hardState()).contains(hardState(1, 0, 3));
    assertThat(ready.mustSync()).isTrue();
  }

  @Test
  void theSnapshotIsCommittedEvenIfTheHardStateSaysLess() {
    MemoryStorage disk = storage(hardState(1, 0, 1), THREE, 1, 1, 1);
    disk.createSnapshot(3, THREE, bytes("state"));

    RawNode node = RawNode.open(CONFIG, disk);

    assertThat(node.status().commitIndex()).isEqualTo(3);
    assertThat(node.status().appliedIndex()).isEqualTo(3);
    assertThat(node.ready().hardState()).contains(hardState(1, 0, 3));
  }

  @Test
  void aRestartHandsOutWhatIsCommittedAndNotApplied() {
    MemoryStorage disk = storage(hardState(2, 0, 4), THREE, 1, 1, 1, 2, 2); // up to 6

    Ready ready = RawNode.open(CONFIG, disk).ready();

    assertThat(indexes(ready.committedEntries())).containsExactly(2L, 3L, 4L);
    assertThat(ready.entries()).isEmpty();
    assertThat(ready.hardState()).isEmpty();
    assertThat(ready.mustSync()).isFalse();
    assertThat(ready.messages()).isEmpty();
  }

  @Test
  void aRestartWithItsStateMachineHandsOutWhatItHasNotApplied() {
    MemoryStorage disk = storage(hardState(2, 0, 4), THREE, 1, 1, 1, 2, 2);

    RawNode node = RawNode.open(CONFIG, disk, new AppliedState(3, 1, voters(1, 2)));

    assertThat(indexes(node.ready().committedEntries())).containsExactly(4L);
    assertThat(node.confState()).as("that of the applied state").isEqualTo(voters(1, 2));
    assertThat(node.status().appliedIndex()).isEqualTo(3);
  }

  @Test
  void aRestartOnACompactedLogGoesOnFromItsSnapshot() {
    MemoryStorage disk = storage(hardState(2, 0, 5), THREE, 1, 1, 1, 2, 2);
    disk.createSnapshot(4, THREE, bytes("state"));
    disk.compact(4);

    RawNode node = RawNode.open(CONFIG, disk);

    assertThat(node.status().firstIndex()).isEqualTo(5);
    assertThat(indexes(node.ready().committedEntries())).containsExactly(5L);
  }

  @Test
  void whatAStorageThrowsAtOpeningIsThrown() {
    AwkwardStorage storage = new AwkwardStorage(MemoryStorage.bootstrapped(1));
    storage.fail(new IllegalStateException("no disk"));

    assertThatThrownBy(() -> RawNode.open(CONFIG, storage)).hasMessage("no disk");
  }

  // The incarnation.

  /**
   * What a node leaves behind that has only voted; that was sent entries; that was made a member.
   */
  static Stream<Arguments> storagesThatANodeHasRunOn() {
    MemoryStorage voted = MemoryStorage.bootstrapped(1, 2, 3);
    voted.setHardState(hardState(2, 3, 1));
    MemoryStorage joined = new MemoryStorage();
    joined.installSnapshot(snapshot(1, 7, THREE));
    return Stream.of(
        Arguments.of("voted", voted),
        Arguments.of("entries", storage(hardState(1, 0, 1), THREE, 1)),
        Arguments.of("a snapshot", joined));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("storagesThatANodeHasRunOn")
  void aRestartWithoutAnIncarnationIsRefused(String why, MemoryStorage storage) {
    RaftConfig forgotten = RaftConfig.builder(1).build();
    String message =
        "incarnation: not set, and a node has run on this storage before: set a number that node 1"
            + " has never used, such as a stored count of its starts";
    AppliedState applied =
        new AppliedState(storage.lastIndex(), storage.term(storage.lastIndex()), THREE);

    assertThatThrownBy(() -> RawNode.open(forgotten, storage))
        .as(why)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> RawNode.open(forgotten, storage, applied)).hasMessage(message);

    RaftConfig set = RaftConfig.builder(1).incarnation(2).build();
    assertThat(RawNode.open(set, storage).status().last().index()).isEqualTo(storage.lastIndex());
    assertThat(RawNode.open(set, storage, applied).status().appliedIndex())
        .isEqualTo(storage.lastIndex());
  }

  @Test
  void aFirstStartNeedsNoIncarnation() {
    RaftConfig config = RaftConfig.builder(1).build();
    MemoryStorage recovered = new MemoryStorage();
    recovered.installSnapshot(Bootstrap.snapshot(bytes("state"), 1));
    recovered.setHardState(Bootstrap.hardState());

    for (MemoryStorage storage :
        List.of(new MemoryStorage(), MemoryStorage.bootstrapped(1, 2, 3), recovered)) {
      assertThat(RawNode.open(config, storage).status().role()).isEqualTo(RoleName.FOLLOWER);
    }
  }

  @Test
  void aNodeThatHasOnlyHeardALeaderIsNotStartedAgainWithoutAnIncarnation() {
    MemoryStorage storage = MemoryStorage.bootstrapped(1, 2, 3);
    RaftConfig config = RaftConfig.builder(1).build();
    RawNode node = RawNode.open(config, storage);
    node.step(Messages.heartbeat(2, 2, 1, 1));
    Ready ready = node.ready();
    storage.persist(ready);
    node.advance(ready);

    assertThatThrownBy(() -> RawNode.open(config, storage)).hasMessageStartingWith("incarnation: ");
  }
}
