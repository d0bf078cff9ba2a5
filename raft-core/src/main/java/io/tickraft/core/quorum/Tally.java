package io.tickraft.core.quorum;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The votes of one election. A granted vote is final: a later refusal by the same voter does not
 * count, as it may be a late answer to an earlier attempt.
 */
public final class Tally {

  private final Map<Long, Boolean> votes = new TreeMap<>();

  /** Starts an election without votes. */
  public Tally() {}

  private Tally(Tally other) {
    votes.putAll(other.votes);
  }

  /** Returns an independent copy. */
  public Tally copy() {
    return new Tally(this);
  }

  /** Returns all votes: whether each voter that has answered has granted. */
  public Map<Long, Boolean> votes() {
    return Collections.unmodifiableMap(votes);
  }

  /** Records an answer. A voter that has granted its vote before stays granted. */
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
