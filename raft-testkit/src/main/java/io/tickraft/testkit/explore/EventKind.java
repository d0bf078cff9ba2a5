package io.tickraft.testkit.explore;

import java.util.Locale;

/** The kinds of events in an exploration. */
public enum EventKind {
  /** A message that is in flight arrives. Not limited: only what is sent can arrive. */
  DELIVER(false),
  /** A message that is in flight arrives, and stays in flight: it may arrive once more. */
  DUPLICATE(true),
  /** A node campaigns, as if its election timeout had passed. */
  CAMPAIGN(true),
  /** A node ticks once. */
  TICK(true),
  /** A follower forgets its leader, as if it had not heard from one for an election timeout. */
  FORGET_LEADER(true),
  /** A node is asked to propose a command, a different one each time. */
  PROPOSE(true),
  /** A node is asked to propose one of the {@linkplain Exploration#changes membership changes}. */
  CHANGE(true),
  /** A node is asked for a read index. */
  READ(true),
  /** A node is asked to transfer leadership to another node. */
  TRANSFER(true),
  /** A host takes a snapshot of its state machine, and compacts the log up to its index. */
  COMPACT(true),
  /** A host reports to its node that another node cannot be reached. */
  UNREACHABLE(true),
  /**
   * A node loses its memory and starts again at once. Its disk keeps the oldest of the unsynced
   * writes, any number of them, and any number of the first parts of the next write. (A later start
   * need not be tried: it has the same effect as a start at once with late messages.) With {@link
   * Exploration#stores}, the choices of the store decide what is kept, and all choices are tried.
   */
  CRASH(true),
  /**
   * The storage of a node becomes slow: it answers each read of entries with {@code NotYet}, until
   * {@link #STORAGE_READY} or a crash.
   */
  ENTRIES_NOT_YET(true),
  /** As {@link #ENTRIES_NOT_YET}, for reads of the snapshot. */
  SNAPSHOT_NOT_YET(true),
  /** A slow storage can answer again, and its host reports this to the node. */
  STORAGE_READY(false),
  /**
   * A host takes a Ready, and sends the messages that need not wait for its write. This kind and
   * the next two occur only with {@link Exploration#splitReadys}.
   */
  TAKE(false),
  /**
   * A host completes its oldest write, sends the messages that waited for it, and acknowledges it.
   */
  WRITE(false),
  /** A host applies the committed entries and snapshots of the Readys that it has taken. */
  APPLY(false);

  /** The size of the counter of the events of one kind, in bits. */
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

  /** {@return whether {@link Exploration#allow} limits the events of this kind} */
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
