package io.tickraft.test;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.ReadResult;
import io.tickraft.core.Ready;
import io.tickraft.core.Status;
import io.tickraft.core.Storage;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Message;
import io.tickraft.testkit.contract.HostWatch;
import io.tickraft.testkit.contract.WatchedNode;
import java.util.List;

/**
 * A watched node with the calls of {@link io.tickraft.core.RawNode} that the example makes. {@link
 * Watching} puts it in the place of that class, which is final.
 */
public final class RawNode {

  /** What watches the nodes that this thread opens. */
  public static final ThreadLocal<HostWatch> WATCH = new ThreadLocal<>();

  /** What this thread has opened last. */
  public static final ThreadLocal<WatchedNode> LAST = new ThreadLocal<>();

  private final WatchedNode node;

  private RawNode(WatchedNode node) {
    this.node = node;
  }

  public static RawNode open(RaftConfig config, Storage storage) {
    WatchedNode node = WATCH.get().open(config, storage);
    node.handOver(); // The loop has a thread of its own.
    LAST.set(node);
    return new RawNode(node);
  }

  public void tick() {
    node.tick();
  }

  public void step(Message message) {
    node.step(message);
  }

  public ProposeResult propose(ByteString command) {
    return node.propose(command);
  }

  public ProposeResult propose(List<ByteString> commands) {
    return node.propose(commands);
  }

  public ConfChangeResult proposeConfChange(ConfChange change) {
    return node.proposeConfChange(change);
  }

  public ReadResult readIndex(ByteString context) {
    return node.readIndex(context);
  }

  public TransferResult transferLeadership() {
    return node.transferLeadership();
  }

  public TransferResult transferLeadership(long target) {
    return node.transferLeadership(target);
  }

  public void resign() {
    node.resign();
  }

  public void campaign() {
    node.campaign();
  }

  public void forgetLeader() {
    node.forgetLeader();
  }

  public boolean hasReady() {
    return node.hasReady();
  }

  public Ready ready() {
    return node.ready();
  }

  public void persisted(Ready ready) {
    node.persisted(ready);
  }

  public void applied(long index) {
    node.applied(index);
  }

  public void advance(Ready ready) {
    node.advance(ready);
  }

  public Status status() {
    return node.status();
  }
}
