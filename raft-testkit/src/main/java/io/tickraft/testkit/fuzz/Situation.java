package io.tickraft.testkit.fuzz;

import java.util.List;
import java.util.stream.Stream;

/**
 * A situation to which random steps seldom lead, and the steps that lead to it. An example is a
 * leader that is cut off, gets proposals, and is replaced meanwhile.
 *
 * <p>A situation is one act of a run, and takes some seconds of virtual time. Its steps lead to the
 * situation only in their order, so other acts of the run occur between them only by choice ({@link
 * Stage#meanwhile}). Steps that are not possible are skipped, so every schedule can be replayed.
 *
 * @param label the label of its choice in a step
 * @param voters the lowest number of voters with which the situation is possible
 * @param kinds the kinds of trouble that its steps cause; at random, only runs with all of them
 *     play it
 * @param script the steps
 */
record Situation(String label, int voters, List<Trouble> kinds, Script script) {

  /** The steps that lead to a situation. */
  @FunctionalInterface
  interface Script {
    /** Plays the situation; the leader and the other voters are up when it begins. */
    void play(Stage stage, Cast cast);
  }

  /** Creates a situation that only needs links to be cut and messages to be delayed. */
  Situation(String label, int voters, Script script) {
    this(label, voters, List.of(Trouble.PARTITIONS), script);
  }

  /** {@return its weight among all situations: 2 if it needs five voters, as few groups have} */
  int weight() {
    return voters >= 5 ? 2 : 1;
  }

  /** {@return all situations} */
  static List<Situation> all() {
    return Stream.of(
            LeaderSituations.ALL,
            LogSituations.ALL,
            MembershipSituations.ALL,
            RequestSituations.ALL)
        .flatMap(List::stream)
        .toList();
  }
}
