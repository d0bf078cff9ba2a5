package io.tickraft.testkit.sim;

/** Counts what trouble the machine of a simulated node has had, over all its restarts. */
public final class Troubles {

  long freezes;
  long lateTicks;
  long lateMessages;
  long ticksBeforeMessages;
  long droppedTicks;
  long readysOut;
  long entriesNotReady;
  long snapshotsNotReady;

  Troubles() {}

  /** {@return how often the host's loop was {@linkplain Simulation#freeze frozen}} */
  public long freezes() {
    return freezes;
  }

  /** {@return how many ticks were delivered late, as the host's loop was blocked} */
  public long lateTicks() {
    return lateTicks;
  }

  /** {@return how many messages were delivered late, as the host's loop was blocked} */
  public long lateMessages() {
    return lateMessages;
  }

  /** {@return how often late ticks were delivered with messages after them, in one turn} */
  public long ticksBeforeMessages() {
    return ticksBeforeMessages;
  }

  /** {@return how many late ticks were dropped, as more than two election timeouts were due} */
  public long droppedTicks() {
    return droppedTicks;
  }

  /** {@return how many Readys with something to persist were outstanding at once at the most} */
  public long readysOut() {
    return readysOut;
  }

  /** {@return how often the node asked for entries that could not be had yet} */
  public long entriesNotReady() {
    return entriesNotReady;
  }

  /** {@return how often the node asked for a snapshot that could not be had yet} */
  public long snapshotsNotReady() {
    return snapshotsNotReady;
  }
}
