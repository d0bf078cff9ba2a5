package io.tickraft.core;

import io.tickraft.proto.Entry;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Tells a host how each of its accepted proposals ended, so that it can answer whoever waits for
 * it.
 *
 * <p>The host {@linkplain #accepted tracks} a proposal under a ticket of its own when {@link
 * RawNode#propose} accepted it, and shows this helper each committed entry and each snapshot, in
 * the order in which its state machine takes them. Every ticket then ends exactly once:
 *
 * <ul>
 *   <li>{@link Fate#APPLIED}: its entry was committed, and is the one that the host is applying.
 *   <li>{@link Fate#LOST}: another entry was committed in its place, so it never will be. A new
 *       leader alone does not mean that: an entry that was overwritten here may still be committed
 *       by a later leader that holds it (Raft paper, figure 8).
 *   <li>{@link Fate#UNKNOWN}: a snapshot covered its index, or the helper was closed.
 * </ul>
 *
 * <p>Not thread-safe: belongs to the owner of the node.
 *
 * @param <T> the host's tickets: whatever it needs to answer
 */
public final class ProposalFates<T> {

  /** How a proposal ended. */
  public enum Fate {
    /** The entry is committed and being applied. */
    APPLIED,
    /** The entry never will be committed: proposing again is safe. */
    LOST,
    /** The entry may or may not have been applied. */
    UNKNOWN
  }

  private record Tracked<T>(long index, T ticket) {}

  private final BiConsumer<? super T, Fate> onFate;

  // By term, and within a term by index, which is the order of acceptance: a leader only appends.
  private final TreeMap<Long, ArrayDeque<Tracked<T>>> byTerm = new TreeMap<>();
  private int size;

  /**
   * Tracks nothing yet.
   *
   * @param onFate called with a ticket and how it ended, from within {@link #committed}, {@link
   *     #snapshotInstalled} and {@link #close}
   */
  public ProposalFates(BiConsumer<? super T, Fate> onFate) {
    this.onFate = Objects.requireNonNull(onFate, "onFate");
  }

  /**
   * Tracks one entry of an accepted proposal.
   *
   * @param term the term of the entry: {@link ProposeResult.Accepted#term()}
   * @param index the index of the entry, above all that were tracked in this term
   * @param ticket what is handed back with the entry's fate
   * @throws IllegalArgumentException if the term has a tracked entry at or above the index
   */
  public void accepted(long term, long index, T ticket) {
    ArrayDeque<Tracked<T>> ofTerm = byTerm.computeIfAbsent(term, t -> new ArrayDeque<>());
    Tracked<T> last = ofTerm.peekLast();
    if (last != null && last.index >= index) {
      throw new IllegalArgumentException(
          "index " + index + " is not above " + last.index + ", tracked before it in term " + term);
    }
    ofTerm.addLast(new Tracked<>(index, ticket));
    size++;
  }

  /**
   * Takes note that the host applies a committed entry, and hands back the tickets that this
   * decides.
   *
   * @param entry the entry, each index once and in order, whatever its type
   */
  public void committed(Entry entry) {
    // Mostly nothing is tracked, and entries are many.
    while (size > 0 && endOne(entry.getTerm(), entry.getIndex())) {
      // Each turn ends one ticket, so that the host may track new ones while it is told of it.
    }
  }

  /**
   * Takes note that the state machine was replaced by a snapshot: tickets at and below its index
   * end as unknown.
   *
   * @param index the snapshot's index
   */
  public void snapshotInstalled(long index) {
    while (endOneAsUnknown(index)) {
      // As above.
    }
  }

  /**
   * Ends all tickets as unknown: the node is closed or has failed. What is tracked meanwhile stays.
   */
  public void close() {
    for (int left = size; left > 0 && endOneAsUnknown(Long.MAX_VALUE); left--) {
      // Each turn ends one ticket, as above.
    }
  }

  /**
   * Returns how many tickets wait for their fate.
   *
   * @return a number, from 0
   */
  public int size() {
    return size;
  }

  private boolean endOne(long term, long index) {
    // Terms never fall along a log. So what was accepted in an earlier term at this index or above
    // cannot follow this entry, and what was accepted in a later term is lost at this index only.
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

  /** Ends the first ticket of a term if its index is not above {@code upTo}. */
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
