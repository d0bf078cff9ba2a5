package io.tickraft.core;

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

  /**
   * Describes a member.
   *
   * @param id the member
   * @param state how it is replicated to
   * @param matchIndex the highest index up to which its log is known to match
   * @param nextIndex the index of the next entry to send
   * @param inflightAppends how many appends with entries are under way
   * @param inflightBytes how many bytes of entries are under way
   */
  public PeerStatus(
      long id,
      State state,
      long matchIndex,
      long nextIndex,
      int inflightAppends,
      long inflightBytes) {
    this.id = id;
    this.state = state;
    this.matchIndex = matchIndex;
    this.nextIndex = nextIndex;
    this.inflightAppends = inflightAppends;
    this.inflightBytes = inflightBytes;
  }

  /**
   * Returns the member's id.
   *
   * @return an id, from 1
   */
  public long id() {
    return id;
  }

  /**
   * Returns how the leader replicates to the member.
   *
   * @return the state
   */
  public State state() {
    return state;
  }

  /**
   * Returns the highest index up to which the member's log is known to hold the leader's entries,
   * durably (Raft paper, figure 2, "matchIndex").
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

  /**
   * Returns how many appends with entries are under way.
   *
   * @return messages
   */
  public int inflightAppends() {
    return inflightAppends;
  }

  /**
   * Returns how many bytes of entries are under way.
   *
   * @return bytes
   */
  public long inflightBytes() {
    return inflightBytes;
  }

  @Override
  public String toString() {
    return id + ": " + state + ", match " + matchIndex + ", next " + nextIndex;
  }
}
