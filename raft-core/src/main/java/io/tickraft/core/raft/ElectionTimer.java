package io.tickraft.core.raft;

import io.tickraft.core.Digest;
import io.tickraft.core.RaftConfig;

/** Decides when a node campaigns: after a timeout since it last had a reason not to. */
final class ElectionTimer {

  private final RaftConfig config;
  private final Clock clock;
  private long term;

  /** How often the timer was restarted in the term. */
  private long attempt;

  /** How often the node has campaigned since a leader was last heard; a pre-vote is part of it. */
  private long campaigns;

  /** The tick at which the timer was restarted or a leader was heard. */
  private long startedAt;

  /** The drawn timeout in ticks, never below the election timeout. */
  private long timeout;

  ElectionTimer(RaftConfig config, Clock clock, long term) {
    this.config = config;
    this.clock = clock;
    this.startedAt = clock.now();
    this.term = term;
    draw();
  }

  private ElectionTimer(ElectionTimer other, Clock clock) {
    this.config = other.config;
    this.clock = clock;
    this.term = other.term;
    this.attempt = other.attempt;
    this.campaigns = other.campaigns;
    this.startedAt = other.startedAt;
    this.timeout = other.timeout;
  }

  ElectionTimer copy(Clock itsClock) {
    return new ElectionTimer(this, itsClock);
  }

  /** Adds when the timeout passes, and what the next one is drawn from if it may pass, too. */
  void digest(Digest digest) {
    digest.remaining(startedAt + timeout - clock.now());
    if (digest.horizon() >= config.electionTicks()) {
      // The timeouts are drawn from the id, not from a name.
      digest.number(config.id()).number(term).number(attempt).number(campaigns);
    }
  }

  /** A leader is heard, or the node ceases to lead. Draws a new timeout only after a campaign. */
  void leaderHeard() {
    startedAt = clock.now();
    if (campaigns > 0) {
      campaigns = 0;
      draw();
    }
  }

  /** Restarts with a new timeout, in a new term or for another attempt in the same term. */
  void restart(long newTerm) {
    attempt = newTerm == term ? attempt + 1 : 0;
    term = newTerm;
    startedAt = clock.now();
    draw();
  }

  /** The node begins a campaign. {@link #restart} follows, with the campaign's term. */
  void campaigning() {
    campaigns++;
  }

  boolean hasTimedOut() {
    return clock.now() >= deadline();
  }

  /** Returns the tick at which the timeout passes. */
  long deadline() {
    return startedAt + timeout;
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
