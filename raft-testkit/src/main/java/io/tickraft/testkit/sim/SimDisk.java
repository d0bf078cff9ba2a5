package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
import io.tickraft.core.AppliedState;
import io.tickraft.core.Digest;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.Ready;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.HardState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The disk of a simulated node: the written content, and the part of it that survives a crash.
 *
 * <p>A crash may lose a write that is not synced. It never keeps a write that follows a lost one,
 * except for {@linkplain SimulationOptions#separateState separate} states of a state machine. A
 * write is atomic, unless the crash {@linkplain SimHost#crash(int, int) tears} it.
 */
public final class SimDisk implements Storage {

  /**
   * The state that a durable state machine stores, in one write.
   *
   * @param applied its applied index and term, and the configuration at that index
   * @param data its state, as {@link StateMachine#save()} returns it
   */
  public record StoredState(AppliedState applied, ByteString data) {}

  /**
   * An earlier durable content, which is left if later synced writes are lost.
   *
   * @param log the log and the hard state
   * @param appliedIndex the applied index of the stored state; 0 if there is none
   */
  public record Earlier(Storage log, long appliedIndex) {}

  /** How many states are remembered. A real file system would not go back further. */
  private static final int MAX_RECENT_STATES = 4;

  /** The content of a disk. */
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

    void digest(Digest digest) {
      storage.digest(digest);
      digest.flag(state != null);
      if (state != null) {
        SimDisk.digest(state, digest);
      }
    }
  }

  /**
   * A write.
   *
   * @param all does the whole write
   * @param ready the Ready that it writes; null if it is not a Ready's write and cannot be torn
   */
  private record Write(Consumer<Content> all, @Nullable Ready ready) {

    /** The number of its parts: the snapshot, each entry and the hard state of a Ready. */
    int parts() {
      return ready == null
          ? 1
          : (ready.snapshot().isPresent() ? 1 : 0)
              + ready.entries().size()
              + (ready.hardState().isPresent() ? 1 : 0);
    }
  }

  /** The synced content: without the writes in {@link #unsynced}. */
  private Content durable;

  /** The content with all writes. */
  private Content written;

  /** The writes that are not synced, oldest first. */
  private final ArrayDeque<Write> unsynced = new ArrayDeque<>();

  /** The number of the last write, which is the count of all writes: from 0, never decreases. */
  private long writes;

  /** The durable content before each synced write, the latest last; null on a reliable disk. */
  private final @Nullable ArrayDeque<Content> past;

  /** How many earlier durable contents are remembered at most, from 0. */
  private final int maxPast;

  /**
   * The latest stored states of the state machine, oldest first. A state machine with its own files
   * may have any of them after a crash, whatever the crash keeps of the log.
   */
  private final ArrayDeque<StoredState> recentStates = new ArrayDeque<>();

  private long lostWrites;
  private long tornWrites;
  private long lostSynced;

  /**
   * Creates a disk that never loses a synced write.
   *
   * @param content its content, which is synced
   */
  public SimDisk(MemoryStorage content) {
    this(content, null, 0);
  }

  private SimDisk(MemoryStorage content, @Nullable ArrayDeque<Content> past, int maxPast) {
    this.durable = new Content(content);
    this.written = durable.copy();
    this.past = past;
    this.maxPast = maxPast;
  }

  private SimDisk(SimDisk other) {
    this.durable = other.durable.copy();
    this.written = other.written.copy();
    this.past = null;
    this.maxPast = 0;
    this.unsynced.addAll(other.unsynced);
    this.writes = other.writes;
    this.recentStates.addAll(other.recentStates);
    this.lostWrites = other.lostWrites;
    this.tornWrites = other.tornWrites;
  }

  /**
   * Copies this disk with its unsynced writes.
   *
   * @return an independent copy
   * @throws IllegalStateException if the disk is {@linkplain #unreliable unreliable}
   */
  SimDisk copy() {
    if (past != null) {
      throw new IllegalStateException("an unreliable disk is not copied");
    }
    return new SimDisk(this);
  }

  /** Adds the durable content, and the content after each unsynced write. */
  void digest(Digest digest) {
    durable.digest(digest);
    digest.number(unsynced.size());
    if (!unsynced.isEmpty()) {
      Content content = durable.copy();
      for (Write write : unsynced) {
        write.all.accept(content);
        content.digest(digest);
        digest.number(write.parts());
      }
    }
    digest.ordered(recentStates, SimDisk::digest);
  }

  private static void digest(StoredState state, Digest digest) {
    AppliedState applied = state.applied();
    digest.number(applied.index()).number(applied.term()).message(applied.confState());
    digest.bytes(state.data());
  }

  /**
   * Creates a disk that can {@linkplain #loseSynced lose} synced writes, which no real disk should
   * do. It remembers all its earlier durable contents.
   *
   * @param content its content, which is synced
   * @return the disk
   */
  public static SimDisk unreliable(MemoryStorage content) {
    return unreliable(content, Integer.MAX_VALUE);
  }

  /** Creates an unreliable disk that remembers so many of its latest durable contents. */
  static SimDisk unreliable(MemoryStorage content, int maxPast) {
    return new SimDisk(content, new ArrayDeque<>(), maxPast);
  }

  /**
   * Writes the snapshot, entries and hard state of a Ready, without a sync.
   *
   * @return the number of the write, for {@link #syncTo}
   */
  long write(Ready ready) {
    add(new Write(content -> content.storage.persist(ready), ready));
    return writes;
  }

  /** Writes the state of a state machine, without a sync. */
  void write(StoredState state) {
    add(new Write(content -> content.state = state, null));
    recentStates.addLast(state);
    if (recentStates.size() > MAX_RECENT_STATES) {
      recentStates.removeFirst();
    }
  }

  /** Returns how many of the latest states a state machine with its own files may lose. */
  int recentStates() {
    return Math.max(0, recentStates.size() - 1);
  }

  /**
   * Sets the state of a state machine with its own files after a crash. It is one of the latest
   * states, and may be newer or older than the log that the crash has kept.
   *
   * @param lost how many of the latest states are lost, from 0 to {@link #recentStates()}
   */
  void stateAfterCrash(int lost) {
    for (int i = 0; i < lost; i++) {
      recentStates.removeLast();
    }
    StoredState latest = recentStates.peekLast();
    durable.state = latest;
    written.state = latest;
  }

  /** Writes a snapshot of the state machine, and compacts the log to an index, without a sync. */
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

  /** {@return how many writes are not synced, so that a crash may lose them} */
  public int unsynced() {
    return unsynced.size();
  }

  /** Syncs all writes except for the {@code left} latest ones. */
  void syncAllBut(int left) {
    while (unsynced.size() > left) {
      remember();
      unsynced.removeFirst().all.accept(durable);
    }
  }

  private void remember() {
    if (past != null) {
      past.addLast(durable.copy());
      if (past.size() > maxPast) {
        past.removeFirst();
      }
    }
  }

  /** Syncs a write, by its number, and all writes before it. */
  void syncTo(long write) {
    syncAllBut((int) Math.min(unsynced.size(), writes - write));
  }

  /**
   * Returns the number of parts of an unsynced write. A crash may tear a write between its parts.
   * The parts of a Ready's write are the snapshot, each entry and the hard state. Other writes,
   * such as those of a state machine, have one part.
   *
   * @param before the number of unsynced writes before it, from 0
   * @return the number of its parts; 0 if there is no such write
   */
  public int parts(int before) {
    return unsynced.stream().skip(before).findFirst().map(Write::parts).orElse(0);
  }

  /** {@return whether the latest write is not synced and has several {@linkplain #parts parts}} */
  public boolean isWritingParts() {
    Write latest = unsynced.peekLast();
    return latest != null && latest.parts() > 1;
  }

  /** Loses the unsynced writes, except for the oldest {@code kept}. */
  void crash(int kept) {
    crash(kept, 0);
  }

  /**
   * Loses the unsynced writes, except for the oldest {@code kept} and the first {@code parts} parts
   * of the next write, which is torn.
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

  /** Writes the first parts of a Ready, in the order in which a non-atomic storage writes them. */
  private void tear(Ready ready, int parts) {
    remember();
    tornWrites++;
    ready.snapshot().ifPresent(durable.storage::installSnapshot);
    int entries = parts - (ready.snapshot().isPresent() ? 1 : 0);
    durable.storage.append(ready.entries().subList(0, entries));
  }

  /**
   * Loses all unsynced writes and the latest synced writes. Raft does not tolerate the loss of
   * synced writes. Call this only while the node is down.
   *
   * @param writes how many of the latest synced writes to lose, from 0 to the size of {@link
   *     #earlier()}
   * @throws IllegalArgumentException if the number is out of range, or the disk is not {@linkplain
   *     #unreliable unreliable}
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
    lostSynced += writes;
    recentStates.clear();
    state().ifPresent(recentStates::addLast);
  }

  /**
   * Returns the earlier durable contents that the disk remembers, the latest first: {@link
   * #loseSynced loseSynced(i + 1)} leaves the content at position {@code i}.
   *
   * @return the contents; empty unless the disk is {@linkplain #unreliable unreliable}
   */
  public List<Earlier> earlier() {
    List<Earlier> earlier = new ArrayList<>();
    if (past != null) {
      past.descendingIterator()
          .forEachRemaining(
              content ->
                  earlier.add(
                      new Earlier(
                          content.storage,
                          content.state == null ? 0 : content.state.applied().index())));
    }
    return earlier;
  }

  /** {@return the synced content, which every crash leaves} */
  public Storage durable() {
    return durable.storage;
  }

  /**
   * Returns the stored state of the state machine, including unsynced writes.
   *
   * @return the state; empty if the state machine has stored none
   */
  public Optional<StoredState> state() {
    return Optional.ofNullable(written.state);
  }

  /** {@return how many writes were lost, torn writes included} */
  public long lostWrites() {
    return lostWrites;
  }

  /** {@return how many synced writes were lost; {@link #lostWrites()} includes them} */
  public long lostSynced() {
    return lostSynced;
  }

  /** {@return how many writes crashes have torn; {@link #lostWrites()} includes them} */
  public long tornWrites() {
    return tornWrites;
  }

  /** {@return the size of the log and the hard state in protobuf format, in bytes} */
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

  /** {@return the log: all entries that are not compacted, including unsynced ones} */
  public List<Entry> log() {
    return written.storage.log();
  }
}
