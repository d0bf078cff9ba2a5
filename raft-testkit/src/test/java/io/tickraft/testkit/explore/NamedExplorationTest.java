package io.tickraft.testkit.explore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamedExplorationTest {

  @Test
  void eachHasANameOfItsOwn() {
    assertThat(NamedExploration.all())
        .extracting(NamedExploration::name)
        .doesNotHaveDuplicates()
        .allSatisfy(name -> assertThat(name).matches("[a-z0-9]+(-[a-z0-9]+)*"));
    assertThat(NamedExploration.all())
        .extracting(NamedExploration::description)
        .doesNotHaveDuplicates()
        .doesNotContain("");
  }

  @Test
  void eachIsFoundByItsName() {
    for (NamedExploration one : NamedExploration.all()) {
      assertThat(NamedExploration.named(one.name())).contains(one);
    }
    assertThat(NamedExploration.named("no-such-name")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  @SuppressWarnings("EnumOrdinal") // As the limits have them.
  void togetherTheyTryEachKindThatIsLimited(EventKind kind) {
    assertThat(NamedExploration.all())
        .anyMatch(
            one -> !kind.isLimited() || one.exploration().limits().allowed()[kind.ordinal()] > 0);
  }

  /** The quick ones; the others are explored by the command. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "election-crash",
        "election-five",
        "overthrow",
        "figure-8-crash",
        "snapshot-twice",
        "snapshot-campaign",
        "join",
        "removal",
        "read",
        "transfer",
        "slow-reads-crash"
      })
  void theCoreKeepsAllPromisesInEveryOrdering(String name) {
    Exploration.Result result = NamedExploration.named(name).orElseThrow().exploration().run();
    assertThat(result.counterexample()).isEmpty();
    assertThat(result.isExhausted()).isTrue();
    // So that a set cannot become empty without a failure.
    assertThat(result.states()).isGreaterThan(5_000);
    assertThat(result.collisionOdds()).isLessThan(1e-6);
  }
}
