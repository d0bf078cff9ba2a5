package io.tickraft.testkit.explore;

import com.google.protobuf.ByteString;
import io.tickraft.core.AppliedState;
import io.tickraft.core.Digest;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.Ready;
import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import io.tickraft.testkit.sim.HostedStore;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Everything that a user's store shows. Two stores that show the same content count as equal. */
final class StoreContent {

  /** How often a read is repeated that a store answers with {@code NotYet}. */
  private static final int MAX_ATTEMPTS = 1_000;

  private final MemoryStorage log = new MemoryStorage();
  private final Snapshot snapshot;
  private final Optional<AppliedState> applied;
  private final ByteString state;

  private StoreContent(Snapshot snapshot, Optional<AppliedState> applied, ByteString state) {
    this.snapshot = snapshot;
    this.applied = applied;
    this.state = state;
  }

  /** Reads everything that a store shows while its node runs. */
  static StoreContent of(HostedStore store) {
    return read(store, Optional.empty());
  }

  /** Reads everything that a store shows before a node is opened on it. */
  static StoreContent beforeStart(HostedStore store) {
    return read(store, store.applied());
  }

  private static StoreContent read(HostedStore store, Optional<AppliedState> applied) {
    Storage storage = store.storage();
    StoreContent content = new StoreContent(snapshot(store), applied, store.state());
    long compacted = storage.firstIndex() - 1;
    if (compacted > 0) {
      SnapshotMetadata last =
          SnapshotMetadata.newBuilder()
              .setIndex(compacted)
              .setTerm(storage.term(compacted))
              .build();
      content.log.installSnapshot(Snapshot.newBuilder().setMetadata(last).build());
    }
    for (long last = storage.lastIndex(); content.log.lastIndex() < last; ) {
      content.append(entries(store, content.log.lastIndex() + 1, last + 1));
    }
    content.log.setHardState(storage.initialState());
    return content;
  }

  private void append(List<Entry> entries) {
    try {
      log.append(entries);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("what the storage holds is no log: " + e.getMessage(), e);
    }
  }

  private static Snapshot snapshot(HostedStore store) {
    Storage.SnapshotResult.Available available =
        answer(
            store, "snapshot()", Storage.SnapshotResult.Available.class, store.storage()::snapshot);
    return available.snapshot();
  }

  private static List<Entry> entries(HostedStore store, long from, long to) {
    String call = "entries(" + from + ", " + to + ", …)";
    Storage.EntriesResult.Available available =
        answer(
            store,
            call,
            Storage.EntriesResult.Available.class,
            () -> store.storage().entries(from, to, Long.MAX_VALUE));
    if (available.entries().isEmpty()) {
      throw new IllegalStateException("the storage returns no entries for " + call);
    }
    return available.entries();
  }

  private static <T> T answer(
      HostedStore store, String call, Class<T> available, Supplier<?> read) {
    Object answer = read.get();
    for (int i = 0; i < MAX_ATTEMPTS && !available.isInstance(answer); i++) {
      store.awaitAnswer();
      answer = read.get();
    }
    if (!available.isInstance(answer)) {
      throw new IllegalStateException("the storage answers " + call + " with " + answer);
    }
    return available.cast(answer);
  }

  /** Adds the writes of these Readys to the log and the hard state, and returns both. */
  Storage with(List<Ready> writing) {
    writing.forEach(log::persist);
    return log;
  }

  void digest(Digest digest) {
    log.digest(digest);
    digest.message(snapshot).bytes(state).flag(applied.isPresent());
    applied.ifPresent(
        its -> digest.number(its.index()).number(its.term()).message(its.confState()));
  }
}
