package io.tickraft.testkit.explore;

/**
 * What has happened in a run and may no longer be seen in any node: a part of a global state, as
 * the promises of the protocol are about all of a run. Immutable.
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

  /** {@return its number among all pasts} */
  int number() {
    return number;
  }

  /** {@return by term, the position of the node that led, plus 1; 0: none} */
  int[] leaders() {
    return leaders;
  }

  /** {@return the committed log} */
  Log committed() {
    return committed;
  }

  /**
   * {@return by index, the lowest term of a node that is known to have had the entry committed;
   * never falls}
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

  /** {@return its facts after that step, in which the configuration may have changed} */
  Facts after() {
    return after;
  }

  /** {@return by read, the last index that was committed when it was asked for} */
  int[] floors() {
    return floors;
  }

  /** {@return a hash for each naming of the nodes} */
  long[] hashes() {
    return hashes;
  }

  /** {@return the last index that was committed before a term began} */
  int lastBefore(long term) {
    int index = committed.last();
    while (index > 0 && byTerm[index] >= term) {
      index--;
    }
    return index;
  }

  /**
   * {@return whether these nodes are a quorum that may have committed the last entry} A step may
   * apply a membership change, and then commit in the configuration that follows.
   */
  boolean hasQuorum(int nodes) {
    return before.hasQuorum(nodes) || after.hasQuorum(nodes);
  }

  /** {@return the last index that was committed in a term or before} */
  int lastIn(long term) {
    return lastBefore(term + 1);
  }
}
