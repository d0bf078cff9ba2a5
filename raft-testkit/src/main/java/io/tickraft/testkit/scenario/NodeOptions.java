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
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/**
 * The options of a node: settings of its {@link RaftConfig}, the content of its storage, and the
 * pace of its host.
 */
final class NodeOptions {

  private interface Setter {
    void apply(RaftConfig.Builder config, Arguments args, String name, String value);
  }

  /** A setting of the node's configuration; {@code getter} returns its value as text. */
  private record Setting(Setter setter, Function<RaftConfig, String> getter) {}

  private interface LongSetter {
    void set(RaftConfig.Builder config, long value);
  }

  private interface IntSetter {
    void set(RaftConfig.Builder config, int value);
  }

  private interface BooleanSetter {
    void set(RaftConfig.Builder config, boolean value);
  }

  static final String JOINING = "joining";

  private static final SortedMap<String, Setting> SETTINGS = settings();
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

  private static SortedMap<String, Setting> settings() {
    SortedMap<String, Setting> settings = new TreeMap<>();
    settings.put("group", longSetting(RaftConfig.Builder::group, RaftConfig::group));
    settings.put("seed", longSetting(RaftConfig.Builder::seed, RaftConfig::seed));
    settings.put(
        "election-ticks", intSetting(RaftConfig.Builder::electionTicks, RaftConfig::electionTicks));
    settings.put(
        "heartbeat-ticks",
        intSetting(RaftConfig.Builder::heartbeatTicks, RaftConfig::heartbeatTicks));
    settings.put(
        "snapshot-ticks", intSetting(RaftConfig.Builder::snapshotTicks, RaftConfig::snapshotTicks));
    settings.put("pre-vote", switchSetting(RaftConfig.Builder::preVote, RaftConfig::preVote));
    settings.put(
        "check-quorum", switchSetting(RaftConfig.Builder::checkQuorum, RaftConfig::checkQuorum));
    settings.put("priority", longSetting(RaftConfig.Builder::priority, RaftConfig::priority));
    settings.put(
        "step-down-on-removal",
        switchSetting(RaftConfig.Builder::stepDownOnRemoval, RaftConfig::stepDownOnRemoval));
    settings.put(
        "max-pending-reads",
        intSetting(RaftConfig.Builder::maxPendingReads, RaftConfig::maxPendingReads));
    settings.put(
        "read-timeout-ticks",
        intSetting(RaftConfig.Builder::readTimeoutTicks, RaftConfig::readTimeoutTicks));
    settings.put(
        "max-entry-bytes",
        intSetting(RaftConfig.Builder::maxEntryBytes, RaftConfig::maxEntryBytes));
    settings.put(
        "max-append-bytes",
        intSetting(RaftConfig.Builder::maxAppendBytes, RaftConfig::maxAppendBytes));
    settings.put(
        "max-inflight-appends",
        intSetting(RaftConfig.Builder::maxInflightAppends, RaftConfig::maxInflightAppends));
    settings.put(
        "max-inflight-bytes",
        longSetting(RaftConfig.Builder::maxInflightBytes, RaftConfig::maxInflightBytes));
    settings.put(
        "max-uncommitted-bytes",
        longSetting(RaftConfig.Builder::maxUncommittedBytes, RaftConfig::maxUncommittedBytes));
    settings.put(
        "max-uncommitted-entries",
        intSetting(RaftConfig.Builder::maxUncommittedEntries, RaftConfig::maxUncommittedEntries));
    settings.put(
        "max-unstable-bytes",
        longSetting(RaftConfig.Builder::maxUnstableBytes, RaftConfig::maxUnstableBytes));
    settings.put(
        "max-committed-bytes",
        longSetting(
            RaftConfig.Builder::maxCommittedBytesPerReady, RaftConfig::maxCommittedBytesPerReady));
    settings.put(
        "max-outstanding-readys",
        intSetting(RaftConfig.Builder::maxOutstandingReadys, RaftConfig::maxOutstandingReadys));
    settings.put(
        "max-persist-ticks",
        intSetting(RaftConfig.Builder::maxPersistTicks, RaftConfig::maxPersistTicks));
    settings.put(
        "max-outbox-messages",
        intSetting(RaftConfig.Builder::maxOutboxMessages, RaftConfig::maxOutboxMessages));
    settings.put(
        "max-outbox-bytes",
        longSetting(RaftConfig.Builder::maxOutboxBytes, RaftConfig::maxOutboxBytes));
    settings.put(
        "forward-proposals",
        switchSetting(RaftConfig.Builder::forwardProposals, RaftConfig::forwardProposals));
    settings.put(
        "accept-forwarded-proposals",
        switchSetting(
            RaftConfig.Builder::acceptForwardedProposals, RaftConfig::acceptForwardedProposals));
    return settings;
  }

  private static Setting longSetting(LongSetter setter, ToLongFunction<RaftConfig> getter) {
    return new Setting(
        (config, args, name, value) ->
            setter.set(config, args.number(name, value, 0, Long.MAX_VALUE)),
        config -> String.valueOf(getter.applyAsLong(config)));
  }

  private static Setting intSetting(IntSetter setter, ToIntFunction<RaftConfig> getter) {
    return new Setting(
        (config, args, name, value) ->
            setter.set(config, (int) args.number(name, value, 0, Integer.MAX_VALUE)),
        config -> String.valueOf(getter.applyAsInt(config)));
  }

  private static Setting switchSetting(BooleanSetter setter, Predicate<RaftConfig> getter) {
    return new Setting(
        (config, args, name, value) -> setter.set(config, args.isOn(name, value)),
        config -> getter.test(config) ? "on" : "off");
  }

  /** Returns the options that make one configuration of another, such as {@code pre-vote=off}. */
  static List<String> differences(RaftConfig from, RaftConfig to) {
    List<String> options = new ArrayList<>();
    SETTINGS.forEach(
        (name, setting) -> {
          String value = setting.getter.apply(to);
          if (!value.equals(setting.getter.apply(from))) {
            options.add(name + "=" + value);
          }
        });
    return options;
  }

  static List<String> names() {
    List<String> names = new ArrayList<>(SETTINGS.keySet());
    names.addAll(STORAGE);
    names.add(HOST);
    names.add(KEEP_STATE);
    return names;
  }

  /** Returns these options, overridden by those of a command. */
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

  /** Reports an invalid value at the command that sets it. */
  private void check(Arguments args) {
    configure(RaftConfig.builder(1), args);
    pace(args);
    keepsState(args);
  }

  /** Returns these options, overridden by those of a command, which must not set the storage. */
  NodeOptions withoutStorage(Arguments args) {
    for (String name : STORAGE) {
      if (args.hasOption(name)) {
        throw args.mistake(name + ": a node restarts with the content of its disk");
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
    for (Map.Entry<String, Setting> setting : SETTINGS.entrySet()) {
      String value = values.get(setting.getKey());
      if (value != null) {
        setting.getValue().setter.apply(config, args, setting.getKey(), value);
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

  /** Whether the state machine keeps its state over a restart. */
  boolean keepsState(Arguments args) {
    return args.isOn(KEEP_STATE, values.getOrDefault(KEEP_STATE, "off"));
  }

  // The storage.

  /** Returns a storage with the snapshot, log and hard state that these options give. */
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
