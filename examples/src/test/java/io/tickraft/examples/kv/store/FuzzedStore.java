package io.tickraft.examples.kv.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.tickraft.core.AppliedState;
import io.tickraft.core.Ready;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.HostedStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The server's store and state machine for the simulator, on a {@link PowerLossDatabase}. */
class FuzzedStore implements HostedStore {

  private final PowerLossDatabase database;
  private final NodeStore store;
  private final List<SnapshotStaging> staged = new ArrayList<>();

  FuzzedStore(PowerLossDatabase database, List<Long> voters) {
    this.database = database;
    long[] ids = voters.stream().mapToLong(Long::longValue).toArray();
    this.store =
        NodeStore.open(
            database,
            StoredNode.IDENTITY,
            ids.length == 0 ? Members.NONE : StoredNode.founders(ids));
  }

  @Override
  public Storage storage() {
    return store.log();
  }

  @Override
  public Optional<AppliedState> applied() {
    return Optional.of(store.machine())
        .filter(machine -> machine.appliedIndex() > 0)
        .map(KvMachine::applied);
  }

  @Override
  public void persist(Ready ready) {
    store.log().persist(ready);
  }

  @Override
  public void apply(Ready ready, BiConsumer<Entry, Object> replies) {
    ready.snapshot().ifPresent(store.machine()::restore);
    apply(store.machine(), ready.committedEntries(), ready.confState(), replies::accept);
    staged.forEach(store.machine()::discardUnlessRestored);
    staged.clear();
  }

  void apply(
      KvMachine machine,
      List<Entry> entries,
      Optional<ConfState> configuration,
      KvMachine.Listener replies) {
    StoredNode.applyAll(machine, entries, configuration, replies);
  }

  @Override
  public Object answer(Object query) {
    return KvRequests.reply(store.machine().get(((KvRequests.Request) query).key()));
  }

  @Override
  public ByteString state() {
    try (MapView view = store.machine().view()) {
      return ByteString.copyFromUtf8(view.size() + " keys: " + view.digest())
          .concat(store.machine().members().encode());
    }
  }

  @Override
  public void compact(long index, ConfState confState) {
    store.log().compactBeyond(0, index);
  }

  // Snapshots: the members, and each pair of the map.

  List<ByteString> pairs(MapView view) {
    List<ByteString> pairs = new ArrayList<>();
    for (ByteString pair = view.nextChunk(1); !pair.isEmpty(); pair = view.nextChunk(1)) {
      pairs.add(pair);
    }
    return pairs;
  }

  @Override
  public Snapshot toSend(Snapshot snapshot) {
    ByteString.Output data = ByteString.newOutput();
    CodedOutputStream out = CodedOutputStream.newInstance(data);
    try (MapView view = store.machine().view()) {
      out.writeBytesNoTag(snapshot.getData());
      for (ByteString pair : pairs(view)) {
        out.writeBytesNoTag(pair);
      }
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return snapshot.toBuilder().setData(data.toByteString()).build();
  }

  @Override
  public Snapshot receive(Snapshot snapshot) {
    CodedInputStream in = snapshot.getData().newCodedInput();
    SnapshotStaging staging = store.machine().stage();
    staged.add(staging);
    try {
      ByteString members = in.readBytes();
      while (!in.isAtEnd()) {
        staging.add(in.readBytes());
      }
      return snapshot.toBuilder().setData(staging.complete(members)).build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // The end.

  @Override
  public HostedStore crash(Choices choices) {
    Path left = database.synced();
    close();
    database.keepSome(left, choices);
    return reopened(database.reopened(left));
  }

  FuzzedStore reopened(PowerLossDatabase left) {
    return new FuzzedStore(left, List.of());
  }

  @Override
  public void close() {
    store.close();
  }
}
