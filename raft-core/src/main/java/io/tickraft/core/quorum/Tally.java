package io.tickraft.core.quorum;

import java.util.Map;
import java.util.TreeMap;

/**
 * The votes of one election. A voter cannot take its vote back: once it has granted it, nothing
 * else of it counts. A refusal may be a late one, of an attempt before.
 */
public final class Tally {

  private final Map<Long, Boolean> votes = new TreeMap<>();

  /** Starts an election without votes. */
  public Tally() {}

  private Tally(Tally other) {
    votes.putAll(other.votes);
  }

  /** Returns a tally with the same votes that goes its own way. */
  public Tally copy() {
    return new Tally(this);
  }

  /** Takes note of a vote, unless the voter has granted it before. */
  public void record(long voter, boolean granted) {
    votes.merge(voter, granted, Boolean::logicalOr);
  }

  /** Returns whether a voter has granted its vote. */
  public boolean isGranted(long voter) {
    return Boolean.TRUE.equals(votes.get(voter));
  }

  /** Returns whether a voter has refused its vote. */
  public boolean isRefused(long voter) {
    return Boolean.FALSE.equals(votes.get(voter));
  }
}
