package io.tickraft.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A broken host is told which rule it breaks. */
final class BrokenHostTest {

  private static final int STEPS = 20_000;

  @ParameterizedTest
  @EnumSource
  void failsAtItsRule(BrokenHost broken) {
    HostWatch watch = new HostWatch().requireReports();
    ContractViolation violation =
        catchThrowableOfType(
            ContractViolation.class, () -> new WatchedGroup(1, watch, broken.hosts()).run(STEPS));

    assertThat(violation).as("%s", broken).isNotNull();
    assertThat(violation.rule()).as(violation.getMessage()).isEqualTo(broken.rule());
    assertThat(violation)
        .hasMessageContaining(" breaks the rule " + broken.rule().name())
        .hasMessageContaining("\n  call:     ")
        .hasMessageContaining("\n  rule:     " + broken.rule().text() + " (Javadoc of ")
        .hasMessageContaining("\n  expected: ")
        .hasMessageContaining("\n  happened: ");
    assertThatThrownBy(watch::check).cause().isSameAs(violation);
  }

  @Test
  void eachRuleOfAHostHasOneThatBreaksIt() {
    assertThat(Arrays.stream(BrokenHost.values()).map(BrokenHost::rule).distinct())
        .containsExactlyInAnyOrder(HostRule.values());
  }
}
