package io.tickraft.testkit.oracle;

import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import org.jspecify.annotations.Nullable;

/**
 * The prefixes of the logs on the disks, hashed from the entries that the disks return. Each entry
 * is read once, when it is first asked for, unless the log was replaced since.
 */
final class DiskPrefixes {

  /** The last prefix that was read from a disk. */
  private static final class Read {
    private long index;
    private GhostLogs.Prefix prefix = GhostLogs.START;
  }

  private final GhostLogs logs;
  private final ByNode<Read> reads = new ByNode<>(node -> new Read());

  DiskPrefixes(GhostLogs logs) {
    this.logs = logs;
  }

  /**
   * Returns the prefix on a disk that ends at an index.
   *
   * @return the prefix; null if the disk does not show it: the log does not reach the index, or is
   *     compacted beyond it
   */
  GhostLogs.@Nullable Prefix at(long node, Storage disk, long index) {
    if (index > disk.lastIndex()) {
      return null;
    }
    Read read = reads.of(node);
    long base = disk.firstIndex() - 1;
    if (read.index > index || read.index < base || disk.term(read.index) != read.prefix.term()) {
      // A snapshot names only its last entry.
      GhostLogs.Prefix start = base == 0 ? GhostLogs.START : logs.first(base, disk.term(base));
      if (start == null || base > index) {
        return null;
      }
      read.index = base;
      read.prefix = start;
    }
    return read.index == index || readTo(index, disk, read) ? read.prefix : null;
  }

  private static boolean readTo(long index, Storage disk, Read read) {
    if (disk.entries(read.index + 1, index + 1, Long.MAX_VALUE)
        instanceof Storage.EntriesResult.Available available) {
      for (Entry entry : available.entries()) {
        read.prefix =
            new GhostLogs.Prefix(entry.getTerm(), GhostLogs.hash(read.prefix.hash(), entry));
        read.index = entry.getIndex();
      }
      return read.index == index;
    }
    return false;
  }
}
