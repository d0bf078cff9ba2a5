package io.tickraft.testkit.explore;

/**
 * The facts about the earlier events of a run that no node may show any more. They are a part of a
 * global state, because the promises of the protocol concern the whole run. Immutable.
 */
final class Past {

  private final int number;
  private final int[] leaders;
  private final Log committed;
  private final long[] byTerm;
  private final Facts before;
  private final Facts after;
  private final int[] floors;
  private final long[] hashes;

  Past(
      int number,
      int[] leaders,
      Log committed,
      long[] byTerm,
      Facts before,
      Facts after,
      int[] floors,
      long[] hashes) {
    this.number = number;
    this.leaders = leaders;
    this.committed = committed;
    this.byTerm = byTerm;
    this.before = before;
    this.after = after;
    this.floors = floors;
    this.hashes = hashes;
  }

  /** {@return its number among all pasts, from 0} */
  int number() {
    return number;
  }

  /** {@return by term, the id of the leader; 0 if there was none} */
  int[] leaders() {
    return leaders;
  }

  /** {@return the committed log} */
  Log committed() {
    return committed;
  }

  /**
   * {@return by index, the lowest term in which a node had committed the entry; it does not
   * decrease with the index}
   */
  long[] byTerm() {
    return byTerm;
  }

  /**
   * {@return the facts of the node that was the first to commit the last entry, before that step}
   */
  Facts before() {
    return before;
  }

  /** {@return the facts of that node after that step; its configuration may have changed} */
  Facts after() {
    return after;
  }

  /** {@return by read, the last committed index when a node accepted the read} */
  int[] floors() {
    return floors;
  }

  /** {@return a hash for each naming of the nodes} */
  long[] hashes() {
    return hashes;
  }

  /** {@return the last index that was committed in a lower term} */
  int lastBefore(long term) {
    int index = committed.last();
    while (index > 0 && byTerm[index] >= term) {
      index--;
    }
    return index;
  }

  /**
   * {@return whether these nodes are a quorum for the commit of the last entry} A step may apply a
   * membership change and then commit the entry in the new configuration.
   */
  boolean hasQuorum(int nodes) {
    return before.hasQuorum(nodes) || after.hasQuorum(nodes);
  }

  /** {@return the last index that was committed in this term or a lower one} */
  int lastIn(long term) {
    return lastBefore(term + 1);
  }
}
