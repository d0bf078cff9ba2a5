package io.tickraft.testkit.cli.mutants;

import java.util.List;

/** Says what the campaigns find. */
interface Report {

  /** A campaign has ended. */
  void verdict(Verdict verdict);

  /** All campaigns have ended; the verdicts are in the order of the mutants. */
  void end(List<Verdict> verdicts);
}
