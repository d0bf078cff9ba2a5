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
   * A snapshot that is being sent gets on, or failed.
   *
   * @param peer the other node
   * @param status how it gets on
   */
  void snapshotStatus(long peer, SnapshotStatus status);

  /**
   * A snapshot has arrived with all its data.
   *
   * @param message the InstallSnapshot, with a reference to the data
   * @param staging the data, which is the host's now
   */
  void snapshotReceived(Message message, SnapshotStaging staging);
}
