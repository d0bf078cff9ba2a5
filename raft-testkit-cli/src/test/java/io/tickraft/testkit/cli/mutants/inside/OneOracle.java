package io.tickraft.testkit.cli.mutants.inside;

import io.tickraft.testkit.cli.mutants.Campaign;
import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.fuzz.Fuzz;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.Oracles;
import io.tickraft.testkit.sim.Choices;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Runs with one oracle only, so that no other one sees a bug before it. */
public class OneOracle implements Campaign {

  private static final int SEEDS = 1_000;

  private final Fuzz fuzz;
  private final String promise;

  /**
   * Leaves out all oracles but one.
   *
   * @param promise what the oracle checks
   * @param oracle the name of its class, after the names of those that it uses
   */
  OneOracle(String promise, String... oracle) {
    this.promise = promise;
    this.fuzz = Fuzz.ofAnyGroup().oracles(() -> only(Set.of(oracle)));
  }

  private static Oracle only(Set<String> names) {
    List<Oracle> oracles =
        Oracles.all().parts().stream()
            .filter(part -> names.contains(part.getClass().getSimpleName()))
            .toList();
    if (oracles.size() != names.size()) {
      throw new IllegalArgumentException("no such oracles: " + names);
    }
    return new Oracles(oracles);
  }

  /** Two leaders in a term. */
  public static final class OfElections extends OneOracle {

    public OfElections() {
      super("election safety", "ElectionSafety");
    }
  }

  /** A leader lacks what is committed. */
  public static final class OfLeaders extends OneOracle {

    public OfLeaders() {
      super("leader completeness", "GhostLogs", "CommittedLog", "LeaderCompleteness");
    }
  }

  /** A configuration that no committed change gives. */
  public static final class OfConfigurations extends OneOracle {

    public OfConfigurations() {
      super("configuration", "GhostLogs", "CommittedLog", "ConfigurationHistory");
    }
  }

  @Override
  public Hunt hunt(Duration time, Duration shrinkTime) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      LoopGuard.reset();
      Optional<Failure> failure = Failure.of(fuzz, Choices.random(seed));
      if (failure.isPresent() && failure.get().kind().equals(promise)) {
        Find find = new Find(promise, 0, 0, Duration.ZERO, "", Map.of());
        return new Hunt(seed, Duration.ZERO, Optional.of(find));
      }
    }
    return new Hunt(SEEDS, Duration.ZERO, Optional.empty());
  }

  @Override
  public Optional<String> replay(String schedule) {
    throw new UnsupportedOperationException();
  }
}
