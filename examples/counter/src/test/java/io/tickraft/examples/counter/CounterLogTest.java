package io.tickraft.examples.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.google.protobuf.ByteString;
import io.tickraft.core.Bootstrap;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start makes of a file that a crash has torn, or a disk has damaged. */
final class CounterLogTest {

  @TempDir Path dir;

  private byte[] bytes;

  /** Where each record begins, and the end of the last one. */
  private final List<Integer> bounds = new ArrayList<>();

  /** The file has five records: its creation, a start, and the entries 2, 3 and 4. */
  @BeforeEach
  void write() throws IOException {
    try (TestedLog log = new TestedLog(dir)) {
      log.create(List.of(1L, 2L, 3L));
      log.open();
      for (int index = 2; index <= 4; index++) {
        List<Entry> entries = List.of(entry(index));
        log.stored.append(entries);
        log.append(Snapshot.getDefaultInstance(), entries);
      }
    }
    bytes = Files.readAllBytes(dir.resolve("log"));
    for (int at = 0; at < bytes.length; at += 12 + ByteBuffer.wrap(bytes).getInt(at)) {
      bounds.add(at);
    }
    bounds.add(bytes.length);
    assertThat(bounds).hasSize(6);
  }

  private static Entry entry(long index) {
    return Entry.newBuilder()
        .setTerm(1)
        .setIndex(index)
        .setType(EntryType.ENTRY_TYPE_COMMAND)
        .setData(ByteString.copyFromUtf8("" + index))
        .build();
  }

  /** Starts with a file, and returns the last index that is found. */
  private long start(byte[] file) throws IOException {
    Files.write(dir.resolve("log"), file);
    try (TestedLog log = new TestedLog(dir)) {
      log.open();
      return log.stored.lastIndex();
    }
  }

  private byte[] changed(int at) {
    byte[] changed = bytes.clone();
    changed[at] ^= 0x40;
    return changed;
  }

  @Test
  void theWholeFileIsRead() throws IOException {
    assertThat(start(bytes)).isEqualTo(4);
  }

  @Test
  void aTornRecordIsCutOffAtAnyByte() throws IOException {
    for (int size = bounds.get(4); size < bytes.length; size++) {
      assertThat(start(Arrays.copyOf(bytes, size))).as("%s bytes are left", size).isEqualTo(3);
      assertThat(start(Files.readAllBytes(dir.resolve("log")))).as("and again").isEqualTo(3);
    }
  }

  @Test
  void aRecordOfWhichOnlyTheBeginOrTheEndWasWrittenIsCutOff() throws IOException {
    for (int at = bounds.get(4) + 3; at < bytes.length; at++) { // The size begins with zeros.
      byte[] begin = Arrays.copyOf(Arrays.copyOf(bytes, at), bytes.length);
      assertThat(start(begin)).as("zeros from byte %s", at).isEqualTo(3);
      byte[] end = bytes.clone();
      Arrays.fill(end, bounds.get(4), at + 1, (byte) 0);
      assertThat(start(end)).as("zeros up to byte %s", at).isEqualTo(3);
    }
  }

  @Test
  void zerosAfterTheLastRecordAreCutOff() throws IOException {
    assertThat(start(Arrays.copyOf(bytes, bytes.length + 100))).isEqualTo(4);
    assertThat(start(Files.readAllBytes(dir.resolve("log")))).isEqualTo(4);
  }

  /** A command may hold a whole record, of another file or of this one. */
  @Test
  void aTornRecordThatHoldsACopyOfARecordIsCutOff() throws IOException {
    byte[] copy = Arrays.copyOfRange(bytes, bounds.get(3), bounds.get(4));
    try (TestedLog log = new TestedLog(dir)) {
      log.open();
      Entry holder = entry(5).toBuilder().setData(ByteString.copyFrom(copy)).build();
      log.append(Snapshot.getDefaultInstance(), List.of(holder, entry(6)));
    }
    byte[] file = Files.readAllBytes(dir.resolve("log"));
    for (int cut = 1; cut <= 10; cut++) {
      assertThat(start(Arrays.copyOf(file, file.length - cut))).isEqualTo(4);
    }
    assertThat(start(file)).isEqualTo(6);
  }

  /** At each fourth byte begins what looks like a record, except that its position is another. */
  @Test
  void aTornRecordIsSearchedInLinearTime() {
    byte[] file = Arrays.copyOf(bytes, bytes.length + (16 << 20));
    for (int at = bytes.length; at < file.length; at += 4) {
      file[at + 1] = 0x40; // A size of 4 MB.
    }
    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertThat(start(file)).isEqualTo(4));
  }

  @Test
  void whatIsWrittenAfterATornRecordIsFoundAgain() throws IOException {
    Files.write(dir.resolve("log"), Arrays.copyOf(bytes, bytes.length - 1));
    try (TestedLog log = new TestedLog(dir)) {
      log.open();
      log.stored.append(List.of(entry(4), entry(5)));
      log.append(Snapshot.getDefaultInstance(), List.of(entry(4), entry(5)));
    }
    assertThat(start(Files.readAllBytes(dir.resolve("log")))).isEqualTo(5);
  }

  @Test
  void aDamagedRecordBeforeTheLastOneIsAnError() {
    for (int at = 0; at < bounds.get(4); at++) {
      byte[] damaged = changed(at);
      int position = at;
      int record = bounds.stream().filter(bound -> bound <= position).max(Integer::compare).get();
      assertThatThrownBy(() -> start(damaged))
          .as("byte %s", at)
          .hasMessageEndingWith("the record at byte " + record + " of the log is damaged");
    }
  }

  /** It looks like a torn write. */
  @Test
  void aDamagedLastRecordIsCutOff() throws IOException {
    for (int at = bounds.get(4); at < bytes.length; at++) {
      assertThat(start(changed(at))).as("byte %s", at).isEqualTo(3);
    }
  }

  /** The file gets its name only after its first record is on the disk. */
  @Test
  void aFileWithoutAWholeRecordIsAnError() {
    for (int size : new int[] {0, 1, bounds.get(1) - 1}) {
      assertThatThrownBy(() -> start(Arrays.copyOf(bytes, size)))
          .hasMessageEndingWith("the record at byte 0 of the log is damaged");
    }
  }

  @Test
  void eachStartIsCounted() throws IOException {
    for (int starts = 2; starts <= 4; starts++) {
      try (TestedLog log = new TestedLog(dir)) {
        log.open();
        assertThat(log.incarnation).isEqualTo(starts);
      }
    }
  }

  @Test
  void aNodeIsNeitherCreatedTwiceNorStartedWithoutAFile() throws IOException {
    Snapshot first = Bootstrap.snapshot(1);
    try (TestedLog log = new TestedLog(dir)) {
      assertThatThrownBy(() -> log.create(1, 7, "host:1", first))
          .hasMessage(dir + " holds a node: to start it, give the directory alone");
    }
    Path lost = dir.resolve("lost");
    try (TestedLog log = new TestedLog(lost)) {
      assertThatThrownBy(log::open)
          .hasMessage(lost + " holds no node. Is its file lost? Then join with another id");
    }
    assertThat(lost).doesNotExist();
  }

  @Test
  void aNodeThatAnotherProcessCreatesMeanwhileIsNotReplaced() throws IOException {
    Path contended = dir.resolve("contended");
    TestedLog loser =
        new TestedLog(contended) {
          private boolean isCreated;

          @Override
          void forceNames(Path directory) throws IOException {
            if (!isCreated) {
              isCreated = true;
              try (TestedLog winner = new TestedLog(contended)) {
                winner.create(List.of(1L));
              }
            }
          }
        };
    try (loser) {
      assertThatThrownBy(() -> loser.create(List.of(1L, 2L)))
          .hasMessage(contended + " holds a node: to start it, give the directory alone");
    }
    try (TestedLog log = new TestedLog(contended)) {
      log.open();
      assertThat(log.stored.snapshot().snapshot()).isEqualTo(Bootstrap.snapshot(1));
    }
  }

  @Test
  void theNamesOfNewDirectoriesAreForced() throws IOException {
    List<Path> forced = new ArrayList<>();
    Path top = dir.resolve("a");
    TestedLog nested =
        new TestedLog(top.resolve("b/c")) {
          @Override
          void forceNames(Path directory) throws IOException {
            assertThat(directory).isDirectory();
            forced.add(directory);
          }
        };
    try (nested) {
      nested.create(List.of(1L));
    }
    assertThat(forced).containsExactly(dir, top, top.resolve("b"), top.resolve("b/c"));
  }

  @Test
  void aCompactedFileIsReadWithTheRest() throws IOException {
    try (TestedLog log = new TestedLog(dir)) {
      log.open();
      log.compact(3, Bootstrap.snapshot(1, 2).getMetadata().getConfState(), entry(3).getData());
    }
    assertThat(Files.size(dir.resolve("log"))).isLessThan(bytes.length);
    try (TestedLog log = new TestedLog(dir)) {
      log.open();
      assertThat(log.stored.snapshot().snapshot().getMetadata().getIndex()).isEqualTo(3);
      assertThat(log.stored.log()).containsExactly(entry(4));
      assertThat(log.stored.initialState()).isEqualTo(Bootstrap.hardState());
      assertThat(log.incarnation).isEqualTo(3);
      assertThat(log.id + " " + log.group + " " + log.address).isEqualTo("1 7 host:1");
    }
  }

  /** The writer of the asynchronous node may be asked so: the leader's snapshot came meanwhile. */
  @Test
  void anOlderSnapshotChangesNothing() throws IOException {
    try (TestedLog log = new TestedLog(dir)) {
      log.open();
      log.compact(4, Bootstrap.snapshot(1, 2).getMetadata().getConfState(), ByteString.EMPTY);
      log.compact(3, Bootstrap.snapshot(1, 2).getMetadata().getConfState(), ByteString.EMPTY);
      assertThat(CounterLog.snapshotIndex(log.stored)).isEqualTo(4);
    }
  }
}
