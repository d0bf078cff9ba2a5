package io.tickraft.core.membership;

import io.tickraft.core.RaftEvent;
import org.jspecify.annotations.Nullable;

/**
 * The end of a leader that is removed from the group or made a learner (thesis 4.2.2): it goes on
 * replicating without counting itself, and steps down when the others can do without it.
 *
 * <p>That is not yet so when the change is committed. Of {A, B}, A is removed at 7, holds 8, and
 * steps down; the word that 7 is committed is lost. B still needs A's vote, A's log is longer, and
 * A may not campaign any more: nobody ever leads again. So A waits until a quorum of those who
 * remain is known to have the commit on disk.
 */
public final class Departure {

  /** How many election timeouts a leader waits for the others to know of the change. */
  private static final int PATIENCE = 10;

  /** The index of the change; 0 as long as the leader votes. */
  private long since;

  private long ticks;

  /** The leader votes. */
  public Departure() {}

  private Departure(Departure other) {
    this.since = other.since;
    this.ticks = other.ticks;
  }

  /** Returns an independent copy. */
  public Departure copy() {
    return new Departure(this);
  }

  /** The leader does not vote any more by a change at {@code index}. */
  public void begin(long index) {
    if (since == 0) {
      since = index;
    }
  }

  /** Returns whether the leader does not vote any more. */
  public boolean hasBegun() {
    return since != 0;
  }

  /** Returns the index of the change; 0 as long as the leader votes. */
  public long since() {
    return since;
  }

  /** Counts a tick. */
  public void tick() {
    if (since != 0) {
      ticks++;
    }
  }

  /**
   * Returns why the leader is to step down now; null if it is not to.
   *
   * @param known the index up to which a quorum is known to know the log to be committed, durably
   */
  public RaftEvent.SteppedDown.@Nullable Reason due(long known, int electionTicks) {
    if (since == 0) {
      return null;
    }
    if (known >= since) {
      return RaftEvent.SteppedDown.Reason.LEFT;
    }
    return ticks >= (long) PATIENCE * electionTicks
        ? RaftEvent.SteppedDown.Reason.LEAVE_TIMED_OUT
        : null;
  }
}
