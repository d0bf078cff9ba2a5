package io.tickraft.core.raft;

/**
 * Random election timeouts (Raft paper, section 5.2) without a generator: a pure function, so that
 * a node's timeouts depend on nothing that happened before.
 */
final class ElectionTimeout {

  private ElectionTimeout() {}

  /**
   * Returns a timeout in {@code electionTicks .. 2 * electionTicks - 1}.
   *
   * @param attempt counts the timeouts that the node has drawn in the term
   */
  static int ticks(
      int electionTicks, long seed, long incarnation, long id, long term, long attempt) {
    long hash = mix(seed);
    hash = mix(hash ^ incarnation);
    hash = mix(hash ^ id);
    hash = mix(hash ^ term);
    hash = mix(hash ^ attempt);
    // The high 32 bits as a fraction of 1, times the range: no division, and no bias worth a name.
    return electionTicks + (int) (((hash >>> 32) * electionTicks) >>> 32);
  }

  /** The finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) on the next of its states. */
  private static long mix(long state) {
    long z = state + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
