package io.tickraft.testkit.cli.mutants.inside;

import io.tickraft.testkit.cli.mutants.Campaign;
import io.tickraft.testkit.fuzz.Failure;
import io.tickraft.testkit.fuzz.Fuzz;
import io.tickraft.testkit.oracle.CommittedLog;
import io.tickraft.testkit.oracle.ConfigurationHistory;
import io.tickraft.testkit.oracle.ElectionSafety;
import io.tickraft.testkit.oracle.GhostLogs;
import io.tickraft.testkit.oracle.LeaderCompleteness;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.Oracles;
import io.tickraft.testkit.sim.Choices;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Runs with one oracle only, so that no other one sees a bug before it. */
public class OneOracle implements Campaign {

  private static final int SEEDS = 300;

  private final Fuzz fuzz;
  private final String promise;

  OneOracle(String promise, Supplier<Oracle> oracle) {
    this.promise = promise;
    this.fuzz = Fuzz.ofAnyGroup().oracles(oracle);
  }

  /** Two leaders in a term. */
  public static final class OfElections extends OneOracle {

    public OfElections() {
      super("election safety", ElectionSafety::new);
    }
  }

  /** A leader lacks what is committed. */
  public static final class OfLeaders extends OneOracle {

    public OfLeaders() {
      super("leader completeness", OfLeaders::oracle);
    }

    private static Oracle oracle() {
      GhostLogs logs = new GhostLogs();
      CommittedLog committed = new CommittedLog(logs);
      return new Oracles(List.of(logs, committed, new LeaderCompleteness(logs, committed)));
    }
  }

  /** A configuration that no committed change gives. */
  public static final class OfConfigurations extends OneOracle {

    public OfConfigurations() {
      super("configuration", OfConfigurations::oracle);
    }

    private static Oracle oracle() {
      GhostLogs logs = new GhostLogs();
      CommittedLog committed = new CommittedLog(logs);
      return new Oracles(List.of(logs, committed, new ConfigurationHistory(logs, committed)));
    }
  }

  @Override
  public Hunt hunt(Duration time, Duration shrinkTime) {
    for (long seed = 1; seed <= SEEDS; seed++) {
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
