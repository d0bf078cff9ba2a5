package io.tickraft.testkit.scenario;

import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RaftEvent;
import io.tickraft.core.RaftText;
import io.tickraft.core.Ready;
import io.tickraft.core.Status;
import io.tickraft.proto.Message;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.sim.CommandLog;
import io.tickraft.testkit.sim.SimDisk;
import io.tickraft.testkit.sim.SimHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * A node of a scenario: its host does its part at its {@linkplain Pace pace}, and what a step has
 * changed is told.
 */
final class ScenarioNode {

  /** What the host does by itself. */
  enum Pace {
    /** Everything: a Ready is written, synced and applied as soon as there is one. */
    AT_ONCE,
    /** A Ready is written and synced as soon as there is one; applied when a command says so. */
    APPLY_LATER,
    /** Nothing: commands take a Ready, let its write be made, and let it be applied. */
    MANUAL;

    static Pace of(String text, Arguments args) {
      for (Pace pace : values()) {
        if (pace.text().equals(text)) {
          return pace;
        }
      }
      throw args.mistake("host: at-once, apply-later or manual, not " + text);
    }

    String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** What a node needs of the scenario around it. */
  interface Surroundings {
    Transcript out();

    /** Puts a message on its way, and tells of it unless that was done. */
    void send(Message message, boolean told);
  }

  /** More Readys than any input causes. */
  private static final int MAX_READYS = 1_000;

  private final long id;
  private final Surroundings surroundings;
  private final SimHost host;
  private NodeOptions options;
  private Pace pace = Pace.AT_ONCE;
  private long incarnation;

  // What has happened in the step that is being done.
  private final List<RaftEvent> events = new ArrayList<>();
  private String result = "";
  private final List<String> deeds = new ArrayList<>();
  private final List<Message> outgoing = new ArrayList<>();

  ScenarioNode(
      long id,
      NodeOptions options,
      MemoryStorage storage,
      Oracle oracle,
      Surroundings surroundings) {
    this.id = id;
    this.options = options;
    this.surroundings = surroundings;
    this.host =
        new SimHost(id, SimDisk.unreliable(storage), oracle, CommandLog::new, outgoing::add);
  }

  // What there is to see.

  long id() {
    return id;
  }

  boolean isUp() {
    return host.isUp();
  }

  NodeOptions options() {
    return options;
  }

  Status status() {
    return host.node().status();
  }

  SimHost host() {
    return host;
  }

  // Life.

  /** Starts the node, and tells what it is like unless that is plain. */
  void start(NodeOptions newOptions, long newIncarnation, boolean told, Arguments args) {
    options = newOptions;
    pace = options.pace(args);
    RaftConfig config =
        options
            .configure(RaftConfig.builder(id), args)
            .incarnation(newIncarnation)
            .observer(events::add)
            .build();
    if (options.keepsState(args)) {
      host.keepState();
    }
    try {
      host.start(config);
    } catch (IllegalArgumentException e) {
      throw args.mistake(String.valueOf(e.getMessage()));
    }
    incarnation = newIncarnation;
    if (told) {
      surroundings.out().tell(id + ": " + NodeText.of(status()));
    }
    act(itself -> "");
  }

  long incarnation() {
    return incarnation;
  }

  /** Stops the node. */
  void crash(int keptWrites, int lostSynced) {
    int lost = host.disk().unsynced() - keptWrites;
    host.crash(keptWrites);
    if (lostSynced > 0) {
      host.disk().loseSynced(lostSynced);
    }
    surroundings
        .out()
        .tell(
            id
                + ": down"
                + (lost == 0 ? "" : ", loses " + writes(lost))
                + (lostSynced == 0 ? "" : ", loses " + writes(lostSynced) + " that it had synced"));
  }

  private static String writes(int count) {
    return count == 1 ? "1 write" : count + " writes";
  }

  // Steps.

  /**
   * Gives the node an input; its host does what it does by itself, and all of it is told.
   *
   * @param input returns what is to be told of its result
   */
  void act(Function<SimHost, String> input) {
    act(input, false);
  }

  private void act(Function<SimHost, String> input, boolean messagesAreTold) {
    Status before = host.node().status();
    try {
      result = input.apply(host);
      host.stepped();
      settle();
      host.stepped();
    } finally {
      tell(before, messagesAreTold);
    }
  }

  private void settle() {
    if (pace == Pace.MANUAL) {
      return;
    }
    for (int taken = 0; host.node().hasReady(); taken++) {
      if (taken == MAX_READYS) {
        throw new AssertionError("node " + id + " has a Ready after " + MAX_READYS + " of them");
      }
      deeds.addAll(NodeText.deeds(host.take()));
      host.written();
      if (pace == Pace.AT_ONCE) {
        host.applyTo(Long.MAX_VALUE);
      }
    }
  }

  private void tell(Status before, boolean messagesAreTold) {
    Status after = host.node().status();
    List<String> told = new ArrayList<>();
    told.add(result);
    told.addAll(NodeText.newRole(before, after));
    events.forEach(event -> told.add(NodeText.of(event)));
    told.addAll(deeds);
    told.addAll(NodeText.newCommit(before, after));
    told.removeIf(String::isEmpty);
    if (!told.isEmpty()) {
      surroundings.out().tell(id + ": " + String.join(", ", told));
    }
    List<Message> messages = List.copyOf(outgoing);
    result = "";
    events.clear();
    deeds.clear();
    outgoing.clear();
    messages.forEach(message -> surroundings.send(message, messagesAreTold));
  }

  // The host's part, step by step.

  /** Changes the pace; what the new one does by itself is done at once. */
  void pace(Pace newPace) {
    pace = newPace;
    act(
        itself -> {
          while (pace != Pace.MANUAL && host.writing() > 0) {
            host.written();
          }
          if (pace == Pace.AT_ONCE) {
            host.applyTo(Long.MAX_VALUE);
          }
          return "";
        });
  }

  /** Takes a Ready, if there is one. */
  void ready() {
    act(
        itself -> {
          String text = "no Ready";
          if (host.node().hasReady()) {
            Ready ready = host.take();
            text = RaftText.of(ready);
          }
          surroundings.out().tell(id + ": " + text);
          return "";
        },
        true);
  }

  /** The oldest write is made. */
  void persist() {
    act(itself -> "has persisted Ready #" + host.written().number());
  }

  void apply(long index) {
    act(
        itself -> {
          host.applyTo(index);
          return "";
        });
  }

  /** Takes a snapshot and drops the log up to it. */
  void compact(int kept) {
    act(
        itself -> {
          boolean compacted = host.compact(kept);
          if (pace != Pace.MANUAL) {
            host.sync();
          }
          return compacted
              ? "has a snapshot at "
                  + host.appliedIndex()
                  + " and a log from "
                  + host.disk().firstIndex()
              : "has nothing to compact";
        });
  }
}
