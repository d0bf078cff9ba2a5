package io.tickraft.testkit.explore;

/** A state of one node with its host and its storage. Immutable. */
final class LocalState {

  /**
   * The work that the host can do next.
   *
   * @param hasReady whether the host can take a Ready
   * @param isWriting whether the host has a write to complete
   * @param areReadsPaused whether the storage answers some reads with {@code NotYet}
   * @param appliedIndex the last index that the state machine has applied
   */
  record Work(boolean hasReady, boolean isWriting, boolean areReadsPaused, long appliedIndex) {
    static Work of(NodeHost host) {
      return new Work(
          host.hasReady(), host.isWriting(), host.areReadsPaused(), host.appliedIndex());
    }
  }

  private final int number;
  private final int node;
  private final int starts;
  private final Facts facts;
  private final Work work;
  private final int[] crashes;
  private final Log received;
  private final long own;
  private final long[] hashes;

  LocalState(
      int number,
      int node,
      int starts,
      Facts facts,
      Work work,
      int[] crashes,
      Log received,
      long own,
      long[] hashes) {
    this.number = number;
    this.node = node;
    this.starts = starts;
    this.facts = facts;
    this.work = work;
    this.crashes = crashes;
    this.received = received;
    this.own = own;
    this.hashes = hashes;
  }

  /** {@return its number among all local states, from 0} */
  int number() {
    return number;
  }

  /** {@return the position of the node, from 0} */
  int node() {
    return node;
  }

  /** {@return how often the node was started so far, at least 1} */
  int starts() {
    return starts;
  }

  /** {@return the facts that the checks need} */
  Facts facts() {
    return facts;
  }

  /** {@return the work that the host can do next} */
  Work work() {
    return work;
  }

  /** {@return the arguments of all crashes that may happen} */
  int[] crashes() {
    return crashes;
  }

  /**
   * {@return the log of the sender of the last snapshot that the node has received} The host may
   * write that snapshot later.
   */
  Log received() {
    return received;
  }

  /** {@return a hash of the host, without the hashes of what crashes would leave} */
  long own() {
    return own;
  }

  /** {@return a hash of the state for each naming of the nodes} */
  long[] hashes() {
    return hashes;
  }
}
