package io.tickraft.testkit.explore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PathsTest {

  private final Paths paths = new Paths();
  private final int root = paths.root();

  @Test
  void nothingLeadsToTheFirstState() {
    assertThat(root).isZero();
    assertThat(paths.to(root)).isEmpty();
    assertThat(paths.to(root, 7)).containsExactly(7);
  }

  @Test
  void aPathHasTheEventsFromTheFirstStateOn() {
    int first = paths.add(root, 10);
    int second = paths.add(first, 20);
    int sibling = paths.add(root, 11);
    int third = paths.add(second, 30);
    assertThat(paths.to(first)).containsExactly(10);
    assertThat(paths.to(sibling)).containsExactly(11);
    assertThat(paths.to(third)).containsExactly(10, 20, 30);
    assertThat(paths.to(second, 99)).containsExactly(10, 20, 99);
  }

  @Test
  void aPathIsKeptWhileThereAreMoreAndMoreStates() {
    long before = paths.bytes();
    int state = root;
    for (int event = 0; event < 10_000; event++) {
      state = paths.add(state, event);
    }
    assertThat(state).isEqualTo(10_000);
    assertThat(paths.bytes()).isGreaterThan(before);
    int[] path = paths.to(state);
    assertThat(path).hasSize(10_000).isSorted().startsWith(0, 1).endsWith(9_998, 9_999);
  }
}
