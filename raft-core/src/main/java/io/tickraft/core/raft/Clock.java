package io.tickraft.core.raft;

/**
 * The node's logical time.
 *
 * <p>A host that was busy delivers several ticks in a row and then the messages that arrived in the
 * meantime. The exact ticks of their arrival are not known. They count as received now, with one
 * exception: see {@link #receivedAt}.
 */
final class Clock {

  /** Ticks since the node was opened. */
  private long now;

  /** The length of the last run of ticks without another call in between. */
  private long ticksInARow;

  /** Whether the last call was a tick. */
  private boolean inRun;

  /** The tick at which the last run of several ticks ended; negative if there was none. */
  private long lateAt = Long.MIN_VALUE / 2;

  Clock() {}

  private Clock(Clock other) {
    this.now = other.now;
    this.ticksInARow = other.ticksInARow;
    this.inRun = other.inRun;
    this.lateAt = other.lateAt;
  }

  Clock copy() {
    return new Clock(this);
  }

  /** {@return the ticks since the node was opened} */
  long now() {
    return now;
  }

  void tick() {
    now++;
    ticksInARow = inRun ? ticksInARow + 1 : 1;
    inRun = true;
  }

  /** A message arrives. It belongs to the run of ticks before it. */
  void messageReceived() {
    inRun = false;
  }

  /**
   * The node has acted on timeouts: messages from now on count as arriving after the run of ticks.
   */
  void timeoutsActedOn() {
    if (ticksInARow > 1) {
      lateAt = now;
    }
    inRun = false;
    ticksInARow = 0;
  }

  /**
   * Returns whether the host was late and heartbeats cannot have been answered yet: it delivered
   * several ticks in a row at most {@code heartbeatTicks} ago.
   *
   * <p>A leader that was frozen for nine ticks of ten sends its heartbeats, and the tenth tick may
   * follow before the answers can arrive.
   */
  boolean isCatchingUp(int heartbeatTicks) {
    return now - lateAt <= heartbeatTicks;
  }

  /**
   * Returns the tick at which a message that arrives now counts as received.
   *
   * <p>This is the current tick, unless the host has delivered a whole election timeout at once.
   * Then the node was stopped for so long that the others may have elected another leader, and all
   * messages may be older than that: they count as received before the run of ticks. By this rule a
   * leader that was frozen for an election timeout steps down, whatever answers wait.
   */
  long receivedAt(int electionTicks) {
    return ticksInARow >= electionTicks ? now - ticksInARow : now;
  }
}
