package io.tickraft.core;

/** The role of a node (Raft paper, section 5.1; thesis 9.6 for the pre-candidate). */
public enum RoleName {
  /** Follows a leader, or waits for one. */
  FOLLOWER,
  /** Asks whether it could win an election, before it starts a new term. */
  PRE_CANDIDATE,
  /** Asks for votes. */
  CANDIDATE,
  /** Leads the group in its term. */
  LEADER
}
