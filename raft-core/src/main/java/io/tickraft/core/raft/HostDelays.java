package io.tickraft.core.raft;

import io.tickraft.core.RaftEvent;

/**
 * Reports that the host is late to acknowledge a write as persisted, or entries as applied. Without
 * the report, a node whose host forgot one of these calls would just fall silent.
 *
 * <p>A delay is reported when it reaches an election timeout, and again whenever it has doubled.
 */
final class HostDelays {

  private final long electionTicks;

  /** The delay of a write, in ticks, from which on it is reported next. */
  private long persistThreshold;

  /** The delay of the state machine, in ticks, from which on it is reported next. */
  private long applyThreshold;

  /** The applied index at the last check, and the tick since which it has been due to rise. */
  private long applied;

  private long appliedSince;

  HostDelays(NodeState node) {
    this.electionTicks = node.config.electionTicks();
    this.persistThreshold = electionTicks;
    this.applyThreshold = electionTicks;
    this.applied = node.applying.appliedIndex();
  }

  private HostDelays(HostDelays other) {
    this.electionTicks = other.electionTicks;
    this.persistThreshold = other.persistThreshold;
    this.applyThreshold = other.applyThreshold;
    this.applied = other.applied;
    this.appliedSince = other.appliedSince;
  }

  HostDelays copy() {
    return new HostDelays(this);
  }

  /**
   * Returns whether the host has acknowledged everything. Then nothing is late until the next input
   * of the host.
   */
  static boolean isIdle(NodeState node) {
    return node.log.writes().count() == 0
        && node.applying.applyingIndex() == node.applying.appliedIndex();
  }

  /** The host was idle until now. */
  void idleUntilNow(NodeState node) {
    appliedSince = node.clock.now();
  }

  /** Checks after ticks have passed. */
  void look(NodeState node) {
    lookAtPersisted(node);
    lookAtApplied(node);
  }

  private void lookAtPersisted(NodeState node) {
    long ticks = node.log.writes().ageOfOldest(node.clock.now());
    if (ticks < electionTicks) {
      persistThreshold = electionTicks;
    } else if (ticks >= persistThreshold) {
      persistThreshold = 2 * ticks;
      if (node.events.enabled()) {
        node.events.add(new RaftEvent.PersistOverdue(node.log.writes().count(), ticks));
      }
    }
  }

  private void lookAtApplied(NodeState node) {
    long now = node.clock.now();
    if (node.applying.appliedIndex() != applied
        || node.applying.applyingIndex() == node.applying.appliedIndex()) {
      applied = node.applying.appliedIndex();
      appliedSince = now;
      applyThreshold = electionTicks;
    } else if (now - appliedSince >= applyThreshold) {
      applyThreshold = 2 * (now - appliedSince);
      if (node.events.enabled()) {
        node.events.add(
            new RaftEvent.ApplyOverdue(node.applying.applyingIndex(), applied, now - appliedSince));
      }
    }
  }
}
