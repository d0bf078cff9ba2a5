package io.tickraft.testkit.contract;

/**
 * The rules that {@link WatchedNode} checks. The description of a constant says how a host breaks
 * the rule; {@link #text()} is the rule.
 */
public enum HostRule implements ContractRule {

  // Writing and sending.

  /** A vote or an acknowledgement leaves before it is durable. */
  SENT_AFTER_PERSIST(
      "messagesAfterPersist() are sent only after their Ready and all earlier ones are persisted",
      "Ready.messagesAfterPersist"),
  /** A write is acknowledged without the sync that it needs. */
  SYNCED_IF_REQUIRED(
      "a write is synced to the disk before it is acknowledged if mustSync() is true",
      "Ready.mustSync"),
  /** A Ready is acknowledged before its write is complete. */
  WRITTEN_BEFORE_ACKNOWLEDGED(
      "a Ready is acknowledged only when its write and the writes of all earlier ones are complete",
      "RawNode.persisted"),
  /** The storage does not hold what was acknowledged. */
  IN_THE_STORAGE_WHEN_ACKNOWLEDGED(
      "the storage holds the snapshot and the entries of a Ready when it is acknowledged",
      "Storage"),
  /** A Ready is acknowledged twice, or after a later one. */
  ACKNOWLEDGED_ONCE_AND_IN_ORDER(
      "each Ready is acknowledged once, and never after a later one", "RawNode.persisted"),
  /** A Ready is acknowledged to another node. */
  READY_OF_THIS_NODE(
      "a Ready is acknowledged to the node that made it; a node that was opened again is another"
          + " node",
      "RawNode.persisted"),
  /** A kind of message never reaches the network. */
  NO_KIND_OF_MESSAGE_LEFT_OUT(
      "a host sends messages of all kinds: it may lose some, but not all of one kind", "Ready"),

  // Applying.

  /** An entry is applied that no Ready has given to the state machine. */
  APPLIED_AFTER_GIVEN(
      "the state machine applies only committedEntries() and snapshot() of a Ready",
      "Ready.committedEntries"),
  /** An entry is applied again. */
  APPLIED_ONCE("the state machine gets each index once", "Ready.committedEntries"),
  /** An entry or a snapshot is left out. */
  APPLIED_WITHOUT_A_GAP(
      "the state machine gets all entries in order, without a gap", "Ready.committedEntries"),
  /** Another entry is applied than the committed one. */
  APPLIED_AS_GIVEN(
      "the state machine gets the entries and snapshots as the Ready contains them",
      "Ready.committedEntries"),
  /** The state machine is restored from a snapshot that a crash may still lose. */
  RESTORED_AFTER_PERSIST(
      "the state machine is restored from a snapshot only when the snapshot is persisted",
      "Ready, steps 2 and 4"),
  /** An index is acknowledged that the state machine has not applied. */
  ACKNOWLEDGED_AFTER_APPLIED(
      "an index is acknowledged only when the state machine has applied everything up to it",
      "RawNode.applied"),

  // Starting.

  /** A restarted node has lost what it had acknowledged. */
  RESTARTED_ON_ALL_THAT_WAS_ACKNOWLEDGED(
      "a restarted node finds all that was acknowledged as persisted: term, vote and log; an id"
          + " whose storage was lost is never used again",
      "Bootstrap, Ready.mustSync"),
  /** A crash has left some writes, but not those before them. */
  RESTARTED_WITHOUT_A_GAP(
      "of the writes that were not synced, a crash keeps the oldest ones: each is written"
          + " atomically, or as snapshot, entries and hard state in this order",
      "Ready, step 2"),
  /** An incarnation is used twice. */
  INCARNATION_IS_NEW(
      "a node starts with an incarnation that was never used for its id", "RaftConfig.incarnation"),
  /** The configuration at the start is not the one after the applied index. */
  CONFIGURATION_OF_THE_APPLIED_INDEX(
      "a node starts with the configuration after its applied index: the host stores"
          + " Ready.confState() in the same write as the applied index",
      "Ready.confState, AppliedState"),
  /** The applied index at a start is above the last one that the state machine was given. */
  RESTARTED_NOT_AHEAD(
      "the applied index at a start is at most the last one that the state machine was given",
      "AppliedState"),
  /** A node has another group than before. */
  SAME_GROUP("all nodes of a group have the same group in their configuration", "RaftConfig.group"),
  /** Two nodes have the same storage. */
  STORAGE_OF_ONE_NODE("each node has a storage of its own", "Storage"),

  // Compaction.

  /** Entries are compacted that may still be needed. */
  COMPACTED_AFTER_APPLIED("the log is compacted only up to an index that is applied", "Storage"),
  /** The log changes under a node that is reading it. */
  NOT_COMPACTED_DURING_A_CALL(
      "the log is compacted between calls of the node, not during one", "Storage"),

  // Calls.

  /** An input is delivered before ticks that are due. */
  TICKS_BEFORE_OTHER_CALLS(
      "all ticks that are due are delivered before any other call", "RawNode.tick"),
  /** A node is called by several threads. */
  CALLED_BY_ITS_OWNER("a node has one owner, and is not thread-safe", "RawNode"),
  /** A node is called during a call. */
  NOT_CALLED_DURING_A_CALL(
      "an observer or a storage must not call the node, except for status()", "RaftObserver"),
  /** A node is called after it was opened again. */
  ONE_NODE_AT_A_TIME(
      "a node that was opened again on its storage is another node: the earlier one is not called"
          + " any more",
      "RawNode.persisted");

  private final String text;
  private final String source;

  HostRule(String text, String source) {
    this.text = text;
    this.source = source;
  }

  @Override
  public String text() {
    return text;
  }

  @Override
  public String source() {
    return "Javadoc of " + source;
  }
}
