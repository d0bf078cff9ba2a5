package io.tickraft.testkit.fuzz;

import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.SimNode;
import io.tickraft.testkit.sim.Simulation;
import java.util.ArrayList;
import java.util.List;

/** The nodes that stay broken for ever, each in a way of its own. */
final class Outsiders {

  /** How long a link that comes and goes is there, and then is not, in virtual milliseconds. */
  private static final long FLAP_MILLIS = 4_000;

  private static final int DOWN = 0;
  private static final int CUT_OFF = 1;
  private static final int HEARS_ONLY = 2;
  private static final int COMES_AND_GOES = 3;
  private static final int SPEAKS_ONLY = 4;

  private final Simulation group;
  private final boolean mayDisturb;
  private final Choices choices;
  private final List<SimNode> coming = new ArrayList<>();
  private long nextChange;
  private boolean areThere = true;

  /**
   * Creates outsiders, none so far.
   *
   * @param mayDisturb whether they may be such that they would depose a leader that is not
   *     protected from them
   * @param choices decide how each is broken
   */
  Outsiders(Simulation group, boolean mayDisturb, Choices choices) {
    this.group = group;
    this.mayDisturb = mayDisturb;
    this.choices = choices;
    this.nextChange = group.now() + FLAP_MILLIS;
  }

  /** Breaks a node. */
  void add(SimNode node) {
    int way = choices.next("node " + node.id(), mayDisturb ? SPEAKS_ONLY + 1 : COMES_AND_GOES);
    if (node.isUp() && way == DOWN) {
      group.crash(node.id());
    }
    if (way == COMES_AND_GOES) {
      coming.add(node);
    }
    for (SimNode other : group.nodes()) {
      if (other != node && (way == CUT_OFF || way == HEARS_ONLY)) {
        group.network().cut(node.id(), other.id());
      }
      if (other != node && (way == CUT_OFF || way == SPEAKS_ONLY)) {
        group.network().cut(other.id(), node.id());
      }
    }
  }

  /** Lets time go by: some links come and go. */
  void change() {
    if (coming.isEmpty() || group.now() < nextChange) {
      return;
    }
    nextChange += FLAP_MILLIS;
    areThere = !areThere;
    for (SimNode node : coming) {
      if (areThere) {
        group.network().connect(node.id());
      } else {
        group.network().disconnect(node.id());
      }
    }
  }
}
