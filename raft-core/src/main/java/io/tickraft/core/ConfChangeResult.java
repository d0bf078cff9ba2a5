package io.tickraft.core;

import java.util.Objects;

/** The result of {@link RawNode#proposeConfChange}. */
public sealed interface ConfChangeResult {

  /**
   * The node is the leader and has appended the change to its log. Like any entry, the change may
   * still be lost.
   *
   * @param term the leader's term, which is the term of the entry
   * @param index the index of the entry
   */
  record Accepted(long term, long index) implements ConfChangeResult {}

  /**
   * Nothing was appended.
   *
   * @param reason why it was rejected
   * @param leader the leader known to the node; 0 if none is known
   * @param problem what is wrong, as a sentence
   */
  record Rejected(Reason reason, long leader, String problem) implements ConfChangeResult {
    /**
     * Creates a rejection.
     *
     * @param reason why it was rejected
     * @param leader the leader known to the node; 0 if none is known
     * @param problem what is wrong, as a sentence
     */
    public Rejected {
      Objects.requireNonNull(reason, "reason");
      Objects.requireNonNull(problem, "problem");
    }
  }

  /** Why a change was rejected. */
  enum Reason {
    /** The node is not the leader. Changes are not forwarded. */
    NOT_LEADER,
    /** The log holds another change that is not applied yet (thesis 4.1: one change at a time). */
    PENDING,
    /** The change cannot be made in the configuration in effect, or in any configuration. */
    INVALID,
    /**
     * The change only removes nodes that are not members. {@link
     * RawNode#proposeConfChangeEvenWithoutEffect} accepts it.
     */
    NO_EFFECT,
    /** The change, with its context, is larger than {@link RaftConfig#maxEntryBytes()}. */
    TOO_LARGE,
    /** A leadership transfer is in progress. */
    TRANSFERRING,
    /** The leader was removed from the group or made a learner, and is about to step down. */
    LEAVING,
    /** The leader's unpersisted entries have reached {@link RaftConfig#maxUnstableBytes()}. */
    UNSTABLE_LIMIT
  }
}
