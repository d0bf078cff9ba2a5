package io.tickraft.testkit.fuzz;

import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Conditions;
import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.Simulation;
import java.util.ArrayList;
import java.util.List;

/** Cuts links, and changes how messages are treated. */
final class NetworkTrouble {

  private static final int MAX_DETOUR_MILLIS = 1_000;
  private static final int MAX_LATE_MILLIS = 5_000;

  /** Longer than most runs: terms, leaders and incarnations are others then. */
  private static final int MAX_ECHO_MILLIS = 60_000;

  private final Simulation group;

  NetworkTrouble(Simulation group) {
    this.group = group;
  }

  private List<Long> ids() {
    return group.nodes().stream().map(SimNode::id).toList();
  }

  /** Cuts all links between two sides. */
  void divide(Choices step) {
    List<Long> one = new ArrayList<>();
    List<Long> other = new ArrayList<>();
    for (long id : ids()) {
      (step.next("other side of " + id, 2) == 0 ? one : other).add(id);
    }
    group.network().partition(one, other);
  }

  /** Cuts a link in one direction. */
  void cut(Choices step) {
    group.network().cut(step.of("from", ids()), step.of("to", ids()));
  }

  void heal() {
    group.network().heal();
  }

  void changeConditions(Choices step) {
    group
        .network()
        .conditions(
            group
                .network()
                .conditions()
                .withDelay(0, step.of("delay", List.of(1, 20, 200)))
                .withLoss(step.of("loss", List.of(0, 5, 30)))
                .withDuplicates(step.of("duplicates", List.of(0, 10, 50)))
                .withDetours(step.of("detours", List.of(0, 10)), MAX_DETOUR_MILLIS)
                .withLate(step.of("late", List.of(0, 2)), MAX_LATE_MILLIS)
                .withEchoes(step.of("echoes", List.of(0, 1)), MAX_ECHO_MILLIS));
  }

  /** Changes how many messages are corrupted. */
  void corrupt(Choices step) {
    Conditions now = group.network().conditions();
    group.network().conditions(now.withCorruption(step.of("percent", List.of(0, 2, 10, 30))));
  }

  /** Changes how many messages have fields that their receivers do not know. */
  void addUnknownFields(Choices step) {
    Conditions now = group.network().conditions();
    group.network().conditions(now.withUnknownFields(step.of("percent", List.of(0, 10, 100))));
  }
}
