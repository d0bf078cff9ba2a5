package io.tickraft.testkit.explore;

/**
 * What has happened in a run and may no longer be seen in any node: a part of a global state, as
 * the promises of the protocol are about all of a run. Immutable.
 *
 * @param number its number among all pasts
 * @param leaders by term, the position of the node that led, plus 1; 0: none
 * @param committed the committed log
 * @param byTerm by index, the lowest term of a node that is known to have had the entry committed;
 *     never falls
 * @param before the facts of the node that was the first to commit the last entry, before that step
 * @param after its facts after that step, in which the configuration may have changed
 * @param floors by read, the last index that was committed when it was asked for
 * @param hashes a hash for each naming of the nodes
 */
record Past(
    int number,
    int[] leaders,
    Log committed,
    long[] byTerm,
    Facts before,
    Facts after,
    int[] floors,
    long[] hashes) {

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
