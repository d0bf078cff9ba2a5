package io.tickraft.core.log;

import static io.tickraft.core.Wire.bytes;
import static io.tickraft.core.Wire.change;
import static io.tickraft.core.Wire.entries;
import static io.tickraft.core.Wire.entry;
import static io.tickraft.core.Wire.hardState;
import static io.tickraft.core.Wire.indexes;
import static io.tickraft.core.Wire.snapshot;
import static io.tickraft.core.Wire.storage;
import static io.tickraft.core.Wire.terms;
import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tickraft.core.AwkwardStorage;
import io.tickraft.core.LogId;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.Storage.EntriesResult;
import io.tickraft.core.Storage.SnapshotResult;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Snapshot;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class RaftLogTest {

  private static final ConfState THREE = voters(1, 2, 3);
  private static final long NO_LIMIT = Long.MAX_VALUE;

  /** A log of a snapshot at (1,1) and entries of some terms from index 2 on, all persisted. */
  private static RaftLog log(long committed, long... terms) {
    return new RaftLog(storage(hardState(9, 0, committed), THREE, terms), committed, 1, NO_LIMIT);
  }

  private static List<Long> termsOf(RaftLog log) {
    Stream.Builder<Long> terms = Stream.builder();
    for (long i = log.firstIndex(); i <= log.lastIndex(); i++) {
      terms.add(log.term(i));
    }
    return terms.build().toList();
  }

  /** Tells the host to write, as a Ready does. */
  private static void write(RaftLog log, MemoryStorage disk) {
    Snapshot snapshot = log.unwrittenSnapshot();
    if (snapshot != null) {
      disk.installSnapshot(snapshot);
    }
    disk.append(log.unwrittenEntries());
    log.write(1, 0, 0, 0);
    if (snapshot != null) {
      log.applying().takeSnapshot(snapshot);
    }
  }

  // Appending (Raft paper, figure 2, AppendEntries).

  static Stream<Arguments> appends() {
    // The log is 1 | 1 1 2 2: entries 2 to 5. Each row: slice; log afterwards, truncated from.
    return Stream.of(
        Arguments.of(new LogSlice(5, 2, List.of()), List.of(1L, 1L, 2L, 2L), 0),
        Arguments.of(new LogSlice(5, 2, entries(6, 3)), List.of(1L, 1L, 2L, 2L, 3L), 0),
        Arguments.of(new LogSlice(2, 1, entries(3, 1, 2)), List.of(1L, 1L, 2L, 2L), 0),
        Arguments.of(new LogSlice(1, 1, List.of()), List.of(1L, 1L, 2L, 2L), 0),
        Arguments.of(new LogSlice(3, 1, entries(4, 3)), List.of(1L, 1L, 3L), 4),
        Arguments.of(new LogSlice(2, 1, entries(3, 1, 2, 3)), List.of(1L, 1L, 2L, 3L), 5),
        Arguments.of(new LogSlice(4, 2, entries(5, 2, 2, 2)), List.of(1L, 1L, 2L, 2L, 2L, 2L), 0),
        Arguments.of(new LogSlice(1, 1, entries(2, 3)), List.of(3L), 2));
  }

  @ParameterizedTest
  @MethodSource("appends")
  void conflictingEntriesAreReplacedAndOthersStay(
      LogSlice slice, List<Long> expectedTerms, long expectedTruncation) {
    RaftLog log = log(1, 1, 1, 2, 2);

    long truncated = log.append(slice);

    assertThat(truncated).isEqualTo(expectedTruncation);
    assertThat(termsOf(log)).isEqualTo(expectedTerms);
  }

  @Test
  void anOldAppendDoesNotCutOffWhatCameAfterIt() {
    RaftLog log = log(1, 1, 1, 2, 2);

    log.append(new LogSlice(1, 1, entries(2, 1)));

    assertThat(log.last()).isEqualTo(new LogId(2, 5));
    assertThat(log.persisted()).isEqualTo(5);
  }

  @Test
  void aCommittedEntryIsNeverRemoved() {
    RaftLog log = log(3, 1, 1, 2, 2);

    assertThatThrownBy(() -> log.append(new LogSlice(2, 1, entries(3, 3))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the committed entry 3");
    assertThat(termsOf(log)).containsExactly(1L, 1L, 2L, 2L);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1 1 2, false", // all of it agrees
    "1, 1, 1 3, true", // entry 3 does not
    "3, 1, 3, false", // beyond what is committed
    "2, 2, 3, true", // the entry before does not
    "1, 1, '', false",
    "3, 9, '', true",
    "4, 9, '', false",
    "0, 0, 1 1 1, false",
    "0, 0, 9, true", // entry 1 is that of the snapshot
    "0, 0, '', false",
  })
  void whatContradictsCommittedEntriesIsSeen(
      long prevIndex, long prevTerm, String terms, boolean expected) {
    RaftLog log = log(3, 1, 1, 2, 2);

    assertThat(log.contradictsCommitted(slice(prevIndex, prevTerm, terms))).isEqualTo(expected);
  }

  private static LogSlice slice(long prevIndex, long prevTerm, String terms) {
    long[] list =
        terms.isEmpty()
            ? new long[0]
            : Stream.of(terms.split(" ", -1)).mapToLong(Long::parseLong).toArray();
    return new LogSlice(prevIndex, prevTerm, entries(prevIndex + 1, list));
  }

  /** The node has compacted up to 4, of term 2. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1 2, false", // entry 3 may be of term 2
    "1, 1, 3, true", // entry 2 cannot be of term 3
    "2, 3, '', true", // nor the entry before an append
    "2, 2, '', false",
    "1, 1, 1 2 3, true", // entry 4 is not of term 3
    "1, 1, 1 2 2, false",
    "0, 0, '', false",
    "5, 9, '', false", // beyond what is committed
  })
  void whatContradictsCompactedEntriesIsSeenByTheTerm(
      long prevIndex, long prevTerm, String terms, boolean expected) {
    MemoryStorage disk = storage(hardState(9, 0, 4), THREE, 1, 2, 2);
    disk.createSnapshot(4, THREE, ByteString.EMPTY);
    disk.compact(4);
    RaftLog log = new RaftLog(disk, 4, 4, NO_LIMIT);

    assertThat(log.contradictsCommitted(slice(prevIndex, prevTerm, terms))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, true",
    "0, 5, true", // the start of the log always matches
    "1, 1, true",
    "1, 2, false",
    "3, 1, true",
    "3, 2, false",
    "5, 2, true",
    "6, 2, false",
    "6, 0, false",
    "2, 0, false",
  })
  void matchesWhatItHolds(long index, long term, boolean expected) {
    assertThat(log(1, 1, 1, 2, 2).matches(index, term)).isEqualTo(expected);
  }

  @Test
  void theCommitIndexMovesUpOnlyAndNotBeyondTheLog() {
    RaftLog log = log(2, 1, 1, 2, 2);

    log.commitTo(4);
    log.commitTo(3);

    assertThat(log.committed()).isEqualTo(4);
    assertThatThrownBy(() -> log.commitTo(6))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("beyond the last entry 5");
    assertThat(log.committed()).isEqualTo(4);
  }

  // Writing.

  @Test
  void anEntryIsPersistedWhenTheWriteThatHeldItIsAcknowledged() {
    RaftLog log = log(1, 1);
    log.append(entry(2, 3));
    log.write(1, 0, 0, 0);
    log.append(entry(2, 4));
    log.write(1, 0, 0, 0);
    assertThat(log.persisted()).isEqualTo(2);

    log.writePersisted(0);
    assertThat(log.persisted()).isEqualTo(3);

    log.writePersisted(0);
    assertThat(log.persisted()).isEqualTo(4);
    assertThat(log.unstableBytes()).isZero();
  }

  @Test
  void theLateAcknowledgementOfAnOverwrittenWriteDoesNotMakeTheNewEntryStable() {
    RaftLog log = log(1, 1);
    log.append(entry(2, 3)); // leader A
    log.write(1, 0, 0, 0);
    log.append(new LogSlice(2, 1, entries(3, 3))); // leader B
    log.write(1, 0, 0, 0);
    log.append(new LogSlice(2, 1, entries(3, 4))); // leader A or C
    log.write(1, 0, 0, 0);

    log.writePersisted(0);
    assertThat(log.persisted()).isEqualTo(2);
    log.writePersisted(0);
    assertThat(log.persisted()).isEqualTo(2);
    log.writePersisted(0);
    assertThat(log.persisted()).isEqualTo(3);
  }

  @Test
  void theSameEntryWrittenAgainAfterAnOverwriteWaitsForItsSecondWrite() {
    RaftLog log = log(1, 1);
    log.append(entry(2, 3));
    log.write(1, 0, 0, 0);
    log.append(new LogSlice(2, 1, entries(3, 3)));
    log.write(1, 0, 0, 0);
    // A still later leader has the first entry. The disk, when it is done with the first write,
    // goes on to overwrite it.
    log.append(new LogSlice(2, 1, entries(3, 2)));
    log.write(1, 0, 0, 0);

    log.writePersisted(0);
    log.writePersisted(0);
    assertThat(log.persisted()).isEqualTo(2);
    log.writePersisted(0);
    assertThat(log.persisted()).isEqualTo(3);
  }

  @Test
  void theUncutPartOfAWriteBecomesStable() {
    RaftLog log = log(1, 1);
    log.append(new LogSlice(2, 1, entries(3, 2, 2, 2)));
    log.write(1, 0, 0, 0);
    log.append(new LogSlice(3, 2, entries(4, 3)));
    log.write(1, 0, 0, 0);

    log.writePersisted(0);
    assertThat(log.persisted()).isEqualTo(3);
    log.writePersisted(0);
    assertThat(log.persisted()).isEqualTo(4);
  }

  @Test
  void truncatingWhatIsPersistedTakesItsPersistenceBack() {
    RaftLog log = log(1, 1, 1, 1);
    assertThat(log.persisted()).isEqualTo(4);

    log.append(new LogSlice(2, 1, entries(3, 2)));

    assertThat(log.persisted()).isEqualTo(2);
    assertThat(log.unwrittenEntries()).isEqualTo(entries(3, 2));
  }

  @Test
  void onlyWhatWasNotToldBeforeIsToldToBeWritten() {
    RaftLog log = log(1, 1);
    log.append(entry(2, 3));
    assertThat(indexes(log.unwrittenEntries())).containsExactly(3L);
    log.write(1, 0, 0, 0);
    assertThat(log.hasUnwritten()).isFalse();
    log.append(entry(2, 4));
    assertThat(indexes(log.unwrittenEntries())).containsExactly(4L);
    log.append(new LogSlice(2, 1, entries(3, 3)));
    assertThat(terms(log.unwrittenEntries())).containsExactly(3L);
  }

  // Snapshots.

  @Test
  void aSnapshotReplacesTheLogAndWhatFollowsItIsAppendedToIt() {
    RaftLog log = log(1, 1, 1);
    Snapshot snapshot = snapshot(3, 10, THREE);

    log.restore(snapshot);
    log.append(new LogSlice(10, 3, entries(11, 3)));

    assertThat(log.firstIndex()).isEqualTo(11);
    assertThat(log.last()).isEqualTo(new LogId(3, 11));
    assertThat(log.committed()).isEqualTo(10);
    assertThat(log.term(10)).isEqualTo(3);
    assertThat(log.term(9)).isZero();
    assertThat(log.unwrittenSnapshot()).isSameAs(snapshot);
    assertThat(indexes(log.unwrittenEntries())).containsExactly(11L);
  }

  @Test
  void aSnapshotThatIsNotBeyondTheCommitIndexIsRefused() {
    RaftLog log = log(3, 1, 1);

    assertThatThrownBy(() -> log.restore(snapshot(1, 3, THREE)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not beyond the commit index 3");
  }

  @Test
  void aSnapshotIsNotPersistedBeforeItsWriteIsAcknowledged() {
    MemoryStorage disk = storage(hardState(9, 0, 2), THREE, 1, 1, 1);
    RaftLog log = new RaftLog(disk, 2, 1, NO_LIMIT);

    log.restore(snapshot(3, 10, THREE));
    assertThat(log.persisted()).isEqualTo(2); // what is committed, of what it replaces
    write(log, disk);
    assertThat(log.persisted()).isEqualTo(2);
    assertThat(log.writes().oldestSnapshot()).isEqualTo(10);
    log.writePersisted(0);

    assertThat(log.persisted()).isEqualTo(10);
    assertThat(log.writes().oldestSnapshot()).isEqualTo(Long.MAX_VALUE);
    assertThat(log.hasUnstableSnapshot()).isFalse();
  }

  @Test
  void theAcknowledgementOfAWriteFromBeforeASnapshotDoesNotReachEntriesAfterIt() {
    MemoryStorage disk = storage(hardState(9, 0, 2), THREE, 1, 1, 1, 1, 1);
    RaftLog log = new RaftLog(disk, 2, 1, NO_LIMIT);
    log.append(new LogSlice(6, 1, entries(7, 2, 2))); // writes 7 and 8
    write(log, disk);
    // The snapshot is of an index before that write, and its leader's entries get up to it again.
    log.restore(snapshot(3, 5, THREE));
    log.append(new LogSlice(5, 3, entries(6, 3, 3, 3, 3)));

    log.writePersisted(0);

    assertThat(log.persisted()).isEqualTo(2);
    assertThat(terms(log.unwrittenEntries())).containsExactly(3L, 3L, 3L, 3L);
    write(log, disk);
    log.writePersisted(0);
    assertThat(log.persisted()).isEqualTo(9);
  }

  @Test
  void aSnapshotThatIsReplacedWhileItsWriteIsOutIsNotTakenForItsSuccessor() {
    MemoryStorage disk = storage(hardState(9, 0, 2), THREE, 1, 1, 1);
    RaftLog log = new RaftLog(disk, 2, 1, NO_LIMIT);
    log.restore(snapshot(3, 10, THREE));
    write(log, disk);
    log.restore(snapshot(3, 20, THREE));

    log.writePersisted(0);

    assertThat(log.hasUnstableSnapshot()).isTrue();
    assertThat(log.unwrittenSnapshot()).isEqualTo(snapshot(3, 20, THREE));
    assertThat(log.persisted()).isEqualTo(10);
    write(log, disk);
    log.writePersisted(0);
    assertThat(log.persisted()).isEqualTo(20);
  }

  @Test
  void aSnapshotThatIsNotStoredYetIsTheOneForFollowers() {
    RaftLog log = log(1, 1);
    log.restore(snapshot(3, 10, THREE));

    assertThat(log.snapshot()).isEqualTo(snapshot(3, 10, THREE));
  }

  @Test
  void entriesAfterASnapshotAreHandedOutAfterIt() {
    MemoryStorage disk = storage(hardState(9, 0, 4), THREE, 1, 1, 1);
    RaftLog log = new RaftLog(disk, 4, 1, NO_LIMIT);
    assertThat(log.applying().hasBatch()).isTrue(); // 2 to 4, which the snapshot now covers
    log.restore(snapshot(3, 10, THREE));
    log.append(new LogSlice(10, 3, entries(11, 3)));
    log.commitTo(11);

    assertThat(log.applying().hasBatch()).isFalse();
    write(log, disk);
    assertThat(log.applying().hasBatch()).isFalse();
    log.writePersisted(0);

    assertThat(indexes(log.applying().takeBatch())).containsExactly(11L);
  }

  // Handing out.

  @Test
  void committedEntriesAreHandedOutOnceAndOnlyWhenPersisted() {
    MemoryStorage disk = storage(hardState(9, 0, 1), THREE, 1);
    RaftLog log = new RaftLog(disk, 1, 1, NO_LIMIT);
    log.append(entry(1, 3));
    log.commitTo(3);

    assertThat(indexes(log.applying().takeBatch())).containsExactly(2L);
    assertThat(log.applying().hasBatch()).isFalse();
    assertThat(log.applying().takeBatch()).isEmpty();
    write(log, disk);
    log.writePersisted(0);

    assertThat(indexes(log.applying().takeBatch())).containsExactly(3L);
    assertThat(log.applying().hasBatch()).isFalse();
  }

  /** Entries 2 to 6 of sizes that make them 10, 10, 30, 10 and 10 bytes. */
  private static MemoryStorage fiveEntries() {
    MemoryStorage disk = storage(hardState(1, 0, 6), THREE);
    for (long index = 2; index <= 6; index++) {
      Entry entry = entry(1, index, bytes(index == 4 ? 22 : 2));
      assertThat(entry.getSerializedSize()).isEqualTo(index == 4 ? 30 : 10);
      disk.append(List.of(entry));
    }
    return disk;
  }

  private static RaftLog fiveCommitted(long maxUnapplied) {
    return new RaftLog(fiveEntries(), 6, 1, maxUnapplied);
  }

  @ParameterizedTest
  @CsvSource({
    // limit; pages, if each is applied before the next is taken
    "1000, 2 3 4 5 6",
    "20, 2 3|4|5 6",
    "29, 2 3|4|5 6",
    "50, 2 3 4|5 6",
    "40, 2 3|4 5|6",
    "10, 2|3|4|5|6",
    "1, 2|3|4|5|6",
  })
  void aPageKeepsToTheLimitOrIsOneEntry(long limit, String pages) {
    RaftLog log = fiveCommitted(limit);

    for (String page : pages.split("\\|", -1)) {
      List<Long> taken = indexes(log.applying().takeBatch());
      assertThat(taken).isEqualTo(Stream.of(page.split(" ", -1)).map(Long::valueOf).toList());
      log.applying().appliedTo(taken.get(taken.size() - 1));
    }
    assertThat(log.applying().hasBatch()).isFalse();
  }

  @Test
  void whatIsHandedOutAndNotAppliedCountsAgainstTheLimit() {
    RaftLog log = fiveCommitted(35);
    assertThat(indexes(log.applying().takeBatch())).containsExactly(2L, 3L);

    assertThat(log.applying().hasBatch()).as("20 bytes are out, and 30 do not fit 35").isFalse();
    log.applying().appliedTo(2);
    assertThat(log.applying().hasBatch()).as("a page counts until all of it is applied").isFalse();
    log.applying().appliedTo(3);

    assertThat(indexes(log.applying().takeBatch())).containsExactly(4L);
    assertThat(log.applying().hasBatch()).as("30 and 10 do not fit 35").isFalse();
    log.applying().appliedTo(4);
    assertThat(indexes(log.applying().takeBatch())).as("as it was read").containsExactly(5L);
    assertThat(indexes(log.applying().takeBatch())).containsExactly(6L);
  }

  @Test
  void whatIsCommittedLaterFillsWhatIsLeftOfTheLimit() {
    AwkwardStorage storage = new AwkwardStorage(fiveEntries());
    RaftLog log = new RaftLog(storage, 3, 1, 50);
    assertThat(indexes(log.applying().takeBatch())).containsExactly(2L, 3L);
    log.commitTo(6);

    assertThat(indexes(log.applying().takeBatch())).as("20 and 30 are just 50").containsExactly(4L);

    int asked = storage.entriesAsked;
    assertThat(log.applying().hasBatch()).isFalse();
    assertThat(storage.entriesAsked).as("that nothing fits is known").isEqualTo(asked);
  }

  @Test
  void anEntryBeyondTheLimitWaitsForTheSnapshotBeforeItToo() {
    MemoryStorage disk = storage(hardState(9, 0, 2), THREE, 1);
    RaftLog log = new RaftLog(disk, 2, 2, 20);
    log.restore(snapshot(3, 10, THREE));
    log.append(entry(3, 11, bytes(22)));
    log.commitTo(11);
    write(log, disk);
    log.writePersisted(0);

    assertThat(log.applying().hasBatch()).isFalse();
    log.applying().appliedTo(10);

    assertThat(indexes(log.applying().takeBatch())).containsExactly(11L);
  }

  // Membership changes.

  /** A log of commands at 2, 3, 5 and 6 and of changes at 4 and 7; all committed and persisted. */
  private static RaftLog withChanges(AwkwardStorage storage, long applied) {
    return new RaftLog(storage, 7, applied, NO_LIMIT);
  }

  private static AwkwardStorage storageWithChanges() {
    MemoryStorage disk = storage(hardState(1, 0, 7), THREE, 1, 1);
    disk.append(List.of(change(1, 4), entry(1, 5), entry(1, 6), change(1, 7)));
    return new AwkwardStorage(disk);
  }

  @Test
  void aPageEndsWithAMembershipChange() {
    RaftLog log = withChanges(storageWithChanges(), 1);

    assertThat(indexes(log.applying().takeBatch())).containsExactly(2L, 3L, 4L);
    assertThat(indexes(log.applying().takeBatch())).containsExactly(5L, 6L, 7L);
    assertThat(log.applying().hasBatch()).isFalse();
  }

  @Test
  void aChangeIsPendingUntilItIsApplied() {
    RaftLog log = withChanges(storageWithChanges(), 1);

    log.applying().appliedTo(4);
    assertThat(log.hasPendingChange()).isTrue();
    log.applying().appliedTo(6);
    assertThat(log.hasPendingChange()).isTrue();
    log.applying().appliedTo(7);
    assertThat(log.hasPendingChange()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"1, true", "3, true", "4, true", "6, true", "7, false"})
  void theChangesThatAreNotAppliedAreFoundWhenALogIsOpened(long applied, boolean expected) {
    AwkwardStorage storage = storageWithChanges();
    // However little the storage delivers at once.
    storage.entriesLie =
        truth ->
            new EntriesResult.Available(((EntriesResult.Available) truth).entries().subList(0, 1));

    RaftLog log = withChanges(storage, applied);

    assertThat(log.hasPendingChange()).isEqualTo(expected);
    assertThat(storage.entriesAsked).isEqualTo(7 - (int) applied);
  }

  @ParameterizedTest
  @CsvSource({
    // Changes at 4 and 7.
    "3, 1, false", // commit index, above; expected
    "4, 1, true",
    "4, 3, true",
    "4, 4, false",
    "6, 4, false",
    "7, 4, true",
    "7, 6, true",
    "7, 7, false",
  })
  void aCommittedChangeIsSeen(long committed, long above, boolean expected) {
    RaftLog log = new RaftLog(storageWithChanges(), committed, 1, NO_LIMIT);

    assertThat(log.hasCommittedChangeAbove(above)).isEqualTo(expected);
  }

  @Test
  void aChangeOfALeadersOwnIsPending() {
    RaftLog log = log(2, 1, 1);

    log.append(change(1, 4));

    assertThat(log.hasPendingChange()).isTrue();
    assertThat(log.hasCommittedChangeAbove(2)).isFalse();
    log.commitTo(4);
    assertThat(log.hasCommittedChangeAbove(2)).isTrue();
  }

  @Test
  void aChangeThatIsReplacedIsNoLongerPending() {
    RaftLog log = log(2, 1, 1);
    log.append(new LogSlice(3, 1, List.of(entry(2, 4), change(2, 5), change(2, 6))));
    assertThat(log.hasPendingChange()).isTrue();

    log.append(new LogSlice(5, 2, List.of(entry(3, 6))));
    assertThat(log.hasPendingChange()).as("5 stays").isTrue();
    log.append(new LogSlice(4, 2, List.of(entry(4, 5))));

    assertThat(log.hasPendingChange()).isFalse();
  }

  @Test
  void aChangeThatASnapshotCoversIsNoLongerPending() {
    RaftLog log = log(2, 1, 1);
    log.append(change(1, 4));

    log.restore(snapshot(3, 10, THREE));

    assertThat(log.hasPendingChange()).isFalse();
  }

  @Test
  void whatASnapshotSkipsIsKnownUntilTheSnapshotIsApplied() {
    MemoryStorage disk = storage(hardState(9, 0, 3), THREE, 1, 1);
    RaftLog log = new RaftLog(disk, 3, 1, NO_LIMIT);
    assertThat(indexes(log.applying().takeBatch())).containsExactly(2L, 3L);
    log.restore(snapshot(3, 6, THREE));
    write(log, disk);
    log.writePersisted(0);

    assertThat(LongStream.rangeClosed(1, 7).filter(log.applying()::isReplacedBySnapshot))
        .containsExactly(4L, 5L);
    log.applying().appliedTo(3);
    assertThat(LongStream.rangeClosed(1, 7).filter(log.applying()::isReplacedBySnapshot))
        .containsExactly(4L, 5L);
    log.applying().appliedTo(6);
    assertThat(LongStream.rangeClosed(1, 7).filter(log.applying()::isReplacedBySnapshot)).isEmpty();
  }

  // The storage.

  private static final class Stored {
    final MemoryStorage disk = storage(hardState(1, 0, 4), THREE, 1, 1, 1);
    final AwkwardStorage storage = new AwkwardStorage(disk);
    final RaftLog log = new RaftLog(storage, 4, 1, NO_LIMIT);

    Stored() {
      storage.entriesAsked = 0; // Since the log was opened, which reads what is not applied.
    }
  }

  @Test
  void aLogIsNotOpenedOnAStorageThatCannotDeliverWhatIsNotApplied() {
    AwkwardStorage storage = new AwkwardStorage(storage(hardState(1, 0, 4), THREE, 1, 1, 1));
    storage.entriesNotYet = true;

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RaftLog(storage, 4, 1, NO_LIMIT))
        .withMessage("storage: entry 2 must be available when a node is opened");
    assertThat(new RaftLog(storage, 4, 4, NO_LIMIT).lastIndex()).isEqualTo(4);
  }

  @Test
  void aPageThatTheStorageCannotDeliverIsAskedForAgainWhenTold() {
    Stored on = new Stored();
    on.storage.entriesNotYet = true;

    assertThat(on.log.applying().hasBatch()).isFalse();
    on.storage.entriesNotYet = false;
    assertThat(on.log.applying().hasBatch()).isFalse();
    assertThat(on.storage.entriesAsked).isEqualTo(1);
    on.log.applying().askStorageAgain();

    assertThat(indexes(on.log.applying().takeBatch())).containsExactly(2L, 3L, 4L);
  }

  @Test
  void aPageIsReadOnceHoweverOftenItIsAskedFor() {
    Stored on = new Stored();

    for (int i = 0; i < 5; i++) {
      assertThat(on.log.applying().hasBatch()).isTrue();
    }
    on.log.applying().takeBatch();

    assertThat(on.storage.entriesAsked).isEqualTo(1);
  }

  @Test
  void entriesAndSnapshotThatAreNotThereYetAreNone() {
    Stored on = new Stored();
    on.storage.entriesNotYet = true;
    on.storage.snapshotNotYet = true;

    assertThat(on.log.entries(2, 100)).isEmpty();
    assertThat(on.log.snapshot()).isNull();
  }

  @Test
  void unstableEntriesAreHadWithoutTheStorage() {
    Stored on = new Stored();
    on.storage.entriesNotYet = true;
    on.log.append(entry(2, 5));
    on.log.append(entry(2, 6));

    assertThat(on.log.isStored(4)).isTrue();
    assertThat(on.log.isStored(5)).isFalse();
    assertThat(indexes(on.log.entries(5, NO_LIMIT))).containsExactly(5L, 6L);
    assertThat(indexes(on.log.entries(5, 1))).containsExactly(5L);
  }

  @Test
  void aReadOfTheStorageEndsWhereThePersistedPartDoes() {
    Stored on = new Stored();
    on.log.append(entry(2, 5));
    write(on.log, on.disk); // the disk is ahead of its acknowledgement

    assertThat(indexes(on.log.entries(2, NO_LIMIT))).containsExactly(2L, 3L, 4L);
  }

  static Stream<Arguments> lies() {
    return Stream.of(
        Arguments.of(new EntriesResult.Compacted(), "entry 2 is compacted, but the first index is"),
        Arguments.of(new EntriesResult.Available(List.of()), "0 entries where 2 to 4 are due"),
        Arguments.of(
            new EntriesResult.Available(entries(2, 1, 1, 1, 1)), "4 entries where 2 to 4 are due"),
        Arguments.of(new EntriesResult.Available(entries(3, 1, 1)), "entry 3 where 2 is due"),
        Arguments.of(
            new EntriesResult.Available(List.of(entry(1, 2), entry(1, 4))),
            "entry 4 where 3 is due"));
  }

  @ParameterizedTest
  @MethodSource("lies")
  void aStorageThatAnswersWithOtherEntriesIsFoundOut(EntriesResult lie, String message) {
    Stored on = new Stored();
    on.storage.entriesLie = truth -> lie;

    assertThatThrownBy(on.log.applying()::hasBatch)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("storage: " + message);
    assertThatThrownBy(() -> on.log.entries(2, NO_LIMIT))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("storage: " + message);
  }

  @ParameterizedTest
  @CsvSource({
    "0, before what is compacted", // the default instance: there is none
    "2, before what is compacted",
    "5, beyond what is committed",
  })
  void aStorageWhoseSnapshotCannotBeRightIsFoundOut(long index, String why) {
    MemoryStorage disk = storage(hardState(1, 0, 4), THREE, 1, 1, 1, 1);
    disk.createSnapshot(4, THREE, bytes("state"));
    disk.compact(3);
    AwkwardStorage storage = new AwkwardStorage(disk);
    storage.snapshotLie =
        truth ->
            new SnapshotResult.Available(
                index == 0 ? Snapshot.getDefaultInstance() : snapshot(1, index, THREE));
    RaftLog log = new RaftLog(storage, 4, 4, NO_LIMIT);

    assertThatThrownBy(log::snapshot)
        .as(why)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "storage: its snapshot is at "
                + index
                + ", which is not between what is compacted, 3, and what is committed, 4");
  }

  @Test
  void aCompactedLogStillKnowsTheTermBeforeItsFirstEntry() {
    MemoryStorage disk = storage(hardState(3, 0, 4), THREE, 1, 2, 3, 3);
    disk.createSnapshot(4, THREE, bytes("state"));
    RaftLog log = new RaftLog(disk, 4, 4, NO_LIMIT);
    disk.compact(3);

    assertThat(log.firstIndex()).isEqualTo(4);
    assertThat(log.term(3)).isEqualTo(2);
    assertThat(log.term(2)).isZero();
    assertThat(log.matches(3, 2)).isTrue();
    assertThat(log.lastNotAbove(5, 2)).isEqualTo(new LogId(2, 3));
    assertThat(log.lastNotAbove(5, 1))
        .as("not before the one before the first")
        .isEqualTo(new LogId(2, 3));
  }

  // Hints.

  @ParameterizedTest
  @CsvSource({
    // The log is 1 | 1 1 3 3 5: entries 1 to 6.
    "6, 5, 6",
    "6, 4, 5",
    "6, 3, 5",
    "6, 2, 3",
    "6, 1, 3",
    "6, 0, 1",
    "9, 9, 6",
    "4, 3, 4",
    "3, 9, 3",
    "2, 1, 2",
    "1, 1, 1",
  })
  void theHintIsTheLastEntryWhoseTermIsNotAbove(long index, long term, long expected) {
    assertThat(log(1, 1, 1, 3, 3, 5).lastNotAbove(index, term).index()).isEqualTo(expected);
  }

  @Test
  void anEmptyLogHintsAtItsStart() {
    RaftLog log = new RaftLog(new MemoryStorage(), 0, 0, NO_LIMIT);

    assertThat(log.lastNotAbove(5, 3)).isEqualTo(LogId.NONE);
    assertThat(log.last()).isEqualTo(LogId.NONE);
    assertThat(log.matches(0, 0)).isTrue();
    assertThat(log.contradictsCommitted(new LogSlice(0, 9, List.of())))
        .as("the start of the log always matches")
        .isFalse();
  }
}
