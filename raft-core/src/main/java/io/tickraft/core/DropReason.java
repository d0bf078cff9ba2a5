package io.tickraft.core;

/** Why a message was dropped. */
public enum DropReason {
  /** It has no body, or one that this version does not know. */
  UNKNOWN_BODY,
  /** It is meant for another node. */
  MISDELIVERED,
  /** Its sender is 0 or the receiver itself. */
  BAD_SENDER,
  /** It belongs to another group. */
  OTHER_GROUP,
  /** A field is out of its range, or fields contradict each other. */
  MALFORMED,
  /** It holds an entry of a type that this version does not know. */
  UNKNOWN_ENTRY_TYPE,
  /**
   * It brings a snapshot whose configuration has fields that this version does not know. Counted
   * without them, the members might be others than on a node that knows them.
   */
  NEWER_VERSION,
  /**
   * Its term, or the campaign term of a pre-vote, is more than 2^32 above the node's term: no group
   * gets there by elections. One bit flipped high in one heartbeat would otherwise bring the group
   * into a term after which there is hardly another one.
   */
  IMPLAUSIBLE_TERM,
  /** It is of an earlier term and its kind needs no answer. */
  STALE_TERM,
  /**
   * It answers a request that has ended or was never made, or it repeats a request that is pending
   * or done.
   */
  STALE_ANSWER,
  /** It answers, and its sender is no member of the configuration. */
  STRANGER,
  /** The receiver's role has no use for it. */
  WRONG_ROLE,
  /** It asks for a vote in a later term, and the node hears the leader of its own. */
  LEADER_KNOWN,
  /** It would replace an entry that is committed: its sender or this node has lost state. */
  CONTRADICTS_COMMITTED,
  /** It claims that this node, or its sender, holds entries that the log does not: lost state. */
  LOST_STATE,
  /** It comes from a second leader of a term that has one. */
  SECOND_LEADER,
  /**
   * Too much waits for the host: entries to be persisted, {@link RaftConfig#maxUnstableBytes()}, or
   * snapshots to be applied, {@link RaftConfig#maxOutstandingReadys()}.
   */
  UNSTABLE_LIMIT,
  /** Too many messages wait to be sent: {@link RaftConfig#maxOutboxMessages()}. */
  OUTBOX_LIMIT
}
