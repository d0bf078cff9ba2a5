package io.tickraft.testkit.cli.mutants;

import java.util.Optional;

/**
 * What a campaign says about a mutant.
 *
 * @param mutant the mutant
 * @param hunt what the campaign has found; empty if there was none
 * @param problem why there was no campaign, or why it was given up; empty if it came to its end
 */
record Verdict(Mutant mutant, Optional<Campaign.Hunt> hunt, Optional<String> problem) {

  static Verdict of(Mutant mutant, Campaign.Hunt hunt) {
    return new Verdict(mutant, Optional.of(hunt), Optional.empty());
  }

  static Verdict problem(Mutant mutant, String problem) {
    return new Verdict(mutant, Optional.empty(), Optional.of(problem));
  }

  /** Returns the run that shows the bug; empty if none was found. */
  Optional<Campaign.Find> find() {
    return hunt.flatMap(Campaign.Hunt::find);
  }

  /** Returns whether the mutant is as its file says: found, or known to be missed. */
  boolean isExpected() {
    return find().isPresent() || (problem.isEmpty() && mutant.missed().isPresent());
  }
}
