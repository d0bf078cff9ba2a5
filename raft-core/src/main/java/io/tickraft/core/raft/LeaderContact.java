package io.tickraft.core.raft;

import io.tickraft.core.Digest;

/**
 * The leader that the node heard last, which may be the node itself, and when.
 *
 * <p>Neither a later term nor another role changes this state. A node that refuses votes because it
 * hears a leader must go on refusing after a message has moved it to another term.
 */
final class LeaderContact {

  private final Clock clock;

  /** The leader that was heard last; 0: none, or the node has forgotten it. */
  private long leader;

  /** The tick at which a leader was heard last. */
  private long heardAt;

  /** The node leads, and so hears itself at every tick. */
  private boolean leads;

  private boolean timedOut;

  LeaderContact(Clock clock) {
    this.clock = clock;
  }

  private LeaderContact(LeaderContact other, Clock clock) {
    this.clock = clock;
    this.leader = other.leader;
    this.heardAt = other.heardAt;
    this.leads = other.leads;
    this.timedOut = other.timedOut;
  }

  LeaderContact copy(Clock itsClock) {
    return new LeaderContact(this, itsClock);
  }

  /**
   * Adds the leader, and for how long others get no vote because of it.
   *
   * @param electionTicks the election timeout
   */
  void digest(Digest digest, int electionTicks) {
    digest.id(leader).flag(leads).flag(timedOut);
    if (leader != 0 && !leads) {
      digest.remaining(heardAt + electionTicks - clock.now());
    }
  }

  /** The leader of the term is heard. */
  void heard(long from) {
    leader = from;
    heardAt = clock.now();
    timedOut = false;
  }

  /** The node begins to lead. */
  void leads(long id) {
    heard(id);
    leads = true;
  }

  /** The node does not lead any more. It has heard itself until now, unless it was to forget it. */
  void ledUntilNow() {
    heardAt = clock.now();
    leads = false;
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
    return leader != 0 && leader != candidate && (leads || clock.now() - heardAt < electionTicks);
  }
}
