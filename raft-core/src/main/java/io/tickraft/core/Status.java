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
  private final LogId last;
  private final long persistedIndex;
  private final long commitIndex;
  private final long applyingIndex;
  private final long appliedIndex;
  private final int outstandingReadys;
  private final long oldestOutstandingTicks;
  private final RaftEvent.CampaignRefused.@Nullable Reason campaignObstacle;
  private final ConfState confState;
  private final long pendingChangeIndex;
  private final List<PeerStatus> peers;
  private final long transferTarget;
  private final long lostUpTo;
  private final @Nullable Throwable failure;

  private Status(Builder builder) {
    this.id = builder.id;
    this.role = builder.role;
    this.term = builder.term;
    this.vote = builder.vote;
    this.leader = builder.leader;
    this.firstIndex = builder.firstIndex;
    this.last = builder.last;
    this.persistedIndex = builder.persistedIndex;
    this.commitIndex = builder.commitIndex;
    this.applyingIndex = builder.applyingIndex;
    this.appliedIndex = builder.appliedIndex;
    this.outstandingReadys = builder.outstandingReadys;
    this.oldestOutstandingTicks = builder.oldestOutstandingTicks;
    this.campaignObstacle = builder.campaignObstacle;
    this.confState = builder.confState;
    this.pendingChangeIndex = builder.pendingChangeIndex;
    this.peers = builder.peers;
    this.transferTarget = builder.transferTarget;
    this.lostUpTo = builder.lostUpTo;
    this.failure = builder.failure;
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
   * @return the entry; {@link LogId#NONE} for an empty log
   */
  public LogId last() {
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
   * Returns the highest index that was given to the host's state machine, as a committed entry or a
   * snapshot. What is between {@link #appliedIndex()} and this is being applied.
   *
   * @return an index, at most {@link #commitIndex()}
   */
  public long applyingIndex() {
    return applyingIndex;
  }

  /**
   * Returns the highest index that the host has acknowledged as applied (Raft paper, figure 2,
   * "lastApplied").
   *
   * @return an index, at most {@link #applyingIndex()}
   */
  public long appliedIndex() {
    return appliedIndex;
  }

  /**
   * Returns how many Readys are outstanding: of those that have something to persist, or {@link
   * Ready#messagesAfterPersist()}, so many are not acknowledged with {@link RawNode#persisted}.
   *
   * @return a number, at most {@link RaftConfig#maxOutstandingReadys()}
   */
  public int outstandingReadys() {
    return outstandingReadys;
  }

  /**
   * Returns how long the oldest of the {@link #outstandingReadys()} has been outstanding.
   *
   * @return ticks; 0 if there is none
   */
  public long oldestOutstandingTicks() {
    return oldestOutstandingTicks;
  }

  /**
   * Returns why the node could not campaign if it had to.
   *
   * @return the reason; empty if it could, and for a leader that could be elected again
   */
  public Optional<RaftEvent.CampaignRefused.Reason> campaignObstacle() {
    return Optional.ofNullable(campaignObstacle);
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
   * Returns the index of the membership change that takes effect next: of the oldest change in the
   * log, committed or not, that the host has not acknowledged as applied. A leader takes no other
   * change meanwhile.
   *
   * @return an index, above {@link #appliedIndex()}; 0: there is none
   */
  public long pendingChangeIndex() {
    return pendingChangeIndex;
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
   * Returns the index that the log must reach before the node votes, campaigns and answers reads
   * again: its leader has told it that it had acknowledged the log up to there, and the log ends
   * before it. A disk that loses what it has synced does that; such a node should be replaced by
   * one of a new id.
   *
   * @return an index above that of {@link #last()}; 0: the node is not known to have lost anything
   */
  public long lostUpTo() {
    return lostUpTo;
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
        + (applyingIndex == appliedIndex ? "" : ", applying " + applyingIndex)
        + ", applied "
        + appliedIndex
        + ", "
        + (confState.getVotersCount() == 0 ? "no configuration" : RaftText.of(confState))
        + (pendingChangeIndex == 0 ? "" : ", change pending at " + pendingChangeIndex)
        + (outstandingReadys == 0
            ? ""
            : ", Readys outstanding "
                + outstandingReadys
                + " (oldest: "
                + oldestOutstandingTicks
                + " ticks)")
        + (campaignObstacle == null || confState.getVotersCount() == 0
            ? ""
            : ", may not campaign: " + campaignObstacle)
        + (transferTarget == 0 ? "" : ", transfer to " + transferTarget)
        + (lostUpTo == 0 ? "" : ", has lost entries up to " + lostUpTo)
        + (failure == null ? "" : ", failed: " + failure);
  }

  /** What a status is made of, set by its node: each field once, by the name of its accessor. */
  static final class Builder {

    private long id;
    private RoleName role = RoleName.FOLLOWER;
    private long term;
    private long vote;
    private long leader;
    private long firstIndex;
    private LogId last = LogId.NONE;
    private long persistedIndex;
    private long commitIndex;
    private long applyingIndex;
    private long appliedIndex;
    private int outstandingReadys;
    private long oldestOutstandingTicks;
    private RaftEvent.CampaignRefused.@Nullable Reason campaignObstacle;
    private ConfState confState = ConfState.getDefaultInstance();
    private long pendingChangeIndex;
    private List<PeerStatus> peers = List.of();
    private long transferTarget;
    private long lostUpTo;
    private @Nullable Throwable failure;

    Builder id(long id) {
      this.id = id;
      return this;
    }

    Builder role(RoleName role) {
      this.role = role;
      return this;
    }

    Builder term(long term) {
      this.term = term;
      return this;
    }

    Builder vote(long vote) {
      this.vote = vote;
      return this;
    }

    Builder leader(long leader) {
      this.leader = leader;
      return this;
    }

    Builder firstIndex(long firstIndex) {
      this.firstIndex = firstIndex;
      return this;
    }

    Builder last(LogId last) {
      this.last = last;
      return this;
    }

    Builder persistedIndex(long persistedIndex) {
      this.persistedIndex = persistedIndex;
      return this;
    }

    Builder commitIndex(long commitIndex) {
      this.commitIndex = commitIndex;
      return this;
    }

    Builder applyingIndex(long applyingIndex) {
      this.applyingIndex = applyingIndex;
      return this;
    }

    Builder outstandingReadys(int outstandingReadys) {
      this.outstandingReadys = outstandingReadys;
      return this;
    }

    Builder oldestOutstandingTicks(long oldestOutstandingTicks) {
      this.oldestOutstandingTicks = oldestOutstandingTicks;
      return this;
    }

    Builder campaignObstacle(RaftEvent.CampaignRefused.@Nullable Reason campaignObstacle) {
      this.campaignObstacle = campaignObstacle;
      return this;
    }

    Builder appliedIndex(long appliedIndex) {
      this.appliedIndex = appliedIndex;
      return this;
    }

    Builder confState(ConfState confState) {
      this.confState = confState;
      return this;
    }

    Builder pendingChangeIndex(long pendingChangeIndex) {
      this.pendingChangeIndex = pendingChangeIndex;
      return this;
    }

    Builder peers(List<PeerStatus> peers) {
      this.peers = peers;
      return this;
    }

    Builder transferTarget(long transferTarget) {
      this.transferTarget = transferTarget;
      return this;
    }

    Builder lostUpTo(long lostUpTo) {
      this.lostUpTo = lostUpTo;
      return this;
    }

    Builder failure(@Nullable Throwable failure) {
      this.failure = failure;
      return this;
    }

    Status build() {
      return new Status(this);
    }
  }
}
