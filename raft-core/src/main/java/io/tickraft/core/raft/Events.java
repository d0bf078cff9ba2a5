package io.tickraft.core.raft;

import io.tickraft.core.RaftEvent;
import io.tickraft.core.RaftObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the events of a call until the call has finished, and then delivers them to the observer.
 */
final class Events {

  private final Optional<RaftObserver> observer;
  private final List<RaftEvent> pending = new ArrayList<>(0);

  Events(Optional<RaftObserver> observer) {
    this.observer = observer;
  }

  /** Returns whether there is an observer. Without one, callers do not even build an event. */
  boolean enabled() {
    return observer.isPresent();
  }

  void add(RaftEvent event) {
    if (enabled()) {
      pending.add(event);
    }
  }

  void deliver() {
    if (pending.isEmpty()) {
      return;
    }
    List<RaftEvent> events = List.copyOf(pending);
    pending.clear();
    events.forEach(observer.orElseThrow()::onEvent);
  }
}
