package io.tickraft.testkit.explore;

import io.tickraft.testkit.sim.SimHost;

/** A state of one node: the node itself with its host and its disk, ready to be copied. */
final class LocalState {

  private final int number;
  private final int node;
  private final SimHost host;
  private final int starts;
  private final Facts facts;
  private final Log received;
  private final long[] hashes;

  LocalState(
      int number, int node, SimHost host, int starts, Facts facts, Log received, long[] hashes) {
    this.number = number;
    this.node = node;
    this.host = host;
    this.starts = starts;
    this.facts = facts;
    this.received = received;
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

  /** {@return the node, its host and its disk; never changed} */
  SimHost host() {
    return host;
  }

  /** {@return how often the node was started before, from 0} */
  int starts() {
    return starts;
  }

  /** {@return what the promises ask of it} */
  Facts facts() {
    return facts;
  }

  /**
   * {@return the log of the sender of the last snapshot that the node has received, as its host may
   * have that snapshot still to write}
   */
  Log received() {
    return received;
  }

  /** {@return a hash of the state for each naming of the nodes} */
  long[] hashes() {
    return hashes;
  }
}
