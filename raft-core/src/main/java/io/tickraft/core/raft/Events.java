package io.tickraft.core.raft;

import io.tickraft.core.RaftEvent;
import io.tickraft.core.RaftObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keeps the events of one call for the observer, until the call's work is done. */
final class Events {

  private final Optional<RaftObserver> observer;
  private final List<RaftEvent> pending = new ArrayList<>(0);

  Events(Optional<RaftObserver> observer) {
    this.observer = observer;
  }

  /** Returns whether anyone listens; if not, no event should even be built. */
  boolean enabled() {
    return observer.isPresent();
  }

  void add(RaftEvent event) {
    if (enabled()) {
      pending.add(event);
    }
  }

  /** Delivers what is pending. */
  void deliver() {
    if (pending.isEmpty()) {
      return;
    }
    List<RaftEvent> events = List.copyOf(pending);
    pending.clear();
    events.forEach(observer.orElseThrow()::onEvent);
  }
}
