package io.tickraft.core;

import static io.tickraft.core.Wire.voters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small values of the API. */
final class ValuesTest {

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "1, 9", "9223372036854775807, 9223372036854775807"})
  void anEntryIdIsNoneOrPositive(long term, long index) {
    assertThat(new LogId(term, index).index()).isEqualTo(index);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 0", "-1, 1", "1, -1", "-1, -1", "-1, 0"})
  void anyOtherEntryIdIsRefused(long term, long index) {
    assertThatThrownBy(() -> new LogId(term, index))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("term " + term)
        .hasMessageContaining("index " + index);
  }

  // Raft paper, section 5.4.1.
  @ParameterizedTest
  @CsvSource({
    "2, 1, 1, 9, true", // the later term wins, however short the log
    "1, 9, 2, 1, false",
    "2, 5, 2, 4, true", // in the same term the longer log does
    "2, 4, 2, 5, false",
    "2, 5, 2, 5, true", // and an equal one is up to date
    "0, 0, 0, 0, true",
    "0, 0, 1, 1, false",
    "1, 1, 0, 0, true",
  })
  void aLogIsUpToDateByTermAndThenByLength(
      long term, long index, long otherTerm, long otherIndex, boolean expected) {
    boolean upToDate = new LogId(term, index).isUpToDateWith(new LogId(otherTerm, otherIndex));

    assertThat(upToDate).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 0", "-1, 1", "1, -1"})
  void anAppliedStateHasAPositiveIndexAndTerm(long index, long term) {
    assertThatThrownBy(() -> new AppliedState(index, term, voters(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("index " + index);
  }

  @Test
  void anAppliedStateHoldsWhatItIsGiven() {
    AppliedState applied = new AppliedState(7, 3, voters(1, 2));

    assertThat(applied.index()).isEqualTo(7);
    assertThat(applied.term()).isEqualTo(3);
    assertThat(applied.confState()).isEqualTo(voters(1, 2));
  }
}
