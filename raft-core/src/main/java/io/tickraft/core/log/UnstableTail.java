package io.tickraft.core.log;

import io.tickraft.core.Digest;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Snapshot;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The unstable part of the log, which is not acknowledged as persisted: entries, perhaps after a
 * snapshot that replaces all entries before them. {@link OutstandingWrites} has the writes of it.
 */
final class UnstableTail {

  private final EntryBuffer entries;

  /** The last index that a Ready has asked the host to write. Never above the last entry. */
  private long written;

  /** The snapshot that is not persisted; null if there is none. */
  private @Nullable Snapshot snapshot;

  /** Whether a Ready has asked the host to write {@link #snapshot}. */
  private boolean snapshotWritten;

  /** With a snapshot: the index up to which the replaced log is persisted and agrees with it. */
  private long persistedBefore;

  /** Begins after a log that is persisted up to {@code persisted}. */
  UnstableTail(long persisted) {
    this.entries = new EntryBuffer(persisted + 1);
    this.written = persisted;
  }

  private UnstableTail(UnstableTail other) {
    this.entries = other.entries.copy();
    this.written = other.written;
    this.snapshot = other.snapshot;
    this.snapshotWritten = other.snapshotWritten;
    this.persistedBefore = other.persistedBefore;
  }

  UnstableTail copy() {
    return new UnstableTail(this);
  }

  /** Adds the entries, the snapshot, and what of them a Ready has asked the host to write. */
  void digest(Digest digest) {
    digest.number(entries.firstIndex());
    digest.messages(entries.view(entries.firstIndex(), entries.lastIndex() + 1));
    digest.number(written);
    digest.message(Optional.ofNullable(snapshot));
    if (snapshot != null) {
      digest.flag(snapshotWritten).number(persistedBefore);
    }
  }

  /** The index up to which the log is persisted. */
  long persistedIndex() {
    return snapshot == null ? entries.firstIndex() - 1 : persistedBefore;
  }

  EntryBuffer entries() {
    return entries;
  }

  @Nullable Snapshot snapshot() {
    return snapshot;
  }

  /** Removes the entries from {@code index} on, which may be below the first unstable entry. */
  void truncateFrom(long index) {
    if (index < entries.firstIndex()) {
      entries.reset(index);
    } else {
      entries.truncateFrom(index);
    }
    written = Math.min(written, index - 1);
  }

  /**
   * Replaces everything with a snapshot.
   *
   * @param committed the commit index before it
   */
  void restore(Snapshot newSnapshot, long committed) {
    persistedBefore = Math.min(persistedIndex(), committed);
    long index = newSnapshot.getMetadata().getIndex();
    entries.reset(index + 1);
    written = index;
    snapshot = newSnapshot;
    snapshotWritten = false;
  }

  /** Returns whether there are entries or a snapshot that no Ready has asked the host to write. */
  boolean hasUnwritten() {
    return written < entries.lastIndex() || unwrittenSnapshot() != null;
  }

  /** The snapshot that no Ready has asked the host to write; null if there is none. */
  @Nullable Snapshot unwrittenSnapshot() {
    return snapshotWritten ? null : snapshot;
  }

  /** The entries that no Ready has asked the host to write. */
  List<Entry> unwrittenEntries() {
    return entries.view(written + 1, entries.lastIndex() + 1);
  }

  /** A Ready asks the host to write everything unwritten. */
  void write() {
    written = entries.lastIndex();
    snapshotWritten = true;
  }

  /**
   * The host has acknowledged a write.
   *
   * @param lastIndex the last index that it wrote and that was not truncated since; 0: none
   * @param snapshotIndex the index of the snapshot that it wrote; 0: none
   */
  void persisted(long lastIndex, long snapshotIndex) {
    // A snapshot that another one has replaced since has a lower index.
    if (snapshot != null && snapshotIndex == snapshot.getMetadata().getIndex()) {
      snapshot = null;
    }
    persistedBefore = Math.max(persistedBefore, snapshotIndex);
    entries.removeTo(lastIndex);
  }
}
