package io.tickraft.core.quorum;

/** The state of an election. */
public enum VoteResult {
  /** The missing votes decide. */
  PENDING,
  /** A quorum has granted. */
  WON,
  /** A quorum can no longer be reached. */
  LOST
}
