package io.tickraft.core.raft;

import com.google.protobuf.ByteString;
import io.tickraft.core.Digest;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.Outcome;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.ReadState;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A node with its host: everything that {@code Raft.copy} is given, and all that comes out. */
final class Hosted {
  final MemoryStorage storage;
  final Raft raft;
  final List<Object> out = new ArrayList<>();

  /** The number of the last Ready. */
  private long taken;

  /** Writes that are made and not acknowledged. */
  private int unacknowledged;

  /** Opens node 1 of a group. */
  static Hosted open(UnaryOperator<RaftConfig.Builder> settings, long... voters) {
    MemoryStorage storage = MemoryStorage.bootstrapped(voters);
    RaftConfig config = settings.apply(RaftConfig.builder(1)).build();
    return new Hosted(storage, Raft.open(config, storage, null));
  }

  Hosted(MemoryStorage storage, Raft raft) {
    this.storage = storage;
    this.raft = raft;
  }

  Hosted copy() {
    MemoryStorage itsStorage = storage.copy();
    Hosted copy = new Hosted(itsStorage, raft.copy(itsStorage));
    copy.taken = taken;
    copy.unacknowledged = unacknowledged;
    return copy;
  }

  /** Returns the digest of node and host, with the nodes named by their ids. */
  long digest(long horizon) {
    return digest(LongUnaryOperator.identity(), horizon);
  }

  long digest(LongUnaryOperator names, long horizon) {
    Digest digest = new Digest(names, horizon);
    raft.digest(digest, taken);
    digest.number(unacknowledged);
    storage.digest(digest);
    return digest.value();
  }

  /** Takes all there is, and acknowledges it. */
  List<Message> drain() {
    List<Message> messages = new ArrayList<>();
    raft.actOnTimeouts();
    acknowledge();
    while (raft.hasOutput()) {
      take(messages);
      acknowledge();
    }
    out.addAll(messages);
    out.add(List.of(raft.role(), raft.term(), raft.vote(), raft.leader(), raft.log().committed()));
    out.add(List.of(raft.confState(), raft.transferTarget()));
    return messages;
  }

  /** Takes what there is, writes it, and does not say so yet. */
  List<Message> takeOnce() {
    List<Message> messages = new ArrayList<>();
    raft.actOnTimeouts();
    if (unacknowledged == 0 && raft.hasOutput()) {
      take(messages);
    }
    out.addAll(messages);
    return messages;
  }

  private void take(List<Message> messages) {
    List<Message> formed = raft.form();
    messages.addAll(raft.takeSendable(formed));
    messages.addAll(raft.takeUnsendable(formed));
    Snapshot snapshot = raft.unwrittenSnapshot();
    List<Entry> entries = raft.unwrittenEntries();
    taken++;
    HardState hardState = raft.write(taken, true);
    List<Entry> committed = raft.takeCommitted();
    ConfState confState = raft.takeConfState();
    List<ReadState> reads = raft.takeReadStates();
    List<Outcome> outcomes = raft.takeOutcomes();
    persist(snapshot, entries, hardState);
    unacknowledged++;
    out.add(entries);
    out.add(committed);
    out.addAll(reads);
    out.addAll(outcomes);
    if (confState != null) {
      out.add(confState);
    }
  }

  private void acknowledge() {
    raft.persisted(taken);
    unacknowledged = 0;
    raft.applied(raft.log().applying().applyingIndex());
  }

  private void persist(
      @Nullable Snapshot snapshot, List<Entry> entries, @Nullable HardState hardState) {
    if (snapshot != null) {
      storage.installSnapshot(snapshot);
    }
    storage.append(entries);
    if (hardState != null) {
      storage.setHardState(hardState);
    }
  }

  void compact() {
    ConfState members = raft.confState();
    long index = raft.log().applying().appliedIndex();
    if (unacknowledged == 0 && index > storage.firstIndex()) {
      storage.createSnapshot(index, members, ByteString.EMPTY);
      storage.compact(index);
    }
  }
}
