package io.tickraft.testkit.cli.trial;

import io.tickraft.testkit.fuzz.Fuzz;
import io.tickraft.testkit.fuzz.Trouble;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * What is run. What is empty is as the trial itself has it.
 *
 * @param trial the name of the user's class; empty: {@link Fuzz#ofAnyGroup()}
 * @param nodes how many voters a group may begin with
 * @param steps how many steps a run has before its recovery
 * @param troubles which kinds of trouble a run may have
 */
public record TrialSettings(
    Optional<String> trial,
    Optional<List<Integer>> nodes,
    Optional<Integer> steps,
    Optional<SortedSet<Trouble>> troubles) {

  /** {@return whether something is set that only a {@link Fuzz} has} */
  public boolean isOfFuzz() {
    return nodes.isPresent() || steps.isPresent() || troubles.isPresent();
  }

  void applyTo(Fuzz fuzz) {
    nodes.ifPresent(some -> fuzz.nodes(some.stream().mapToInt(Integer::intValue).toArray()));
    steps.ifPresent(fuzz::steps);
    troubles.ifPresent(fuzz::with);
  }
}
