package io.tickraft.testkit.oracle;

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

/**
 * The contents of a Ready.
 *
 * @param number the Ready's number
 * @param hardState the hard state to write; empty if it has not changed
 * @param entries the entries to append to the log
 * @param snapshot the snapshot to write and to restore
 * @param mustSync whether the host must sync the write
 * @param messages the messages to send before the write
 * @param messagesAfterPersist the messages to send after the write
 * @param committedEntries the entries to apply
 * @param confState the configuration after the entries or the snapshot are applied
 * @param readStates the results of reads
 * @param outcomes the outcomes of transfers and membership changes
 */
public record ReadyView(
    long number,
    Optional<HardState> hardState,
    List<Entry> entries,
    Optional<Snapshot> snapshot,
    boolean mustSync,
    List<Message> messages,
    List<Message> messagesAfterPersist,
    List<Entry> committedEntries,
    Optional<ConfState> confState,
    List<ReadState> readStates,
    List<Outcome> outcomes) {

  /**
   * {@return whether the Ready has something to persist, or messages that wait for a write: it is
   * outstanding until it is acknowledged}
   */
  boolean isOutstanding() {
    return hardState.isPresent()
        || snapshot.isPresent()
        || !entries.isEmpty()
        || !messagesAfterPersist.isEmpty();
  }

  /**
   * Makes a view of a Ready.
   *
   * @param ready the Ready
   * @return the view
   */
  public static ReadyView of(Ready ready) {
    return new ReadyView(
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
