package io.tickraft.core;

import java.util.Objects;

/** A leader's replication state of one member of its group. Immutable. */
public final class PeerStatus {

  /** How a leader replicates to a member. */
  public enum State {
    /** The match index is not known: the leader sends one append at a time to find it. */
    PROBE,
    /** The match index is known: the leader sends appends without waiting for the answers. */
    REPLICATE,
    /** The leader sends a snapshot, and no appends meanwhile. */
    SNAPSHOT
  }

  private final long id;
  private final State state;
  private final long matchIndex;
  private final long nextIndex;
  private final int inflightAppends;
  private final long inflightBytes;
  private final long ticksSinceHeard;
  private final long durableCommitIndex;
  private final long snapshotIndex;
  private final long snapshotTicks;
  private final long snapshotAttempt;

  private PeerStatus(Builder builder) {
    this.id = builder.id;
    this.state = builder.state;
    this.matchIndex = builder.matchIndex;
    this.nextIndex = builder.nextIndex;
    this.inflightAppends = builder.inflightAppends;
    this.inflightBytes = builder.inflightBytes;
    this.ticksSinceHeard = builder.ticksSinceHeard;
    this.durableCommitIndex = builder.durableCommitIndex;
    this.snapshotIndex = builder.snapshotIndex;
    this.snapshotTicks = builder.snapshotTicks;
    this.snapshotAttempt = builder.snapshotAttempt;
  }

  /**
   * Starts to build the status of a member, for tests of a host.
   *
   * @param id the member's id, from 1
   * @param state how the leader replicates to the member
   * @param matchIndex the match index, from 0
   * @param nextIndex the index of the next entry to send
   * @return a builder in which everything else is 0
   */
  public static Builder builder(long id, State state, long matchIndex, long nextIndex) {
    return new Builder(id, state, matchIndex, nextIndex);
  }

  /** {@return the member's id, from 1} */
  public long id() {
    return id;
  }

  /** {@return how the leader replicates to the member} */
  public State state() {
    return state;
  }

  /**
   * {@return the match index, from 0: the highest index up to which the member is known to have
   * persisted the leader's entries (Raft paper, figure 2, "matchIndex")} The match index falls only
   * if the member seems to have lost entries that it had acknowledged. Then it is 0 until the
   * member acknowledges entries again.
   */
  public long matchIndex() {
    return matchIndex;
  }

  /**
   * {@return the index of the next entry to send (Raft paper, figure 2, "nextIndex"), above {@link
   * #matchIndex()}}
   */
  public long nextIndex() {
    return nextIndex;
  }

  /** {@return how many appends with entries are in flight, in messages} */
  public int inflightAppends() {
    return inflightAppends;
  }

  /** {@return how many bytes of entries are in flight} */
  public long inflightBytes() {
    return inflightBytes;
  }

  /**
   * {@return how many ticks ago the leader last heard the member, from 0} A member counts as heard
   * when the leader's term begins, and when the member is added or becomes a voter. 0 for the
   * leader itself.
   */
  public long ticksSinceHeard() {
    return ticksSinceHeard;
  }

  /**
   * {@return the highest commit index that the member is known to have persisted, from 0} The value
   * lags: a member reports it only when it acknowledges an append or a snapshot. A member
   * acknowledges an append that only reports a newer commit index only while the leader has a
   * committed membership change to apply or is no longer a voter.
   *
   * <p>Always 0 for the leader itself, which sends itself no acknowledgements: this is no lag. The
   * leader's own commit index is {@link Status#commitIndex()}.
   */
  public long durableCommitIndex() {
    return durableCommitIndex;
  }

  /**
   * {@return the last index of the snapshot that is in flight to the member or about to be sent,
   * from 1; 0 if there is none, as in every state but {@link State#SNAPSHOT}}
   */
  public long snapshotIndex() {
    return snapshotIndex;
  }

  /**
   * {@return for how many ticks the snapshot attempt has lasted, from 0; 0 without a snapshot} The
   * host's reports do not change this value.
   */
  public long snapshotTicks() {
    return snapshotTicks;
  }

  /**
   * {@return the number of the snapshot attempt; 0 without a snapshot} The node counts its attempts
   * from 1, over all members and terms since it was opened.
   */
  public long snapshotAttempt() {
    return snapshotAttempt;
  }

  @Override
  public String toString() {
    return id
        + ": "
        + state
        + ", match "
        + matchIndex
        + ", next "
        + nextIndex
        + (inflightAppends == 0
            ? ""
            : ", " + inflightAppends + " appends of " + inflightBytes + " bytes in flight")
        + (snapshotIndex == 0
            ? ""
            : ", snapshot at "
                + snapshotIndex
                + " (attempt "
                + snapshotAttempt
                + ", "
                + snapshotTicks
                + " ticks old)")
        + ", durable commit "
        + durableCommitIndex
        + ", heard "
        + ticksSinceHeard
        + " ticks ago";
  }

  /** Builds a status. Only a null state is rejected; no other value is checked. */
  public static final class Builder {

    private final long id;
    private final State state;
    private final long matchIndex;
    private final long nextIndex;
    private int inflightAppends;
    private long inflightBytes;
    private long ticksSinceHeard;
    private long durableCommitIndex;
    private long snapshotIndex;
    private long snapshotTicks;
    private long snapshotAttempt;

    private Builder(long id, State state, long matchIndex, long nextIndex) {
      this.id = id;
      this.state = Objects.requireNonNull(state, "state");
      this.matchIndex = matchIndex;
      this.nextIndex = nextIndex;
    }

    /**
     * Sets what is in flight.
     *
     * @param appends the number of appends with entries
     * @param bytes the bytes of their entries
     * @return this
     */
    public Builder inflight(int appends, long bytes) {
      inflightAppends = appends;
      inflightBytes = bytes;
      return this;
    }

    /**
     * Sets how long ago the member was last heard.
     *
     * @param ticks ticks, from 0
     * @return this
     */
    public Builder ticksSinceHeard(long ticks) {
      ticksSinceHeard = ticks;
      return this;
    }

    /**
     * Sets the commit index that the member is known to have persisted.
     *
     * @param index an index, from 0
     * @return this
     */
    public Builder durableCommitIndex(long index) {
      durableCommitIndex = index;
      return this;
    }

    /**
     * Sets the snapshot that is in flight or about to be sent.
     *
     * @param index the snapshot's last index
     * @param ticks for how many ticks the attempt has lasted
     * @param attempt the number of the attempt, from 1
     * @return this
     */
    public Builder snapshot(long index, long ticks, long attempt) {
      snapshotIndex = index;
      snapshotTicks = ticks;
      snapshotAttempt = attempt;
      return this;
    }

    /** {@return the status} */
    public PeerStatus build() {
      return new PeerStatus(this);
    }
  }
}
