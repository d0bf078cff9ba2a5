package io.tickraft.testkit.explore;

import io.tickraft.proto.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compares two stores that count as equal and have come to one state in two ways: after the same
 * further events they must still be equal. Otherwise an exploration, which continues with one of
 * them, would miss what only the other does.
 */
final class Twins {

  /** How many events both stores get. */
  private static final int EVENTS = 6;

  private final Hosts hosts;
  private final Acts acts;
  private final Messages messages;
  private final Locals locals;
  private final List<EventKind> kinds;

  Twins(Hosts hosts, Acts acts, Messages messages, Locals locals, List<EventKind> kinds) {
    this.hosts = hosts;
    this.acts = acts;
    this.messages = messages;
    this.locals = locals;
    this.kinds = kinds;
  }

  /** One of the two hosts, with the messages that it has sent. */
  private final class Twin implements AutoCloseable {
    final List<Message> sent = new ArrayList<>();
    final NodeHost host;
    int starts;

    Twin(LocalState state) {
      host = hosts.in(state, sent);
      starts = state.starts();
    }

    /** Performs an event, and returns what it throws, as text. */
    Optional<String> perform(int event) {
      try {
        acts.perform(host, event, messages.of(event), starts, new Acts.Told());
        starts += Event.kind(event) == EventKind.CRASH ? 1 : 0;
        return Optional.empty();
      } catch (RuntimeException | AssertionError | StackOverflowError e) {
        return Optional.of(e.toString());
      }
    }

    @Override
    public void close() {
      host.close();
    }
  }

  /**
   * Compares the way by which a state was first found with another way to it.
   *
   * @param from the last state before it on the other way
   * @param event the event that leads from there to the state
   * @param seed determines the events that both stores get
   * @throws IllegalStateException if the stores differ after these events
   */
  void compare(LocalState state, LocalState from, int event, long seed) {
    try (Twin one = new Twin(state);
        Twin other = new Twin(from)) {
      other.perform(event);
      other.sent.clear();
      for (int i = 0; i < EVENTS; i++) {
        int next = next(one.host, state.node(), Log.mix(seed, i));
        Optional<String> thrown = one.perform(next);
        boolean isSame = thrown.equals(other.perform(next)) && one.sent.equals(other.sent);
        if (isSame && thrown.isPresent()) {
          return; // The search finds this failure, too.
        }
        if (!isSame || locals.digest(one.host) != locals.digest(other.host)) {
          throw new IllegalStateException(
              "two stores of node "
                  + (state.node() + 1)
                  + " have shown the same, and then differ after "
                  + Event.kind(next)
                  + ": HostedStore.digest has to add what makes the difference");
        }
      }
    }
  }

  /** Returns an event that is possible, chosen at random. */
  private int next(NodeHost host, int node, long random) {
    List<Integer> all = new ArrayList<>();
    for (EventKind kind : kinds) {
      all.add(Event.of(kind, node, 0));
    }
    if (acts.isSplit()) {
      if (host.hasReady()) {
        all.add(Event.of(EventKind.TAKE, node, 0));
      }
      if (host.isWriting()) {
        all.add(Event.of(EventKind.WRITE, node, 0));
      }
      all.add(Event.of(EventKind.APPLY, node, 0));
    }
    int message = (int) Long.remainderUnsigned(random, Math.max(1, messages.size()));
    if (message < messages.size() && messages.to(message) == node) {
      return Event.of(EventKind.DELIVER, node, message);
    }
    return all.isEmpty()
        ? Event.of(EventKind.APPLY, node, 0)
        : all.get((int) Long.remainderUnsigned(random, all.size()));
  }
}
