package io.tickraft.testkit.cli.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tickraft.testkit.cli.mutants.inside.OneOracle;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Oracles that no recorded mutant shows, as another oracle sees each bug before them, see it in a
 * run if they are alone.
 */
class OracleMutantsTest {

  static Stream<Arguments> mutants() {
    return Stream.of(
        arguments("vote-given-twice", OneOracle.OfElections.class),
        arguments("log-comparison-ignores-the-index", OneOracle.OfLeaders.class),
        arguments("snapshot-configuration-ignored", OneOracle.OfConfigurations.class));
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void anOracleSeesTheMutantIfItIsAlone(String name, Class<? extends Campaign> campaign) {
    Mutant mutant =
        MutantFile.readAll(Core.MUTANTS).stream()
            .filter(m -> m.name().equals(name))
            .findFirst()
            .orElseThrow();

    Campaign mutated = MutantLoader.campaign(campaign, Core.COMPILER.compile(mutant));

    assertThat(mutated.hunt(Duration.ZERO, Duration.ZERO).find()).isPresent();
  }
}
