package io.tickraft.examples.kv.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tickraft.proto.Entry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogTailTest {

  private static final int ENTRY_BYTES = entry(1, 1).getSerializedSize();

  private final LogTail tail = new LogTail(1, 10L * ENTRY_BYTES);

  private static Entry entry(long index, long term) {
    return Entry.newBuilder()
        .setIndex(index)
        .setTerm(term)
        .setData(ByteString.copyFrom(new byte[20]))
        .build();
  }

  private static List<Entry> entries(long from, long to, long term) {
    List<Entry> entries = new ArrayList<>();
    for (long i = from; i <= to; i++) {
      entries.add(entry(i, term));
    }
    return entries;
  }

  @Test
  void remembersTheNewestEntriesWithinItsLimit() {
    tail.append(entries(1, 10, 1));
    assertThat(tail.first()).isEqualTo(1);
    tail.append(entries(11, 11, 1));
    assertThat(tail.first()).isEqualTo(7);
    assertThat(tail.read(7, 12, Long.MAX_VALUE)).isEqualTo(entries(7, 11, 1));
  }

  @Test
  void newEntriesReplaceOldOnes() {
    tail.append(entries(1, 5, 1));
    tail.append(entries(3, 4, 2));
    assertThat(tail.read(1, 5, Long.MAX_VALUE))
        .containsExactly(entry(1, 1), entry(2, 1), entry(3, 2), entry(4, 2));
    tail.append(entries(1, 1, 3));
    assertThat(tail.read(1, 2, Long.MAX_VALUE)).containsExactly(entry(1, 3));
  }

  @Test
  void entriesOlderThanWhatIsRememberedReplaceEverything() {
    tail.reset(20);
    tail.append(entries(20, 25, 1));
    tail.append(entries(15, 16, 2));
    assertThat(tail.first()).isEqualTo(15);
    assertThat(tail.read(15, 17, Long.MAX_VALUE)).isEqualTo(entries(15, 16, 2));
    assertThat(tail.get(16).getTerm()).isEqualTo(2);
  }

  @Test
  void readsAsMuchAsIsWantedAndAtLeastOne() {
    tail.append(entries(1, 5, 1));
    assertThat(tail.read(2, 6, 1)).isEqualTo(entries(2, 2, 1));
    assertThat(tail.read(2, 6, 2L * ENTRY_BYTES)).isEqualTo(entries(2, 3, 1));
    assertThat(tail.read(2, 4, Long.MAX_VALUE)).isEqualTo(entries(2, 3, 1));
  }

  @Test
  void whatWasReadStaysAsItIs() {
    tail.append(entries(1, 5, 1));
    List<Entry> read = tail.read(1, 6, Long.MAX_VALUE);
    tail.append(entries(2, 9, 2));
    tail.append(entries(10, 40, 2));
    assertThat(read).isEqualTo(entries(1, 5, 1));
  }
}
