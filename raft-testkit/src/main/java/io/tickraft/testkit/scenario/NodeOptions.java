package io.tickraft.testkit.scenario;

import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.testkit.message.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a node is set up with, as it is written: knobs of its {@link RaftConfig}, what its storage
 * holds, and the pace of its host.
 */
final class NodeOptions {

  /** A knob of the configuration. */
  private interface Knob {
    void turn(RaftConfig.Builder config, Arguments args, String name, String value);
  }

  private interface LongSetter {
    void set(RaftConfig.Builder config, long value);
  }

  private interface IntSetter {
    void set(RaftConfig.Builder config, int value);
  }

  private interface Switch {
    void set(RaftConfig.Builder config, boolean value);
  }

  static final String JOINING = "joining";

  private static final SortedMap<String, Knob> KNOBS = knobs();
  private static final List<String> STORAGE =
      List.of(
          "voters",
          "learners",
          "outgoing",
          "learners-next",
          "auto-leave",
          "snapshot",
          "log",
          "term",
          "vote",
          "commit");
  private static final String HOST = "host";
  private static final String KEEP_STATE = "keep-state";

  private final SortedMap<String, String> values;

  private NodeOptions(SortedMap<String, String> values) {
    this.values = values;
  }

  static NodeOptions none() {
    return new NodeOptions(new TreeMap<>());
  }

  private static SortedMap<String, Knob> knobs() {
    SortedMap<String, Knob> knobs = new TreeMap<>();
    knobs.put("group", longKnob(RaftConfig.Builder::group));
    knobs.put("seed", longKnob(RaftConfig.Builder::seed));
    knobs.put("election-ticks", intKnob(RaftConfig.Builder::electionTicks));
    knobs.put("heartbeat-ticks", intKnob(RaftConfig.Builder::heartbeatTicks));
    knobs.put("snapshot-ticks", intKnob(RaftConfig.Builder::snapshotTicks));
    knobs.put("pre-vote", switchKnob(RaftConfig.Builder::preVote));
    knobs.put("check-quorum", switchKnob(RaftConfig.Builder::checkQuorum));
    knobs.put("priority", longKnob(RaftConfig.Builder::priority));
    knobs.put("step-down-on-removal", switchKnob(RaftConfig.Builder::stepDownOnRemoval));
    knobs.put("max-pending-reads", intKnob(RaftConfig.Builder::maxPendingReads));
    knobs.put("read-timeout-ticks", intKnob(RaftConfig.Builder::readTimeoutTicks));
    knobs.put("max-entry-bytes", intKnob(RaftConfig.Builder::maxEntryBytes));
    knobs.put("max-append-bytes", intKnob(RaftConfig.Builder::maxAppendBytes));
    knobs.put("max-inflight-appends", intKnob(RaftConfig.Builder::maxInflightAppends));
    knobs.put("max-inflight-bytes", longKnob(RaftConfig.Builder::maxInflightBytes));
    knobs.put("max-uncommitted-bytes", longKnob(RaftConfig.Builder::maxUncommittedBytes));
    knobs.put("max-uncommitted-entries", intKnob(RaftConfig.Builder::maxUncommittedEntries));
    knobs.put("max-unstable-bytes", longKnob(RaftConfig.Builder::maxUnstableBytes));
    knobs.put("max-committed-bytes", longKnob(RaftConfig.Builder::maxCommittedBytesPerReady));
    knobs.put("max-outstanding-readys", intKnob(RaftConfig.Builder::maxOutstandingReadys));
    knobs.put("max-persist-ticks", intKnob(RaftConfig.Builder::maxPersistTicks));
    knobs.put("max-outbox-messages", intKnob(RaftConfig.Builder::maxOutboxMessages));
    knobs.put("max-outbox-bytes", longKnob(RaftConfig.Builder::maxOutboxBytes));
    knobs.put("forward-proposals", switchKnob(RaftConfig.Builder::forwardProposals));
    knobs.put(
        "accept-forwarded-proposals", switchKnob(RaftConfig.Builder::acceptForwardedProposals));
    return knobs;
  }

  private static Knob longKnob(LongSetter setter) {
    return (config, args, name, value) ->
        setter.set(config, args.number(name, value, 0, Long.MAX_VALUE));
  }

  private static Knob intKnob(IntSetter setter) {
    return (config, args, name, value) ->
        setter.set(config, (int) args.number(name, value, 0, Integer.MAX_VALUE));
  }

  private static Knob switchKnob(Switch setter) {
    return (config, args, name, value) -> setter.set(config, args.isOn(name, value));
  }

  /** The names of all options. */
  static List<String> names() {
    List<String> names = new ArrayList<>(KNOBS.keySet());
    names.addAll(STORAGE);
    names.add(HOST);
    names.add(KEEP_STATE);
    return names;
  }

  /** Returns these options with those of a command on top. */
  NodeOptions with(Arguments args) {
    SortedMap<String, String> merged = new TreeMap<>(values);
    for (String name : args.options()) {
      if (!names().contains(name)) {
        throw args.mistake(
            "unknown option: " + name + "; a node has " + String.join(", ", names()));
      }
      args.option(name).ifPresent(value -> merged.put(name, value));
    }
    NodeOptions options = new NodeOptions(merged);
    options.check(args);
    return options;
  }

  /** Finds mistakes where they are written. */
  private void check(Arguments args) {
    configure(RaftConfig.builder(1), args);
    pace(args);
    keepsState(args);
  }

  /** Returns these options with those of a command on top, which are none of the storage's. */
  NodeOptions withoutStorage(Arguments args) {
    for (String name : STORAGE) {
      if (args.hasOption(name)) {
        throw args.mistake(name + ": a node that restarts has what its disk holds");
      }
    }
    return with(args);
  }

  NodeOptions with(String name, String value) {
    SortedMap<String, String> merged = new TreeMap<>(values);
    merged.put(name, value);
    return new NodeOptions(merged);
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  // The configuration.

  RaftConfig.Builder configure(RaftConfig.Builder config, Arguments args) {
    for (Map.Entry<String, Knob> knob : KNOBS.entrySet()) {
      String value = values.get(knob.getKey());
      if (value != null) {
        knob.getValue().turn(config, args, knob.getKey(), value);
      }
    }
    try {
      config.build();
    } catch (IllegalArgumentException e) {
      throw args.mistake(String.valueOf(e.getMessage()));
    }
    return config;
  }

  ScenarioNode.Pace pace(Arguments args) {
    return ScenarioNode.Pace.of(values.getOrDefault(HOST, "at-once"), args);
  }

  /** Whether the state machine keeps what it has applied over a restart. */
  boolean keepsState(Arguments args) {
    return args.isOn(KEEP_STATE, values.getOrDefault(KEEP_STATE, "off"));
  }

  // The storage.

  /** Returns what the storage of a first voter holds. */
  MemoryStorage storage(Arguments args) {
    ConfState confState = confState(args);
    long[] base = snapshot(args);
    long[] terms = terms(args);
    long lastTerm = terms.length == 0 ? base[0] : terms[terms.length - 1];
    List<Entry> log = Values.entries(base[1] + 1, terms);
    long last = base[1] + terms.length;
    MemoryStorage storage = new MemoryStorage();
    try {
      storage.installSnapshot(Values.snapshot(base[0], base[1], confState, ""));
      storage.append(log);
    } catch (IllegalArgumentException e) {
      throw args.mistake("log: " + e.getMessage());
    }
    storage.setHardState(
        Values.hardState(
            number(args, "term", lastTerm, Long.MAX_VALUE, lastTerm),
            number(args, "vote", 0, Long.MAX_VALUE, 0),
            number(args, "commit", base[1], last, base[1])));
    return storage;
  }

  private ConfState confState(Arguments args) {
    if (!has("voters")) {
      throw args.mistake("missing: voters=..., or joining for a node with an empty storage");
    }
    return ConfState.newBuilder()
        .addAllVoters(ids(args, "voters"))
        .addAllLearners(ids(args, "learners"))
        .addAllVotersOutgoing(ids(args, "outgoing"))
        .addAllLearnersNext(ids(args, "learners-next"))
        .setAutoLeave(args.isOn("auto-leave", values.getOrDefault("auto-leave", "off")))
        .build();
  }

  private List<Long> ids(Arguments args, String name) {
    String text = values.get(name);
    return text == null ? List.of() : args.ids(name, text);
  }

  private long number(Arguments args, String name, long min, long max, long otherwise) {
    String text = values.get(name);
    return text == null ? otherwise : args.number(name, text, min, max);
  }

  /** The term and the index of the snapshot, written as (term,index). */
  private long[] snapshot(Arguments args) {
    String text = values.getOrDefault("snapshot", "(1,1)");
    String[] parts = text.replace("(", "").replace(")", "").split(",", -1);
    if (parts.length != 2) {
      throw args.mistake("snapshot: (term,index), not " + text);
    }
    return new long[] {
      args.number("snapshot", parts[0], 1, Long.MAX_VALUE),
      args.number("snapshot", parts[1], 1, Integer.MAX_VALUE)
    };
  }

  /** The terms of the entries after the snapshot, where {@code 4*2} is term 4 twice. */
  private long[] terms(Arguments args) {
    List<Long> terms = new ArrayList<>();
    String text = values.getOrDefault("log", "");
    for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      int times = part.indexOf('*');
      long count = times < 0 ? 1 : args.number("log", part.substring(times + 1), 1, 1_000);
      String term = times < 0 ? part : part.substring(0, times);
      for (long i = 0; i < count; i++) {
        terms.add(args.number("log", term, 1, Long.MAX_VALUE));
      }
    }
    return terms.stream().mapToLong(Long::longValue).toArray();
  }
}
