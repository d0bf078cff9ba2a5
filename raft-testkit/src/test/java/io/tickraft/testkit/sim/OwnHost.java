package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.ReadResult;
import io.tickraft.core.ReadState;
import io.tickraft.core.Ready;
import io.tickraft.core.Status;
import io.tickraft.core.Storage;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.contract.HostWatch;
import io.tickraft.testkit.contract.WatchedNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A whole host as an embedder may write it: messages wait in an inbox, one sync writes all Readys
 * that have come meanwhile (group commit), and the state machine is the text of all commands.
 */
public class OwnHost implements Host {

  private static final int MAX_SYNC_MILLIS = 20;

  /** Remembers over all starts what the disk must have. */
  private final HostWatch watch = new HostWatch();

  /** What is synced: all that a crash leaves. */
  private MemoryStorage disk = new MemoryStorage();

  private boolean hasDisk;

  // Since the last start.

  @SuppressWarnings("NullAway.Init")
  private HostContext context;

  @SuppressWarnings("NullAway.Init")
  private WatchedNode node;

  private String text = "";
  private long applied;
  private final ArrayDeque<Message> inbox = new ArrayDeque<>();
  private final List<Ready> unsynced = new ArrayList<>();
  private final List<ReadState.Confirmed> reads = new ArrayList<>();
  private boolean isSyncing;
  private long syncs;

  @Override
  public void start(HostContext given) {
    context = given;
    if (!hasDisk) {
      hasDisk = true;
      watch.oracle(given.oracle());
      long[] voters = given.voters().stream().mapToLong(Long::longValue).toArray();
      disk = voters.length == 0 ? disk : MemoryStorage.bootstrapped(voters);
    }
    restore(disk.snapshot().snapshot());
    node = watch.open(given.config(), disk);
  }

  @Override
  public void crash(Choices choices) {
    inbox.clear();
    unsynced.clear();
    reads.clear();
    isSyncing = false;
    syncs = 0;
  }

  // The loop.

  @Override
  public void tick() {
    node.tick();
  }

  @Override
  public void step(Message message) {
    inbox.add(message);
  }

  @Override
  public void inputsDelivered() {
    while (!inbox.isEmpty()) {
      node.step(inbox.remove());
    }
    while (node.hasReady()) {
      take(node.ready());
    }
    if (!isSyncing && !unsynced.isEmpty()) {
      isSyncing = true;
      Choices sync = context.choices("sync %", ++syncs);
      context.after(sync.next("millis", MAX_SYNC_MILLIS + 1), this::synced);
    }
  }

  void take(Ready ready) {
    send(ready.messages());
    for (ReadState read : ready.readStates()) {
      context.ended(read);
      if (read instanceof ReadState.Confirmed confirmed) {
        reads.add(confirmed);
      }
    }
    ready.outcomes().forEach(context::ended);
    unsynced.add(ready);
    answerReads();
  }

  protected void send(List<Message> messages) {
    for (Message message : messages) {
      node.sending(message);
      context.send(message);
    }
  }

  private void synced() {
    isSyncing = false;
    List<Ready> all = List.copyOf(unsynced);
    unsynced.clear();
    for (Ready ready : all) {
      ready.snapshot().ifPresent(disk::installSnapshot);
      disk.append(ready.entries());
      ready.hardState().ifPresent(disk::setHardState);
      node.written(ready, true);
    }
    for (Ready ready : all) {
      sendAfterSync(ready.messagesAfterPersist());
      node.persisted(ready);
      apply(ready);
    }
  }

  void sendAfterSync(List<Message> messages) {
    send(messages);
  }

  // The state machine.

  private void apply(Ready ready) {
    ready.snapshot().ifPresent(node::restoring);
    ready.snapshot().ifPresent(this::restore);
    for (Entry entry : ready.committedEntries()) {
      node.applying(entry);
      applied = entry.getIndex();
      if (entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
        text += entry.getData().toStringUtf8();
        context.replied(entry, text);
      }
    }
    if (ready.snapshot().isPresent() || !ready.committedEntries().isEmpty()) {
      node.applied(applied);
      answerReads();
    }
  }

  private void restore(Snapshot snapshot) {
    text = snapshot.getData().toStringUtf8();
    applied = snapshot.getMetadata().getIndex();
  }

  private void answerReads() {
    for (ReadState.Confirmed read : List.copyOf(reads)) {
      if (mayAnswer(read.index())) {
        reads.remove(read);
        context.answerRead(read.context());
      }
    }
  }

  boolean mayAnswer(long readIndex) {
    return readIndex <= applied;
  }

  @Override
  public Object answer(Object query) {
    return text;
  }

  @Override
  public boolean compact(int kept) {
    if (applied - kept <= disk.firstIndex()) {
      return false;
    }
    disk.createSnapshot(applied, node.confState(), state());
    disk.compact(applied - kept);
    return true;
  }

  // What the simulator asks for.

  @Override
  public ProposeResult propose(List<ByteString> commands) {
    return node.propose(commands);
  }

  @Override
  public ConfChangeResult proposeConfChange(ConfChange change) {
    return node.proposeConfChange(change);
  }

  @Override
  public ReadResult readIndex(ByteString readContext) {
    return node.readIndex(readContext);
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
    return applied;
  }

  @Override
  public ByteString state() {
    return ByteString.copyFromUtf8(text);
  }
}
