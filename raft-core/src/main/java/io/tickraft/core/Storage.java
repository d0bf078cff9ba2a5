package io.tickraft.core;

import io.tickraft.proto.Entry;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Snapshot;
import java.util.List;
import java.util.Objects;

/**
 * The persisted state of a node. The node only reads it; the host writes what each {@link Ready}
 * holds.
 *
 * <p>The node reads only what was acknowledged with {@link RawNode#persisted}, or was persisted
 * when the node was opened. So another thread of the host may write newer entries at any time. From
 * the acknowledgement of a Ready on, {@link #firstIndex()} and {@link #lastIndex()} show its write:
 * otherwise {@link RawNode#persisted} throws an exception.
 *
 * <p>The host may compact the log, which raises {@link #firstIndex()}, between calls of the node
 * but not during one, and only up to an index that the state machine has applied and that {@link
 * #snapshot()} covers. It may do so before it acknowledges that index with {@link RawNode#applied}.
 *
 * <p>After compaction up to index {@code c}, {@link #term} still returns the term of entry {@code
 * c}: the node needs it to replicate the next entry.
 *
 * <p>An exception from any method fails the node: {@link NodeFailedException}. During {@link
 * RawNode#open} the exception is passed on unchanged. A result that breaks this contract, such as
 * null, an entry of another index or a falling term, also fails the node; the cause names the call
 * and the result. {@code open} throws an {@link IllegalArgumentException} for such a result.
 */
public interface Storage {

  /**
   * Returns the hard state from which a node starts. Called once, when the node is opened.
   *
   * @return the last hard state that was persisted; the default instance if there is none
   */
  HardState initialState();

  /**
   * Returns the entries at {@code lo}, {@code lo + 1} and so on, without a gap.
   *
   * <p>The node asks only for entries that the log holds or that are compacted: {@code hi} is never
   * above {@code lastIndex() + 1}. The result may end before {@code hi}, and may have fewer entries
   * than {@code maxBytes} allows, for example those of one segment of the log. It has at least one.
   * The node reads the others with another call.
   *
   * <p>When the node is opened, it reads all entries above the applied index, to find the
   * membership changes among them. The result must not be {@link EntriesResult.NotYet} then.
   *
   * @param lo the first index, at least 1
   * @param hi the index after the last one, above {@code lo}, at most {@code lastIndex() + 1}
   * @param maxBytes the limit on the size of the result, as the sum of {@link
   *     Entry#getSerializedSize()}; the first entry is returned whatever its size
   * @return at least one entry, or why there is none
   */
  EntriesResult entries(long lo, long hi, long maxBytes);

  /**
   * Returns the term of one entry.
   *
   * <p>The node asks for no index outside of the range below, so it does not matter what this
   * method does there. In the range each index but 0 has a term from 1: a 0 fails the node.
   *
   * @param index an index in {@code firstIndex() - 1 .. lastIndex()}; {@code firstIndex() - 1} is
   *     the last compacted entry, or 0 if nothing was compacted
   * @return the term of the entry, from 1; 0 for index 0
   */
  long term(long index);

  /**
   * {@return the index of the first entry, from 1 to {@code lastIndex() + 1}: one above the last
   * compacted index; 1 if nothing was compacted}
   */
  long firstIndex();

  /** {@return the index of the last entry, from 0; {@code firstIndex() - 1} if there is none} */
  long lastIndex();

  /**
   * {@return a snapshot to send to a member that needs entries below {@link #firstIndex()}, or
   * {@link SnapshotResult.NotYet} while the snapshot is being built}
   *
   * <p>The snapshot's index is never below {@code firstIndex() - 1}: otherwise a member could get
   * some entries neither from the log nor from the snapshot. When the node is opened, the result
   * must not be {@link SnapshotResult.NotYet}; an empty storage returns the default instance.
   */
  SnapshotResult snapshot();

  /** The result of {@link #entries}. */
  sealed interface EntriesResult {
    /**
     * Entries.
     *
     * @param entries at least one, contiguous, starting at the requested index; the list never
     *     changes
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

    /** The first requested index is below {@link #firstIndex()}. */
    record Compacted() implements EntriesResult {}

    /**
     * The entries exist but cannot be read without waiting. The node asks again when the host calls
     * {@link RawNode#storageReady}, and at the latest after the next tick.
     */
    record NotYet() implements EntriesResult {}
  }

  /** The result of {@link #snapshot}. */
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
     * RawNode#storageReady}, and at the latest after the next tick.
     */
    record NotYet() implements SnapshotResult {}
  }
}
