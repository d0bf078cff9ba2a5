package io.tickraft.testkit.fuzz;

import io.tickraft.testkit.oracle.NodeView;
import io.tickraft.testkit.oracle.Oracle;
import java.util.function.LongSupplier;

/** Ends a run that has lasted too long, and tells how long a run has lasted. */
final class TimeLimit implements Oracle {

  /** The time of a run without a virtual clock. */
  static final long UNKNOWN = -1;

  /** Thrown when the limit is reached: the run is over, and nobody is to blame. */
  static final class Reached extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Reached() {
      super("the limit of virtual time is reached", null, false, false);
    }
  }

  private final long limit;
  private LongSupplier clock = () -> UNKNOWN;

  /** Limits a run to {@code limit} virtual milliseconds. */
  TimeLimit(long limit) {
    this.limit = limit;
  }

  /** Returns how long the run has lasted, in virtual milliseconds; or {@link #UNKNOWN}. */
  long millis() {
    return clock.getAsLong();
  }

  @Override
  public void begun(LongSupplier newClock) {
    clock = newClock;
  }

  @Override
  public void stepped(NodeView view) {
    if (clock.getAsLong() > limit) {
      throw new Reached();
    }
  }
}
