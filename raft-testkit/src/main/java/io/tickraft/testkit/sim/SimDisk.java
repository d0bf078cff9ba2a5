package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
import io.tickraft.core.AppliedState;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.Ready;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.HardState;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The disk of a simulated node: what it has written, and how much of that a crash leaves.
 *
 * <p>A write may be lost in a crash until it is synced, and writes are never lost out of order. It
 * is made whole or not at all, unless the crash {@linkplain SimHost#crash(int, int) tears} it.
 */
public final class SimDisk implements Storage {

  /**
   * What a state machine stores that keeps what it applied, in one write.
   *
   * @param applied how far it has come, and the configuration there
   * @param data its state, as {@link StateMachine#save()} returns it
   */
  public record StoredState(AppliedState applied, ByteString data) {}

  /** All that is on the disk. */
  private static final class Content {
    final MemoryStorage storage;
    @Nullable StoredState state;

    Content(MemoryStorage storage) {
      this.storage = storage;
    }

    Content copy() {
      Content copy = new Content(storage.copy());
      copy.state = state;
      return copy;
    }
  }

  /**
   * A write.
   *
   * @param all makes the whole write
   * @param ready what it writes, if a crash may tear it
   */
  private record Write(Consumer<Content> all, @Nullable Ready ready) {

    /** Into how many parts it may be torn: a snapshot, each entry, a hard state. */
    int parts() {
      return ready == null
          ? 1
          : (ready.snapshot().isPresent() ? 1 : 0)
              + ready.entries().size()
              + (ready.hardState().isPresent() ? 1 : 0);
    }
  }

  private Content durable;
  private Content written;
  private final ArrayDeque<Write> unsynced = new ArrayDeque<>();

  /** How many writes there were. */
  private long writes;

  /** What was durable before each write that was synced, the latest last; null: not to be lost. */
  private final @Nullable ArrayDeque<Content> past;

  private long lostWrites;
  private long tornWrites;

  /**
   * Starts a disk that keeps what it has synced.
   *
   * @param content what is on it, synced
   */
  public SimDisk(MemoryStorage content) {
    this(content, null);
  }

  private SimDisk(MemoryStorage content, @Nullable ArrayDeque<Content> past) {
    this.durable = new Content(content);
    this.written = durable.copy();
    this.past = past;
  }

  /**
   * Starts a disk that can be made to {@linkplain #loseSynced lose} what it has synced, as none
   * should.
   *
   * @param content what is on it, synced
   * @return a disk, which remembers each state that it was in
   */
  public static SimDisk unreliable(MemoryStorage content) {
    return new SimDisk(content, new ArrayDeque<>());
  }

  /**
   * Writes what a Ready says, without a sync.
   *
   * @return the number of the write, to be {@linkplain #syncTo synced}
   */
  long write(Ready ready) {
    add(new Write(content -> content.storage.persist(ready), ready));
    return writes;
  }

  /** Writes what a state machine stores, without a sync. */
  void write(StoredState state) {
    add(new Write(content -> content.state = state, null));
  }

  /** Writes a snapshot of the state machine, and drops the log up to an index, without a sync. */
  void compact(long index, ConfState confState, ByteString data, long dropTo) {
    add(
        new Write(
            content -> {
              content.storage.createSnapshot(index, confState, data);
              content.storage.compact(dropTo);
            },
            null));
  }

  private void add(Write write) {
    write.all.accept(written);
    unsynced.addLast(write);
    writes++;
  }

  /**
   * Returns how many writes are not synced.
   *
   * @return how many writes a crash may lose
   */
  public int unsynced() {
    return unsynced.size();
  }

  /** Syncs the oldest of the writes that are not synced, until so many are left. */
  void syncAllBut(int left) {
    while (unsynced.size() > left) {
      remember();
      unsynced.removeFirst().all.accept(durable);
    }
  }

  private void remember() {
    if (past != null) {
      past.addLast(durable.copy());
    }
  }

  /** Syncs a write, and all before it. */
  void syncTo(long write) {
    syncAllBut((int) Math.min(unsynced.size(), writes - write));
  }

  /**
   * Returns into how many parts a crash may tear a write that is not synced: the snapshot, each
   * entry and the hard state of a Ready. Other writes, as a state machine's, have one part.
   *
   * @param before how many writes before it are not synced either
   * @return how many parts it has; 0 if there is no such write
   */
  public int parts(int before) {
    return unsynced.stream().skip(before).findFirst().map(Write::parts).orElse(0);
  }

  /** Loses what is not synced, but for the oldest {@code kept} writes. */
  void crash(int kept) {
    crash(kept, 0);
  }

  /**
   * Loses what is not synced, but for the oldest {@code kept} writes and the first {@code parts}
   * parts of the write after them, which is torn.
   */
  void crash(int kept, int parts) {
    if (parts < 0 || (parts > 0 && parts >= parts(kept))) {
      throw new IllegalArgumentException("parts: below " + parts(kept) + ": " + parts);
    }
    syncAllBut(unsynced.size() - kept);
    if (parts > 0) {
      tear(Objects.requireNonNull(unsynced.getFirst().ready), parts);
    }
    lostWrites += unsynced.size();
    unsynced.clear();
    written = durable.copy();
  }

  /**
   * Makes the first parts of a write, in the order in which a storage that is not atomic writes.
   */
  private void tear(Ready ready, int parts) {
    remember();
    tornWrites++;
    ready.snapshot().ifPresent(durable.storage::installSnapshot);
    int entries = parts - (ready.snapshot().isPresent() ? 1 : 0);
    durable.storage.append(ready.entries().subList(0, entries));
  }

  /**
   * Loses writes that were synced, and all that are not, which no protocol can bear. Only while no
   * node runs on it.
   *
   * @param writes how many of the latest synced writes to lose
   * @throws IllegalArgumentException if there were not so many, or they are not {@linkplain
   *     #unreliable remembered}
   */
  public void loseSynced(int writes) {
    int synced = past == null ? 0 : past.size();
    if (past == null || writes < 0 || writes > synced) {
      throw new IllegalArgumentException("writes: 0 to " + synced + " were synced: " + writes);
    }
    crash(0);
    for (int i = 0; i < writes; i++) {
      durable = past.removeLast();
    }
    written = durable.copy();
    lostWrites += writes;
  }

  /**
   * Returns what a crash would leave for certain.
   *
   * @return what is synced
   */
  public Storage durable() {
    return durable.storage;
  }

  /**
   * Returns what the state machine has stored.
   *
   * @return the state as it would be read after a restart without a crash; empty if it does not
   *     keep what it applies
   */
  public Optional<StoredState> state() {
    return Optional.ofNullable(written.state);
  }

  /**
   * Returns how many writes were lost in crashes.
   *
   * @return a number
   */
  public long lostWrites() {
    return lostWrites;
  }

  /**
   * Returns how many writes crashes have torn.
   *
   * @return a number, which {@link #lostWrites()} includes
   */
  public long tornWrites() {
    return tornWrites;
  }

  /**
   * Returns the size of the log and the hard state: what the labs call the Raft state.
   *
   * @return bytes
   */
  public long logBytes() {
    long bytes = written.storage.initialState().getSerializedSize();
    for (Entry entry : log()) {
      bytes += entry.getSerializedSize();
    }
    return bytes;
  }

  @Override
  public HardState initialState() {
    return written.storage.initialState();
  }

  @Override
  public EntriesResult entries(long lo, long hi, long maxBytes) {
    return written.storage.entries(lo, hi, maxBytes);
  }

  @Override
  public long term(long index) {
    return written.storage.term(index);
  }

  @Override
  public long firstIndex() {
    return written.storage.firstIndex();
  }

  @Override
  public long lastIndex() {
    return written.storage.lastIndex();
  }

  @Override
  public SnapshotResult snapshot() {
    return written.storage.snapshot();
  }

  /**
   * Returns the log, as it would be read after a restart without a crash.
   *
   * @return all entries that are not compacted
   */
  public List<Entry> log() {
    return written.storage.log();
  }
}
