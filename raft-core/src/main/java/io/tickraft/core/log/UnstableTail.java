package io.tickraft.core.log;

import io.tickraft.proto.Entry;
import io.tickraft.proto.Snapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end of the log that is not acknowledged as persisted: entries, perhaps on top of a snapshot
 * that replaces all before them. Which writes of it are outstanding, {@link OutstandingWrites}
 * knows.
 */
final class UnstableTail {

  private final EntryBuffer entries;
  private long bytes;

  /** The last index that the host was told to write. */
  private long written;

  private @Nullable Snapshot snapshot;
  private boolean snapshotWritten;

  /** With a snapshot: up to where what it replaces is persisted, and agrees with it. */
  private long persistedBefore;

  /** Begins after a log that is persisted up to {@code persisted}. */
  UnstableTail(long persisted) {
    this.entries = new EntryBuffer(persisted + 1);
    this.written = persisted;
  }

  private UnstableTail(UnstableTail other) {
    this.entries = other.entries.copy();
    this.bytes = other.bytes;
    this.written = other.written;
    this.snapshot = other.snapshot;
    this.snapshotWritten = other.snapshotWritten;
    this.persistedBefore = other.persistedBefore;
  }

  UnstableTail copy() {
    return new UnstableTail(this);
  }

  /** The index up to which the log is persisted. */
  long persistedIndex() {
    return snapshot == null ? entries.firstIndex() - 1 : persistedBefore;
  }

  /** The entries that are not persisted. */
  EntryBuffer entries() {
    return entries;
  }

  /** The sum of the serialized sizes of the entries. */
  long bytes() {
    return bytes;
  }

  /** The snapshot that is not persisted; null if there is none. */
  @Nullable Snapshot snapshot() {
    return snapshot;
  }

  void append(Entry entry) {
    entries.append(entry);
    bytes += entry.getSerializedSize();
  }

  void append(List<Entry> added) {
    entries.append(added);
    for (int i = 0; i < added.size(); i++) {
      bytes += added.get(i).getSerializedSize();
    }
  }

  /** Removes what is from {@code index} on, which may be before the first entry that is held. */
  void truncateFrom(long index) {
    if (index < entries.firstIndex()) {
      entries.reset(index);
      bytes = 0;
    } else {
      for (long i = index; i <= entries.lastIndex(); i++) {
        bytes -= entries.get(i).getSerializedSize();
      }
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
    bytes = 0;
    written = index;
    snapshot = newSnapshot;
    snapshotWritten = false;
  }

  /** Returns whether there is something that the host was not told to write. */
  boolean hasUnwritten() {
    return written < entries.lastIndex() || unwrittenSnapshot() != null;
  }

  /** The snapshot that the host was not told to write; null if there is none. */
  @Nullable Snapshot unwrittenSnapshot() {
    return snapshotWritten ? null : snapshot;
  }

  /** The entries that the host was not told to write. */
  List<Entry> unwrittenEntries() {
    return entries.view(written + 1, entries.lastIndex() + 1);
  }

  /** The host is told to write all that is unwritten. */
  void write() {
    written = entries.lastIndex();
    snapshotWritten = true;
  }

  /**
   * A write is acknowledged.
   *
   * @param lastIndex the last entry that it wrote and that was not removed since; 0: none
   * @param snapshotIndex the index of the snapshot that it wrote; 0: none
   */
  void persisted(long lastIndex, long snapshotIndex) {
    // A snapshot that was replaced by another one since is of a lower index.
    if (snapshot != null && snapshotIndex == snapshot.getMetadata().getIndex()) {
      snapshot = null;
    }
    persistedBefore = Math.max(persistedBefore, snapshotIndex);
    if (lastIndex >= entries.firstIndex()) {
      for (long i = entries.firstIndex(); i <= lastIndex; i++) {
        bytes -= entries.get(i).getSerializedSize();
      }
      entries.removeTo(lastIndex);
    }
  }
}
