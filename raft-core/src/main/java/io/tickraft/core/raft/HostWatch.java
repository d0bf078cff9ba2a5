package io.tickraft.core.raft;

import io.tickraft.core.RaftEvent;

/**
 * Reports what the host is late with: acknowledging what it has persisted, or what its state
 * machine has applied. A node whose host forgot one of these calls would otherwise just fall
 * silent.
 *
 * <p>Each is reported when it is an election timeout late, and again whenever that time has
 * doubled.
 */
final class HostWatch {

  private final long patience;

  /** How late an acknowledgement of a write must be to be reported next. */
  private long persistThreshold;

  /** How late an acknowledgement of the state machine must be to be reported next. */
  private long applyThreshold;

  /** The applied index at the last look, and since when it has been due to move. */
  private long applied;

  private long appliedSince;

  HostWatch(NodeState node) {
    this.patience = node.config.electionTicks();
    this.persistThreshold = patience;
    this.applyThreshold = patience;
    this.applied = node.applying.appliedIndex();
  }

  private HostWatch(HostWatch other) {
    this.patience = other.patience;
    this.persistThreshold = other.persistThreshold;
    this.applyThreshold = other.applyThreshold;
    this.applied = other.applied;
    this.appliedSince = other.appliedSince;
  }

  HostWatch copy() {
    return new HostWatch(this);
  }

  /** Ticks have passed. */
  void look(NodeState node) {
    lookAtPersisted(node);
    lookAtApplied(node);
  }

  private void lookAtPersisted(NodeState node) {
    long ticks = node.log.writes().ageOfOldest(node.clock.now());
    if (ticks < patience) {
      persistThreshold = patience;
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
      applyThreshold = patience;
    } else if (now - appliedSince >= applyThreshold) {
      applyThreshold = 2 * (now - appliedSince);
      if (node.events.enabled()) {
        node.events.add(
            new RaftEvent.ApplyOverdue(node.applying.applyingIndex(), applied, now - appliedSince));
      }
    }
  }
}
