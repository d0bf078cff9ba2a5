package io.tickraft.testkit.guide;

import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.Ready;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Nodes of several groups that share a thread, their connections and a log. */
final class GuideGroups {

  /** A file with the records of all groups. */
  interface SharedLog {
    void append(long group, Ready ready);

    void sync();
  }

  final Map<Long, List<String>> machines = new TreeMap<>();
  final Map<Long, RawNode> nodes = new TreeMap<>();
  private final Map<Long, MemoryStorage> storages = new TreeMap<>();
  private final SharedLog log;
  private final Consumer<Message> network;
  private final LongConsumer unknownGroup;

  GuideGroups(SharedLog log, Consumer<Message> network, LongConsumer unknownGroup) {
    this.log = log;
    this.network = network;
    this.unknownGroup = unknownGroup;
  }

  RawNode open(RaftConfig config, MemoryStorage storage) {
    restore(config.group(), storage.snapshot().snapshot());
    RawNode node = RawNode.open(config, storage);
    nodes.put(config.group(), node);
    storages.put(config.group(), storage);
    return node;
  }

  void tick() {
    nodes.values().forEach(RawNode::tick);
  }

  void receive(Message message) {
    RawNode node = nodes.get(message.getGroup());
    if (node == null) {
      unknownGroup.accept(message.getGroup());
    } else {
      node.step(message);
    }
  }

  /** Does one Ready of each group that has one; returns false if there was none. */
  boolean turn() {
    Map<Long, Ready> readys = new TreeMap<>();
    nodes.forEach(
        (group, node) -> {
          if (node.hasReady()) {
            readys.put(group, node.ready());
          }
        });
    readys.values().forEach(ready -> ready.messages().forEach(network));
    readys.forEach(log::append);
    if (readys.values().stream().anyMatch(Ready::mustSync)) {
      log.sync(); // If this fails, it fails all nodes.
    }
    readys.forEach(this::written);
    return !readys.isEmpty();
  }

  private void written(long group, Ready ready) {
    storages.get(group).persist(ready);
    ready.messagesAfterPersist().forEach(network);
    ready.snapshot().ifPresent(snapshot -> restore(group, snapshot));
    ready.committedEntries().forEach(entry -> apply(group, entry));
    nodes.get(group).advance(ready);
  }

  private void restore(long group, Snapshot snapshot) {
    machines.put(group, new ArrayList<>(snapshot.getData().toStringUtf8().lines().toList()));
  }

  private void apply(long group, Entry entry) {
    if (entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
      machines.get(group).add(entry.getData().toStringUtf8());
    }
  }
}
