package io.tickraft.core;

/** Why a message was dropped. */
public enum DropReason {
  /** It has no body, or one that this version does not know. */
  UNKNOWN_BODY,
  /** It is addressed to another node. */
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
   * It holds a snapshot whose configuration has fields that this version does not know. Without
   * these fields, the members might differ from those on a node that knows the fields.
   */
  NEWER_VERSION,
  /**
   * Its term, or the campaign term of a pre-vote, is more than 2^32 above the node's term: no group
   * gets there by elections. Otherwise one flipped high bit in one heartbeat could move the group
   * to a term near the last possible one.
   */
  IMPLAUSIBLE_TERM,
  /**
   * It is a heartbeat whose commit index is more than 2^48 above the node's last index. Otherwise
   * one flipped high bit could make the node believe that it has lost entries that never existed,
   * and it would not vote until it is restarted. (A member that has really lost more is brought up
   * to date by the leader's next append.)
   */
  IMPLAUSIBLE_INDEX,
  /** It is from an earlier term, and this kind of message needs no answer. */
  STALE_TERM,
  /**
   * It answers a request that has ended or was never made, or it repeats a request that is pending
   * or done.
   */
  STALE_ANSWER,
  /** It is an answer, and its sender is no member of the configuration. */
  STRANGER,
  /** The receiver's role does not process such a message. */
  WRONG_ROLE,
  /** It asks for a vote in a later term, but the node hears the leader of its own term. */
  LEADER_KNOWN,
  /** It would replace an entry that is committed: its sender or this node has lost state. */
  CONTRADICTS_COMMITTED,
  /** It shows that this node or the sender has lost entries that it had acknowledged. */
  LOST_STATE,
  /** It comes from another leader of a term whose leader is known. */
  SECOND_LEADER,
  /**
   * Too many entries are not persisted ({@link RaftConfig#maxUnstableBytes()}), or too many
   * snapshots are not applied ({@link RaftConfig#maxOutstandingReadys()}).
   */
  UNSTABLE_LIMIT,
  /**
   * The outbox is full: {@link RaftConfig#maxOutboxMessages()}, {@link
   * RaftConfig#maxOutboxBytes()}.
   */
  OUTBOX_LIMIT
}
