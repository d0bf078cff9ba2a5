package io.tickraft.testkit.guide;

import com.google.protobuf.ByteString;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.Ready;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A host in memory that can be watched, and whose snapshots have two formats. The guide,
 * docs/embedding.md, shows parts of it.
 */
class GuideLoop {

  /** What the host is a version of: the newest format that it reads, and the one that it writes. */
  record Version(int newestFormat, int writtenFormat) {}

  final MemoryStorage storage;
  final LoopNode node;
  final List<String> machine = new ArrayList<>();
  final List<String> alerts = new ArrayList<>();

  private final Version version;
  private final Consumer<Message> network;
  private ConfState members = ConfState.getDefaultInstance();
  private long applied;

  GuideLoop(
      RaftConfig config,
      MemoryStorage storage,
      LoopNode.Opener opener,
      Version version,
      Consumer<Message> network) {
    this.storage = storage;
    this.version = version;
    this.network = network;
    restore(storage.snapshot().snapshot());
    this.node = opener.open(config, storage);
  }

  void work() {
    while (node.hasReady()) {
      Ready ready = node.ready();
      ready.messages().forEach(this::send);
      persist(ready);
      ready.messagesAfterPersist().forEach(this::send);
      ready.snapshot().ifPresent(this::install);
      ready.committedEntries().forEach(this::apply);
      ready.confState().ifPresent(confState -> members = confState);
      node.advance(ready);
    }
  }

  private void send(Message message) {
    node.sending(message);
    network.accept(message);
  }

  void persist(Ready ready) {
    storage.persist(ready);
    node.written(ready);
  }

  private void install(Snapshot snapshot) {
    node.restoring(snapshot);
    restore(snapshot);
  }

  private void apply(Entry entry) {
    node.applying(entry);
    if (entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
      machine.add(entry.getData().toStringUtf8());
    }
    applied = entry.getIndex();
  }

  // The formats of snapshots.

  void receive(Message message) {
    int format = formatOf(message.getInstallSnapshot().getSnapshot());
    if (format > version.newestFormat()) {
      alerts.add("a snapshot of format " + format + " from node " + message.getFrom());
      return; // The leader sends it again.
    }
    node.step(message);
    work();
  }

  /** The first byte of the data; 0 for the first snapshot of a group, which has no data. */
  static int formatOf(Snapshot snapshot) {
    return snapshot.getData().isEmpty() ? 0 : snapshot.getData().byteAt(0);
  }

  private void restore(Snapshot snapshot) {
    int format = formatOf(snapshot);
    if (format > version.newestFormat()) {
      throw new IllegalStateException("the snapshot is of format " + format);
    }
    String separator = format == 1 ? "\n" : ";";
    machine.clear();
    if (snapshot.getData().size() > 1) {
      machine.addAll(List.of(snapshot.getData().substring(1).toStringUtf8().split(separator, -1)));
    }
    applied = snapshot.getMetadata().getIndex();
    members = snapshot.getMetadata().getConfState();
  }

  void saveSnapshot() {
    String separator = version.writtenFormat() == 1 ? "\n" : ";";
    ByteString data =
        ByteString.copyFrom(new byte[] {(byte) version.writtenFormat()})
            .concat(ByteString.copyFromUtf8(String.join(separator, machine)));
    storage.createSnapshot(applied, members, data);
    storage.compact(applied);
  }
}
