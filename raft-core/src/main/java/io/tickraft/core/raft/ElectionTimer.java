package io.tickraft.core.raft;

import io.tickraft.core.RaftConfig;

/** Counts the ticks since a node last had a reason not to campaign. */
final class ElectionTimer {

  private final RaftConfig config;
  private long term;

  /** Counts the timeouts that were drawn in the term. */
  private long attempt;

  /** How often the node has campaigned since a leader was last heard; a pre-vote is part of it. */
  private long campaigns;

  private long elapsed;
  private long timeout;

  ElectionTimer(RaftConfig config, long term) {
    this.config = config;
    this.term = term;
    draw();
  }

  private ElectionTimer(ElectionTimer other) {
    this.config = other.config;
    this.term = other.term;
    this.attempt = other.attempt;
    this.campaigns = other.campaigns;
    this.elapsed = other.elapsed;
    this.timeout = other.timeout;
  }

  ElectionTimer copy() {
    return new ElectionTimer(this);
  }

  /** A leader is heard, or the node leads: starts anew, with the same timeout if it may stay. */
  void leaderHeard() {
    elapsed = 0;
    if (campaigns > 0) {
      campaigns = 0;
      draw();
    }
  }

  /** Starts anew with a new timeout, in a new term or for another attempt in the same one. */
  void restart(long newTerm) {
    attempt = newTerm == term ? attempt + 1 : 0;
    term = newTerm;
    elapsed = 0;
    draw();
  }

  /** The node campaigns. The caller restarts the timer as well. */
  void campaigning() {
    campaigns++;
  }

  /** Counts a tick. */
  void tick() {
    elapsed++;
  }

  /** Returns whether the timeout has passed. */
  boolean hasTimedOut() {
    return elapsed >= timeout;
  }

  private void draw() {
    timeout =
        ElectionTimeout.ticks(
            config.electionTicks(),
            config.seed(),
            config.incarnation(),
            config.id(),
            term,
            attempt,
            campaigns);
  }
}
