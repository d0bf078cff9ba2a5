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
 * A node of a scenario with its host. The {@linkplain Pace pace} says what the host does by itself.
 * Each step reports its changes to the transcript.
 */
final class ScenarioNode {

  /** What the host does by itself. */
  enum Pace {
    /** Everything: takes, writes, syncs and applies each Ready as soon as there is one. */
    AT_ONCE,
    /** Takes, writes and syncs each Ready as soon as there is one. A command applies it. */
    APPLY_LATER,
    /** Nothing: commands take a Ready, complete its write, and apply it. */
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

  /** What a node needs from the scenario. */
  interface Environment {
    Transcript out();

    /** Sends a message, and reports it unless that was done already. */
    void send(Message message, boolean reported);
  }

  /** More Readys than any step takes. Beyond this, the node never stops having a Ready. */
  private static final int MAX_READYS = 1_000;

  private final long id;
  private final Environment environment;
  private final SimHost host;
  private NodeOptions options;
  private Pace pace = Pace.AT_ONCE;
  private long incarnation;

  // Of the current step; cleared when the step is reported.
  private final List<RaftEvent> events = new ArrayList<>();
  private String result = "";
  private final List<String> actions = new ArrayList<>();
  private final List<Message> outgoing = new ArrayList<>();

  ScenarioNode(
      long id, NodeOptions options, MemoryStorage storage, Oracle oracle, Environment environment) {
    this.id = id;
    this.options = options;
    this.environment = environment;
    this.host =
        new SimHost(id, SimDisk.unreliable(storage), oracle, CommandLog::new, outgoing::add);
  }

  // Observation.

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
    return host.status();
  }

  SimHost host() {
    return host;
  }

  // Start and crash.

  /** Starts the node; {@code reported} says whether to report its status. */
  void start(NodeOptions newOptions, long newIncarnation, boolean reported, Arguments args) {
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
    if (reported) {
      environment.out().report(id + ": " + NodeText.of(status()));
    }
    act(itself -> "");
  }

  long incarnation() {
    return incarnation;
  }

  void crash(int keptWrites, int keptParts, int lostSynced) {
    int lost = host.disk().unsynced() - keptWrites;
    host.crash(keptWrites, keptParts);
    if (lostSynced > 0) {
      host.disk().loseSynced(lostSynced);
    }
    environment
        .out()
        .report(
            id
                + ": down"
                + (lost == 0 ? "" : ", loses " + writes(lost))
                + (keptParts == 0 ? "" : " but for " + keptParts + " of the parts of the first")
                + (lostSynced == 0 ? "" : ", loses " + writes(lostSynced) + " that it had synced"));
  }

  private static String writes(int count) {
    return count == 1 ? "1 write" : count + " writes";
  }

  // Steps.

  /**
   * Gives the node an input, lets the host act at its pace, and reports all changes.
   *
   * @param input returns the report of its result; empty for none
   */
  void act(Function<SimHost, String> input) {
    act(input, false);
  }

  private void act(Function<SimHost, String> input, boolean messagesAreReported) {
    Status before = host.status();
    try {
      result = input.apply(host);
      host.stepped();
      settle();
      host.stepped();
    } finally {
      report(before, messagesAreReported);
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
      actions.addAll(NodeText.actions(host.take()));
      host.completeAndAcknowledge();
      if (pace == Pace.AT_ONCE) {
        host.applyTo(Long.MAX_VALUE);
      }
    }
  }

  private void report(Status before, boolean messagesAreReported) {
    Status after = host.status();
    List<String> changes = new ArrayList<>();
    changes.add(result);
    changes.addAll(NodeText.newRole(before, after));
    events.forEach(event -> changes.add(NodeText.of(event)));
    changes.addAll(actions);
    changes.addAll(NodeText.newCommit(before, after));
    changes.removeIf(String::isEmpty);
    if (!changes.isEmpty()) {
      environment.out().report(id + ": " + String.join(", ", changes));
    }
    List<Message> messages = List.copyOf(outgoing);
    result = "";
    events.clear();
    actions.clear();
    outgoing.clear();
    messages.forEach(message -> environment.send(message, messagesAreReported));
  }

  // The host's part, step by step.

  /** Changes the pace; the host at once does what the new pace does by itself. */
  void pace(Pace newPace) {
    pace = newPace;
    act(
        itself -> {
          while (pace != Pace.MANUAL && host.unacknowledged() > 0) {
            host.acknowledge();
          }
          while (pace != Pace.MANUAL && host.unwritten() > 0) {
            host.completeAndAcknowledge();
          }
          if (pace == Pace.AT_ONCE) {
            host.applyTo(Long.MAX_VALUE);
          }
          return "";
        });
  }

  /** Takes the next Ready, if there is one. */
  void ready() {
    act(
        itself -> {
          String text = "no Ready";
          if (host.node().hasReady()) {
            Ready ready = host.take();
            text = RaftText.of(ready);
          }
          environment.out().report(id + ": " + text);
          return "";
        },
        true);
  }

  /** Completes the oldest write in flight and acknowledges the oldest complete one. */
  void persist() {
    act(itself -> "has persisted Ready #" + host.completeAndAcknowledge().number());
  }

  /** Completes the oldest write in flight, and sends the messages that waited for it. */
  void write() {
    act(
        itself -> {
          host.completeWrite();
          return "has written";
        });
  }

  /** Acknowledges the oldest complete write to the node. */
  void acknowledge() {
    act(itself -> "has persisted Ready #" + host.acknowledge().number());
  }

  void apply(long index) {
    act(
        itself -> {
          host.applyTo(index);
          return "";
        });
  }

  /** Takes a snapshot and drops the log up to it, but for the last {@code kept} entries. */
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
