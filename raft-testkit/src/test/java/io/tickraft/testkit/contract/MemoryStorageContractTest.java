package io.tickraft.testkit.contract;

import com.google.protobuf.ByteString;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.Ready;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;

/** {@link MemoryStorage} keeps the rules. It survives no restart. */
final class MemoryStorageContractTest extends StorageContract {

  @Override
  protected TestedStore create(long... voters) {
    return new MemoryStore(
        voters.length == 0 ? new MemoryStorage() : MemoryStorage.bootstrapped(voters));
  }

  private record MemoryStore(MemoryStorage memory) implements TestedStore {

    @Override
    public Storage storage() {
      return memory;
    }

    @Override
    public void persist(Ready ready) {
      memory.persist(ready);
    }

    @Override
    public void compact(long index, ConfState confState) {
      if (index > memory.snapshot().snapshot().getMetadata().getIndex()) {
        memory.createSnapshot(index, confState, ByteString.EMPTY);
      }
      memory.compact(index - index % 2);
    }

    @Override
    public void close() {}
  }
}
