package io.tickraft.testkit.explore;

/** The effect of an event on one node. */
final class LocalStep {

  private final int number;
  private final LocalState from;
  private final LocalState to;
  private final int[] sent;
  private final int[] reads;
  private final boolean asksRead;
  private final int changes;
  private final long[] hashes;

  LocalStep(
      int number,
      LocalState from,
      LocalState to,
      int[] sent,
      int[] reads,
      boolean asksRead,
      int changes,
      long[] hashes) {
    this.number = number;
    this.from = from;
    this.to = to;
    this.sent = sent;
    this.reads = reads;
    this.asksRead = asksRead;
    this.changes = changes;
    this.hashes = hashes;
  }

  /** {@return its number among all local steps} */
  int number() {
    return number;
  }

  /** {@return the state before} */
  LocalState from() {
    return from;
  }

  /** {@return the state after} */
  LocalState to() {
    return to;
  }

  /** {@return the messages that the node sends, by their numbers, sorted} */
  int[] sent() {
    return sent;
  }

  /** {@return the reads that are confirmed: the number and the read index of each, in turn} */
  int[] reads() {
    return reads;
  }

  /** {@return whether the node accepts a read} */
  boolean asksRead() {
    return asksRead;
  }

  /** {@return which facts change, as a set of the bits below} */
  int changes() {
    return changes;
  }

  /** {@return for each naming, the number that the step adds to the hash of a global state} */
  long[] hashes() {
    return hashes;
  }

  private static final int[] NONE = {};

  /** The node leads in another term than before. */
  static final int LEADS = 1;

  /** The commit index changes, or the host has only now taken all entries of the log. */
  static final int COMMITS = 2;

  /** The written log changes. */
  static final int LOG = 4;

  /** The durable log changes. */
  static final int DISK = 8;

  /** The node leads, in another term or with other match indexes than before. */
  static final int MATCHES = 16;

  /** A read is accepted or confirmed. */
  static final int READS = 32;

  /** The state machine has applied something, or was restored. */
  static final int APPLIES = 64;

  /** {@return a step without an effect} */
  static LocalStep nothing(LocalState state) {
    return new LocalStep(0, state, state, NONE, NONE, false, 0, new long[state.hashes().length]);
  }

  /** {@return whether the event has no effect: it changes nothing and sends nothing} */
  boolean isNothing() {
    return from == to && sent.length == 0 && reads.length == 0 && !asksRead;
  }

  boolean has(int change) {
    return (changes & change) != 0;
  }
}
