package io.tickraft.testkit.explore;

/**
 * What an event does to one node.
 *
 * @param number its number among all local steps
 * @param from the state before
 * @param to the state after
 * @param sent the messages that the node sends, by their numbers, sorted
 * @param reads the reads that end, and the read index of each, in turn
 * @param asksRead whether the node accepts a read
 * @param changes which facts change, as bits
 * @param hashes for each naming, what the step adds to the hash of a global state
 */
record LocalStep(
    int number,
    LocalState from,
    LocalState to,
    int[] sent,
    int[] reads,
    boolean asksRead,
    int changes,
    long[] hashes) {

  /** The node leads in another term than before. */
  static final int LEADS = 1;

  /** The commit index grows, or is seen only now. */
  static final int COMMITS = 2;

  /** The written log changes. */
  static final int LOG = 4;

  /** The durable log changes. */
  static final int DISK = 8;

  /** The match index of a peer changes. */
  static final int MATCHES = 16;

  /** A read begins or ends. */
  static final int READS = 32;

  /** {@return whether the event changes nothing and sends nothing} */
  boolean isNothing() {
    return from == to && sent.length == 0 && reads.length == 0 && !asksRead;
  }

  boolean has(int change) {
    return (changes & change) != 0;
  }
}
