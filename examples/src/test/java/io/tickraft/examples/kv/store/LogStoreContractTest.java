package io.tickraft.examples.kv.store;

import com.google.protobuf.ByteString;
import io.tickraft.core.Ready;
import io.tickraft.core.Storage;
import io.tickraft.examples.kv.command.Command;
import io.tickraft.examples.kv.command.CommandCodec;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.contract.StorageContract;
import io.tickraft.testkit.contract.TestedStore;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The log on the disk keeps the rules of a storage. */
class LogStoreContractTest extends StorageContract {

  @TempDir Path dir;

  private int directories;

  @Override
  protected TestedStore create(long... voters) {
    directories++;
    return new Store(dir.resolve("store-" + directories), StoredNode.founders(voters), 1);
  }

  @Override
  protected ByteString command(long index, int size) {
    return CommandCodec.encode(
        new Command.Set(
            ByteString.copyFromUtf8("key" + index % 10),
            super.command(index, size),
            Command.Condition.ALWAYS,
            false));
  }

  @Override
  protected int seeds() {
    return 10;
  }

  /** The store in a directory; a crash goes on with a copy of the directory. */
  private static final class Store implements TestedStore {
    private final Path dir;
    private final Members first;
    private final NodeStore store;
    private final int life;

    Store(Path dir, Members first, int life) {
      this.dir = dir;
      this.first = first;
      this.life = life;
      this.store = NodeStore.open(dir, StoredNode.IDENTITY, first);
    }

    @Override
    public Storage storage() {
      return store.log();
    }

    @Override
    public void persist(Ready ready) {
      store.log().persist(ready);
    }

    @Override
    public void apply(Ready ready) {
      ready.snapshot().ifPresent(store.machine()::restore);
      StoredNode.applyAll(
          store.machine(), ready.committedEntries(), ready.confState(), Store::ignore);
    }

    private static void ignore(Entry entry, io.tickraft.examples.kv.command.Reply reply) {}

    @Override
    public Snapshot receive(Snapshot snapshot) {
      ByteString members = StoredNode.founders(1, 2, 3).encode();
      return snapshot.toBuilder().setData(store.machine().stage().complete(members)).build();
    }

    @Override
    public void compact(long index, ConfState confState) {
      store.log().compactBeyond(0, index);
    }

    @Override
    public TestedStore restart() {
      close();
      return new Store(dir, first, life);
    }

    @Override
    public TestedStore crash() {
      Path left = StoredNode.image(dir, dir.resolveSibling(dir.getFileName() + "-" + life));
      close();
      return new Store(left, first, life + 1);
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
