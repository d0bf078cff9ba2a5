package io.tickraft.testkit.explore;

import com.google.protobuf.ByteString;
import io.tickraft.core.Digest;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.core.RoleName;
import io.tickraft.core.Status;
import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.ReadyView;
import io.tickraft.testkit.sim.SimDisk;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;

/**
 * The same exploration in the plainest way, to compare a {@link Search} with: each run is played
 * from its start in a group of its own, and two states are equal if all of their content is. It
 * remembers no steps, numbers nothing and sums no hashes.
 */
final class NaiveSearch {

  /** An event, with the message that it is about. */
  private record Happening(int event, Message message) {
    EventKind kind() {
      return Event.kind(event);
    }

    int node() {
      return Event.node(event);
    }
  }

  private final Exploration exploration;
  private final Search.Limits limits;
  private final List<LongUnaryOperator> namings = new ArrayList<>();
  private final List<Happening> prelude = new ArrayList<>();

  /** The first run to each state, by the content of the state. */
  private final Map<String, List<Happening>> states = new HashMap<>();

  /** Another run to some of the states. */
  private final Map<String, List<Happening>> detours = new HashMap<>();

  private int leftOut;

  /**
   * Creates a search.
   *
   * @param namings the namings under which states are equal, as the names of nodes 1, 2, …
   */
  NaiveSearch(Exploration exploration, List<List<Long>> namings) {
    this.exploration = exploration;
    this.limits = exploration.limits();
    for (List<Long> names : namings) {
      this.namings.add(id -> id >= 1 && id <= names.size() ? names.get((int) id - 1) : id);
    }
  }

  int states() {
    return states.size();
  }

  int leftOut() {
    return leftOut;
  }

  /** Lets node 1 become the leader, as {@link Prelude#leader()} does. */
  NaiveSearch afterLeader() {
    Play play = new Play(List.of());
    rehearse(play, happening(EventKind.CAMPAIGN, 0, 0));
    while (!play.inFlight.isEmpty()) {
      Message message = play.inFlight.get(0);
      int to = (int) message.getTo() - 1;
      rehearse(play, new Happening(Event.of(EventKind.DELIVER, to, 0), message));
    }
    return this;
  }

  private void rehearse(Play play, Happening first) {
    Happening next = first;
    while (true) {
      prelude.add(next);
      play.happen(next);
      NodeHost host = play.group.host(first.node());
      if (host.hasReady()) {
        next = happening(EventKind.TAKE, first.node(), 0);
      } else if (host.isWriting()) {
        next = happening(EventKind.WRITE, first.node(), 0);
      } else if (host.status().commitIndex() > host.appliedIndex()) {
        next = happening(EventKind.APPLY, first.node(), 0);
      } else {
        return;
      }
    }
  }

  private static Happening happening(EventKind kind, int node, int argument) {
    return new Happening(Event.of(kind, node, argument), Message.getDefaultInstance());
  }

  NaiveSearch run() {
    ArrayDeque<List<Happening>> waiting = new ArrayDeque<>();
    waiting.add(List.of());
    states.put(new Play(List.of()).content(), List.of());
    while (!waiting.isEmpty()) {
      List<Happening> path = waiting.remove();
      for (Happening next : next(new Play(path))) {
        Play play = new Play(path);
        if (!play.happen(next)) {
          continue;
        }
        if (play.inFlight.size() > limits.inFlight()) {
          leftOut++;
          continue;
        }
        List<Happening> longer = new ArrayList<>(path);
        longer.add(next);
        if (states.putIfAbsent(play.content(), longer) == null) {
          waiting.add(longer);
        } else {
          detours.putIfAbsent(play.content(), longer);
        }
      }
    }
    return this;
  }

  /**
   * {@return what another run to a state can lead to, and the first run to it cannot, or the other
   * way round} A search never goes on from a state that it has found before.
   */
  List<String> differences() {
    List<String> differences = new ArrayList<>();
    detours.forEach(
        (content, detour) -> {
          Set<String> first = after(states.getOrDefault(content, List.of()));
          Set<String> other = after(detour);
          if (!first.equals(other)) {
            differences.add(content);
          }
        });
    return differences;
  }

  private Set<String> after(List<Happening> path) {
    Set<String> after = new TreeSet<>();
    for (Happening next : next(new Play(path))) {
      Play play = new Play(path);
      if (play.happen(next)) {
        after.add(play.content());
      }
    }
    return after;
  }

  /** Returns all that may happen next. */
  private List<Happening> next(Play play) {
    List<Happening> all = new ArrayList<>();
    for (Message message : new LinkedHashSet<>(play.inFlight)) {
      for (EventKind kind : List.of(EventKind.DELIVER, EventKind.DUPLICATE)) {
        all.add(new Happening(Event.of(kind, (int) message.getTo() - 1, 0), message));
      }
    }
    for (int node = 0; node < play.group.nodes(); node++) {
      for (EventKind kind :
          List.of(
              EventKind.CAMPAIGN,
              EventKind.TICK,
              EventKind.FORGET_LEADER,
              EventKind.COMPACT,
              EventKind.ENTRIES_NOT_YET,
              EventKind.SNAPSHOT_NOT_YET)) {
        all.add(happening(kind, node, 0));
      }
      if (play.group.host(node).areReadsPaused()) {
        all.add(happening(EventKind.STORAGE_READY, node, 0));
      }
      for (EventKind kind : List.of(EventKind.PROPOSE, EventKind.READ)) {
        all.add(happening(kind, node, play.used.getOrDefault(kind, 0)));
      }
      for (int other = 0; other < play.group.nodes(); other++) {
        if (other != node) {
          all.add(happening(EventKind.TRANSFER, node, other));
          all.add(happening(EventKind.UNREACHABLE, node, other));
        }
      }
      NodeHost host = play.group.host(node);
      SimDisk disk = ((DiskHost) host).written();
      for (int writes = 0; writes <= disk.unsynced(); writes++) {
        all.add(happening(EventKind.CRASH, node, Event.crash(writes, 0)));
        for (int parts = 1; parts < disk.parts(writes); parts++) {
          all.add(happening(EventKind.CRASH, node, Event.crash(writes, parts)));
        }
      }
      if (exploration.isSplit()) {
        if (host.hasReady()) {
          all.add(happening(EventKind.TAKE, node, 0));
        }
        if (host.isWriting()) {
          all.add(happening(EventKind.WRITE, node, 0));
        }
        all.add(happening(EventKind.APPLY, node, 0));
      }
    }
    all.removeIf(one -> one.kind().isLimited() && play.used(one.kind()) >= allowed(one.kind()));
    return all;
  }

  @SuppressWarnings("EnumOrdinal") // As the limits have them.
  private int allowed(EventKind kind) {
    return limits.allowed()[kind.ordinal()];
  }

  /** One run, from its start. */
  private final class Play implements Oracle {

    final Group group = exploration.group(this);
    final List<Message> inFlight = new ArrayList<>();
    final Map<EventKind, Integer> used = new EnumMap<>(EventKind.class);

    // What the promises are about.
    private final TreeMap<Long, Long> leaders = new TreeMap<>();
    private final List<String> committed = new ArrayList<>();
    private final List<Long> terms = new ArrayList<>();
    private final List<Integer> floors = new ArrayList<>();

    private boolean hasEffect;

    Play(List<Happening> path) {
      group.start();
      commit(group.host(0), 0);
      prelude.forEach(this::happen);
      used.clear();
      path.forEach(this::happen);
    }

    int used(EventKind kind) {
      return used.getOrDefault(kind, 0);
    }

    /** Lets something happen, and returns whether it has any effect. */
    boolean happen(Happening happening) {
      NodeHost host = group.host(happening.node());
      String before = content(happening.node(), id -> id);
      if (happening.kind() == EventKind.DELIVER) {
        inFlight.remove(happening.message());
      }
      hasEffect = false;
      used.merge(happening.kind(), 1, Integer::sum);
      group.perform(happening.event(), happening.message());
      Status status = host.status();
      if (status.role() == RoleName.LEADER) {
        leaders.put(status.term(), status.id());
      }
      if (!host.hasReady()) {
        commit(host, status.term());
      }
      return hasEffect || !content(happening.node(), id -> id).equals(before);
    }

    private void commit(NodeHost host, long term) {
      Storage log = host.written();
      for (int index = 1; index <= host.status().commitIndex(); index++) {
        if (index > committed.size()) {
          committed.add(index < log.firstIndex() ? "first" : entry(log, index));
          terms.add(term);
        } else if (terms.get(index - 1) > term) {
          terms.set(index - 1, term);
        }
      }
    }

    private static String entry(Storage log, int index) {
      Entry entry =
          ((Storage.EntriesResult.Available) log.entries(index, index + 1L, Long.MAX_VALUE))
              .entries()
              .get(0);
      return HexFormat.of().formatHex(entry.toByteArray());
    }

    // What an oracle is told.

    @Override
    public void sent(Message message, Storage durable) {
      inFlight.add(message);
      hasEffect = true;
    }

    @Override
    public void readRequested(long node, ByteString context, ReadResult result) {
      if (result instanceof ReadResult.Accepted) {
        floors.add(committed.size());
        hasEffect = true;
      }
    }

    @Override
    public void taken(long node, ReadyView ready, Storage durable) {
      hasEffect |= ready.readStates().stream().anyMatch(ReadState.Confirmed.class::isInstance);
    }

    // The content of the state.

    /** {@return the content, in the naming that makes it the least} */
    String content() {
      return namings.stream().map(this::content).min(String::compareTo).orElseThrow();
    }

    private String content(LongUnaryOperator names) {
      List<String> nodes = new ArrayList<>();
      for (int node = 0; node < group.nodes(); node++) {
        nodes.add(content(node, names));
      }
      Collections.sort(nodes);
      List<String> messages = new ArrayList<>();
      for (Message message : inFlight) {
        messages.add(HexFormat.of().formatHex(renamed(message, names).toByteArray()));
      }
      Collections.sort(messages);
      TreeMap<Long, Long> renamedLeaders = new TreeMap<>();
      leaders.forEach((term, leader) -> renamedLeaders.put(term, names.applyAsLong(leader)));
      return String.join(
          "\n",
          nodes.toString(),
          messages.toString(),
          renamedLeaders.toString(),
          committed.toString(),
          terms.toString(),
          floors.toString(),
          limited().toString());
    }

    private Map<EventKind, Integer> limited() {
      Map<EventKind, Integer> limited = new EnumMap<>(used);
      limited.keySet().removeIf(kind -> !kind.isLimited());
      return limited;
    }

    private String content(int node, LongUnaryOperator names) {
      Digest digest = new Digest(names, exploration.horizon());
      group.host(node).digest(digest);
      return names.applyAsLong(node + 1L) + ":" + digest.value() + ":" + group.starts(node);
    }

    /** The messages of these explorations have no other ids than these. */
    private static Message renamed(Message message, LongUnaryOperator names) {
      Message.Builder renamed =
          message.toBuilder()
              .setFrom(names.applyAsLong(message.getFrom()))
              .setTo(names.applyAsLong(message.getTo()));
      if (message.hasTransferLeader()) {
        renamed
            .getTransferLeaderBuilder()
            .setTarget(names.applyAsLong(message.getTransferLeader().getTarget()));
      }
      return renamed.build();
    }
  }
}
