package io.tickraft.testkit.cli.mutants;

import io.tickraft.testkit.cli.UsageException;
import java.util.Optional;

/** Replays the recorded runs, with the mutants and without. */
final class Replays {

  private final MutantCompiler compiler;
  private final Found found;
  private final Campaign healthy;

  Replays(MutantCompiler compiler, Found found) {
    this.compiler = compiler;
    this.found = found;
    this.healthy = MutantLoader.campaign(found.method().campaign(), compiler.healthy());
  }

  /**
   * Replays the run that is recorded of a mutant.
   *
   * @param mutant the mutant
   * @return why what is recorded does not show the mutant; empty if it does, or if a campaign that
   *     has not found it is recorded
   */
  Optional<String> problem(Mutant mutant) {
    if (found.isMissed(mutant)) {
      return Optional.empty();
    }
    Optional<Found.Row> row = found.row(mutant);
    Optional<String> schedule = found.schedule(mutant);
    if (row.isEmpty() || schedule.isEmpty()) {
      return Optional.of("no run is recorded");
    }
    return problem(mutant, row.get().kind(), schedule.get());
  }

  private Optional<String> problem(Mutant mutant, String recorded, String schedule) {
    String broken;
    try {
      Campaign mutated = MutantLoader.campaign(found.method().campaign(), compiler.compile(mutant));
      broken = mutated.replay(schedule).orElse("nothing");
    } catch (UsageException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
    if (!broken.equals(recorded)) {
      return Optional.of("the recorded run breaks " + broken + ", not " + recorded);
    }
    return healthy
        .replay(schedule)
        .map(kind -> "the recorded run breaks " + kind + " without the mutant, too");
  }
}
