package io.tickraft.core.raft;

/**
 * Random election timeouts (Raft paper, section 5.2) without a generator: a pure function, so that
 * a node's timeouts depend on nothing that happened before.
 */
final class ElectionTimeout {

  private ElectionTimeout() {}

  /** From this campaign in a row without a leader on, timeouts are spread wider. */
  private static final int FIRST_SPREAD_CAMPAIGN = 4;

  /** The width of the widest range, in election timeouts. */
  private static final int MAX_SPREAD = 4;

  /**
   * Returns a timeout of at least {@code electionTicks}, from a range that is as wide as {@code
   * electionTicks}: {@code electionTicks .. 2 * electionTicks - 1}.
   *
   * <p>From the fourth campaign in a row on the range is wider: twice, three times, and from the
   * sixth on four times the election timeout. Elections keep failing if a campaign takes longer
   * than the difference between the nodes' timeouts, for example with disks that are as slow as the
   * timeout. With a wider range the first node to campaign has time to win.
   *
   * @param attempt how often the timer was restarted in the term
   * @param campaigns how often the node has campaigned since it last heard a leader
   */
  static long ticks(
      int electionTicks,
      long seed,
      long incarnation,
      long id,
      long term,
      long attempt,
      long campaigns) {
    long hash = mix(seed);
    hash = mix(hash ^ incarnation);
    hash = mix(hash ^ id);
    hash = mix(hash ^ term);
    hash = mix(hash ^ attempt);
    long range = (long) electionTicks * spread(campaigns);
    // The high 32 bits as a fraction of 1, times the range: no division, and negligible bias. The
    // range has at most 31 bits, so the product fits.
    return electionTicks + (((hash >>> 32) * range) >>> 32);
  }

  private static long spread(long campaigns) {
    return Math.min(MAX_SPREAD, Math.max(1, campaigns - FIRST_SPREAD_CAMPAIGN + 2));
  }

  /** The finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) on the next of its states. */
  private static long mix(long state) {
    long z = state + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
