package io.tickraft.testkit.picture;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The steps that can have caused a step: those from which a chain of messages and of later steps of
 * the same node leads to it. A step that has neither changed its node nor sent anything has caused
 * nothing, and is left out with all that has led only to it. So is what a message has changed
 * beside the state that is shown, such as when a leader last heard a follower.
 */
final class CauseCone {

  private CauseCone() {}

  /**
   * Finds the cone of a step.
   *
   * @param steps the steps of the run, in their order
   * @param last the position of the step in the list
   * @param isOfAllNodes whether the end of every node is to be explained, not only this step
   * @return for each step whether it can be a cause; true for the step itself
   */
  static boolean[] of(List<Step> steps, int last, boolean isOfAllNodes) {
    boolean[] cone = new boolean[steps.size()];
    if (steps.isEmpty()) {
      return cone;
    }
    int first = steps.get(0).number;
    Map<Long, Boolean> isWanted = new TreeMap<>();
    TreeSet<Integer> senders = new TreeSet<>();
    for (int i = last; i >= 0; i--) {
      Step step = steps.get(i);
      boolean wanted = isOfAllNodes || isWanted.containsKey(step.node);
      cone[i] = i == last || senders.contains(step.number) || (wanted && step.isEffective);
      if (!cone[i]) {
        continue;
      }
      isWanted.put(step.node, true);
      if (step.message != null && step.message.step >= first) {
        senders.add(step.message.step);
      }
    }
    return cone;
  }
}
