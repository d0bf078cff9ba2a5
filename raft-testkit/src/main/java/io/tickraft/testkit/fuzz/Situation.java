package io.tickraft.testkit.fuzz;

import java.util.List;
import java.util.stream.Stream;

/**
 * A situation that random steps seldom lead to, and the steps that lead to it: such as a leader
 * that is cut off, proposes, and is deposed meanwhile.
 *
 * <p>A situation is one step of a run, and takes some seconds of virtual time. The run waits for
 * it, as the steps of a situation only lead there in their order: what the other acts of a run do
 * comes in between by choice only ({@link Stage#meanwhile}). Whatever is not possible is skipped,
 * so every schedule is a run.
 *
 * @param label the label of its choice in a step
 * @param voters with fewer voters the situation does not exist
 * @param kinds the kinds of trouble that its steps make; only runs with all of them get into it
 * @param script leads to it
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

  /** {@return how often it comes, compared with others: few groups have five voters} */
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
