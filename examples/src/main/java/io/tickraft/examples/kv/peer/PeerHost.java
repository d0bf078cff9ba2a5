package io.tickraft.examples.kv.peer;

import io.tickraft.core.SnapshotStatus;
import io.tickraft.examples.kv.store.SnapshotStaging;
import io.tickraft.proto.Message;

/** Receives what arrives from other nodes, for the Raft node. Called on any thread. */
public interface PeerHost {

  /** Called when a message has arrived. */
  void receive(Message message);

  /**
   * Called when a message to another node was dropped, or the connection to it was lost.
   *
   * @param peer the other node
   */
  void unreachable(long peer);

  /**
   * Reports the progress of a snapshot transfer to another node.
   *
   * @param peer the other node
   * @param attempt the {@code attempt} of the InstallSnapshot
   * @param status the progress
   */
  void snapshotStatus(long peer, long attempt, SnapshotStatus status);

  /**
   * Called when a snapshot with all its data has arrived and is durable.
   *
   * @param message the InstallSnapshot, with a reference to the data
   * @param staging the data, which belongs to the host from now on
   */
  void snapshotReceived(Message message, SnapshotStaging staging);
}
