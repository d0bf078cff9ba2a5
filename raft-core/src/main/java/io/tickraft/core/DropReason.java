package io.tickraft.core;

/** Why a message was dropped. */
public enum DropReason {
  /** The message has no body, or one that this version does not know. */
  UNKNOWN_BODY,
  /** The message is addressed to another node. */
  MISDELIVERED,
  /** The sender is 0 or the receiver itself. */
  BAD_SENDER,
  /** The message belongs to another group. */
  OTHER_GROUP,
  /** A field is out of its range, or fields contradict each other. */
  MALFORMED,
  /** The message holds an entry of a type that this version does not know. */
  UNKNOWN_ENTRY_TYPE,
  /**
   * The message holds a snapshot whose configuration has fields that this version does not know.
   * Without these fields, the members might differ from those on a node that knows the fields.
   */
  NEWER_VERSION,
  /**
   * The message's term, or the campaign term of a pre-vote, is more than 2^32 above the node's
   * term. No group reaches such a term by elections. Without this rule, one flipped high bit in one
   * heartbeat could move the group to a term near the last possible one.
   */
  IMPLAUSIBLE_TERM,
  /**
   * The message is a heartbeat whose commit index is more than 2^48 above the node's last index.
   * Without this rule, one flipped high bit could report a loss of entries that never existed, and
   * the node would not vote until it is restarted. (If a member has really lost more entries, the
   * leader's next append reveals the loss.)
   */
  IMPLAUSIBLE_INDEX,
  /** The message is of an earlier term, and needs no answer. */
  STALE_TERM,
  /**
   * The message answers a request that has ended or was never made, or repeats a request that is
   * pending or done.
   */
  STALE_ANSWER,
  /** The message is an answer, and its sender is not a member of the configuration. */
  STRANGER,
  /** The receiver's role does not process messages of this kind. */
  WRONG_ROLE,
  /**
   * The message asks for a vote in a later term, but the node heard from another leader less than
   * an election timeout ago (thesis 4.2.3).
   */
  LEADER_KNOWN,
  /** The message would replace a committed entry: its sender or this node has lost state. */
  CONTRADICTS_COMMITTED,
  /** The message shows that this node or the sender has lost acknowledged entries. */
  LOST_STATE,
  /**
   * The message comes from a second leader of the node's term, which Raft excludes (Raft paper,
   * figure 3, Election Safety).
   */
  SECOND_LEADER,
  /**
   * Too many entries are not persisted ({@link RaftConfig#maxUnstableBytes()}), or too many
   * snapshots are not applied ({@link RaftConfig#maxOutstandingReadys()}).
   */
  UNSTABLE_LIMIT,
  /**
   * The outbox has no room: {@link RaftConfig#maxOutboxMessages()}, {@link
   * RaftConfig#maxOutboxBytes()}.
   */
  OUTBOX_LIMIT
}
