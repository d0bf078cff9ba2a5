package io.tickraft.testkit.contract;

import io.tickraft.core.Ready;
import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import io.tickraft.proto.HardState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The states that a crash may leave: what was synced, and the oldest of the later writes. The first
 * write that is lost may leave a part of itself: its snapshot, then some of its entries.
 */
final class Survivors {

  /** A state that a crash may leave: a log, up to a last index, and a hard state. */
  private record State(HardState hardState, ModelStorage log, long last) {

    /**
     * Compares the logs, except for what is compacted in one of them.
     *
     * @return the first index at which they differ; 0 if there is none
     */
    long difference(Storage storage) {
      long from = Math.max(log.firstIndex(), storage.firstIndex()) - 1;
      long to = Math.min(last, storage.lastIndex());
      for (long i = from; i <= to; i++) {
        if (log.term(i) != storage.term(i)) {
          return Math.max(1, i);
        }
      }
      return last == storage.lastIndex() ? 0 : to + 1;
    }
  }

  private final ModelStorage synced;
  private final List<State> states = new ArrayList<>();

  /**
   * Finds the states.
   *
   * @param synced what was synced
   * @param writes the later writes, oldest first
   */
  Survivors(ModelStorage synced, List<Ready> writes) {
    this.synced = synced;
    ModelStorage state = synced.copy();
    add(state, state.lastIndex());
    for (Ready write : writes) {
      state = addPartsOf(write, state);
    }
  }

  private void add(ModelStorage state, long last) {
    states.add(new State(state.initialState(), state, last));
  }

  /** Adds what each part of a write leaves, the last of them the whole write, and returns that. */
  private ModelStorage addPartsOf(Ready write, ModelStorage before) {
    ModelStorage parts = before.copy();
    if (write.snapshot().isPresent()) {
      parts.install(write.snapshot().get());
      add(parts, parts.lastIndex());
    }
    List<Entry> entries = write.entries();
    if (!entries.isEmpty()) {
      parts = parts.copy();
      parts.append(entries);
      for (Entry entry : entries) {
        add(parts, entry.getIndex());
      }
    }
    ModelStorage whole = parts.copy();
    write.hardState().ifPresent(whole::set);
    add(whole, whole.lastIndex());
    return whole;
  }

  /** {@return a copy of the state that a crash has left in a storage; empty: none is like it} */
  Optional<ModelStorage> find(Storage storage) {
    HardState hardState = storage.initialState();
    return states.stream()
        .filter(state -> state.hardState.equals(hardState) && state.difference(storage) == 0)
        .findFirst()
        .map(state -> state.log.copyUpTo(state.last, state.hardState));
  }

  /**
   * Says what a storage has lost of what was synced.
   *
   * @return the lost term, vote, commit index or log; empty if it has lost nothing
   */
  Optional<String> lost(Storage storage) {
    HardState kept = storage.initialState();
    HardState due = synced.initialState();
    if (kept.getTerm() < due.getTerm()) {
      return Optional.of("term " + due.getTerm() + ": it is in term " + kept.getTerm());
    }
    if (kept.getTerm() == due.getTerm() && due.getVote() != 0 && kept.getVote() != due.getVote()) {
      return Optional.of(
          "the vote for " + due.getVote() + " in term " + due.getTerm() + ": " + vote(kept));
    }
    if (kept.getCommit() < due.getCommit()) {
      return Optional.of(
          "commit index " + due.getCommit() + ": its commit index is " + kept.getCommit());
    }
    // A later write may have replaced a part of the synced log before the crash.
    for (State state : states) {
      long different = state.difference(storage);
      if (different == 0 || different > synced.lastIndex()) {
        return Optional.empty();
      }
    }
    return Optional.of(
        "the log up to "
            + synced.lastIndex()
            + ": its log, from "
            + storage.firstIndex()
            + " to "
            + storage.lastIndex()
            + ", differs at "
            + states.get(0).difference(storage));
  }

  private static String vote(HardState hardState) {
    return hardState.getVote() == 0 ? "it has no vote" : "its vote is for " + hardState.getVote();
  }

  /** {@return hard state and log of a storage, as text} */
  static String text(Storage storage) {
    HardState hardState = storage.initialState();
    return "term "
        + hardState.getTerm()
        + ", vote "
        + hardState.getVote()
        + ", commit "
        + hardState.getCommit()
        + ", log from "
        + storage.firstIndex()
        + " to "
        + storage.lastIndex()
        + ", which ends in term "
        + storage.term(storage.lastIndex());
  }
}
