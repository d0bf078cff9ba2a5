package io.tickraft.testkit.oracle;

import com.google.protobuf.ByteString;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.ReadResult;
import io.tickraft.core.RoleName;
import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import java.util.List;

/**
 * Nothing grows beyond the limits in a node's {@link RaftConfig}: a leader's uncommitted commands,
 * the entries of an append, the messages of a Ready, the outstanding Readys, the entries that are
 * given to the state machine and not applied, and the pending reads of the host.
 */
final class Limits implements Oracle {

  private static final String PROMISE = "limits";

  /** A node's queues since it was opened. */
  private static final class Node {
    private final RaftConfig config;

    /** The payloads of the uncommitted commands of one term. */
    private final Sizes uncommitted = new Sizes();

    /** The term of {@link #uncommitted}: that of the last entry. */
    private long term;

    /**
     * The entries that are given to the state machine and not applied, by the last of each Ready.
     */
    private final Sizes applying = new Sizes();

    /** The outstanding Readys, by number; each counts as 1. */
    private final Sizes readys = new Sizes();

    private int reads;

    Node(RaftConfig config) {
      this.config = config;
    }
  }

  private final ByNode<Node> nodes = new ByNode<>();

  /** Makes an oracle that has seen nothing yet. */
  Limits() {}

  @Override
  public void configured(long node, RaftConfig config) {
    nodes.put(node, new Node(config));
  }

  @Override
  public void appended(long node, List<Entry> entries) {
    Node queues = nodes.get(node);
    if (queues == null) {
      return;
    }
    queues.uncommitted.removeFrom(entries.get(0).getIndex());
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (entry.getTerm() != queues.term) {
        queues.term = entry.getTerm();
        queues.uncommitted.clear();
      }
      if (entry.getType() == EntryType.ENTRY_TYPE_COMMAND) {
        queues.uncommitted.add(entry.getIndex(), entry.getData().size());
      }
    }
  }

  @Override
  public void snapshotInstalled(long node, Snapshot snapshot) {
    Node queues = nodes.get(node);
    if (queues != null) {
      queues.uncommitted.clear();
      queues.applying.add(snapshot.getMetadata().getIndex(), 0);
    }
  }

  @Override
  public void stepped(NodeView view) {
    Node queues = nodes.get(view.node());
    if (queues == null) {
      return;
    }
    queues.uncommitted.removeTo(view.commitIndex());
    queues.applying.removeTo(view.appliedIndex());
    if (view.role() == RoleName.LEADER && view.drained() && queues.term == view.term()) {
      Sizes uncommitted = queues.uncommitted;
      RaftConfig config = queues.config;
      // If nothing is uncommitted, one command of any size is accepted.
      if ((uncommitted.sum() > config.maxUncommittedBytes() && uncommitted.count() > 1)
          || uncommitted.count() > config.maxUncommittedEntries()) {
        throw violation(
            view.node(),
            uncommitted.count() + " uncommitted commands of " + uncommitted.sum() + " bytes");
      }
    }
  }

  @Override
  public void readRequested(long node, ByteString context, ReadResult result) {
    Node queues = nodes.get(node);
    if (queues != null && result instanceof ReadResult.Accepted) {
      queues.reads++;
    }
  }

  @Override
  public void taken(long node, ReadyView ready, Storage durable) {
    Node queues = nodes.get(node);
    if (queues == null) {
      return;
    }
    outbox(node, queues, ready);
    if (ready.isOutstanding()) {
      queues.readys.add(ready.number(), 1);
      if (queues.readys.count() > queues.config.maxOutstandingReadys()) {
        throw violation(node, queues.readys.count() + " outstanding Readys");
      }
    }
    if (!ready.committedEntries().isEmpty()) {
      applying(node, queues, ready.committedEntries());
    }
    // All reads that have ended are in this Ready.
    queues.reads -= ready.readStates().size();
    if (queues.reads > queues.config.maxPendingReads()) {
      throw violation(node, queues.reads + " pending reads");
    }
  }

  @Override
  public void persisted(long node, ReadyView ready) {
    Node queues = nodes.get(node);
    if (queues != null) {
      queues.readys.removeTo(ready.number());
    }
  }

  private static void applying(long node, Node queues, List<Entry> batch) {
    long bytes = 0;
    for (int i = 0; i < batch.size(); i++) {
      bytes += batch.get(i).getSerializedSize();
    }
    Sizes applying = queues.applying;
    boolean isAlone = applying.count() == 0 && batch.size() == 1;
    if (!isAlone && applying.sum() + bytes > queues.config.maxCommittedBytesPerReady()) {
      throw violation(node, applying.sum() + bytes + " bytes of entries being applied");
    }
    applying.add(batch.get(batch.size() - 1).getIndex(), bytes);
  }

  // Messages.

  private static void outbox(long node, Node queues, ReadyView ready) {
    int count = 0;
    long bytes = 0;
    for (int list = 0; list < 2; list++) {
      List<Message> messages = list == 0 ? ready.messages() : ready.messagesAfterPersist();
      for (int i = 0; i < messages.size(); i++) {
        Message message = messages.get(i);
        if (message.hasAppend()) {
          append(node, queues, message);
        } else if (!message.hasInstallSnapshot()) {
          count++;
          bytes += message.getSerializedSize();
        }
      }
    }
    if (count > queues.config.maxOutboxMessages()
        || (count > 1 && bytes > queues.config.maxOutboxBytes())) {
      throw violation(node, count + " messages of " + bytes + " bytes in the outbox");
    }
  }

  private static void append(long node, Node queues, Message message) {
    List<Entry> entries = message.getAppend().getEntriesList();
    if (entries.size() <= 1) {
      return; // A single entry may have any size.
    }
    long bytes = 0;
    for (int i = 0; i < entries.size(); i++) {
      bytes += entries.get(i).getSerializedSize();
    }
    if (bytes > queues.config.maxAppendBytes()) {
      throw violation(node, "an append of " + bytes + " bytes");
    }
  }

  private static OracleViolation violation(long node, String what) {
    return new OracleViolation(PROMISE, "node " + node + " has " + what);
  }
}
