package io.tickraft.core;

import io.tickraft.proto.Entry;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Reports to a host how each of its accepted proposals ended, so that the host can answer its
 * clients.
 *
 * <p>The host {@linkplain #accepted tracks} a proposal under a ticket when {@link RawNode#propose}
 * accepts it. The host passes each committed entry and each snapshot to this object, in the order
 * in which the state machine gets them. Each ticket ends exactly once:
 *
 * <ul>
 *   <li>{@link Fate#APPLIED}: its entry is committed, and is the one that the host is applying.
 *   <li>{@link Fate#LOST}: another entry was committed at its index, so its entry will never be
 *       committed. A change of leader alone does not mean this: an entry that was overwritten on
 *       this node may still be committed by a later leader that holds it (Raft paper, figure 8).
 *   <li>{@link Fate#UNKNOWN}: a snapshot covers its index, or this object was closed.
 * </ul>
 *
 * <p>Misuse that could end a ticket with a wrong fate, such as an entry that is not passed, is an
 * {@link IllegalArgumentException} and changes nothing. The first index that is passed may be any:
 * a node starts with what its state machine has not applied.
 *
 * <p>Not thread-safe: only the owner of the node uses it.
 *
 * @param <T> the type of the host's tickets: what the host needs to answer a client
 */
public final class ProposalFates<T> {

  /** How a proposal ended. */
  public enum Fate {
    /** The entry is committed and being applied. */
    APPLIED,
    /** The entry will never be committed: it is safe to propose the command again. */
    LOST,
    /** The entry may or may not have been applied. */
    UNKNOWN
  }

  private static final long NOT_KNOWN = -1;

  private record Tracked<T>(long index, T ticket) {}

  private final BiConsumer<? super T, Fate> onFate;

  // By term, and within a term by index, which is the order of acceptance: a leader only appends.
  private final TreeMap<Long, ArrayDeque<Tracked<T>>> byTerm = new TreeMap<>();
  private int size;

  /** The index that was passed last, of an entry or a snapshot; {@link #NOT_KNOWN} at the start. */
  private long last = NOT_KNOWN;

  /**
   * Creates an object that tracks no proposal.
   *
   * @param onFate called with a ticket and its fate, from within {@link #committed}, {@link
   *     #snapshotInstalled} and {@link #close}; must not throw, as these calls end several tickets
   */
  public ProposalFates(BiConsumer<? super T, Fate> onFate) {
    this.onFate = Objects.requireNonNull(onFate, "onFate");
  }

  /**
   * Tracks one entry of an accepted proposal. Call this as soon as the proposal is accepted, before
   * the next Ready: the entry may be committed there.
   *
   * @param term the term of the entry: {@link ProposeResult.Accepted#term()}
   * @param index the index of the entry, above all indexes that are tracked in this term, and above
   *     the last one that was passed to {@link #committed} or {@link #snapshotInstalled}
   * @param ticket the ticket, passed to {@code onFate} with the entry's fate
   * @throws IllegalArgumentException if an entry of the same term is tracked at or above the index,
   *     or if the index was passed before: its fate is no longer known
   */
  public void accepted(long term, long index, T ticket) {
    if (index <= last) {
      throw new IllegalArgumentException(
          "index "
              + index
              + " is accepted too late: entries up to "
              + last
              + " have been passed as committed, or a snapshot of them");
    }
    ArrayDeque<Tracked<T>> ofTerm = byTerm.computeIfAbsent(term, t -> new ArrayDeque<>());
    Tracked<T> before = ofTerm.peekLast();
    if (before != null && before.index >= index) {
      throw new IllegalArgumentException(
          "index "
              + index
              + " is not above "
              + before.index
              + ", tracked before it in term "
              + term);
    }
    ofTerm.addLast(new Tracked<>(index, ticket));
    size++;
  }

  /**
   * Records that the host applies a committed entry, and ends the tickets whose fate the entry
   * decides.
   *
   * @param entry the entry, of any type; each index once and in order, without a gap
   * @throws IllegalArgumentException if the entry does not follow the last entry or snapshot that
   *     was passed, or if it is the first one and above a tracked index
   */
  public void committed(Entry entry) {
    check(entry.getIndex());
    last = entry.getIndex();
    // Fast path: usually nothing is tracked.
    while (size > 0 && endOne(entry.getTerm(), entry.getIndex())) {
      // Each iteration ends one ticket: onFate may track new ones meanwhile.
    }
  }

  private void check(long index) {
    if (last != NOT_KNOWN && index != last + 1) {
      throw new IllegalArgumentException(
          "entry "
              + index
              + " was passed where "
              + (last + 1)
              + " is due: each committed entry, of any type, is passed once and in order");
    }
    if (last == NOT_KNOWN && index > lowestTracked()) {
      throw new IllegalArgumentException(
          "entry "
              + index
              + " was passed first, but a proposal is tracked at "
              + lowestTracked()
              + ": each committed entry, of any type, is passed once and in order");
    }
  }

  private long lowestTracked() {
    long lowest = Long.MAX_VALUE;
    for (ArrayDeque<Tracked<T>> ofTerm : byTerm.values()) {
      lowest = Math.min(lowest, ofTerm.getFirst().index);
    }
    return lowest;
  }

  /**
   * Records that a snapshot replaced the state of the state machine: tickets at and below its index
   * end as {@link Fate#UNKNOWN}. The next committed entry is the one after the snapshot. A host may
   * also call this when it restores its own snapshot before it opens the node.
   *
   * @param index the snapshot's index, from 0
   */
  public void snapshotInstalled(long index) {
    last = index;
    while (endOneAsUnknown(index)) {
      // As above.
    }
  }

  /**
   * Ends all tickets as {@link Fate#UNKNOWN}, for a node that is dropped or has failed. Tickets
   * that {@code onFate} adds during this call stay tracked. Afterwards this object can be used for
   * a node that is opened again: the first index that is passed may be any.
   */
  public void close() {
    last = NOT_KNOWN;
    for (int left = size; left > 0 && endOneAsUnknown(Long.MAX_VALUE); left--) {
      // As above.
    }
  }

  /** {@return how many tickets are tracked and have not ended, from 0} */
  public int size() {
    return size;
  }

  private boolean endOne(long term, long index) {
    // Terms never fall along a log. So an entry of an earlier term is lost at this index and at any
    // index above it, and an entry of a later term is lost only at this index.
    for (Map.Entry<Long, ArrayDeque<Tracked<T>>> ofTerm : byTerm.entrySet()) {
      long upTo = ofTerm.getKey() < term ? Long.MAX_VALUE : index;
      Fate fate = ofTerm.getKey() == term ? Fate.APPLIED : Fate.LOST;
      if (endFirst(ofTerm.getKey(), ofTerm.getValue(), upTo, fate)) {
        return true;
      }
    }
    return false;
  }

  private boolean endOneAsUnknown(long index) {
    for (Map.Entry<Long, ArrayDeque<Tracked<T>>> ofTerm : byTerm.entrySet()) {
      if (endFirst(ofTerm.getKey(), ofTerm.getValue(), index, Fate.UNKNOWN)) {
        return true;
      }
    }
    return false;
  }

  /** Ends the first ticket of a term if its index is at most {@code upTo}. */
  private boolean endFirst(Long term, ArrayDeque<Tracked<T>> ofTerm, long upTo, Fate fate) {
    Tracked<T> first = ofTerm.getFirst();
    if (first.index > upTo) {
      return false;
    }
    ofTerm.removeFirst();
    if (ofTerm.isEmpty()) {
      byTerm.remove(term);
    }
    size--;
    onFate.accept(first.ticket, fate);
    return true;
  }
}
