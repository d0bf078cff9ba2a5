package io.tickraft.core.fuzz;

import io.tickraft.core.Outcome;
import io.tickraft.core.ReadState;
import io.tickraft.core.Ready;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import java.util.List;
import java.util.Optional;

/** What a Ready says, as a value that can also be made up. */
record Taken(
    long number,
    Optional<HardState> hardState,
    List<Entry> entries,
    Optional<Snapshot> snapshot,
    boolean mustSync,
    List<Message> messages,
    List<Message> messagesAfterPersist,
    List<Entry> committed,
    Optional<ConfState> confState,
    List<ReadState> readStates,
    List<Outcome> outcomes) {

  /** Whether it tells how reads or transfers ended, or that a change was impossible. */
  boolean hasOutcomes() {
    return !readStates.isEmpty() || !outcomes.isEmpty();
  }

  /** Whether it has something to persist, or messages that wait for a write. */
  boolean waitsForAWrite() {
    return hardState.isPresent()
        || snapshot.isPresent()
        || !entries.isEmpty()
        || !messagesAfterPersist.isEmpty();
  }

  static Taken of(Ready ready) {
    return new Taken(
        ready.number(),
        ready.hardState(),
        ready.entries(),
        ready.snapshot(),
        ready.mustSync(),
        ready.messages(),
        ready.messagesAfterPersist(),
        ready.committedEntries(),
        ready.confState(),
        ready.readStates(),
        ready.outcomes());
  }
}
