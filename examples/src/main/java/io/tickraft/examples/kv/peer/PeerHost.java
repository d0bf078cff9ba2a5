package io.tickraft.examples.kv.peer;

import io.tickraft.core.SnapshotStatus;
import io.tickraft.examples.kv.store.SnapshotStaging;
import io.tickraft.proto.Message;

/** Whoever drives the Raft node, as its connections to other nodes see it. Called on any thread. */
public interface PeerHost {

  /** A message has arrived. */
  void receive(Message message);

  /**
   * A message to another node was dropped, or the connection broke.
   *
   * @param peer the other node
   */
  void unreachable(long peer);

  /**
   * The progress of a snapshot transfer to another node.
   *
   * @param peer the other node
   * @param attempt the attempt that the InstallSnapshot names
   * @param status the progress
   */
  void snapshotStatus(long peer, long attempt, SnapshotStatus status);

  /**
   * A snapshot has arrived with all its data.
   *
   * @param message the InstallSnapshot, with a reference to the data
   * @param staging the data, which is the host's now
   */
  void snapshotReceived(Message message, SnapshotStaging staging);
}
