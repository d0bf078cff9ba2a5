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
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The disk of a simulated node: what it has written, and how much of that a crash leaves.
 *
 * <p>A write is made whole or not at all. It may be lost in a crash until it is synced, and writes
 * are never lost out of order.
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

  private Content durable;
  private Content written;
  private final ArrayDeque<Consumer<Content>> unsynced = new ArrayDeque<>();

  /** How many writes there were. */
  private long writes;

  /** What was durable before each write that was synced, the latest last; null: not to be lost. */
  private final @Nullable ArrayDeque<Content> past;

  private long lostWrites;

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
    add(content -> content.storage.persist(ready));
    return writes;
  }

  /** Writes what a state machine stores, without a sync. */
  void write(StoredState state) {
    add(content -> content.state = state);
  }

  /** Writes a snapshot of the state machine, and drops the log up to an index, without a sync. */
  void compact(long index, ConfState confState, ByteString data, long dropTo) {
    add(
        content -> {
          content.storage.createSnapshot(index, confState, data);
          content.storage.compact(dropTo);
        });
  }

  private void add(Consumer<Content> write) {
    write.accept(written);
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
      if (past != null) {
        past.addLast(durable.copy());
      }
      unsynced.removeFirst().accept(durable);
    }
  }

  /** Syncs a write, and all before it. */
  void syncTo(long write) {
    syncAllBut((int) Math.min(unsynced.size(), writes - write));
  }

  /** Loses what is not synced, but for the oldest {@code kept} writes. */
  void crash(int kept) {
    syncAllBut(unsynced.size() - kept);
    lostWrites += unsynced.size();
    unsynced.clear();
    written = durable.copy();
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
