package io.tickraft.core.raft;

/**
 * The leader that the node heard last, which may be the node itself, and when.
 *
 * <p>Neither a later term nor another role changes this state. A node that refuses votes because it
 * hears a leader must go on refusing after a message has moved it to another term.
 */
final class LeaderContact {

  /** The leader that was heard last; 0: none, or the node has forgotten it. */
  private long leader;

  /** Ticks since a leader was heard last. */
  private long ticks;

  private boolean timedOut;

  LeaderContact() {}

  private LeaderContact(LeaderContact other) {
    this.leader = other.leader;
    this.ticks = other.ticks;
    this.timedOut = other.timedOut;
  }

  LeaderContact copy() {
    return new LeaderContact(this);
  }

  /** The leader of the term is heard. */
  void heard(long from) {
    leader = from;
    ticks = 0;
    timedOut = false;
  }

  void tick() {
    ticks++;
  }

  /** Forgets the leader, as if none had ever been heard. */
  void forget() {
    leader = 0;
  }

  /** The node has stopped waiting for the leader, and campaigns if it may. */
  void timeOut() {
    timedOut = true;
  }

  /** Returns whether {@link #timeOut} was called since a leader was heard last. */
  boolean hasTimedOut() {
    return timedOut;
  }

  /**
   * Returns whether a leader other than {@code candidate} was heard less than {@code electionTicks}
   * ticks ago. A candidate no longer leads.
   */
  boolean hearsLeaderOtherThan(long candidate, int electionTicks) {
    return leader != 0 && leader != candidate && ticks < electionTicks;
  }
}
