package io.tickraft.core;

/** What a node is at the moment (Raft paper, section 5.1; thesis 9.6 for the pre-candidate). */
public enum RoleName {
  /** Follows a leader, or waits for one. */
  FOLLOWER,
  /** Asks whether an election could be won, before it disturbs anyone with a new term. */
  PRE_CANDIDATE,
  /** Asks for votes. */
  CANDIDATE,
  /** Leads. */
  LEADER
}
