package io.tickraft.core;

import io.tickraft.proto.Entry;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Snapshot;
import java.util.List;
import java.util.Objects;

/**
 * What a host has persisted, as its node reads it. The node only reads; the host writes what {@link
 * Ready} tells it to.
 *
 * <p>The node asks only for what was acknowledged with {@link RawNode#persisted} (or was there when
 * it was opened), so a thread of the host's may write ahead of that. Compacting, which is to raise
 * {@link #firstIndex()}, is allowed between the calls of the node, never during one, and only up to
 * an index that was applied and that {@link #snapshot()} covers.
 *
 * <p>A log that was compacted up to index {@code c} still knows the term of entry {@code c}, so
 * that the entry after it can be replicated.
 *
 * <p>An exception out of any method fails the node: {@link NodeFailedException}. When the node is
 * opened there is none yet, and the exception leaves {@link RawNode#open} as it is. An answer that
 * breaks this contract, such as null, an entry of another index or terms that fall, fails the node
 * too, with a cause that names the storage and the answer; {@code open} throws an {@link
 * IllegalArgumentException} for it.
 */
public interface Storage {

  /**
   * Returns what a node starts from. Called once, when the node is opened.
   *
   * @return the last hard state that was persisted; the default instance if there is none
   */
  HardState initialState();

  /**
   * Returns the entries at {@code lo}, {@code lo + 1} and so on, without a gap.
   *
   * <p>When the node is opened it reads all entries above the applied index, to know of the
   * membership changes among them, and they must be there at once.
   *
   * @param lo the first index, at least 1
   * @param hi the index after the last one, above {@code lo}
   * @param maxBytes how many bytes the answer may hold, as the sum of {@link
   *     Entry#getSerializedSize()}; the first entry is in the answer whatever its size
   * @return at least one entry, or why there is none
   */
  EntriesResult entries(long lo, long hi, long maxBytes);

  /**
   * Returns the term of one entry.
   *
   * @param index an index in {@code firstIndex() - 1 .. lastIndex()}
   * @return the term of the entry; 0 if the log does not hold it, and for index 0
   */
  long term(long index);

  /**
   * Returns the index of the first entry in the log: one more than what was compacted, which is 1
   * for a log that never was.
   *
   * @return an index, from 1 to {@code lastIndex() + 1}
   */
  long firstIndex();

  /**
   * Returns the index of the last entry; {@code firstIndex() - 1} if there is none.
   *
   * @return an index, from 0
   */
  long lastIndex();

  /**
   * Returns a snapshot to send to a node that is behind {@link #firstIndex()}.
   *
   * <p>Its index is never below {@code firstIndex() - 1}, or what was compacted could not be had
   * any more. When the node is opened, the answer must be there at once, and is the default
   * instance for an empty storage.
   *
   * @return the snapshot, or that it is still being built
   */
  SnapshotResult snapshot();

  /** The answer of {@link #entries}. */
  sealed interface EntriesResult {
    /**
     * Entries.
     *
     * @param entries at least one, contiguous, from the index that was asked for; not changed any
     *     more
     */
    record Available(List<Entry> entries) implements EntriesResult {
      /**
       * Wraps entries.
       *
       * @param entries the entries
       */
      public Available {
        Objects.requireNonNull(entries, "entries");
      }
    }

    /** The first entry that was asked for is before {@link #firstIndex()}. */
    record Compacted() implements EntriesResult {}

    /**
     * The entries are there but cannot be had without waiting. The node asks again when the host
     * calls {@link RawNode#storageReady}, or else after its next tick.
     */
    record NotYet() implements EntriesResult {}
  }

  /** The answer of {@link #snapshot}. */
  sealed interface SnapshotResult {
    /**
     * A snapshot.
     *
     * @param snapshot with its metadata; the default instance if the storage is empty
     */
    record Available(Snapshot snapshot) implements SnapshotResult {
      /**
       * Wraps a snapshot.
       *
       * @param snapshot the snapshot
       */
      public Available {
        Objects.requireNonNull(snapshot, "snapshot");
      }
    }

    /**
     * The snapshot is still being built. The node asks again when the host calls {@link
     * RawNode#storageReady}, or else after its next tick.
     */
    record NotYet() implements SnapshotResult {}
  }
}
