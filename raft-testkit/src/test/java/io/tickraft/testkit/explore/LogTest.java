package io.tickraft.testkit.explore;

import static io.tickraft.testkit.explore.Logs.afterSnapshot;
import static io.tickraft.testkit.explore.Logs.compacted;
import static io.tickraft.testkit.explore.Logs.log;
import static io.tickraft.testkit.explore.Logs.storage;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.core.MemoryStorage;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogTest {

  @Test
  void aLogHasTheTermOfEachEntry() {
    Log log = log("1a 1b 3c");
    assertThat(log.last()).isEqualTo(3);
    assertThat(log.term(2)).isEqualTo(1);
    assertThat(log.term(3)).isEqualTo(3);
    assertThat(Log.EMPTY.last()).isZero();
    assertThat(log).hasToString("[0, 1, 1, 3]");
  }

  @Test
  void equalLogsHaveEqualHashes() {
    Log log = log("1a 1b 2c");
    Log other = log("1a 1b 2d 2e");
    assertThat(log.hash(0)).isEqualTo(other.hash(0)).isEqualTo(Log.EMPTY.hash(0));
    assertThat(log.hash(1)).isEqualTo(other.hash(1));
    assertThat(log.hash(2)).isEqualTo(other.hash(2));
    assertThat(log.hash(3)).isNotEqualTo(other.hash(3));
  }

  @ParameterizedTest
  @CsvSource({"1a 1b 1c, 1x 1b 1c", "1a 1b 1c, 1b 1a 1c", "1a 2b 2c, 1a 1b 2c", "1 1a, 1a 1"})
  void aHashIsThatOfAllEntriesUpToTheIndex(String one, String other) {
    Log first = log(one);
    assertThat(first.hash(first.last())).isNotEqualTo(log(other).hash(first.last()));
  }

  @Test
  void dataIsNotTakenForTheNextEntry() {
    byte one = 1;
    byte command = EntryType.ENTRY_TYPE_COMMAND_VALUE;
    Log log = logOf(entry(1), entry(2, one, command));
    Log other = logOf(entry(1, one, command), entry(2));
    assertThat(log.hash(2)).isNotEqualTo(other.hash(2));
  }

  @Test
  void theTypeOfAnEntryCounts() {
    Entry noOp = entry(1).toBuilder().setType(EntryType.ENTRY_TYPE_NO_OP).build();
    assertThat(logOf(entry(1)).hash(1)).isNotEqualTo(logOf(noOp).hash(1));
  }

  private static Log logOf(Entry... entries) {
    MemoryStorage storage = new MemoryStorage();
    storage.append(List.of(entries));
    return Log.of(storage, List.of());
  }

  private static Entry entry(long index, byte... data) {
    return Entry.newBuilder()
        .setTerm(1)
        .setIndex(index)
        .setType(EntryType.ENTRY_TYPE_COMMAND)
        .setData(ByteString.copyFrom(data))
        .build();
  }

  // Comparisons.

  @Test
  void aLogHoldsAnotherUpToWhereBothHaveTheSameEntries() {
    Log log = log("1a 1b");
    Log other = log("1a 1b 2c");
    assertThat(log.holds(other, 0)).isTrue();
    assertThat(log.holds(other, 2)).isTrue();
    assertThat(log.holds(other, 3)).isFalse();
    assertThat(other.holds(log, 2)).isTrue();
    assertThat(other.holds(log, 3)).isFalse();
    assertThat(other.holds(log("1a 1x 2c"), 1)).isTrue();
    assertThat(other.holds(log("1a 1x 2c"), 2)).isFalse();
    assertThat(Log.EMPTY.holds(other, 0)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "1a 1b 2c, 1a 1b 2c, 0",
    "1a 1b 2c, 1a, 0",
    "1a, 3x, 0",
    "1a 1b 1c, 1a 1b 2d 2e, 0",
    // The same term at the same index, and another entry there.
    "1a 2b, 1a 2x, 2",
    // The same entry there, after another one.
    "1a 1b 3c, 1a 2b 3c, 3",
    "1a 1b 1c 2d, 1a 1x 1c 3e, 3"
  })
  void logsMatchUnlessEntriesOfTheSameTermDiffer(String one, String other, int index) {
    assertThat(log(one).mismatch(log(other))).isEqualTo(index);
    assertThat(log(other).mismatch(log(one))).isEqualTo(index);
  }

  @Test
  void nothingDiffersFromAnEmptyLog() {
    assertThat(Log.EMPTY.mismatch(log("1a"))).isZero();
    assertThat(log("1a").mismatch(Log.EMPTY)).isZero();
  }

  @Test
  void aLogIsCutAtAnIndex() {
    Log log = log("1a 1b 2c");
    assertThat(log.to(3)).isSameAs(log);
    Log cut = log.to(2);
    assertThat(cut.last()).isEqualTo(2);
    assertThat(cut.term(cut.last())).isEqualTo(1);
    assertThat(cut.hash(2)).isEqualTo(log.hash(2));
    assertThat(cut.holds(log, 3)).isFalse();
    assertThat(log.to(0).last()).isZero();
  }

  @Test
  void theShapeIsThatOfTheTermsAlone() {
    assertThat(log("1a 2b").shape()).isEqualTo(log("1x 2y").shape());
    assertThat(log("1a 2b").shape()).isNotEqualTo(log("1a 1b").shape());
    assertThat(log("1a 2b").shape()).isNotEqualTo(log("1a").shape());
    assertThat(log("1a").shape()).isNotEqualTo(Log.EMPTY.shape());
  }

  // Storages that do not have all entries.

  @Test
  void aCompactedLogIsTheSameAsBefore() {
    Log before = log("1a 1b 2c");
    for (int index = 1; index <= 3; index++) {
      assertThat(Log.of(compacted("1a 1b 2c", index), List.of(before))).isSameAs(before);
    }
  }

  @Test
  void aCompactedLogGrowsAndShrinks() {
    Log before = log("1a 1b 2c");
    Log longer = Log.of(compacted("1a 1b 2c 2d", 2), List.of(before));
    assertThat(longer.hash(4)).isEqualTo(log("1a 1b 2c 2d").hash(4));
    Log other = Log.of(compacted("1a 1b 3e", 2), List.of(before));
    assertThat(other.hash(3)).isEqualTo(log("1a 1b 3e").hash(3));
    assertThat(other.last()).isEqualTo(3);
  }

  @Test
  void theEntriesOfASnapshotAreThoseOfItsSender() {
    Log own = log("1x");
    Log sender = log("1a 1b 2c 2d");
    Log installed = Log.of(afterSnapshot(3, 2, ""), List.of(own, own, sender));
    assertThat(installed.last()).isEqualTo(3);
    assertThat(installed.holds(sender, 3)).isTrue();
    Log appended = Log.of(afterSnapshot(3, 2, "3e"), List.of(installed));
    assertThat(appended.hash(4)).isEqualTo(log("1a 1b 2c 3e").hash(4));
  }

  @Test
  void anUnknownSnapshotIsLikeThatOfAnotherNodeThatBeginsWithIt() {
    Log log = Log.of(afterSnapshot(2, 1, "2a"), List.of());
    Log other = Log.of(afterSnapshot(2, 1, "2a 2b"), List.of());
    assertThat(log.term(1)).isEqualTo(1);
    assertThat(other.holds(log, 3)).isTrue();
    assertThat(Log.of(afterSnapshot(2, 2, "2a"), List.of()).holds(log, 2)).isFalse();
    assertThat(Log.of(afterSnapshot(2, 1, "2x"), List.of()).mismatch(log)).isEqualTo(3);
  }

  @Test
  void aLogThatIsWrittenAnewWithTheSameEntriesIsTheSame() {
    Log log = log("1a 1b");
    Log again = Log.of(storage("1a 1b"), List.of(log));
    assertThat(again.hash(2)).isEqualTo(log.hash(2));
  }

  @Test
  void twoLogsHaveInCommonWhatComesBeforeTheFirstDifference() {
    Log log = log("1a 2b 2c");
    assertThat(log.common(log)).isSameAs(log);
    assertThat(log.common(log("1a 2b 2c 3d"))).isSameAs(log);
    assertThat(log.common(log("1a 2b")).last()).isEqualTo(2);
    assertThat(log.common(log("1a 2x 2c")).last()).isEqualTo(1);
    assertThat(log.common(log("2a")).last()).isZero();
    assertThat(log.common(Log.EMPTY).last()).isZero();
  }
}
