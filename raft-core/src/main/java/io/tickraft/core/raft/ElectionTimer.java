package io.tickraft.core.raft;

import io.tickraft.core.RaftConfig;

/** Counts the ticks since a node last had a reason not to campaign. */
final class ElectionTimer {

  private final RaftConfig config;
  private long term;
  private long attempt;
  private int elapsed;
  private int timeout;

  ElectionTimer(RaftConfig config, long term) {
    this.config = config;
    this.term = term;
    draw();
  }

  private ElectionTimer(ElectionTimer other) {
    this.config = other.config;
    this.term = other.term;
    this.attempt = other.attempt;
    this.elapsed = other.elapsed;
    this.timeout = other.timeout;
  }

  ElectionTimer copy() {
    return new ElectionTimer(this);
  }

  /** Starts anew with the same timeout: a leader was heard, or a vote was granted. */
  void reset() {
    elapsed = 0;
  }

  /** Starts anew with a new timeout, in a new term or for another attempt in the same one. */
  void restart(long newTerm) {
    attempt = newTerm == term ? attempt + 1 : 0;
    term = newTerm;
    elapsed = 0;
    draw();
  }

  /** Counts a tick, and says whether the timeout has passed. */
  boolean tick() {
    elapsed++;
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
            attempt);
  }
}
