package io.tickraft.testkit.manual;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.ReadResult;
import io.tickraft.core.Ready;
import io.tickraft.core.Status;
import io.tickraft.core.Storage;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.contract.HostWatch;
import io.tickraft.testkit.contract.WatchedNode;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Host;
import io.tickraft.testkit.sim.HostContext;
import java.util.List;

/** The manual's host: a small event loop around a node, with a {@link Counter}. */
class CounterHost implements Host {

  // The machine and its disk.
  private final HostWatch watch = new HostWatch();
  private MemoryStorage disk = new MemoryStorage();
  private boolean isNew = true;

  // The process.
  private HostContext context;
  private WatchedNode node;
  private Counter counter;

  @Override
  public void start(HostContext given) {
    context = given;
    if (isNew) {
      isNew = false;
      watch.oracle(given.oracle());
      if (!given.voters().isEmpty()) {
        disk = MemoryStorage.bootstrapped(given.voters().stream().mapToLong(id -> id).toArray());
      }
    }
    counter = new Counter();
    counter.restore(disk.snapshot().snapshot());
    node = watch.open(given.config(), disk);
  }

  @Override
  public void crash(Choices choices) {
    // The process is gone. Each write was synced, so the disk has lost nothing.
  }

  @Override
  public void inputsDelivered() {
    while (node.hasReady()) {
      Ready ready = node.ready();
      send(ready.messages());
      disk.persist(ready);
      node.written(ready, ready.mustSync());
      send(ready.messagesAfterPersist());
      ready.snapshot().ifPresent(this::restore);
      ready.committedEntries().forEach(this::apply);
      ready.readStates().forEach(context::ended);
      ready.outcomes().forEach(context::ended);
      node.advance(ready);
    }
  }

  private void send(List<Message> messages) {
    for (Message message : messages) {
      node.sending(message);
      transmit(context, message);
    }
  }

  /** Puts a message on the network. */
  void transmit(HostContext network, Message message) {
    network.send(message);
  }

  private void restore(Snapshot snapshot) {
    node.restoring(snapshot);
    counter.restore(snapshot);
  }

  private void apply(Entry entry) {
    node.applying(entry);
    counter.apply(entry);
  }

  @Override
  public boolean compact(int kept) {
    long index = appliedIndex();
    if (index - kept < disk.firstIndex()) {
      return false;
    }
    disk.createSnapshot(index, node.confState(), counter.save());
    disk.compact(index - kept);
    return true;
  }

  @Override
  public void tick() {
    node.tick();
  }

  @Override
  public void step(Message message) {
    node.step(message);
  }

  @Override
  public ProposeResult propose(List<ByteString> commands) {
    return node.propose(commands);
  }

  @Override
  public ConfChangeResult proposeConfChange(ConfChange change) {
    return node.proposeConfChange(change);
  }

  @Override
  public ReadResult readIndex(ByteString read) {
    return node.readIndex(read);
  }

  @Override
  public TransferResult transferLeadership(long target) {
    return target == 0 ? node.transferLeadership() : node.transferLeadership(target);
  }

  @Override
  public Status status() {
    return node.status();
  }

  @Override
  public Storage storage() {
    return disk;
  }

  @Override
  public long appliedIndex() {
    return node.status().appliedIndex();
  }

  @Override
  public ByteString state() {
    return counter.save();
  }
}
