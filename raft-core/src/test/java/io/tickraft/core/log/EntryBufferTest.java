package io.tickraft.core.log;

import static io.tickraft.core.Wire.entries;
import static io.tickraft.core.Wire.entry;
import static io.tickraft.core.Wire.indexes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;
import io.tickraft.proto.Entry;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EntryBufferTest {

  private static EntryBuffer buffer(long firstIndex, int count) {
    EntryBuffer buffer = new EntryBuffer(firstIndex);
    for (int i = 0; i < count; i++) {
      buffer.append(entry(1, firstIndex + i));
    }
    return buffer;
  }

  /** A view that was handed out, and what it showed then. */
  private record Given(List<Entry> view, List<Entry> shown) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void holdsWhatAListHoldsAndViewsStayAsTheyWere(long seed) {
    Random random = new Random(seed);
    long first = 1L + random.nextInt(5);
    EntryBuffer buffer = new EntryBuffer(first);
    List<Entry> model = new ArrayList<>();
    List<Given> given = new ArrayList<>();
    long term = 1;
    for (int step = 0; step < 1500; step++) {
      long last = first + model.size() - 1;
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3 -> {
          Entry entry = entry(term, last + 1, "one " + step);
          buffer.append(entry);
          model.add(entry);
        }
        case 4, 5 -> {
          List<Entry> some = new ArrayList<>();
          for (int i = random.nextInt(8); i > 0; i--) {
            some.add(entry(term, last + 1 + some.size(), "some " + step));
          }
          buffer.append(some);
          model.addAll(some);
        }
        case 6, 7 -> {
          long from = first + random.nextInt(model.size() + 1);
          buffer.truncateFrom(from);
          model.subList((int) (from - first), model.size()).clear();
          term++;
        }
        case 8, 9 -> {
          long to = first - 3 + random.nextInt(model.size() + 5);
          int removed = (int) Math.max(0, Math.min(to - first + 1, model.size()));
          buffer.removeTo(to);
          model.subList(0, removed).clear();
          first += removed;
        }
        case 10 -> {
          if (random.nextInt(10) == 0) {
            first = 1L + random.nextInt(50);
            buffer.reset(first);
            model.clear();
          }
        }
        default -> {
          EntryBuffer copy = buffer.copy();
          if (random.nextBoolean()) {
            // The one that is left behind must not be seen by the other one.
            buffer.append(entry(term + 1, last + 1, "left behind"));
            buffer = copy;
          } else {
            copy.append(entry(term + 1, last + 1, "left behind"));
          }
        }
      }
      assertThat(buffer.firstIndex()).isEqualTo(first);
      assertThat(buffer.lastIndex()).isEqualTo(first + model.size() - 1);
      assertThat(buffer.isEmpty()).isEqualTo(model.isEmpty());
      assertThat(buffer.bytes())
          .isEqualTo(model.stream().mapToLong(Entry::getSerializedSize).sum());
      int from = random.nextInt(model.size() + 1);
      int to = from + random.nextInt(model.size() - from + 1);
      List<Entry> view = buffer.view(first + from, first + to);
      assertThat(view).isEqualTo(model.subList(from, to));
      given.add(new Given(view, List.copyOf(view)));
    }
    for (Given each : given) {
      assertThat(each.view).isEqualTo(each.shown);
    }
  }

  @Test
  void aViewSurvivesThatWhatItShowsIsTruncatedAndWrittenAnew() {
    EntryBuffer buffer = buffer(1, 3);
    List<Entry> view = buffer.view(1, 4);

    buffer.truncateFrom(2);
    buffer.append(entries(2, 9, 9, 9));

    assertThat(view).isEqualTo(entries(1, 1, 1, 1));
    assertThat(buffer.view(1, 5)).isEqualTo(entries(1, 1, 9, 9, 9));
  }

  @Test
  void aViewDoesNotGrowWithTheBuffer() {
    EntryBuffer buffer = buffer(1, 3);
    List<Entry> view = buffer.view(1, 4);

    buffer.append(entry(1, 4));

    assertThat(view).hasSize(3);
    assertThatThrownBy(() -> view.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> view.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aViewCannotBeChanged() {
    List<Entry> view = buffer(1, 3).view(1, 4);

    assertThatThrownBy(() -> view.set(0, entry(9, 9)))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> view.add(entry(9, 9)))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> view.remove(0)).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aPartOfAViewIsAView() {
    List<Entry> view = buffer(5, 6).view(6, 10);

    assertThat(indexes(view.subList(1, 3))).containsExactly(7L, 8L);
    assertThat(indexes(view.subList(1, 4).subList(1, 2))).containsExactly(8L);
    assertThat(indexes(view.subList(0, 2))).containsExactly(6L, 7L);
    assertThat(view.subList(2, 2)).isEmpty();
    assertThatThrownBy(() -> view.subList(2, 5)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> view.subList(-1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> view.subList(3, 2)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @ParameterizedTest
  @CsvSource({"0", "4", "-1", "9223372036854775807"})
  void anIndexThatIsNotHeldIsRefused(long index) {
    EntryBuffer buffer = buffer(1, 3);

    assertThatThrownBy(() -> buffer.get(index)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  // Of five entries of 12 bytes each.
  @ParameterizedTest
  @CsvSource({
    "1, 6, 60, 5", "1, 6, 59, 4", "1, 6, 24, 2", "1, 6, 23, 1",
    "1, 6,  1, 1", "1, 6,  0, 1", "1, 3, 60, 2", "5, 6, 60, 1",
    "2, 6, 9223372036854775807, 4",
  })
  void aViewIsLimitedInBytesAndHoldsOneEntryAtLeast(long lo, long hi, long maxBytes, int expected) {
    EntryBuffer buffer = new EntryBuffer(1);
    for (long index = 1; index <= 5; index++) {
      Entry entry = entry(1, index, "data");
      buffer.append(entry);
      assertThat(entry.getSerializedSize()).isEqualTo(12);
    }

    assertThat(buffer.view(lo, hi, maxBytes)).isEqualTo(buffer.view(lo, lo + expected));
  }

  @Test
  void removingWhatIsGoneAlreadyDoesNothing() {
    EntryBuffer buffer = buffer(5, 3);

    buffer.removeTo(4);
    buffer.removeTo(2);

    assertThat(buffer.view(5, 8)).isEqualTo(entries(5, 1, 1, 1));
  }

  @Test
  void removingBeyondTheEndRemovesAll() {
    EntryBuffer buffer = buffer(5, 3);

    buffer.removeTo(100);

    assertThat(buffer.isEmpty()).isTrue();
    assertThat(buffer.firstIndex()).isEqualTo(8);
    assertThat(buffer.lastIndex()).isEqualTo(7);
  }

  @Test
  void whatIsRemovedIsNotHeldHoweverFewEntriesTheArrayHas() throws InterruptedException {
    EntryBuffer buffer = new EntryBuffer(1);
    List<WeakReference<Entry>> removed = new ArrayList<>();
    for (long index = 1; index <= 10; index++) {
      Entry large = entry(1, index, ByteString.copyFrom(new byte[1 << 20]));
      removed.add(new WeakReference<>(large));
      buffer.append(large);
      large = null;
      buffer.removeTo(index);
    }

    assertFreed(removed);
    assertThat(buffer.isEmpty()).isTrue();
  }

  @Test
  void whatIsRemovedIsNotHeldOnceItIsMoreThanHalfHoweverSmallItIs() throws InterruptedException {
    EntryBuffer buffer = new EntryBuffer(1);
    List<WeakReference<Entry>> removed = new ArrayList<>();
    List<Entry> all = new ArrayList<>();
    for (long index = 1; index <= 40; index++) {
      all.add(entry(1, index));
    }
    buffer.append(all);
    all.subList(0, 21).forEach(entry -> removed.add(new WeakReference<>(entry)));
    all.clear();

    buffer.removeTo(21);

    assertFreed(removed);
    assertThat(buffer.lastIndex()).isEqualTo(40);
  }

  private static void assertFreed(List<WeakReference<Entry>> removed) throws InterruptedException {
    for (int i = 0; i < 50 && removed.stream().anyMatch(entry -> entry.get() != null); i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertThat(removed).allMatch(entry -> entry.get() == null);
  }

  // Copying: it shows in what is allocated, and nowhere else.

  private static long allocatedBy(Runnable work) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    work.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  @Test
  void removingALongRunOneByOneCopiesEachEntryAFewTimesAtMost() {
    int count = 4096;
    EntryBuffer buffer = new EntryBuffer(1);
    buffer.append(entries(1, LongStream.generate(() -> 1).limit(count).toArray()));

    long allocated =
        allocatedBy(
            () -> {
              for (int index = 1; index <= count; index++) {
                buffer.removeTo(index);
              }
            });

    // A reference takes 4 or 8 bytes; each time less than half of them is left to be copied.
    assertThat(allocated).isGreaterThan(0).isLessThan(16L * count);
  }

  @Test
  void aShortRunThatSlidesAlongIsCopiedOnceInAWhile() {
    int count = 10_000;
    EntryBuffer buffer = new EntryBuffer(1);
    List<Entry> entries = entries(1, LongStream.generate(() -> 1).limit(count).toArray());

    long allocated =
        allocatedBy(
            () -> {
              for (Entry entry : entries) {
                buffer.append(entry);
                buffer.removeTo(entry.getIndex());
              }
            });

    // 16 entries go into an array of 16 references before there is a new one.
    assertThat(allocated).isGreaterThan(0).isLessThan(16L * count);
  }
}
