package io.tickraft.core.quorum;

import java.util.Arrays;

/**
 * A set of voters in which more than half are a quorum. Immutable.
 *
 * <p>The empty set agrees to everything: as one half of a {@link Voters} configuration it is the
 * neutral element.
 */
public final class Majority {

  /** No voters. */
  public static final Majority EMPTY = new Majority();

  private final long[] voters;

  private Majority(long... ascending) {
    this.voters = ascending;
  }

  /** Makes a set of voters from distinct ids in any order. */
  public static Majority of(long... voters) {
    if (voters.length == 0) {
      return EMPTY;
    }
    long[] ascending = voters.clone();
    Arrays.sort(ascending);
    return new Majority(ascending);
  }

  public boolean isEmpty() {
    return voters.length == 0;
  }

  public int size() {
    return voters.length;
  }

  /** Returns the id at a position of the ascending order. */
  public long voter(int position) {
    return voters[position];
  }

  /** Returns whether an id is a voter. */
  public boolean contains(long id) {
    return Arrays.binarySearch(voters, id) >= 0;
  }

  /**
   * Returns the highest number that more than half of the voters have reached: with match indexes,
   * the index up to which entries are stored on a majority (Raft paper, figure 2, rules for
   * leaders).
   *
   * @param reached the number that each voter has reached; this call sorts the array
   * @return the number; {@link Long#MAX_VALUE} for the empty set
   */
  public long reachedByQuorum(long[] reached) {
    int n = voters.length;
    if (n == 0) {
      return Long.MAX_VALUE;
    }
    // Insertion sort: for so few numbers it is faster than the sort of the library.
    for (int i = 1; i < n; i++) {
      long number = reached[i];
      int at = i;
      for (; at > 0 && reached[at - 1] > number; at--) {
        reached[at] = reached[at - 1];
      }
      reached[at] = number;
    }
    // Of n ascending numbers, n/2 + 1 are at this one or above it.
    return reached[n - (n / 2 + 1)];
  }

  /** Returns the state of an election. */
  public VoteResult result(Tally tally) {
    int quorum = voters.length / 2 + 1;
    int granted = 0;
    int refused = 0;
    for (long voter : voters) {
      if (tally.isGranted(voter)) {
        granted++;
      } else if (tally.isRefused(voter)) {
        refused++;
      }
    }
    if (voters.length == 0 || granted >= quorum) {
      return VoteResult.WON;
    }
    return voters.length - refused < quorum ? VoteResult.LOST : VoteResult.PENDING;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Majority majority && Arrays.equals(voters, majority.voters);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(voters);
  }

  @Override
  public String toString() {
    return Arrays.toString(voters);
  }
}
