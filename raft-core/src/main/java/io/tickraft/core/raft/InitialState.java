package io.tickraft.core.raft;

import io.tickraft.core.AppliedState;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.Storage;
import io.tickraft.core.log.RaftLog;
import io.tickraft.core.membership.Configuration;
import io.tickraft.core.membership.NewerVersion;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.HardState;
import io.tickraft.proto.SnapshotMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The checked state that a node starts from: what its storage holds and what its state machine has
 * applied.
 *
 * @param hardState the hard state that the storage holds
 * @param term the term to start in
 * @param vote the vote in that term; 0: none
 * @param commit the commit index
 * @param applied the applied index
 * @param configuration the configuration after the applied index
 */
record InitialState(
    HardState hardState,
    long term,
    long vote,
    long commit,
    long applied,
    Configuration configuration) {

  /**
   * Reads the storage and checks it.
   *
   * @param applied what the state machine has applied; null: what the storage's snapshot covers
   */
  static InitialState of(Storage storage, @Nullable AppliedState applied) {
    HardState hardState = answered(storage.initialState(), "initialState()");
    check(
        hardState.getTerm() >= 0 && hardState.getVote() >= 0 && hardState.getCommit() >= 0,
        "storage: a negative number in the hard state: " + hardState);
    long first = storage.firstIndex();
    long last = storage.lastIndex();
    check(
        first >= 1 && last >= first - 1,
        "storage: the first index is " + first + " but the last index is " + last);
    SnapshotMetadata snapshot = snapshot(storage, first, last);
    check(
        hardState.getCommit() <= last,
        "storage: the commit index "
            + hardState.getCommit()
            + " is beyond the last entry, "
            + last
            + ": the log has lost entries");
    long appliedIndex = snapshot.getIndex();
    ConfState confState = snapshot.getConfState();
    if (applied != null) {
      checkApplied(storage, applied, snapshot.getIndex(), last);
      appliedIndex = applied.index();
      confState = applied.confState();
    }
    // If the log ends in a later term than the hard state's, the node has been in that term.
    long lastTerm = storage.term(last);
    check(
        lastTerm >= snapshot.getTerm() && (last == 0) == (lastTerm == 0),
        "storage: the last entry, " + last + ", is of term " + lastTerm);
    boolean raised = lastTerm > hardState.getTerm();
    return new InitialState(
        hardState,
        Math.max(hardState.getTerm(), lastTerm),
        raised ? 0 : hardState.getVote(),
        Math.max(hardState.getCommit(), appliedIndex),
        appliedIndex,
        Configuration.of(confState));
  }

  private static SnapshotMetadata snapshot(Storage storage, long first, long last) {
    // Asked only once: a storage that builds its snapshots may return another one the next time.
    Storage.SnapshotResult result = answered(storage.snapshot(), "snapshot()");
    if (!(result instanceof Storage.SnapshotResult.Available available)) {
      throw new IllegalArgumentException(
          "storage: the snapshot must be available when a node is opened");
    }
    SnapshotMetadata metadata = available.snapshot().getMetadata();
    long index = metadata.getIndex();
    if (index == 0) {
      check(
          last == 0,
          "storage: there are entries up to "
              + last
              + " and no snapshot: a group's first voters start from Bootstrap.snapshot");
      return metadata;
    }
    check(
        index >= first - 1 && index <= last,
        "storage: the snapshot is at "
            + index
            + ", but with a log of "
            + first
            + ".."
            + last
            + " it must be in "
            + (first - 1)
            + ".."
            + last);
    check(
        metadata.getTerm() >= 1 && storage.term(index) == metadata.getTerm(),
        "storage: the snapshot at "
            + index
            + " is of term "
            + metadata.getTerm()
            + ", but the log has term "
            + storage.term(index)
            + " at that index");
    checkKnown(metadata.getConfState(), "storage: the configuration of the snapshot at " + index);
    check(
        metadata.getConfState().getVotersCount() > 0,
        "storage: the configuration of the snapshot has no voters");
    return metadata;
  }

  private static void checkApplied(
      Storage storage, AppliedState applied, long snapshotIndex, long last) {
    check(
        applied.index() >= snapshotIndex,
        "applied: the state machine is at "
            + applied.index()
            + ", behind the storage's snapshot at "
            + snapshotIndex
            + ": restore it from the snapshot first");
    check(
        applied.index() <= last,
        "applied: the state machine is at "
            + applied.index()
            + ", and the log ends at "
            + last
            + ": the log has lost entries");
    check(
        storage.term(applied.index()) == applied.term(),
        "applied: entry "
            + applied.index()
            + " is of term "
            + applied.term()
            + ", but the log has term "
            + storage.term(applied.index())
            + " at that index");
    checkKnown(applied.confState(), "applied: the configuration at " + applied.index());
    check(applied.confState().getVotersCount() > 0, "applied: the configuration has no voters");
  }

  /** The compiler does not check that a host's storage returns no null. */
  private static <T> T answered(@Nullable T answer, String call) {
    if (answer == null) {
      throw new IllegalArgumentException("storage: " + call + " returned null");
    }
    return answer;
  }

  private static void checkKnown(ConfState confState, String whose) {
    NewerVersion.unknownIn(confState)
        .ifPresent(
            unknown -> {
              throw new IllegalArgumentException(NewerVersion.needed(whose + " has " + unknown));
            });
  }

  private static void check(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }

  NodeState nodeState(RaftConfig config, Storage storage) {
    return new NodeState(
        config,
        new RaftLog(storage, commit, applied, config.maxCommittedBytesPerReady()),
        configuration,
        term,
        vote,
        hardState.getTerm(),
        hardState.getVote());
  }
}
