package io.tickraft.testkit.cli;

import io.tickraft.core.RoleName;
import io.tickraft.testkit.explore.EventKind;
import io.tickraft.testkit.explore.Exploration;
import io.tickraft.testkit.oracle.NodeView;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.OracleViolation;
import io.tickraft.testkit.oracle.Oracles;
import java.util.List;
import java.util.function.Supplier;

/** Breaks a promise that nobody makes: that there is no leader in term 3. */
public final class PlantedOrdering implements Supplier<Exploration> {

  /** For {@code --class}. */
  public PlantedOrdering() {}

  /** Objects to a leader in term 3. */
  private static final class NoThirdTerm implements Oracle {
    @Override
    public void stepped(NodeView view) {
      if (view.role() == RoleName.LEADER && view.term() == 3) {
        throw new OracleViolation("no third term", "node " + view.node() + " leads in term 3");
      }
    }
  }

  @Override
  public Exploration get() {
    return Exploration.of(2)
        .configuration(config -> config.preVote(false).checkQuorum(false))
        .oracles(() -> new Oracles(List.of(Oracles.all(), new NoThirdTerm())))
        .allow(EventKind.CAMPAIGN, 2);
  }
}
