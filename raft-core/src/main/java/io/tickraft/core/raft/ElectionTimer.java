package io.tickraft.core.raft;

import io.tickraft.core.RaftConfig;

/** Counts the ticks since a node last had a reason not to campaign. */
final class ElectionTimer {

  private final RaftConfig config;
  private long term;

  /** How often the timer was restarted in the term. */
  private long attempt;

  /** How often the node has campaigned since a leader was last heard; a pre-vote is part of it. */
  private long campaigns;

  /** Ticks since the timer was restarted or a leader was heard. */
  private long elapsed;

  /** The drawn timeout in ticks, never below the election timeout. */
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

  /** A leader is heard, or the node begins to lead. Draws a new timeout only after a campaign. */
  void leaderHeard() {
    elapsed = 0;
    if (campaigns > 0) {
      campaigns = 0;
      draw();
    }
  }

  /** Restarts with a new timeout, in a new term or for another attempt in the same term. */
  void restart(long newTerm) {
    attempt = newTerm == term ? attempt + 1 : 0;
    term = newTerm;
    elapsed = 0;
    draw();
  }

  /** The node begins a campaign. {@link #restart} follows, with the campaign's term. */
  void campaigning() {
    campaigns++;
  }

  void tick() {
    elapsed++;
  }

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
