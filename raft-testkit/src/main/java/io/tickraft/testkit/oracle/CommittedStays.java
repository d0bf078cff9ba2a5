package io.tickraft.testkit.oracle;

import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Snapshot;
import java.util.List;

/**
 * Committed entries stay. A node whose log holds an entry that is committed, by whatever node,
 * never replaces it, and its writes never remove it from its disk. This holds once the node has
 * reached the term in which the entry was committed: before, a late append of an older leader may
 * replace it (Raft paper, section 5.4.3). What a disk loses by itself is not judged here.
 */
final class CommittedStays implements Oracle {

  private static final String PROMISE = "committed entries stay";

  /** How far a node holds the committed log. */
  private static final class Holder {
    /** The last index committed in its term or before that its log was seen to hold. */
    private long inLog;

    /** The last index committed in its term or before that its disk was seen to hold. */
    private long onDisk;

    /** The number of the last Ready that its host has taken since its start. */
    private long lastTaken;

    /**
     * Whether its host has taken all of its log; if not, the log may have replaced what the disk
     * still holds, before others committed that.
     */
    private boolean isDrained = true;

    /** Whether its log may hold more than was seen that binds it. */
    private boolean hasChanged = true;

    /** The highest committed index when its log was looked at. */
    private long lookedTo;

    /** Its term when it was last seen. */
    private long term;
  }

  private final GhostLogs logs;
  private final CommittedLog committed;
  private final ByNode<Holder> holders = new ByNode<>(node -> new Holder());

  /**
   * Makes an oracle that has seen nothing yet.
   *
   * @param logs the logs of all nodes; must get each event before this oracle
   * @param committed the committed log; must get each event before this oracle
   */
  CommittedStays(GhostLogs logs, CommittedLog committed) {
    this.logs = logs;
    this.committed = committed;
  }

  // In the log.

  @Override
  public void appended(long node, List<Entry> entries) {
    holders.of(node).hasChanged = true;
  }

  @Override
  public void snapshotInstalled(long node, Snapshot snapshot) {
    Holder holder = holders.of(node);
    long index = snapshot.getMetadata().getIndex();
    if (index < holder.inLog && !holds(node, holder.inLog)) {
      throw violation(node, "replaces its log by a snapshot at " + index, holder.inLog);
    }
    holder.hasChanged = true;
    // What is before the snapshot is not in the log any more.
    holder.inLog = logs.at(node, index).equals(prefix(index)) ? Math.max(holder.inLog, index) : 0;
  }

  private GhostLogs.Prefix prefix(long index) {
    return index <= committed.last() ? committed.at(index) : GhostLogs.START;
  }

  private boolean holds(long node, long index) {
    return logs.has(node, index) && logs.at(node, index).equals(committed.at(index));
  }

  @Override
  public void stepped(NodeView view) {
    Holder holder = holders.of(view.node());
    holder.isDrained = view.drained();
    if (holder.term != view.term()) {
      holder.term = view.term();
      holder.hasChanged = true;
    }
    if (!view.drained() || (!holder.hasChanged && holder.lookedTo == committed.last())) {
      return;
    }
    if (holder.inLog > 0 && !holds(view.node(), holder.inLog)) {
      throw violation(view.node(), "has replaced", holder.inLog);
    }
    long index = Math.min(binding(holder), logs.last(view.node()));
    while (index > holder.inLog && !holds(view.node(), index)) {
      index--; // The log has another entry there, which is not committed.
    }
    holder.inLog = Math.max(holder.inLog, index);
    holder.hasChanged = false;
    holder.lookedTo = committed.last();
  }

  /** Returns the last index that was committed in the node's term or before. */
  private long binding(Holder holder) {
    return committed.lastBefore(holder.term + 1);
  }

  // On the disk.

  @Override
  public void taken(long node, ReadyView ready, Storage durable) {
    holders.of(node).lastTaken = ready.number();
  }

  @Override
  public void written(long node, ReadyView ready, Storage durable) {
    Holder holder = holders.of(node);
    if (ready.number() < holder.lastTaken) {
      // A later write is in flight. Until then the disk may hold an entry that was overwritten,
      // came back with another leader, and is committed only now.
      return;
    }
    if (!isOn(durable, holder.onDisk)) {
      throw violation(node, "has removed from its disk", holder.onDisk);
    }
    long index = Math.min(binding(holder), durable.lastIndex());
    if (index > holder.onDisk && isOn(durable, index) && holder.isDrained) {
      holder.onDisk = index;
    }
  }

  private boolean isOn(Storage disk, long index) {
    return index == 0
        || index < disk.firstIndex() - 1
        || (index <= disk.lastIndex() && disk.term(index) == committed.at(index).term());
  }

  @Override
  public void opened(long node, Storage storage) {
    Holder holder = holders.of(node);
    holder.lastTaken = 0;
    holder.isDrained = true;
    holder.inLog = 0; // Its unsynced entries may be lost.
    holder.hasChanged = true;
    if (!isOn(storage, holder.onDisk)) {
      // The disk has lost a synced write. What comes of that is for the other oracles to judge.
      holder.onDisk = 0;
    }
  }

  private static OracleViolation violation(long node, String action, long index) {
    return new OracleViolation(
        PROMISE,
        "node " + node + " " + action + " the committed entry " + index + ", or one before it");
  }
}
