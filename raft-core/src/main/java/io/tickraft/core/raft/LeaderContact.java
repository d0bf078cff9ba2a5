package io.tickraft.core.raft;

/**
 * When the node last heard from a leader, itself included, of the term that it was in then.
 *
 * <p>Neither a later term nor another role changes it. A vote that a node refuses because it hears
 * a leader must not become possible by a message that takes the node to another term.
 */
final class LeaderContact {

  private long leader;
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

  /** Counts a tick. */
  void tick() {
    ticks++;
  }

  /** The node goes on as if it had never heard a leader. */
  void forget() {
    leader = 0;
  }

  /** The node has waited for a leader in vain. */
  void timeOut() {
    timedOut = true;
  }

  /** Returns whether the node has waited in vain since it last heard a leader. */
  boolean hasTimedOut() {
    return timedOut;
  }

  /**
   * Returns whether a leader was heard less than so many ticks ago, other than one that asks now: a
   * leader that asks for votes no longer leads.
   */
  boolean isWithin(int electionTicks, long asking) {
    return leader != 0 && leader != asking && ticks < electionTicks;
  }
}
