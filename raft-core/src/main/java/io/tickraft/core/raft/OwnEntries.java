package io.tickraft.core.raft;

import com.google.protobuf.ByteString;
import io.tickraft.core.Digest;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.log.IndexedBytes;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import java.util.List;

/**
 * The entries that a leader appends in its term: the first index, and the limits of what may be
 * uncommitted.
 */
final class OwnEntries {

  /** The index of the first entry of this term. */
  private final long firstIndex;

  /** The payloads of this term that are not committed. */
  private final IndexedBytes uncommitted;

  /** Begins the term after what is in the log. */
  OwnEntries(NodeState node) {
    this.firstIndex = node.log.lastIndex() + 1;
    this.uncommitted = new IndexedBytes();
  }

  private OwnEntries(OwnEntries other) {
    this.firstIndex = other.firstIndex;
    this.uncommitted = other.uncommitted.copy();
  }

  OwnEntries copy() {
    return new OwnEntries(this);
  }

  void digest(Digest digest) {
    digest.number(firstIndex);
    uncommitted.digest(digest);
  }

  /** Returns whether the entry at an index is of this term. */
  boolean isOfThisTerm(long index) {
    return index >= firstIndex;
  }

  /** Appends an entry, whatever the limits. */
  void append(NodeState node, EntryType type, ByteString data) {
    node.log.append(
        Entry.newBuilder()
            .setTerm(node.term())
            .setIndex(node.log.lastIndex() + 1)
            .setType(type)
            .setData(data)
            .build());
  }

  /** Appends commands, all or none. */
  ProposeResult propose(NodeState node, List<ByteString> payloads) {
    long bytes = Batch.bytes(node.config, payloads);
    if (bytes == Batch.TOO_LARGE) {
      return new ProposeResult.Rejected(ProposeResult.Reason.TOO_LARGE, node.id());
    }
    long count = (long) uncommitted.count() + payloads.size();
    if (uncommitted.count() > 0
        && (uncommitted.bytes() + bytes > node.config.maxUncommittedBytes()
            || count > node.config.maxUncommittedEntries())) {
      return new ProposeResult.Rejected(ProposeResult.Reason.UNCOMMITTED_LIMIT, node.id());
    }
    if (isDiskBehind(node)) {
      return new ProposeResult.Rejected(ProposeResult.Reason.UNSTABLE_LIMIT, node.id());
    }
    long first = node.log.lastIndex() + 1;
    if (payloads.size() == 1) {
      append(node, EntryType.ENTRY_TYPE_COMMAND, payloads.get(0));
      uncommitted.add(first, bytes);
    } else {
      appendAll(node, first, payloads);
    }
    return new ProposeResult.Accepted(node.term(), first, node.log.lastIndex());
  }

  private void appendAll(NodeState node, long first, List<ByteString> payloads) {
    Entry[] commands = new Entry[payloads.size()];
    // One builder for all, as the JIT compiler does not always remove one for each.
    Entry.Builder command =
        Entry.newBuilder().setTerm(node.term()).setType(EntryType.ENTRY_TYPE_COMMAND);
    for (int i = 0; i < commands.length; i++) {
      ByteString payload = payloads.get(i);
      commands[i] = command.setIndex(first + i).setData(payload).build();
      uncommitted.add(first + i, payload.size());
    }
    node.log.append(commands);
  }

  /**
   * Returns whether the unstable entries have reached their limit. The limit of uncommitted entries
   * does not bound them, as the other voters may commit entries that this disk does not hold.
   */
  static boolean isDiskBehind(NodeState node) {
    return node.log.unstableBytes() >= node.config.maxUnstableBytes();
  }

  /** All entries up to {@code index} are committed. */
  void committedTo(long index) {
    uncommitted.freeTo(index);
  }
}
