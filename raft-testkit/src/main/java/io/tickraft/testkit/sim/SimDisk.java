package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.Ready;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.HardState;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The disk of a simulated node: what it has written, and how much of that a crash leaves.
 *
 * <p>A write is made whole or not at all. It may be lost in a crash until it is synced, and writes
 * are never lost out of order.
 */
public final class SimDisk implements Storage {

  private MemoryStorage durable;
  private MemoryStorage written;
  private final ArrayDeque<Consumer<MemoryStorage>> unsynced = new ArrayDeque<>();

  /** What was durable before each write that was synced, the latest last; null: not to be lost. */
  private final @Nullable ArrayDeque<MemoryStorage> past;

  private long lostWrites;

  /**
   * Starts a disk that keeps what it has synced.
   *
   * @param content what is on it, synced
   */
  public SimDisk(MemoryStorage content) {
    this(content, null);
  }

  private SimDisk(MemoryStorage content, @Nullable ArrayDeque<MemoryStorage> past) {
    this.durable = content;
    this.written = content.copy();
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

  /** Writes what a Ready says, without a sync. */
  void write(Ready ready) {
    add(storage -> storage.persist(ready));
  }

  /** Writes a snapshot of the state machine, and drops the log up to an index, without a sync. */
  void compact(long index, ConfState confState, ByteString data, long dropTo) {
    add(
        storage -> {
          storage.createSnapshot(index, confState, data);
          storage.compact(dropTo);
        });
  }

  private void add(Consumer<MemoryStorage> write) {
    write.accept(written);
    unsynced.addLast(write);
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
    return durable;
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
    long bytes = written.initialState().getSerializedSize();
    for (Entry entry : log()) {
      bytes += entry.getSerializedSize();
    }
    return bytes;
  }

  @Override
  public HardState initialState() {
    return written.initialState();
  }

  @Override
  public EntriesResult entries(long lo, long hi, long maxBytes) {
    return written.entries(lo, hi, maxBytes);
  }

  @Override
  public long term(long index) {
    return written.term(index);
  }

  @Override
  public long firstIndex() {
    return written.firstIndex();
  }

  @Override
  public long lastIndex() {
    return written.lastIndex();
  }

  @Override
  public SnapshotResult snapshot() {
    return written.snapshot();
  }

  /**
   * Returns the log, as it would be read after a restart without a crash.
   *
   * @return all entries that are not compacted
   */
  public List<Entry> log() {
    return written.lastIndex() < written.firstIndex()
        ? List.of()
        : ((EntriesResult.Available)
                written.entries(written.firstIndex(), written.lastIndex() + 1, Long.MAX_VALUE))
            .entries();
  }
}
