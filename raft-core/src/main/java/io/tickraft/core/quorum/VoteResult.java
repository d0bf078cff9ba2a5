package io.tickraft.core.quorum;

/** How an election stands. */
public enum VoteResult {
  /** The votes that are missing decide. */
  PENDING,
  /** A quorum granted its votes. */
  WON,
  /** A quorum can no longer be had. */
  LOST
}
