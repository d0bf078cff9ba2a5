package io.tickraft.testkit.sim;

import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import java.util.List;

/** Decides when a node takes a snapshot: by the commands and bytes applied since the last one. */
final class SnapshotPolicy {

  private final SimulationOptions options;

  // Since the last snapshot that this node took.
  private int commands;
  private long bytes;

  SnapshotPolicy(SimulationOptions options) {
    this.options = options;
  }

  /** The node has started: counts the entries that a durable state machine has applied already. */
  void started(SimDisk disk, long appliedIndex) {
    commands = 0;
    bytes = 0;
    long snapshot =
        ((Storage.SnapshotResult.Available) disk.snapshot()).snapshot().getMetadata().getIndex();
    for (Entry entry : disk.log()) {
      if (entry.getIndex() > snapshot && entry.getIndex() <= appliedIndex) {
        count(entry);
      }
    }
  }

  private void count(Entry entry) {
    bytes += entry.getSerializedSize();
    if (entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
      commands++;
    }
  }

  /** Counts entries that were applied, and says whether a snapshot is due; counts from 0 then. */
  boolean isDueAfter(List<Entry> applied) {
    applied.forEach(this::count);
    boolean isDue = options.isSnapshotDue(commands, bytes);
    if (isDue) {
      commands = 0;
      bytes = 0;
    }
    return isDue;
  }
}
