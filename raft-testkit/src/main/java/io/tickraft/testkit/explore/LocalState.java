package io.tickraft.testkit.explore;

/** A state of one node with its host and its storage. Immutable. */
final class LocalState {

  /**
   * What its host may do.
   *
   * @param hasReady whether it may take a Ready
   * @param isWriting whether it has a write to complete
   * @param areReadsPaused whether its storage is slow
   * @param appliedIndex the last index that it has applied
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

  /** {@return its number among all local states} */
  int number() {
    return number;
  }

  /** {@return the position of the node} */
  int node() {
    return node;
  }

  /** {@return how often the node was started before, from 0} */
  int starts() {
    return starts;
  }

  /** {@return what the promises ask of it} */
  Facts facts() {
    return facts;
  }

  /** {@return what its host may do} */
  Work work() {
    return work;
  }

  /** {@return the arguments of all crashes that may happen} */
  int[] crashes() {
    return crashes;
  }

  /**
   * {@return the log of the sender of the last snapshot that the node has received, as its host may
   * have that snapshot still to write}
   */
  Log received() {
    return received;
  }

  /** {@return a hash of the host, without what crashes would leave} */
  long own() {
    return own;
  }

  /** {@return a hash of the state for each naming of the nodes} */
  long[] hashes() {
    return hashes;
  }
}
