package io.tickraft.testkit.sim;

/** Counts the faults of the machine of a simulated node, over all restarts. */
public final class FaultCounters {

  long pauses;
  long lateTicks;
  long lateMessages;
  long ticksBeforeMessages;
  long droppedTicks;
  long readysOut;
  long entriesNotReady;
  long snapshotsNotReady;
  long failedReads;
  long failedWrites;
  long reports;

  FaultCounters() {}

  /** {@return how often the host's loop was {@linkplain Simulation#pause paused}} */
  public long pauses() {
    return pauses;
  }

  /** {@return how many ticks were delivered late because the host's loop was blocked} */
  public long lateTicks() {
    return lateTicks;
  }

  /** {@return how many messages were delivered late because the host's loop was blocked} */
  public long lateMessages() {
    return lateMessages;
  }

  /** {@return how often late ticks and then late messages were delivered after one block} */
  public long ticksBeforeMessages() {
    return ticksBeforeMessages;
  }

  /** {@return how many late ticks were dropped: those beyond two election timeouts per block} */
  public long droppedTicks() {
    return droppedTicks;
  }

  /** {@return the maximum number of Readys that were outstanding at once} */
  public long readysOut() {
    return readysOut;
  }

  /** {@return how many reads of entries were answered with {@code NotYet}} */
  public long entriesNotReady() {
    return entriesNotReady;
  }

  /** {@return how many reads of a snapshot were answered with {@code NotYet}} */
  public long snapshotsNotReady() {
    return snapshotsNotReady;
  }

  /** {@return how many reads of the disk have failed; each has stopped the node} */
  public long failedReads() {
    return failedReads;
  }

  /** {@return how many writes of the disk have failed; each has stopped the node} */
  public long failedWrites() {
    return failedWrites;
  }

  /** {@return how many reports about messages to members the host has made} */
  public long reports() {
    return reports;
  }
}
