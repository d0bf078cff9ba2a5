package io.tickraft.core.raft;

/**
 * When the node last heard from the leader of its term at that time, which may be itself.
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
   * Returns whether a leader was heard less than {@code electionTicks} ticks ago. A leader that is
   * {@code asking} for votes does not count: it no longer leads.
   */
  boolean isWithin(int electionTicks, long asking) {
    return leader != 0 && leader != asking && ticks < electionTicks;
  }
}
