package io.tickraft.testkit.cli;

import io.tickraft.testkit.explore.Exploration;
import io.tickraft.testkit.explore.NamedExploration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What an exploration has found, for a person and for a program.
 *
 * @param named the exploration
 * @param result what it has found
 * @param seconds how long it has taken
 */
record Explored(NamedExploration named, Exploration.Result result, double seconds) {

  /** The head of the table of what was exhausted. */
  static final String TABLE =
      """

      | exploration | about | states | transitions | depth | steps of single nodes |
      | --- | --- | ---: | ---: | ---: | ---: |
      """;

  private static final int PERCENT = 100;

  /** Returns how likely it is that a state was overlooked. */
  static String overlooked(double odds) {
    return String.format(Locale.ROOT, "odds of a state overlooked %.0e", odds);
  }

  /** Returns what was found, in one line. */
  String text() {
    List<String> parts = new ArrayList<>();
    parts.add(Numbers.of(result.states(), "state"));
    parts.add(Numbers.of(result.transitions(), "transition"));
    parts.add("depth " + result.depth());
    parts.add(
        String.format(
            Locale.ROOT, "%.1f s, %,.0f states a second", seconds, result.states() / seconds));
    parts.add(
        Numbers.of(result.localStates(), "state")
            + " and "
            + Numbers.of(result.localSteps(), "step")
            + " of single nodes");
    if (result.transitionsLeftOut() > 0) {
      parts.add(
          Numbers.of(result.transitionsLeftOut() * PERCENT / Math.max(1, result.transitions()))
              + " % of the transitions left out: too many in flight");
    }
    if (result.probes() > 0) {
      parts.add(Numbers.of(result.probes(), "state") + " probed");
    }
    parts.add(overlooked(result.collisionOdds()));
    return named.name() + ": " + verdict() + ": " + String.join("; ", parts);
  }

  private String verdict() {
    return result.counterexample().isPresent()
        ? "violation"
        : result.isExhausted() ? "exhausted" : "not exhausted, clean so far";
  }

  /** Returns a line of the table. */
  String row() {
    return String.format(
        Locale.ROOT,
        "| `%s` | %s | %,d | %,d | %d | %,d |%n",
        named.name(),
        named.description(),
        result.states(),
        result.transitions(),
        result.depth(),
        result.localSteps());
  }

  /** Returns what was found as a JSON object. */
  String json() {
    Json object =
        new Json()
            .put("exploration", named.name())
            .put("exhausted", result.isExhausted())
            .put("states", result.states())
            .put("transitions", result.transitions())
            .put("depth", result.depth())
            .put("leftOut", result.transitionsLeftOut())
            .put("localStates", result.localStates())
            .put("localSteps", result.localSteps())
            .put("probes", result.probes())
            .put("collisionOdds", result.collisionOdds())
            .put("seconds", Math.round(seconds * 1_000) / 1_000.0);
    result
        .counterexample()
        .ifPresent(
            found ->
                object
                    .put("violation", found.sentence())
                    .put("kind", found.failure().kind())
                    .put("ordering", found.ordering().text()));
    return object.toString();
  }
}
