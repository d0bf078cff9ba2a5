package io.tickraft.core.raft;

/**
 * The node's logical time.
 *
 * <p>A host that was busy delivers several ticks in a row and then the messages that arrived in the
 * meantime. The exact ticks of their arrival are not known. They count as received now, with one
 * exception: see {@link #receivedAt}.
 */
final class Clock {

  private static final long NONE = -1;

  private final int electionTicks;

  /** Ticks since the node was opened. */
  private long now;

  /** The length of the current run of ticks, with no other call in between. */
  private long run;

  /** Whether there was a run of several ticks since the node last acted on timeouts. */
  private boolean late;

  /**
   * The tick before the first run of an election timeout since the node last acted on timeouts;
   * NONE if there was no such run.
   */
  private long stoppedAt = NONE;

  /** The tick at which the last run of several ticks ended; negative if there was none. */
  private long lateAt = Long.MIN_VALUE / 2;

  Clock(int electionTicks) {
    this.electionTicks = electionTicks;
  }

  private Clock(Clock other) {
    this.electionTicks = other.electionTicks;
    this.now = other.now;
    this.run = other.run;
    this.late = other.late;
    this.stoppedAt = other.stoppedAt;
    this.lateAt = other.lateAt;
  }

  Clock copy() {
    return new Clock(this);
  }

  /** {@return the ticks since the node was opened} */
  long now() {
    return now;
  }

  /** {@return the deadline of something that has to be looked at again at the next tick} */
  long nextTick() {
    return now + 1;
  }

  void tick() {
    now++;
    run++;
    late |= run > 1;
    if (run == electionTicks && stoppedAt == NONE) {
      stoppedAt = now - run;
    }
  }

  /** A message arrives, which ends a run of ticks. */
  void messageReceived() {
    run = 0;
  }

  /**
   * The node has acted on timeouts: messages from now on count as arriving after the run of ticks.
   */
  void timeoutsActedOn() {
    if (late) {
      lateAt = now;
    }
    run = 0;
    late = false;
    stoppedAt = NONE;
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
   * messages may be older than that: until the node has acted on timeouts, they count as received
   * before the run of ticks. By this rule a leader that was frozen for an election timeout steps
   * down, whatever answers wait.
   */
  long receivedAt() {
    return stoppedAt == NONE ? now : stoppedAt;
  }
}
