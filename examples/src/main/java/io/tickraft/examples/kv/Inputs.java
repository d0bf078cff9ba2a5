package io.tickraft.examples.kv;

import io.netty.channel.EventLoop;
import io.tickraft.core.SnapshotStatus;
import io.tickraft.examples.kv.net.Later;
import io.tickraft.examples.kv.peer.PeerHost;
import io.tickraft.examples.kv.store.SnapshotStaging;
import io.tickraft.proto.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Queues the inputs of the Raft node, and schedules one run of its loop for all of them.
 *
 * <p>Netty's event loop reads all sockets that have data before it runs tasks. So one task,
 * scheduled when the first input arrives, finds all inputs that arrived together.
 */
final class Inputs implements PeerHost {

  private final EventLoop loop;
  private final ArrayDeque<Consumer<RaftNode>> messages = new ArrayDeque<>();
  private final ArrayDeque<Consumer<RaftNode>> requests = new ArrayDeque<>();
  private List<SnapshotStaging> snapshots = new ArrayList<>();
  private Runnable task = () -> {};
  private boolean woken;

  Inputs(EventLoop loop) {
    this.loop = loop;
  }

  /** Sets the task that {@link #wake} runs. Called once, before any input can arrive. */
  void onWake(Runnable newTask) {
    task = newTask;
  }

  /** Schedules one run of the task, unless one is scheduled. Called only on the event loop. */
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

  /**
   * Schedules a run of the task after the loop has read and written what is due. Netty may run 64
   * tasks in a row before it does that, those among them that were added meanwhile.
   */
  void wakeAfterIo() {
    Later.run(loop, 1, this::wake);
  }

  /** Queues a call of the node, for its event loop. May be called on any thread. */
  void add(Consumer<RaftNode> request) {
    addTo(requests, request);
  }

  private void addTo(ArrayDeque<Consumer<RaftNode>> queue, Consumer<RaftNode> input) {
    if (loop.inEventLoop()) {
      queue.add(input);
      wake();
    } else {
      loop.execute(() -> addTo(queue, input));
    }
  }

  /**
   * Delivers all queued inputs to the node. Messages of other nodes come first: at any other call
   * the node acts on its time-outs, although an awaited answer may be among the messages.
   */
  void deliverTo(RaftNode node) {
    deliver(messages, node);
    deliver(requests, node);
  }

  private static void deliver(ArrayDeque<Consumer<RaftNode>> queue, RaftNode node) {
    for (Consumer<RaftNode> input = queue.poll(); input != null; input = queue.poll()) {
      input.accept(node);
    }
  }

  /** {@return the data of the snapshots that were delivered since the last call} */
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
