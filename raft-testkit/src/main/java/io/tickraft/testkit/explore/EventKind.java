package io.tickraft.testkit.explore;

import java.util.Locale;

/** What may happen next in an exploration. */
public enum EventKind {
  /** A message that is in flight arrives. Not limited: only what is sent can arrive. */
  DELIVER(false),
  /** A message that is in flight arrives, and will arrive once more. */
  DUPLICATE(true),
  /** A node campaigns, as if its election timeout had passed. */
  CAMPAIGN(true),
  /** A node ticks once. */
  TICK(true),
  /** A node forgets its leader, as if it had not heard from it for an election timeout. */
  FORGET_LEADER(true),
  /** A node is asked to propose a command: another one each time. */
  PROPOSE(true),
  /** A node is asked to propose one of the {@linkplain Exploration#changes membership changes}. */
  CHANGE(true),
  /** A node is asked for a read. */
  READ(true),
  /** A node is asked to transfer leadership to another one. */
  TRANSFER(true),
  /** A node takes a snapshot of its state machine, and drops all of the log that it covers. */
  COMPACT(true),
  /** A node is told that another one cannot be reached. */
  UNREACHABLE(true),
  /**
   * A node loses its memory and starts again. Its disk keeps any number of the unsynced writes and
   * any first parts of the next one. (While a node is down nothing happens to it, so that a crash
   * with a later start is the same as a crash with a start at once and late messages.) With {@link
   * Exploration#stores}, the store makes choices that say what is left, and all are tried.
   */
  CRASH(true),
  /**
   * The storage of a node becomes slow: it answers each read of entries with {@code NotYet}, until
   * {@link #STORAGE_READY} or a crash.
   */
  ENTRIES_NOT_YET(true),
  /** The same for reads of the snapshot. */
  SNAPSHOT_NOT_YET(true),
  /** A storage that was slow has the data, and its host reports so to the node. */
  STORAGE_READY(false),
  /**
   * A host takes a Ready, and sends what need not wait for the write. This kind and the next two
   * happen only with {@link Exploration#splitReadys}.
   */
  TAKE(false),
  /** A host completes its oldest write, sends what has waited for it, and acknowledges it. */
  WRITE(false),
  /** A host applies what it has taken. */
  APPLY(false);

  /** Bits of a counter of events of one kind. */
  static final int BITS = 4;

  /** The most events of one kind in a run. */
  static final int MAX = (1 << BITS) - 1;

  private static final EventKind[] ALL = values();

  private final boolean isLimited;
  private final String text;

  EventKind(boolean isLimited) {
    this.isLimited = isLimited;
    this.text = name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** {@return whether a run has at most {@link Exploration#allow so many} events of this kind} */
  public boolean isLimited() {
    return isLimited;
  }

  /** {@return the name, in lower case, such as {@code forget-leader}} */
  @Override
  public String toString() {
    return text;
  }

  /** {@return whether a message arrives} */
  boolean isDelivery() {
    return this == DELIVER || this == DUPLICATE;
  }

  static EventKind at(int position) {
    return ALL[position];
  }
}
