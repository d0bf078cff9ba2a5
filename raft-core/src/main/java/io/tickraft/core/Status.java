package io.tickraft.core;

import io.tickraft.proto.ConfState;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A copy of a node's state at one moment. Immutable. */
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

  /** {@return the node's id, from 1} */
  public long id() {
    return id;
  }

  /** {@return the node's role} */
  public RoleName role() {
    return role;
  }

  /** {@return the latest term that the node has seen: from 0, never falls} */
  public long term() {
    return term;
  }

  /** {@return the id of the candidate that has the node's vote in {@link #term()}; 0: none} */
  public long vote() {
    return vote;
  }

  /**
   * {@return the id of the leader of {@link #term()}, which may be the node's own id; 0 if none is
   * known}
   */
  public long leader() {
    return leader;
  }

  /**
   * {@return the index of the first entry of the log, from 1; 0 if the storage has failed} Earlier
   * entries are compacted.
   */
  public long firstIndex() {
    return firstIndex;
  }

  /**
   * {@return the last entry of the log, persisted or not; {@link LogId#NONE} for an empty log, and
   * if the storage has failed}
   */
  public LogId last() {
    return last;
  }

  /**
   * {@return the index up to which the log is acknowledged as persisted, at most that of {@link
   * #last()}}
   */
  public long persistedIndex() {
    return persistedIndex;
  }

  /**
   * {@return the commit index, from 0: the highest index that the node knows to be committed (Raft
   * paper, figure 2, "commitIndex")}
   */
  public long commitIndex() {
    return commitIndex;
  }

  /**
   * {@return the highest index that was given to the host's state machine, as a committed entry or
   * a snapshot; at most {@link #commitIndex()}} Entries above {@link #appliedIndex()} up to this
   * index are being applied.
   */
  public long applyingIndex() {
    return applyingIndex;
  }

  /**
   * {@return the highest index that the host has acknowledged as applied (Raft paper, figure 2,
   * "lastApplied"), at most {@link #applyingIndex()}}
   */
  public long appliedIndex() {
    return appliedIndex;
  }

  /**
   * {@return how many Readys are outstanding, at most {@link RaftConfig#maxOutstandingReadys()}} A
   * Ready is outstanding until it is acknowledged with {@link RawNode#persisted}, if it has
   * something to persist or {@link Ready#messagesAfterPersist()}.
   */
  public int outstandingReadys() {
    return outstandingReadys;
  }

  /**
   * {@return for how many ticks the oldest of the {@link #outstandingReadys()} has been
   * outstanding; 0 if there is none}
   */
  public long oldestOutstandingTicks() {
    return oldestOutstandingTicks;
  }

  /**
   * {@return why the node may not campaign; empty if it may} For a leader: why it could not be
   * elected again.
   */
  public Optional<RaftEvent.CampaignRefused.Reason> campaignObstacle() {
    return Optional.ofNullable(campaignObstacle);
  }

  /** {@return the configuration in effect; the default instance if the node has none yet} */
  public ConfState confState() {
    return confState;
  }

  /**
   * {@return the index of the pending membership change, above {@link #appliedIndex()}; 0 if there
   * is none} It is the oldest change in the log, committed or not, that the host has not
   * acknowledged as applied. A leader accepts no other change meanwhile.
   */
  public long pendingChangeIndex() {
    return pendingChangeIndex;
  }

  /**
   * {@return the leader's replication state of each member, itself included, by ascending id; empty
   * if the node is not the leader}
   */
  public List<PeerStatus> peers() {
    return peers;
  }

  /**
   * {@return the id of the target of the leadership transfer in progress; 0 if there is none} The
   * node has started the transfer as the leader or requested it from its leader, and no outcome is
   * known yet.
   */
  public long transferTarget() {
    return transferTarget;
  }

  /**
   * {@return the index up to which the node has lost entries, above that of {@link #last()}; 0 if
   * no loss is known} The leader reported that the node had acknowledged entries up to this index,
   * but the node's log ends before it: its disk has lost synced data. The node does not vote,
   * campaign or answer reads until its log reaches the index. Replace such a node by one with a new
   * id.
   */
  public long lostUpTo() {
    return lostUpTo;
  }

  /**
   * {@return the first failure of the node, which is the cause of {@link NodeFailedException};
   * empty for a node that has not failed}
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

  /** Builds a status. Each setter has the name of its accessor. */
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
