package io.tickraft.core;

/** The progress of a snapshot transfer, as a host reports it: {@link RawNode#reportSnapshot}. */
public enum SnapshotStatus {
  /**
   * The transfer is in progress. The timeout of the attempt restarts, and the leader sends no other
   * copy before the next report or the timeout.
   */
  IN_PROGRESS,
  /**
   * The snapshot has arrived. The leader asks the member at once whether it has installed the
   * snapshot, in case the member's own answer is lost.
   */
  DELIVERED,
  /**
   * The transfer has failed. The leader sends another snapshot once the member has answered the
   * next heartbeat.
   */
  FAILED
}
