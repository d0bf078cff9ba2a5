package io.tickraft.core.raft;

import io.tickraft.core.Digest;

/**
 * The node's logical time, and the tick at which something may be due next.
 *
 * <p>A host that was busy delivers several ticks in a row and then the messages that arrived in the
 * meantime. The exact ticks of their arrival are not known. They count as received now, with one
 * exception: see {@link #receivedAt}.
 */
public final class Clock {

  private static final long NONE = -1;

  private final int electionTicks;

  /** Ticks since the node was opened. */
  private long now;

  /**
   * The tick before which no timeout expires if there is no input; {@link #NO_WAIT} after an input.
   * Ticks before it are only counted.
   */
  private long deadline = NO_WAIT;

  /** The deadline of a node that does not wait: at each tick something may be due. */
  static final long NO_WAIT = 0;

  /** Whether a tick has passed since the node last acted on timeouts. */
  private boolean ticked;

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
    this.deadline = other.deadline;
    this.ticked = other.ticked;
    this.run = other.run;
    this.late = other.late;
    this.stoppedAt = other.stoppedAt;
    this.lateAt = other.lateAt;
  }

  Clock copy() {
    return new Clock(this);
  }

  /**
   * Adds what is known of the last ticks. Not the deadline: ticks before it do nothing.
   *
   * @param heartbeatTicks the heartbeat interval
   */
  void digest(Digest digest, int heartbeatTicks) {
    digest.flag(ticked).number(run).flag(late);
    digest.number(stoppedAt == NONE ? 0 : now - stoppedAt);
    digest.remaining(lateAt + heartbeatTicks + 1 - now);
  }

  /** {@return the ticks since the node was opened} */
  public long now() {
    return now;
  }

  void tick() {
    ticked = true;
    now++;
    run++;
    late |= run > 1;
    if (run == electionTicks && stoppedAt == NONE) {
      stoppedAt = now - run;
    }
  }

  /** Returns whether a tick has passed since the node last acted on timeouts. */
  boolean hasTicked() {
    return ticked;
  }

  /** Returns whether the deadline is reached or unknown. */
  boolean isDue() {
    return now >= deadline;
  }

  /** The node waits for an input, and until {@code tick} at most; {@link #NO_WAIT}: it does not. */
  void waitUntil(long tick) {
    deadline = tick;
  }

  /**
   * The node waits no more: it acts on what is due, or an input follows.
   *
   * @return whether it waited
   */
  boolean stopWaiting() {
    boolean waited = deadline != NO_WAIT;
    deadline = NO_WAIT;
    return waited;
  }

  /**
   * Ticks if the node waits and its deadline is not reached by this.
   *
   * @return whether it has ticked
   */
  public boolean tickIfWaiting() {
    if (now + 1 >= deadline) {
      return false;
    }
    tick();
    return true;
  }

  /**
   * Counts timeouts as acted on if the node waits and its deadline is not reached: none can have
   * expired.
   *
   * @return whether it has done so
   */
  public boolean actIfWaiting() {
    if (isDue()) {
      return false;
    }
    timeoutsActedOn();
    return true;
  }

  /** A message arrives, which ends a run of ticks. */
  void messageReceived() {
    run = 0;
  }

  /**
   * The node has acted on timeouts: messages from now on count as arriving after the run of ticks.
   */
  void timeoutsActedOn() {
    ticked = false;
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
