package io.tickraft.core;

import java.util.Objects;

/** What became of a call of {@link RawNode#proposeConfChange}. */
public sealed interface ConfChangeResult {

  /**
   * The node leads and has appended the change to its log. Like any entry it may still be lost.
   *
   * @param term the leader's term, which is the term of the entry
   * @param index the index of the entry
   */
  record Accepted(long term, long index) implements ConfChangeResult {}

  /**
   * Nothing was appended.
   *
   * @param reason why
   * @param leader the leader as far as the node knows; 0 if it knows of none
   * @param problem what is wrong, a sentence
   */
  record Rejected(Reason reason, long leader, String problem) implements ConfChangeResult {
    /**
     * Describes a rejection.
     *
     * @param reason why
     * @param leader the leader as far as the node knows; 0 if it knows of none
     * @param problem what is wrong, a sentence
     */
    public Rejected {
      Objects.requireNonNull(reason, "reason");
      Objects.requireNonNull(problem, "problem");
    }
  }

  /** Why a change was rejected. */
  enum Reason {
    /** The node does not lead. Changes are not passed on. */
    NOT_LEADER,
    /** The log holds another change that is not applied yet (thesis 4.1: one after the other). */
    PENDING,
    /** The change cannot be made in the configuration in effect, or in none. */
    INVALID,
    /**
     * The change does nothing but remove nodes that are no members. {@link
     * RawNode#proposeConfChangeEvenWithoutEffect} takes it.
     */
    NO_EFFECT,
    /** The change, with its context, is larger than {@link RaftConfig#maxEntryBytes()}. */
    TOO_LARGE,
    /** Leadership is on its way to another node. */
    TRANSFERRING,
    /** The node is removed, or made a learner, and about to step down. */
    LEAVING,
    /**
     * As much of the leader's log as may be waits for its own disk: {@link
     * RaftConfig#maxUnstableBytes()}.
     */
    UNSTABLE_LIMIT
  }
}
