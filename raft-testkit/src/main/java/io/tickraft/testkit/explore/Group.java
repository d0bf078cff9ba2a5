package io.tickraft.testkit.explore;

import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.sim.ChoicePath;
import io.tickraft.testkit.sim.SimDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A group of nodes that performs one run, event by event, and is checked by an oracle. A search has
 * no such group: it combines states of single nodes.
 */
final class Group implements AutoCloseable {

  /** A link between two nodes. */
  private record Link(long from, long to) implements Comparable<Link> {
    @Override
    public int compareTo(Link other) {
      int byFrom = Long.compare(from, other.from);
      return byFrom != 0 ? byFrom : Long.compare(to, other.to);
    }
  }

  private final Acts acts;
  private final List<NodeHost> hosts = new ArrayList<>();
  private final int[] starts;

  /**
   * The messages that were sent on each link, in their order. One that has arrived becomes null.
   */
  private final Map<Link, List<@Nullable Message>> sent = new TreeMap<>();

  private int proposals;
  private int reads;

  /** Creates a group whose nodes are not started. */
  Group(Acts acts, int nodes, Hosts.Factory factory, Oracle oracle) {
    this.acts = acts;
    this.starts = new int[nodes];
    for (int node = 0; node < starts.length; node++) {
      hosts.add(factory.create(node, oracle, this::send));
    }
  }

  private void send(Message message) {
    sent.computeIfAbsent(new Link(message.getFrom(), message.getTo()), l -> new ArrayList<>())
        .add(message);
  }

  void start() {
    for (int node = 0; node < starts.length; node++) {
      starts[node] = 1;
      acts.start(hosts.get(node), node + 1L, 1, new Acts.Told());
    }
  }

  @Override
  public void close() {
    hosts.forEach(NodeHost::close);
  }

  NodeHost host(int node) {
    return hosts.get(node);
  }

  int starts(int node) {
    return starts[node];
  }

  int nodes() {
    return starts.length;
  }

  /** Performs an event of an exploration. */
  void perform(int event, Message message) {
    int node = Event.node(event);
    EventKind kind = Event.kind(event);
    proposals += kind == EventKind.PROPOSE ? 1 : 0;
    reads += kind == EventKind.READ ? 1 : 0;
    acts.perform(hosts.get(node), event, message, starts[node], new Acts.Told());
    starts[node] += kind == EventKind.CRASH ? 1 : 0;
  }

  /** Returns the line for an event of an exploration that is about to happen. */
  Ordering.Line name(int event, Message message) {
    EventKind kind = Event.kind(event);
    int argument = Event.argument(event);
    boolean delivers = kind.isDelivery();
    return new Ordering.Line(
        kind,
        Event.node(event) + 1L,
        delivers ? message.getFrom() : 0,
        delivers ? position(message) + 1 : number(kind, Event.node(event), argument),
        kind == EventKind.TRANSFER || kind == EventKind.UNREACHABLE ? argument + 1L : 0,
        keepsWrites(kind, Event.node(event)) ? Event.keptWrites(argument) : 0,
        keepsWrites(kind, Event.node(event)) ? Event.keptParts(argument) : 0);
  }

  /** {@return the choices of a user's store in the event that has just happened, as text} */
  String chosenIn(int event) {
    return Event.kind(event) == EventKind.CRASH
            && hosts.get(Event.node(event)) instanceof OwnStoreHost host
        ? host.chosen()
        : "";
  }

  private boolean keepsWrites(EventKind kind, int node) {
    return kind == EventKind.CRASH && hosts.get(node) instanceof DiskHost;
  }

  private int number(EventKind kind, int node, int argument) {
    if (kind == EventKind.CHANGE) {
      return argument + 1;
    }
    return kind == EventKind.CRASH && !keepsWrites(kind, node) ? argument : 0;
  }

  private int position(Message message) {
    return sent.getOrDefault(new Link(message.getFrom(), message.getTo()), List.of())
        .indexOf(message);
  }

  /**
   * An event of this group.
   *
   * @param event the event as a number; the message in it is not used
   * @param message its message; the default instance if the event has none
   * @param position the position of the message on its link, from 0, as equal messages may be in
   *     flight; -1: the first of these
   */
  record Move(int event, Message message, int position) {
    Move(int event, Message message) {
      this(event, message, -1);
    }
  }

  /** {@return the event that a line names in the present state; null if it is not possible} */
  @Nullable Move move(Ordering.Line line) {
    int node = (int) line.node() - 1;
    boolean isDelivery = line.kind().isDelivery();
    if (node < 0 || node >= starts.length || isDelivery != (line.from() > 0)) {
      return null;
    }
    Message message = Message.getDefaultInstance();
    int position = line.number() - 1;
    if (isDelivery) {
      List<@Nullable Message> link =
          sent.getOrDefault(new Link(line.from(), line.node()), List.of());
      Message named = position >= 0 && position < link.size() ? link.get(position) : null;
      if (named == null) {
        return null;
      }
      message = named;
    }
    int argument = argument(line, node);
    return argument < 0 ? null : new Move(Event.of(line.kind(), node, argument), message, position);
  }

  /** Performs an event; a message that is delivered is no longer in flight. */
  void perform(Move move) {
    if (Event.kind(move.event) == EventKind.DELIVER) {
      Message message = move.message;
      List<@Nullable Message> link =
          sent.getOrDefault(new Link(message.getFrom(), message.getTo()), List.of());
      link.set(move.position < 0 ? link.indexOf(message) : move.position, null);
    }
    perform(move.event, move.message);
  }

  /** Returns the argument of an event; -1 if the event is not possible. */
  private int argument(Ordering.Line line, int node) {
    NodeHost host = hosts.get(node);
    return switch (line.kind()) {
      case PROPOSE -> proposals;
      case READ -> reads;
      case CHANGE -> line.number() <= acts.changes() ? line.number() - 1 : -1;
      case TRANSFER, UNREACHABLE ->
          line.other() <= starts.length && line.other() != line.node()
              ? (int) line.other() - 1
              : -1;
      case CRASH -> crash(line, host);
      case STORAGE_READY -> host.areReadsPaused() ? 0 : -1;
      case TAKE -> host.hasReady() ? 0 : -1;
      case WRITE -> host.isWriting() ? 0 : -1;
      default -> 0;
    };
  }

  private static int crash(Ordering.Line line, NodeHost host) {
    if (!(host instanceof DiskHost own)) {
      boolean isPath = line.writes() == 0 && line.parts() == 0;
      return isPath && line.number() <= ChoicePath.MAX_NUMBER ? line.number() : -1;
    }
    SimDisk disk = own.written();
    boolean applies =
        line.number() == 0
            && line.writes() <= disk.unsynced()
            && (line.parts() == 0 || line.parts() < disk.parts(line.writes()));
    return applies ? Event.crash(line.writes(), line.parts()) : -1;
  }

  /** {@return the messages in flight, link by link, in the order in which they were sent} */
  List<Message> inFlight() {
    List<Message> all = new ArrayList<>();
    for (List<@Nullable Message> link : sent.values()) {
      for (Message message : link) {
        if (message != null) {
          all.add(message);
        }
      }
    }
    return all;
  }

  /** Loses all messages in flight. */
  void loseAll() {
    sent.clear();
  }

  /** Performs an event of a kind that needs no argument, or a proposal of the next command. */
  void perform(Acts how, EventKind kind, int node) {
    int argument = kind == EventKind.PROPOSE ? proposals++ : 0;
    how.perform(
        hosts.get(node),
        Event.of(kind, node, argument),
        Message.getDefaultInstance(),
        starts[node],
        new Acts.Told());
  }

  private void deliver(Acts how, Message message) {
    int node = (int) message.getTo() - 1;
    how.perform(
        hosts.get(node),
        Event.of(EventKind.DELIVER, node, 0),
        message,
        starts[node],
        new Acts.Told());
  }

  /**
   * Delivers all messages in flight, then those that are sent meanwhile, link by link.
   *
   * @param max the highest number of messages to deliver
   * @return whether no message is left
   */
  boolean deliverAll(Acts how, int max) {
    int delivered = 0;
    while (true) {
      List<Message> all = inFlight();
      sent.clear();
      if (all.isEmpty()) {
        return true;
      }
      for (Message message : all) {
        if (delivered++ == max) {
          return false;
        }
        if (message.getTo() <= starts.length) {
          deliver(how, message);
        }
      }
    }
  }
}
