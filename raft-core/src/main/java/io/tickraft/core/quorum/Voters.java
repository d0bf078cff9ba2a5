package io.tickraft.core.quorum;

import java.util.function.LongUnaryOperator;

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

  /** Returns the length of the scratch array that {@link #reachedByQuorum} needs. */
  public int largestHalf() {
    return Math.max(incoming.size(), outgoing.size());
  }

  /** Returns the highest number that a majority of each half has reached. */
  public long reachedByQuorum(LongUnaryOperator reached, long[] scratch) {
    return Math.min(
        incoming.reachedByQuorum(reached, scratch), outgoing.reachedByQuorum(reached, scratch));
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
