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
 * What a Ready tells the host to do.
 *
 * @param number its number
 * @param hardState the hard state to write
 * @param entries the entries to write
 * @param snapshot the snapshot to write and to restore
 * @param mustSync whether the write is to be synced
 * @param messages what may leave at once
 * @param messagesAfterPersist what may leave after the write
 * @param committedEntries what is to be applied
 * @param confState the configuration after that
 * @param readStates the reads that ended
 * @param outcomes what else ended
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
   * Takes what a Ready says.
   *
   * @param ready the Ready
   * @return a view
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
