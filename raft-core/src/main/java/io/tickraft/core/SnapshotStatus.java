package io.tickraft.core;

/** The progress of a snapshot transfer, as a host reports it: {@link RawNode#reportSnapshot}. */
public enum SnapshotStatus {
  /**
   * The transfer is in progress. The time-out of the attempt starts anew, and the leader sends no
   * other copy before the next report or the time-out.
   */
  IN_PROGRESS,
  /**
   * The snapshot has arrived. The leader asks the member at once whether it has installed the
   * snapshot, in case the member's own answer is lost.
   */
  DELIVERED,
  /**
   * The snapshot did not arrive and will not. The leader sends another one when it hears the
   * member.
   */
  FAILED
}
