package io.tickraft.testkit.explore;

import static io.tickraft.testkit.explore.EventKind.CAMPAIGN;
import static io.tickraft.testkit.explore.EventKind.COMPACT;
import static io.tickraft.testkit.explore.EventKind.CRASH;
import static io.tickraft.testkit.explore.EventKind.DUPLICATE;
import static io.tickraft.testkit.explore.EventKind.ENTRIES_NOT_YET;
import static io.tickraft.testkit.explore.EventKind.PROPOSE;
import static io.tickraft.testkit.explore.EventKind.READ;
import static io.tickraft.testkit.explore.EventKind.SNAPSHOT_NOT_YET;
import static io.tickraft.testkit.explore.EventKind.TICK;
import static io.tickraft.testkit.explore.EventKind.TRANSFER;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A search finds as many states as a naive one, which shares none of its tables. */
class SearchTest {

  @SuppressWarnings("ImmutableEnumChecker") // An exploration is immutable.
  enum Bounds {
    TWO_NODES(2, false, e -> e.allow(CAMPAIGN, 1)),
    TWO_CAMPAIGNS(2, false, e -> e.allow(CAMPAIGN, 2)),
    THREE_NODES(3, false, e -> e.allow(CAMPAIGN, 1)),
    A_CAMPAIGN_AND_A_CRASH(3, false, e -> e.allow(CAMPAIGN, 2).allow(CRASH, 1).inFlight(2)),
    TWICE(2, false, e -> e.allow(CAMPAIGN, 1).allow(DUPLICATE, 1)),
    A_PROPOSAL_AND_A_CRASH(2, true, e -> e.allow(PROPOSE, 1).allow(CRASH, 1)),
    THREE_NODES_AND_A_CRASH(3, true, e -> e.allow(PROPOSE, 1).allow(CRASH, 1).inFlight(2)),
    A_COMPACTION(3, true, e -> e.allow(PROPOSE, 1).allow(COMPACT, 1).allow(TICK, 1).inFlight(2)),
    A_TRANSFER(3, true, e -> e.allow(PROPOSE, 1).allow(TRANSFER, 1).inFlight(2)),
    READS(2, true, e -> e.allow(READ, 1).allow(PROPOSE, 1).inFlight(3)),
    TICKS(2, true, e -> e.allow(PROPOSE, 1).allow(TICK, 1)),
    TIMEOUTS(
        2,
        false,
        e ->
            e.configuration(config -> config.electionTicks(2).heartbeatTicks(1))
                .allow(TICK, 4)
                .inFlight(1)),
    ONE_NODE(1, true, e -> e.splitReadys().allow(PROPOSE, 2).allow(CRASH, 1)),
    SPLIT_READYS(2, false, e -> e.splitReadys().allow(CAMPAIGN, 1)),
    SPLIT_READYS_AND_A_CRASH(
        2, true, e -> e.splitReadys().allow(PROPOSE, 1).allow(CRASH, 1).inFlight(1)),
    THREE_NODES_WITH_SPLIT_READYS(
        3, true, e -> e.splitReadys().allow(PROPOSE, 1).allow(CRASH, 1).inFlight(1)),
    SLOW_READS(
        2, true, e -> e.allow(PROPOSE, 1).allow(CRASH, 1).allow(ENTRIES_NOT_YET, 1).inFlight(2)),
    SLOW_SNAPSHOT(
        2,
        true,
        e ->
            e.allow(PROPOSE, 1)
                .allow(COMPACT, 1)
                .allow(SNAPSHOT_NOT_YET, 1)
                .allow(ENTRIES_NOT_YET, 1)
                .allow(TICK, 1)
                .inFlight(1)),
    SLOW_READS_AND_SPLIT_READYS(
        2, true, e -> e.splitReadys().allow(PROPOSE, 1).allow(ENTRIES_NOT_YET, 1).inFlight(2));

    final int nodes;
    final boolean hasLeader;
    final Exploration exploration;

    Bounds(int nodes, boolean hasLeader, UnaryOperator<Exploration> bounds) {
      this.nodes = nodes;
      this.hasLeader = hasLeader;
      this.exploration =
          bounds.apply(
              Exploration.of(nodes)
                  .configuration(config -> config.preVote(false).checkQuorum(false))
                  .startAfter(hasLeader ? Prelude.leader() : Prelude.none()));
    }

    /** {@return the same bounds, where it matters which node is which} */
    Exploration withoutSymmetry() {
      return exploration.configuration((config, id) -> {});
    }

    NaiveSearch naive(Exploration same, List<List<Long>> namings) {
      NaiveSearch naive = new NaiveSearch(same, namings);
      return (hasLeader ? naive.afterLeader() : naive).run();
    }

    List<List<Long>> namings() {
      return switch (nodes) {
        case 1 -> List.of(List.of(1L));
        case 2 -> List.of(List.of(1L, 2L), List.of(2L, 1L));
        default ->
            List.of(
                List.of(1L, 2L, 3L),
                List.of(1L, 3L, 2L),
                List.of(2L, 1L, 3L),
                List.of(2L, 3L, 1L),
                List.of(3L, 1L, 2L),
                List.of(3L, 2L, 1L));
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSearchFindsAllStates(Bounds bounds) {
    Exploration exploration = bounds.withoutSymmetry();
    assertThat(exploration.symmetry().size()).isEqualTo(1);
    Exploration.Result result = exploration.run();
    assertThat(result.isExhausted()).isTrue();
    NaiveSearch naive = bounds.naive(exploration, bounds.namings().subList(0, 1));
    assertThat(result.states()).isEqualTo(naive.states()).isGreaterThan(10);
    assertThat(result.transitionsLeftOut()).isEqualTo(naive.leftOut());
    // Which of two equal runs was the first makes no difference.
    assertThat(naive.differences()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = "TIMEOUTS", mode = EnumSource.Mode.EXCLUDE)
  void statesThatDifferOnlyInWhichNodeIsWhichAreOne(Bounds bounds) {
    Exploration exploration = bounds.exploration;
    assertThat(exploration.symmetry().size()).isEqualTo(bounds.namings().size());
    Exploration.Result result = exploration.run();
    assertThat(result.isExhausted()).isTrue();
    NaiveSearch naive = bounds.naive(exploration, bounds.namings());
    assertThat(result.states()).isEqualTo(naive.states()).isGreaterThan(1);
    assertThat(result.transitionsLeftOut()).isEqualTo(naive.leftOut());
  }
}
