package io.tickraft.testkit.explore;

import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A random run of an exploration, which may have more events than its bounds allow. */
final class Walk {

  private final Exploration exploration;
  private final Run run;
  private final Group group;
  private final Rehearsal states;
  private final List<Ordering.Line> lines = new ArrayList<>();

  Walk(Exploration exploration) {
    this.exploration = exploration;
    this.run = new Run(exploration, progress -> true);
    this.group = exploration.group(exploration.newOracle());
    this.states = run.rehearsal();
  }

  /** Returns the events of the prelude, followed by random events. */
  Ordering random(long seed, int events) {
    try (group) {
      return walk(seed, events);
    }
  }

  private Ordering walk(long seed, int events) {
    exploration.prelude().in(states);
    group.start();
    for (int event : states.events()) {
      add(event);
    }
    for (int i = 0; i < events; i++) {
      Integer event = next(Log.mix(seed, i));
      if (event == null) {
        break; // No event is possible, or one of the possible events breaks a promise.
      }
      try {
        states.happen(add(event));
      } catch (RuntimeException | AssertionError e) {
        // The event breaks a promise: it is left to an exploration from here.
        lines.remove(lines.size() - 1);
        break;
      }
    }
    return new Ordering(lines);
  }

  /** Adds the line of an event, and performs it on the group. */
  private Group.Move add(int event) {
    Message message = run.message(event);
    lines.add(group.name(event, message));
    Group.Move move = new Group.Move(event, message);
    group.perform(move);
    return move;
  }

  private @Nullable Integer next(long random) {
    List<Integer> possible = run.events(states);
    return possible.isEmpty()
        ? null
        : possible.get((int) Long.remainderUnsigned(random, possible.size()));
  }
}
