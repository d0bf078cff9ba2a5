package io.tickraft.core.log;

import static io.tickraft.core.Wire.entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LogSliceTest {

  private static final LogSlice SLICE = new LogSlice(4, 2, entries(5, 2, 3, 3));

  @ParameterizedTest
  @CsvSource({"4, 2", "5, 2", "6, 3", "7, 3"})
  void knowsTheTermsOfItsEntriesAndOfTheOneBefore(long index, long term) {
    assertThat(SLICE.term(index)).isEqualTo(term);
  }

  @ParameterizedTest
  @CsvSource({"3", "8"})
  void knowsNoOtherTerms(long index) {
    assertThatThrownBy(() -> SLICE.term(index)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void endsWithItsLastEntryOrTheOneBefore() {
    assertThat(SLICE.lastIndex()).isEqualTo(7);
    assertThat(new LogSlice(4, 2, List.of()).lastIndex()).isEqualTo(4);
  }

  @Test
  void whatFollowsAnIndexIsASliceThatBeginsThere() {
    assertThat(SLICE.after(4)).isSameAs(SLICE);
    assertThat(SLICE.after(5)).isEqualTo(new LogSlice(5, 2, entries(6, 3, 3)));
    assertThat(SLICE.after(6)).isEqualTo(new LogSlice(6, 3, entries(7, 3)));
    assertThat(SLICE.after(7)).isEqualTo(new LogSlice(7, 3, List.of()));
  }
}
