package io.tickraft.core.log;

import io.tickraft.core.Digest;
import java.util.Arrays;

/**
 * The writes that Readys have asked for and the host has not acknowledged, oldest first.
 *
 * <p>Each write records its last index. A truncation lowers that index in all outstanding writes.
 * Otherwise, if entry (1,5) of one leader is overwritten by entry (2,5) of a second leader and
 * again by a third, the late acknowledgement of an earlier write of index 5 would count for the
 * last one, and the node would acknowledge an entry that its disk does not hold.
 */
public final class OutstandingWrites {

  /**
   * One write: what a Ready asked the host to persist, or to send after all earlier writes. The
   * object is reused for a later write once this one is acknowledged.
   */
  public static final class Write {
    private long ready;
    private long term;
    private long vote;
    private long tick;
    private long snapshotIndex;

    /** The last index that it wrote and that was not truncated since; 0: none. */
    private long lastIndex;

    private Write() {}

    private Write(Write other) {
      this.ready = other.ready;
      this.term = other.term;
      this.vote = other.vote;
      this.tick = other.tick;
      this.snapshotIndex = other.snapshotIndex;
      this.lastIndex = other.lastIndex;
    }

    /** The term that is persisted after this write. */
    public long term() {
      return term;
    }

    /** The vote that is persisted after this write; 0: none. */
    public long vote() {
      return vote;
    }

    long lastIndex() {
      return lastIndex;
    }

    long snapshotIndex() {
      return snapshotIndex;
    }
  }

  /**
   * A ring buffer, from {@link #head} on. Nearly each Ready makes a write, so the objects of
   * acknowledged writes are reused. They hold numbers only: a reference in an old object costs a
   * memory fence in G1 each time that it is set. The ring only grows, and its length is a power of
   * two.
   */
  private Write[] ring = {new Write()};

  private int head;
  private int count;

  /** The node's tick at which a write was acknowledged last. */
  private long acknowledgedAt;

  OutstandingWrites() {}

  OutstandingWrites copy() {
    OutstandingWrites copy = new OutstandingWrites();
    copy.acknowledgedAt = acknowledgedAt;
    copy.ring = Arrays.stream(ring).map(Write::new).toArray(Write[]::new);
    copy.head = head;
    copy.count = count;
    return copy;
  }

  /**
   * Adds what the acknowledgements of the writes will do, and when they are late.
   *
   * @param lastTaken the number of the last Ready
   * @param now the node's tick
   * @param maxPersistTicks for how long the disk of a leader may make no progress, in ticks
   */
  void digest(Digest digest, long lastTaken, long now, int maxPersistTicks) {
    digest.number(count);
    for (int i = 0; i < count; i++) {
      Write write = at(i);
      digest.number(lastTaken - write.ready);
      digest.number(write.term).id(write.vote);
      digest.number(write.snapshotIndex).number(write.lastIndex);
      digest.remaining(write.tick + maxPersistTicks - now);
    }
    if (count > 0) {
      digest.remaining(acknowledgedAt + maxPersistTicks - now);
    }
  }

  /** {@return the number of outstanding writes} */
  public int count() {
    return count;
  }

  /**
   * {@return the number of the Ready of the oldest write; {@link Long#MAX_VALUE} if there is none}
   */
  public long oldestReady() {
    return count == 0 ? Long.MAX_VALUE : at(0).ready;
  }

  /**
   * Returns how long the oldest write has been outstanding, in ticks; 0 if there is none.
   *
   * @param now the node's tick
   */
  public long ageOfOldest(long now) {
    return count == 0 ? 0 : now - at(0).tick;
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
    for (int i = 0; i < count; i++) {
      if (at(i).snapshotIndex > 0) {
        return at(i).snapshotIndex;
      }
    }
    return Long.MAX_VALUE;
  }

  /**
   * Returns the last index that the writes up to a Ready wrote and that was not truncated since; 0:
   * none.
   */
  long lastIndexUpTo(long ready) {
    if (oldestReady() > ready) {
      return 0;
    }
    long last = at(0).lastIndex; // Nearly always the only one.
    for (int i = 1; i < count && at(i).ready <= ready; i++) {
      last = Math.max(last, at(i).lastIndex);
    }
    return last;
  }

  /** Returns the index of the last snapshot in the writes up to a Ready; 0: there is none. */
  long snapshotUpTo(long ready) {
    long last = 0;
    for (int i = 0; i < count && at(i).ready <= ready; i++) {
      last = Math.max(last, at(i).snapshotIndex);
    }
    return last;
  }

  /**
   * Adds a write.
   *
   * @param ready the number of the Ready
   * @param term the term that is persisted after this write, whether the write changes it or not
   * @param vote the vote that is persisted after this write; 0: none
   * @param tick the node's tick at which the Ready was taken
   * @param lastIndex the last index that it writes; 0 if it writes no entries and no snapshot
   * @param snapshotIndex the index of the snapshot that it writes; 0 if it writes none
   */
  void add(long ready, long term, long vote, long tick, long lastIndex, long snapshotIndex) {
    if (count == ring.length) {
      grow();
    }
    Write write = at(count);
    count++;
    write.ready = ready;
    write.term = term;
    write.vote = vote;
    write.tick = tick;
    write.lastIndex = lastIndex;
    write.snapshotIndex = snapshotIndex;
  }

  /** Returns the write at a position, counted from the oldest; at {@code count}: a free one. */
  private Write at(int position) {
    return ring[(head + position) & (ring.length - 1)];
  }

  private void grow() {
    Write[] larger = new Write[2 * ring.length];
    for (int i = 0; i < larger.length; i++) {
      larger[i] = i < count ? at(i) : new Write();
    }
    ring = larger;
    head = 0;
  }

  /**
   * The oldest write is acknowledged. There must be one.
   *
   * @param tick the node's tick
   * @return the write, which is valid until the next one is added
   */
  Write acknowledgeOldest(long tick) {
    acknowledgedAt = tick;
    Write oldest = at(0);
    head = (head + 1) & (ring.length - 1);
    count--;
    return oldest;
  }

  /** The entries from {@code index} on are removed from the log. */
  void truncateFrom(long index) {
    for (int i = 0; i < count; i++) {
      at(i).lastIndex = Math.min(at(i).lastIndex, index - 1);
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
