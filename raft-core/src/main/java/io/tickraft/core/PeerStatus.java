package io.tickraft.core;

import java.util.Objects;

/** How far a leader has brought one member of its group. Immutable. */
public final class PeerStatus {

  /** How a leader replicates to a member. */
  public enum State {
    /** The member's log is not known: one append at a time looks for where it matches. */
    PROBE,
    /** The member's log is known: appends follow each other without waiting. */
    REPLICATE,
    /** The member gets a snapshot, and no appends meanwhile. */
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
   * Begins the description of a member, as a node gives it, and as a host's test may need it.
   *
   * @param id the member's id, from 1
   * @param state how it is replicated to
   * @param matchIndex the highest index up to which its log is known to match, from 0
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
   * Returns the highest index up to which the member's log is known to hold the leader's entries,
   * durably (Raft paper, figure 2, "matchIndex"). It falls only if the member turns out to have
   * lost what it had acknowledged: to 0, until it acknowledges anew.
   *
   * @return an index, from 0
   */
  public long matchIndex() {
    return matchIndex;
  }

  /**
   * Returns the index of the next entry to send (Raft paper, figure 2, "nextIndex").
   *
   * @return an index, above {@link #matchIndex()}
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
   * Returns how long ago the leader heard the member last. A member counts as heard when the
   * leader's term begins and when the member is added or begins to vote. For the leader itself it
   * is 0.
   *
   * @return ticks, from 0
   */
  public long ticksSinceHeard() {
    return ticksSinceHeard;
  }

  /**
   * Returns the highest commit index that the member is known to have persisted. It lags, as a
   * member reports it with its answers to appends only. For the leader itself it is not kept, and
   * 0.
   *
   * @return an index, from 0
   */
  public long durableCommitIndex() {
    return durableCommitIndex;
  }

  /**
   * Returns the last index of the snapshot that is on its way to the member, or about to be sent.
   *
   * @return an index, from 1; 0: there is none, as in every state but {@link State#SNAPSHOT}
   */
  public long snapshotIndex() {
    return snapshotIndex;
  }

  /**
   * Returns how long the attempt at the snapshot has lasted, whatever the host has reported of it.
   *
   * @return ticks, from 0; 0 without a snapshot
   */
  public long snapshotTicks() {
    return snapshotTicks;
  }

  /**
   * Returns which attempt at a snapshot for the member this is, counted by this leader from 1.
   *
   * @return a number, from 1; 0 without a snapshot
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

  /** Puts a description together. Nothing is checked. */
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
     * @param appends how many appends with entries
     * @param bytes how many bytes of entries
     * @return this
     */
    public Builder inflight(int appends, long bytes) {
      inflightAppends = appends;
      inflightBytes = bytes;
      return this;
    }

    /**
     * Sets how long ago the member was heard.
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
     * Sets the snapshot that is on its way.
     *
     * @param index its last index
     * @param ticks how long the attempt has lasted
     * @param attempt which attempt it is, from 1
     * @return this
     */
    public Builder snapshot(long index, long ticks, long attempt) {
      snapshotIndex = index;
      snapshotTicks = ticks;
      snapshotAttempt = attempt;
      return this;
    }

    /** {@return the description} */
    public PeerStatus build() {
      return new PeerStatus(this);
    }
  }
}
