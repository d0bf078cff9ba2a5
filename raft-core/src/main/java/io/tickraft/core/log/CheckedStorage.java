package io.tickraft.core.log;

import io.tickraft.core.Storage;
import io.tickraft.core.Storage.EntriesResult;
import io.tickraft.core.Storage.SnapshotResult;
import io.tickraft.core.membership.NewerVersion;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Snapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A host's storage whose answers are checked before they are used: an answer that breaks the
 * contract of {@link Storage} causes an exception that names the storage and the fault. Without
 * these checks the fault shows later and elsewhere, as an invariant of the log or a null.
 */
final class CheckedStorage {

  private final Storage storage;

  /**
   * Whether the node is open. Before, a wrong answer is an illegal argument; afterwards it fails
   * the node.
   */
  private boolean opened;

  /** The serialized size of the entries that were read last: added up while they are checked. */
  private long bytesRead;

  CheckedStorage(Storage storage, boolean opened) {
    this.storage = storage;
    this.opened = opened;
  }

  /** Returns an independent copy, on a storage in the same state. */
  CheckedStorage copy(Storage itsStorage) {
    return new CheckedStorage(itsStorage, opened);
  }

  void opened() {
    opened = true;
  }

  /**
   * Returns the first index.
   *
   * <p>The host may compact what its state machine has applied. The node learns of that only later,
   * from {@link io.tickraft.core.RawNode#applied}, and it learns first of a snapshot that has
   * replaced the log. So this checks what is certain: nothing above the applying index is applied.
   * The log reads nothing up to there for the state machine any more.
   *
   * @param applying the applying index
   */
  long firstIndex(long applying) {
    long first = storage.firstIndex();
    if (first < 1 || first > applying + 1) {
      throw wrong(
          "the first index is "
              + first
              + ", but only entries up to "
              + applying
              + " were given to the state machine and may be compacted");
    }
    return first;
  }

  /** Returns the first index, unchecked: a snapshot may just have been written. */
  long first() {
    return storage.firstIndex();
  }

  /** Returns the last index, which may be that of a write that is not acknowledged. */
  long last() {
    return storage.lastIndex();
  }

  /**
   * Returns the term of an entry.
   *
   * @param index an index from {@code firstIndex() - 1} to the last one
   * @param latestTerm the latest term that an entry may have
   */
  long term(long index, long latestTerm) {
    long term = storage.term(index);
    if (index == 0 ? term != 0 : term < 1 || term > latestTerm) {
      throw wrong("term(" + index + ") returned " + term + expected(index, latestTerm));
    }
    return term;
  }

  private static String expected(long index, long latestTerm) {
    return index == 0
        ? ", but there is no entry at index 0"
        : ", but the log has that entry, and terms from 1 to " + latestTerm;
  }

  /**
   * Reads entries as specified by {@link Storage#entries}.
   *
   * @param earliestTerm the earliest term that the entries may have
   * @param latestTerm the latest term that the entries may have
   * @param applied the applied index
   * @return an immutable list of the entries; empty if the storage cannot deliver now
   */
  List<Entry> entries(
      long lo, long hi, long maxBytes, long earliestTerm, long latestTerm, long applied) {
    EntriesResult result = storage.entries(lo, hi, maxBytes);
    if (result instanceof EntriesResult.NotYet) {
      return List.of();
    }
    if (result instanceof EntriesResult.Compacted) {
      throw compacted(lo, applied);
    }
    if (!(result instanceof EntriesResult.Available available)) {
      throw wrong("entries(" + lo + ", " + hi + ", " + maxBytes + ") returned null");
    }
    List<Entry> entries = available.entries();
    if (entries.isEmpty() || entries.size() > hi - lo) {
      throw wrong(entries.size() + " entries where " + lo + " to " + (hi - 1) + " are due");
    }
    long term = earliestTerm;
    long bytes = 0;
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      term = check(entry, lo + i, term, latestTerm);
      bytes += entry.getSerializedSize();
    }
    bytesRead = bytes;
    // A Ready never changes, whatever the storage does to its list.
    return EntryBuffer.isView(entries) ? entries : List.copyOf(entries);
  }

  private RuntimeException compacted(long index, long applied) {
    long first = storage.firstIndex();
    return index < first && index > applied
        ? wrong(
            "the host has compacted entry "
                + index
                + ", which is not applied (applied index "
                + applied
                + ", first index "
                + first
                + ")")
        : wrong("entry " + index + " is compacted, but the first index is " + first);
  }

  /** Returns the serialized size of the entries that {@link #entries} returned last, in bytes. */
  long bytesRead() {
    return bytesRead;
  }

  /** Checks an entry and returns its term. */
  private long check(@Nullable Entry entry, long index, long earliestTerm, long latestTerm) {
    if (entry == null) {
      throw wrong("null where entry " + index + " is due");
    }
    if (entry.getIndex() != index) {
      throw wrong("entry " + entry.getIndex() + " where " + index + " is due");
    }
    if (NewerVersion.isUnknownType(entry)) {
      throw wrong(NewerVersion.unknownTypeOf(entry).orElseThrow());
    }
    long term = entry.getTerm();
    if (term < earliestTerm) {
      throw wrong(
          "entry "
              + index
              + " is of term "
              + term
              + ", and terms do not fall along a log: "
              + earliestTerm
              + " or later is due");
    }
    if (term > latestTerm) {
      throw wrong(
          "entry "
              + index
              + " is of term "
              + term
              + ", and the latest term of an entry in the log is "
              + latestTerm);
    }
    return term;
  }

  /** Returns the snapshot; null if the storage cannot deliver now. */
  @Nullable Snapshot snapshot() {
    SnapshotResult result = storage.snapshot();
    if (result instanceof SnapshotResult.NotYet) {
      return null;
    }
    if (!(result instanceof SnapshotResult.Available available)) {
      throw wrong("snapshot() returned null");
    }
    return available.snapshot();
  }

  RuntimeException wrong(String problem) {
    String message = "storage: " + problem;
    return opened ? new IllegalStateException(message) : new IllegalArgumentException(message);
  }
}
