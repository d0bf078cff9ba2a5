package io.tickraft.core;

/** What a host knows of a snapshot that it is sending: {@link RawNode#reportSnapshot}. */
public enum SnapshotStatus {
  /** It is still on its way: the time-out of the attempt starts anew. */
  IN_PROGRESS,
  /** It did not arrive, or never will: the leader may try again. */
  FAILED
}
