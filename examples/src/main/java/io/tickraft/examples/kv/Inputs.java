package io.tickraft.examples.kv;

import io.netty.channel.EventLoop;
import io.tickraft.core.RawNode;
import io.tickraft.core.SnapshotStatus;
import io.tickraft.examples.kv.peer.PeerHost;
import io.tickraft.examples.kv.store.SnapshotStaging;
import io.tickraft.proto.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Collects what is to be told to the Raft node, and wakes its loop once for all of it.
 *
 * <p>Netty's event loop reads all sockets that have something before it runs tasks. So one task,
 * set when the first input comes, finds everything that has arrived together.
 */
final class Inputs implements PeerHost {

  private final EventLoop loop;
  private final ArrayDeque<Consumer<RawNode>> messages = new ArrayDeque<>();
  private final ArrayDeque<Consumer<RawNode>> requests = new ArrayDeque<>();
  private List<SnapshotStaging> snapshots = new ArrayList<>();
  private Runnable task = () -> {};
  private boolean woken;

  Inputs(EventLoop loop) {
    this.loop = loop;
  }

  /** Says what to run when there is something. Called once, before anything can arrive. */
  void onWake(Runnable newTask) {
    task = newTask;
  }

  /** Has the loop run soon, once. Only called on the event loop. */
  void wake() {
    if (!woken) {
      woken = true;
      loop.execute(
          () -> {
            woken = false;
            task.run();
          });
    }
  }

  /** Has the node told something, on its event loop. May be called on any thread. */
  void add(Consumer<RawNode> request) {
    addTo(requests, request);
  }

  private void addTo(ArrayDeque<Consumer<RawNode>> queue, Consumer<RawNode> input) {
    if (loop.inEventLoop()) {
      queue.add(input);
      wake();
    } else {
      loop.execute(() -> addTo(queue, input));
    }
  }

  /**
   * Tells the node all that waits. First come the messages of other nodes: at any other call the
   * node acts on its time-outs, and the answer that it is waiting for may be among them.
   */
  void deliverTo(RawNode node) {
    deliver(messages, node);
    deliver(requests, node);
  }

  private static void deliver(ArrayDeque<Consumer<RawNode>> queue, RawNode node) {
    for (Consumer<RawNode> input = queue.poll(); input != null; input = queue.poll()) {
      input.accept(node);
    }
  }

  /** Returns the data of the snapshots that were delivered since the last call. */
  List<SnapshotStaging> takeSnapshots() {
    if (snapshots.isEmpty()) {
      return List.of();
    }
    List<SnapshotStaging> taken = snapshots;
    snapshots = new ArrayList<>();
    return taken;
  }

  @Override
  public void receive(Message message) {
    addTo(messages, node -> node.step(message));
  }

  @Override
  public void unreachable(long peer) {
    add(node -> node.reportUnreachable(peer));
  }

  @Override
  public void snapshotStatus(long peer, long attempt, SnapshotStatus status) {
    add(node -> node.reportSnapshot(peer, attempt, status));
  }

  @Override
  public void snapshotReceived(Message message, SnapshotStaging staging) {
    addTo(
        messages,
        node -> {
          snapshots.add(staging);
          node.step(message);
        });
  }
}
