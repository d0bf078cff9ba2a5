package io.tickraft.core.membership;

import io.tickraft.core.Digest;
import io.tickraft.core.RaftEvent;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a leader steps down that was removed from the group or made a learner (thesis
 * 4.2.2): it goes on replicating without counting itself until the others no longer need it.
 *
 * <p>A committed change is not enough. Counterexample: of {A, B}, A is removed at 7, holds 8, and
 * steps down, and the message that 7 is committed is lost. B still needs A's vote, A's log is
 * longer, and A may not campaign: there is never a leader again. So A waits until a quorum of the
 * remaining voters is known to have persisted that the change is committed.
 */
public final class Departure {

  /** How many election timeouts a leader waits at most. */
  private static final int MAX_ELECTION_TIMEOUTS = 10;

  /** The index of the change; 0 while the leader votes. */
  private long changeIndex;

  /** Ticks since the change took effect. */
  private long ticks;

  /** The leader votes. */
  public Departure() {}

  private Departure(Departure other) {
    this.changeIndex = other.changeIndex;
    this.ticks = other.ticks;
  }

  /** Returns an independent copy. */
  public Departure copy() {
    return new Departure(this);
  }

  /**
   * Adds when the leader steps down.
   *
   * @param electionTicks the election timeout
   */
  public void digest(Digest digest, int electionTicks) {
    digest.number(changeIndex);
    if (changeIndex != 0) {
      digest.remaining((long) MAX_ELECTION_TIMEOUTS * electionTicks - ticks);
    }
  }

  /** A change at {@code index} has taken effect, by which the leader is no longer a voter. */
  public void begin(long index) {
    if (changeIndex == 0) {
      changeIndex = index;
    }
  }

  /** Returns whether the leader is no longer a voter. */
  public boolean hasBegun() {
    return changeIndex != 0;
  }

  /** Returns the index of the change; 0 while the leader votes. */
  public long changeIndex() {
    return changeIndex;
  }

  public void tick() {
    if (changeIndex != 0) {
      ticks++;
    }
  }

  /**
   * Returns why the leader must step down now; null if it must not.
   *
   * @param known the highest commit index that a quorum is known to have persisted
   */
  public RaftEvent.SteppedDown.@Nullable Reason due(long known, int electionTicks) {
    if (changeIndex == 0) {
      return null;
    }
    if (known >= changeIndex) {
      return RaftEvent.SteppedDown.Reason.LEFT;
    }
    return ticks >= (long) MAX_ELECTION_TIMEOUTS * electionTicks
        ? RaftEvent.SteppedDown.Reason.LEAVE_TIMED_OUT
        : null;
  }
}
