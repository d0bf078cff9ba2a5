package io.tickraft.testkit.fuzz;

import io.tickraft.testkit.sim.SimNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Who plays a situation.
 *
 * @param leader the leader when the situation begins
 * @param others the other voters of its configuration that are up, in an order by choice
 */
record Cast(SimNode leader, List<SimNode> others) {

  /** Returns one of the other voters, from 0. */
  SimNode other(int number) {
    return others.get(number);
  }

  /** Returns the number of voters that are up. */
  int voters() {
    return 1 + others.size();
  }

  /** Returns the other voters except for the first ones. */
  List<SimNode> othersFrom(int first) {
    return others.subList(first, others.size());
  }

  /** Returns all voters that are up, the leader first. */
  List<SimNode> all() {
    List<SimNode> all = new ArrayList<>(List.of(leader));
    all.addAll(others);
    return all;
  }
}
