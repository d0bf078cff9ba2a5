package io.tickraft.core.log;

import io.tickraft.proto.HardState;
import java.util.ArrayDeque;

/**
 * The writes that the host was told to make and has not acknowledged, oldest first.
 *
 * <p>Each write remembers up to which entry it wrote. What is truncated is cut from all writes that
 * are outstanding. Otherwise, where the entry (1,5) of one leader is overwritten by the (2,5) of a
 * second one and again by a third, the late acknowledgement of an earlier write of index 5 would
 * pass for that of the last one, and the node would acknowledge what its disk does not hold.
 */
public final class OutstandingWrites {

  /** One write: what a Ready told the host to persist, or to send after all writes before it. */
  static final class Write {
    private final long ready;
    private final HardState hardState;
    private final long tick;
    private final long snapshotIndex;

    /** The last entry that it wrote and that was not removed since; 0: none. */
    private long lastIndex;

    /**
     * Describes a write.
     *
     * @param ready the number of the Ready
     * @param hardState the hard state that is persisted with it, changed or not
     * @param tick the node's tick at which the host was told
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

  OutstandingWrites() {}

  OutstandingWrites copy() {
    OutstandingWrites copy = new OutstandingWrites();
    for (Write w : writes) {
      copy.writes.addLast(new Write(w.ready, w.hardState, w.tick, w.lastIndex, w.snapshotIndex));
    }
    return copy;
  }

  /** {@return how many there are} */
  public int count() {
    return writes.size();
  }

  /**
   * {@return the number of the Ready of the oldest one; {@link Long#MAX_VALUE} if there is none}
   */
  public long oldestReady() {
    return writes.isEmpty() ? Long.MAX_VALUE : writes.getFirst().ready;
  }

  /**
   * Returns how long the oldest one has been outstanding.
   *
   * @param now the node's tick
   * @return ticks; 0 if there is none
   */
  public long ageOfOldest(long now) {
    return writes.isEmpty() ? 0 : now - writes.getFirst().tick;
  }

  /**
   * Returns the index of the oldest snapshot that is being written; {@link Long#MAX_VALUE} if there
   * is none.
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

  Write removeOldest() {
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
   * A snapshot replaces the log: what is written of it does not count any more, whatever its index.
   * The snapshot may be of an index before that of a write, and what is appended to it then has the
   * same indexes again.
   */
  void truncateAll() {
    truncateFrom(1);
  }
}
