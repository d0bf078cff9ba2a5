package io.tickraft.testkit.manual;

import com.google.protobuf.ByteString;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.Ready;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.HostedStore;
import java.util.List;

/** The manual's store: a log in memory that syncs each write, and a {@link Counter}. */
class CounterStore implements HostedStore {

  private final MemoryStorage disk;
  private final Counter counter = new Counter();

  CounterStore(List<Long> voters) {
    this(
        voters.isEmpty()
            ? new MemoryStorage()
            : MemoryStorage.bootstrapped(voters.stream().mapToLong(id -> id).toArray()));
  }

  private CounterStore(MemoryStorage disk) {
    this.disk = disk;
    counter.restore(disk.snapshot().snapshot());
  }

  @Override
  public Storage storage() {
    return disk;
  }

  @Override
  public void persist(Ready ready) {
    disk.persist(ready);
  }

  @Override
  public void apply(Ready ready) {
    ready.snapshot().ifPresent(counter::restore);
    ready.committedEntries().forEach(counter::apply);
  }

  @Override
  public void compact(long index, ConfState configuration) {
    disk.createSnapshot(index, configuration, counter.save());
    disk.compact(index);
  }

  @Override
  public ByteString state() {
    return counter.save();
  }

  @Override
  public HostedStore crash(Choices choices) {
    return new CounterStore(disk); // Each write was synced, so the disk has lost nothing.
  }

  @Override
  public void close() {}
}
