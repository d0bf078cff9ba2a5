package io.tickraft.testkit.explore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FrontierTest {

  private final Frontier frontier = new Frontier();

  @Test
  void statesFollowEachOther() {
    assertThat(frontier.add(7)).isZero();
    assertThat(frontier.add(9)).isEqualTo(7);
    assertThat(frontier.end()).isEqualTo(16);
    assertThat(frontier.states()).isEqualTo(2);
  }

  @Test
  void whatIsStoredIsKeptWhenTheArrayGrows() {
    int length = 10;
    for (int state = 0; state < 5_000; state++) {
      int place = frontier.add(length);
      frontier.data()[place] = state;
      frontier.data()[place + length - 1] = -state;
    }
    assertThat(frontier.bytes()).isGreaterThanOrEqualTo(4L * frontier.end());
    for (int state = 0; state < 5_000; state++) {
      assertThat(frontier.data()[state * length]).isEqualTo(state);
      assertThat(frontier.data()[state * length + length - 1]).isEqualTo(-state);
    }
  }

  @Test
  void aStateThatIsLargerThanTheWholeArrayFits() {
    int place = frontier.add(1_000_000);
    frontier.data()[place + 999_999] = 1;
    assertThat(frontier.states()).isEqualTo(1);
  }

  @Test
  void aFrontierIsUsedAgain() {
    frontier.add(100_000);
    long bytes = frontier.bytes();
    frontier.clear();
    assertThat(frontier.states()).isZero();
    assertThat(frontier.end()).isZero();
    assertThat(frontier.add(5)).isZero();
    assertThat(frontier.bytes()).isEqualTo(bytes);
  }
}
