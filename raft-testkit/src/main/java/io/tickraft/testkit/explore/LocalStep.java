package io.tickraft.testkit.explore;

/** What an event does to one node. */
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

  /** {@return the reads that end, and the read index of each, in turn} */
  int[] reads() {
    return reads;
  }

  /** {@return whether the node accepts a read} */
  boolean asksRead() {
    return asksRead;
  }

  /** {@return which facts change, as bits} */
  int changes() {
    return changes;
  }

  /** {@return for each naming, what the step adds to the hash of a global state} */
  long[] hashes() {
    return hashes;
  }

  private static final int[] NONE = {};

  /** The node leads in another term than before. */
  static final int LEADS = 1;

  /** The commit index grows, or is seen only now. */
  static final int COMMITS = 2;

  /** The written log changes. */
  static final int LOG = 4;

  /** The durable log changes. */
  static final int DISK = 8;

  /** The match index of a peer changes. */
  static final int MATCHES = 16;

  /** A read begins or ends. */
  static final int READS = 32;

  /** The state machine has applied something, or was restored. */
  static final int APPLIES = 64;

  /** {@return the step that does nothing in a state} */
  static LocalStep nothing(LocalState state) {
    return new LocalStep(0, state, state, NONE, NONE, false, 0, new long[state.hashes().length]);
  }

  /** {@return whether the event changes nothing and sends nothing} */
  boolean isNothing() {
    return from == to && sent.length == 0 && reads.length == 0 && !asksRead;
  }

  boolean has(int change) {
    return (changes & change) != 0;
  }
}
