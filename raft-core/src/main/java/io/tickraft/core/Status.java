package io.tickraft.core;

import io.tickraft.proto.ConfState;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A copy of what a node knows at one moment. Immutable. */
public final class Status {

  private final long id;
  private final RoleName role;
  private final long term;
  private final long vote;
  private final long leader;
  private final long firstIndex;
  private final EntryId last;
  private final long persistedIndex;
  private final long commitIndex;
  private final long appliedIndex;
  private final ConfState confState;
  private final List<PeerStatus> peers;
  private final long transferTarget;
  private final @Nullable Throwable failure;

  Status(
      long id,
      RoleName role,
      long term,
      long vote,
      long leader,
      long firstIndex,
      EntryId last,
      long persistedIndex,
      long commitIndex,
      long appliedIndex,
      ConfState confState,
      List<PeerStatus> peers,
      long transferTarget,
      @Nullable Throwable failure) {
    this.id = id;
    this.role = role;
    this.term = term;
    this.vote = vote;
    this.leader = leader;
    this.firstIndex = firstIndex;
    this.last = last;
    this.persistedIndex = persistedIndex;
    this.commitIndex = commitIndex;
    this.appliedIndex = appliedIndex;
    this.confState = confState;
    this.peers = peers;
    this.transferTarget = transferTarget;
    this.failure = failure;
  }

  /**
   * Returns the node's id.
   *
   * @return an id, from 1
   */
  public long id() {
    return id;
  }

  /**
   * Returns the node's role.
   *
   * @return the role
   */
  public RoleName role() {
    return role;
  }

  /**
   * Returns the latest term that the node has seen.
   *
   * @return a term; 0 before it has seen any
   */
  public long term() {
    return term;
  }

  /**
   * Returns the candidate that has the node's vote in {@link #term()}.
   *
   * @return an id; 0: none
   */
  public long vote() {
    return vote;
  }

  /**
   * Returns the leader of {@link #term()}.
   *
   * @return an id, which may be the node's own; 0: none is known
   */
  public long leader() {
    return leader;
  }

  /**
   * Returns the index of the first entry of the log; what is before it is compacted.
   *
   * @return an index, from 1
   */
  public long firstIndex() {
    return firstIndex;
  }

  /**
   * Returns the last entry of the log, persisted or not.
   *
   * @return the entry; {@link EntryId#NONE} for an empty log
   */
  public EntryId last() {
    return last;
  }

  /**
   * Returns the index up to which the log is acknowledged as persisted.
   *
   * @return an index, at most that of {@link #last()}
   */
  public long persistedIndex() {
    return persistedIndex;
  }

  /**
   * Returns the highest index that the node knows to be committed (Raft paper, figure 2,
   * "commitIndex").
   *
   * @return an index, from 0
   */
  public long commitIndex() {
    return commitIndex;
  }

  /**
   * Returns the highest index that the host has acknowledged as applied (Raft paper, figure 2,
   * "lastApplied").
   *
   * @return an index, at most {@link #commitIndex()}
   */
  public long appliedIndex() {
    return appliedIndex;
  }

  /**
   * Returns the configuration in effect.
   *
   * @return the configuration; the default instance if the node has none yet
   */
  public ConfState confState() {
    return confState;
  }

  /**
   * Returns how far the leader has brought each member, itself included.
   *
   * @return one element for each member, by ascending id; empty if the node does not lead
   */
  public List<PeerStatus> peers() {
    return peers;
  }

  /**
   * Returns who is to lead next: the target of a leadership transfer that this node makes, or that
   * it has asked its leader for, and whose end is not known yet.
   *
   * @return an id; 0: there is none
   */
  public long transferTarget() {
    return transferTarget;
  }

  /**
   * Returns why the node has failed: the cause of {@link NodeFailedException}.
   *
   * @return the first failure; empty for a node that works
   */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  public String toString() {
    return "node "
        + id
        + ": "
        + role
        + " in term "
        + term
        + ", leader "
        + leader
        + ", vote "
        + vote
        + ", log "
        + firstIndex
        + ".."
        + last.index()
        + " (last term "
        + last.term()
        + "), persisted "
        + persistedIndex
        + ", committed "
        + commitIndex
        + ", applied "
        + appliedIndex
        + (transferTarget == 0 ? "" : ", transfer to " + transferTarget)
        + (failure == null ? "" : ", failed: " + failure);
  }
}
