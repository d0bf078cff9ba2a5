package io.tickraft.testkit.cli.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.testkit.cli.mutants.inside.ExploreCampaign;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Explorations find bugs of the core, each by a shortest run, which the healthy core survives. */
class ExploredMutantsTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private static final Campaign HEALTHY =
      MutantLoader.campaign(ExploreCampaign.class, Core.COMPILER.healthy());

  private static Campaign.Hunt hunt(String mutant, String exploration) {
    Mutant planted =
        MutantFile.readAll(Core.MUTANTS).stream()
            .filter(one -> one.name().equals(mutant))
            .findFirst()
            .orElseThrow();
    return MutantLoader.campaign(ExploreCampaign.class, Core.COMPILER.compile(planted))
        .only(List.of(exploration))
        .hunt(LIMIT, LIMIT);
  }

  @ParameterizedTest
  @CsvSource({
    "vote-given-twice, election, one vote, 3",
    "stale-vote-counted, election, election quorum, 4",
    "vote-never-written, election, durability, 7",
    "commit-index-falls, election, order of indexes, 9",
    "vote-forgotten-at-a-restart, election-crash, nodes start with what their disk holds, 2",
    "half-of-the-votes-suffices, four-voters, election quorum, 3",
    "any-append-truncates, pipeline, committed entries stay, 20",
    "log-comparison-ignores-the-index, overthrow, up-to-date votes, 14",
    "append-without-a-log-check, figure-8, log matching, 21",
    "joint-commit-needs-only-the-new-half, replacement, commit quorum, 20",
    "two-changes-at-once, two-removals, one change at a time, 13",
    "read-without-a-quorum, read, read quorum, 12",
    "no-snapshot-yet-sent-as-an-empty-one, slow-snapshot, appends in flight, 20",
  })
  void aBugIsFoundByAShortestRun(String mutant, String exploration, String promise, int events) {
    Campaign.Find find = hunt(mutant, exploration).find().orElseThrow();

    assertThat(find.kind()).isEqualTo(promise);
    assertThat(find.choices()).isEqualTo(events);
    assertThat(HEALTHY.replay(find.schedule())).isEmpty();
  }

  /** Liveness is tried from a sample of the states, so that a run need not be a shortest one. */
  @ParameterizedTest
  @CsvSource({
    "storage-never-asked-again, slow-reads",
    "entries-to-apply-never-asked-again, slow-reads-crash",
  })
  void aGroupThatCannotGoOnIsFound(String mutant, String exploration) {
    Campaign.Find find = hunt(mutant, exploration).find().orElseThrow();

    assertThat(find.kind()).isEqualTo("liveness");
    assertThat(HEALTHY.replay(find.schedule())).isEmpty();
  }

  @Test
  void aBugThatNeedsMoreThanTheBoundsIsNotFound() {
    assertThat(hunt("two-changes-at-once", "election-five").find()).isEmpty();
  }
}
