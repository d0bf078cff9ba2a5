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
  private final ArrayDeque<Consumer<RawNode>> waiting = new ArrayDeque<>();
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
  void add(Consumer<RawNode> input) {
    if (loop.inEventLoop()) {
      waiting.add(input);
      wake();
    } else {
      loop.execute(() -> add(input));
    }
  }

  /** Tells the node all that waits. */
  void deliverTo(RawNode node) {
    for (Consumer<RawNode> input = waiting.poll(); input != null; input = waiting.poll()) {
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
    add(node -> node.step(message));
  }

  @Override
  public void unreachable(long peer) {
    add(node -> node.reportUnreachable(peer));
  }

  @Override
  public void snapshotStatus(long peer, SnapshotStatus status) {
    add(node -> node.reportSnapshot(peer, status));
  }

  @Override
  public void snapshotReceived(Message message, SnapshotStaging staging) {
    add(
        node -> {
          snapshots.add(staging);
          node.step(message);
        });
  }
}
