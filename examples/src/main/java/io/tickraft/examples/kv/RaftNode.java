package io.tickraft.examples.kv;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.ReadResult;
import io.tickraft.core.Ready;
import io.tickraft.core.SnapshotStatus;
import io.tickraft.core.Status;
import io.tickraft.core.TransferResult;
import io.tickraft.examples.kv.store.NodeStore;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Message;
import java.util.List;

/**
 * The calls of {@link RawNode} that this server makes. The tests put a node in its place that
 * checks how the server uses it.
 */
interface RaftNode {

  /** Opens the node of a store. */
  @FunctionalInterface
  interface Opener {
    RaftNode open(RaftConfig config, NodeStore store);
  }

  /** Opens the node that serves. */
  static RaftNode open(RaftConfig config, NodeStore store) {
    return of(store.openNode(config));
  }

  static RaftNode of(RawNode node) {
    return new Raw(node);
  }

  void tick();

  void step(Message message);

  ProposeResult propose(List<ByteString> commands);

  ConfChangeResult proposeConfChange(ConfChange change);

  ReadResult readIndex(ByteString context);

  TransferResult transferLeadership(long target);

  TransferResult transferLeadership();

  void reportUnreachable(long peer);

  void reportSnapshot(long peer, long attempt, SnapshotStatus status);

  boolean hasReady();

  Ready ready();

  void persisted(Ready ready);

  void applied(long index);

  Status status();

  /** The node itself. */
  record Raw(RawNode node) implements RaftNode {

    @Override
    public void tick() {
      node.tick();
    }

    @Override
    public void step(Message message) {
      node.step(message);
    }

    @Override
    public ProposeResult propose(List<ByteString> commands) {
      return node.propose(commands);
    }

    @Override
    public ConfChangeResult proposeConfChange(ConfChange change) {
      return node.proposeConfChange(change);
    }

    @Override
    public ReadResult readIndex(ByteString context) {
      return node.readIndex(context);
    }

    @Override
    public TransferResult transferLeadership(long target) {
      return node.transferLeadership(target);
    }

    @Override
    public TransferResult transferLeadership() {
      return node.transferLeadership();
    }

    @Override
    public void reportUnreachable(long peer) {
      node.reportUnreachable(peer);
    }

    @Override
    public void reportSnapshot(long peer, long attempt, SnapshotStatus status) {
      node.reportSnapshot(peer, attempt, status);
    }

    @Override
    public boolean hasReady() {
      return node.hasReady();
    }

    @Override
    public Ready ready() {
      return node.ready();
    }

    @Override
    public void persisted(Ready ready) {
      node.persisted(ready);
    }

    @Override
    public void applied(long index) {
      node.applied(index);
    }

    @Override
    public Status status() {
      return node.status();
    }
  }
}
