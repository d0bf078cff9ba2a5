package io.tickraft.core.log;

import io.tickraft.proto.HardState;
import java.util.ArrayDeque;

/**
 * The writes that Readys have asked for and the host has not acknowledged, oldest first.
 *
 * <p>Each write records its last index. A truncation lowers that index in all outstanding writes.
 * Otherwise, if entry (1,5) of one leader is overwritten by entry (2,5) of a second leader and
 * again by a third, the late acknowledgement of an earlier write of index 5 would count for the
 * last one, and the node would acknowledge an entry that its disk does not hold.
 */
public final class OutstandingWrites {

  /** One write: what a Ready asked the host to persist, or to send after all earlier writes. */
  static final class Write {
    private final long ready;
    private final HardState hardState;
    private final long tick;
    private final long snapshotIndex;

    /** The last index that it wrote and that was not truncated since; 0: none. */
    private long lastIndex;

    /**
     * @param ready the number of the Ready
     * @param hardState the hard state that is persisted after this write, whether the write changes
     *     it or not
     * @param tick the node's tick at which the Ready was taken
     * @param lastIndex the last index that it writes; 0 if it writes no entries and no snapshot
     * @param snapshotIndex the index of the snapshot that it writes; 0 if it writes none
     */
    Write(long ready, HardState hardState, long tick, long lastIndex, long snapshotIndex) {
      this.ready = ready;
      this.hardState = hardState;
      this.tick = tick;
      this.lastIndex = lastIndex;
      this.snapshotIndex = snapshotIndex;
    }

    HardState hardState() {
      return hardState;
    }

    long lastIndex() {
      return lastIndex;
    }

    long snapshotIndex() {
      return snapshotIndex;
    }
  }

  private final ArrayDeque<Write> writes = new ArrayDeque<>(4);

  /** The node's tick at which a write was acknowledged last. */
  private long acknowledgedAt;

  OutstandingWrites() {}

  OutstandingWrites copy() {
    OutstandingWrites copy = new OutstandingWrites();
    copy.acknowledgedAt = acknowledgedAt;
    for (Write w : writes) {
      copy.writes.addLast(new Write(w.ready, w.hardState, w.tick, w.lastIndex, w.snapshotIndex));
    }
    return copy;
  }

  /** {@return the number of outstanding writes} */
  public int count() {
    return writes.size();
  }

  /**
   * {@return the number of the Ready of the oldest write; {@link Long#MAX_VALUE} if there is none}
   */
  public long oldestReady() {
    return writes.isEmpty() ? Long.MAX_VALUE : writes.getFirst().ready;
  }

  /**
   * Returns how long the oldest write has been outstanding, in ticks; 0 if there is none.
   *
   * @param now the node's tick
   */
  public long ageOfOldest(long now) {
    return writes.isEmpty() ? 0 : now - writes.getFirst().tick;
  }

  /**
   * Returns for how long the disk has made no progress, in ticks: how long the oldest write has
   * been outstanding, not counting the time before the write before it was acknowledged. 0 if there
   * is no write. Of ten writes that take ten ticks each, the last is outstanding for a hundred
   * ticks although the disk is not stuck.
   *
   * @param now the node's tick
   */
  public long ticksWithoutProgress(long now) {
    return Math.min(ageOfOldest(now), now - acknowledgedAt);
  }

  /**
   * Returns the index of the oldest snapshot in an outstanding write; {@link Long#MAX_VALUE} if
   * there is none.
   */
  public long oldestSnapshot() {
    for (Write write : writes) {
      if (write.snapshotIndex > 0) {
        return write.snapshotIndex;
      }
    }
    return Long.MAX_VALUE;
  }

  void add(Write write) {
    writes.addLast(write);
  }

  /**
   * The oldest write is acknowledged.
   *
   * @param tick the node's tick
   */
  Write acknowledgeOldest(long tick) {
    acknowledgedAt = tick;
    return writes.removeFirst();
  }

  /** The entries from {@code index} on are removed from the log. */
  void truncateFrom(long index) {
    if (writes.isEmpty()) {
      return;
    }
    for (Write write : writes) {
      write.lastIndex = Math.min(write.lastIndex, index - 1);
    }
  }

  /**
   * A snapshot replaces the log: no entry of an outstanding write counts any more, whatever its
   * index. The snapshot's index may be below that of a write, and entries after the snapshot then
   * have the same indexes again.
   */
  void truncateAll() {
    truncateFrom(1);
  }
}
