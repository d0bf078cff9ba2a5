package io.tickraft.core.quorum;

/**
 * The voters of a configuration. A joint configuration has two halves, and a quorum is a majority
 * of each half (Raft paper, section 6; thesis 4.3). Immutable.
 *
 * @param incoming the voters of the new configuration, or of the only one
 * @param outgoing the voters of the old configuration; empty unless the configuration is joint
 */
public record Voters(Majority incoming, Majority outgoing) {

  /** Returns whether the configuration is joint. */
  public boolean isJoint() {
    return !outgoing.isEmpty();
  }

  /** Returns whether an id votes in one half at least. */
  public boolean contains(long id) {
    return incoming.contains(id) || outgoing.contains(id);
  }

  /**
   * Returns the highest number that a majority of each half has reached.
   *
   * @param ofIncoming the number that each voter of the incoming half has reached; is sorted
   * @param ofOutgoing the number that each voter of the outgoing half has reached; is sorted
   */
  public long reachedByQuorum(long[] ofIncoming, long[] ofOutgoing) {
    return Math.min(incoming.reachedByQuorum(ofIncoming), outgoing.reachedByQuorum(ofOutgoing));
  }

  /** Returns the state of an election: won in both halves, lost in one, or pending. */
  public VoteResult result(Tally tally) {
    VoteResult in = incoming.result(tally);
    VoteResult out = outgoing.result(tally);
    if (in == out) {
      return in;
    }
    return in == VoteResult.LOST || out == VoteResult.LOST ? VoteResult.LOST : VoteResult.PENDING;
  }
}
