package io.tickraft.core.log;

import io.tickraft.proto.Entry;
import io.tickraft.proto.Snapshot;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end of the log that is not acknowledged as persisted: entries, perhaps on top of a snapshot
 * that replaces all before them, and the writes that the host was told to make.
 *
 * <p>Each write remembers the range of entries that it wrote. What is truncated is cut from the
 * ranges of all writes that are out. Otherwise, where the entries (1,5) of one leader are
 * overwritten by the (2,5) of a second one and again by a third, the late acknowledgement of an
 * earlier write of index 5 would pass for that of the last one, and the node would acknowledge what
 * its disk does not hold.
 */
final class UnstableTail {

  /** A write that the host was told to make and has not acknowledged. */
  private static final class Write {
    /** The last index that it wrote and that was not cut since. */
    private long last;

    /** The index of the snapshot that it wrote; 0 if it wrote none. */
    private final long snapshotIndex;

    Write(long last, long snapshotIndex) {
      this.last = last;
      this.snapshotIndex = snapshotIndex;
    }
  }

  private final EntryBuffer entries;
  private final ArrayDeque<Write> writes = new ArrayDeque<>(2);
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
    for (Write write : other.writes) {
      writes.add(new Write(write.last, write.snapshotIndex));
    }
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
    for (Write write : writes) {
      write.last = Math.min(write.last, index - 1);
    }
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
    for (Write write : writes) {
      // All of it, and not only down to the write's own first entry: the snapshot may be of an
      // index before that, and what is appended to it has the same indexes again.
      write.last = 0;
    }
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

  /**
   * The index of the oldest snapshot that the host was told to write and has not acknowledged;
   * {@link Long#MAX_VALUE} if there is none.
   */
  long oldestSnapshotOut() {
    for (Write write : writes) {
      if (write.snapshotIndex > 0) {
        return write.snapshotIndex;
      }
    }
    return Long.MAX_VALUE;
  }

  /** The host is told to write all that is unwritten. */
  void write() {
    Snapshot unwritten = unwrittenSnapshot();
    long snapshotIndex = unwritten == null ? 0 : unwritten.getMetadata().getIndex();
    writes.addLast(new Write(entries.lastIndex(), snapshotIndex));
    written = entries.lastIndex();
    snapshotWritten = true;
  }

  /** The host has made the oldest of the writes that are out. */
  void persisted() {
    Write write = writes.removeFirst();
    // A snapshot that was replaced by another one since is of a lower index.
    if (snapshot != null && write.snapshotIndex == snapshot.getMetadata().getIndex()) {
      snapshot = null;
    }
    persistedBefore = Math.max(persistedBefore, write.snapshotIndex);
    if (write.last >= entries.firstIndex()) {
      for (long i = entries.firstIndex(); i <= write.last; i++) {
        bytes -= entries.get(i).getSerializedSize();
      }
      entries.removeTo(write.last);
    }
  }
}
