package io.tickraft.testkit.explore;

import io.tickraft.core.RaftText;
import io.tickraft.proto.ConfChange;
import io.tickraft.testkit.oracle.OracleViolation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * One run of a group, as local states: a {@link Prelude}, at whose end a search starts, or a run
 * that is replayed. It checks the same promises as a search in each state.
 */
final class Rehearsal {

  /** More messages than one part of any prelude delivers. */
  private static final int MAX_DELIVERIES = 10_000;

  private final Locals locals;
  private final Messages messages;
  private final Pasts pasts;
  private final Acts acts;
  private final LocalState[] states;
  private final List<Integer> inFlight = new ArrayList<>();
  private final List<Integer> events = new ArrayList<>();
  private Past past;
  private final Supplier<Group> groups;
  private int proposals;
  private int reads;

  /**
   * Begins with nodes that have just started.
   *
   * @param groups starts a {@link Group} with the same nodes, which knows messages by their links
   */
  Rehearsal(
      Locals locals,
      Messages messages,
      Pasts pasts,
      Acts acts,
      LocalState[] states,
      Supplier<Group> groups) {
    this.groups = groups;
    this.locals = locals;
    this.messages = messages;
    this.pasts = pasts;
    this.acts = acts;
    this.states = states;
    this.past = pasts.first(states[0].facts());
  }

  LocalState[] states() {
    return states;
  }

  int[] inFlight() {
    return inFlight.stream().mapToInt(Integer::intValue).toArray();
  }

  /** {@return the events of the run so far} */
  int[] events() {
    return events.stream().mapToInt(Integer::intValue).toArray();
  }

  Past past() {
    return past;
  }

  int proposals() {
    return proposals;
  }

  int reads() {
    return reads;
  }

  void act(EventKind kind, long node, int argument) {
    if (node < 1 || node > states.length) {
      throw new Prelude.ImpossibleException("prelude: there is no node " + node);
    }
    happenWhole(Event.of(kind, (int) node - 1, argument));
  }

  void propose(long node) {
    act(EventKind.PROPOSE, node, proposals);
  }

  /** Performs a whole run. It must be the first part of the prelude. */
  void play(Ordering ordering) {
    try (Group group = groups.get()) {
      for (Ordering.Line line : ordering.lines()) {
        Group.Move move = group.move(line);
        if (move != null) {
          group.perform(move);
          happen(move);
        }
      }
    }
  }

  void change(long node, ConfChange change) {
    int position = acts.positionOf(change);
    if (position < 0) {
      throw new Prelude.ImpossibleException("prelude: not one of the changes: " + change);
    }
    act(EventKind.CHANGE, node, position);
  }

  void deliver(Prelude.Choice choice) {
    int delivered = 0;
    for (int i = 0; i < inFlight.size(); ) {
      int message = inFlight.get(i);
      if (messages.to(message) < states.length && choice.takes(messages.message(message))) {
        if (delivered++ == MAX_DELIVERIES) {
          throw new Prelude.ImpossibleException(
              "prelude: still messages after " + MAX_DELIVERIES + " deliveries");
        }
        inFlight.remove(i);
        happenWhole(Event.of(EventKind.DELIVER, messages.to(message), message));
        i = 0;
      } else {
        i++;
      }
    }
  }

  void loseAll() {
    inFlight.clear();
  }

  /** Performs an event that a group has performed. Throws the violation if it breaks a promise. */
  void happen(Group.Move move) {
    EventKind kind = Event.kind(move.event());
    if (!kind.isDelivery()) {
      happen(move.event());
      return;
    }
    for (int i = 0; i < inFlight.size(); i++) {
      int message = inFlight.get(i);
      if (messages.message(message).equals(move.message())) {
        if (kind == EventKind.DELIVER) {
          inFlight.remove(i);
        }
        happen(Event.of(kind, Event.node(move.event()), message));
        return;
      }
    }
    throw new IllegalStateException(
        "the same events have led to another message: " + RaftText.of(move.message()));
  }

  private void happen(int event) {
    events.add(event);
    EventKind kind = Event.kind(event);
    proposals += kind == EventKind.PROPOSE ? 1 : 0;
    reads += kind == EventKind.READ ? 1 : 0;
    LocalState from = states[Event.node(event)];
    LocalStep known = locals.known(from, event);
    LocalStep step = known == null ? locals.make(from, event) : known;
    Past before = past;
    past = pasts.after(before, step, event);
    states[from.node()] = step.to();
    OracleViolation broken = Pairs.broken(states, step, before, past);
    if (broken != null) {
      throw broken;
    }
    for (int message : step.sent()) {
      inFlight.add(message);
    }
  }

  /** Performs an event and all work of the host after it, as a part of a prelude. */
  private void happenWhole(int event) {
    happen(event);
    if (acts.isSplit()) {
      finish(Event.node(event));
    }
  }

  private void finish(int node) {
    LocalState state = states[node];
    if (state.work().hasReady()) {
      happenWhole(Event.of(EventKind.TAKE, node, 0));
    } else if (state.work().isWriting()) {
      happenWhole(Event.of(EventKind.WRITE, node, 0));
    } else if (state.facts().commit() > state.work().appliedIndex()) {
      happenWhole(Event.of(EventKind.APPLY, node, 0));
    }
  }
}
