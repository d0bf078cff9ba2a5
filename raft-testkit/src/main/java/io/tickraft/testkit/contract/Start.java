package io.tickraft.testkit.contract;

import io.tickraft.core.AppliedState;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.Storage;
import io.tickraft.core.Storage.SnapshotResult;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.SnapshotMetadata;
import java.util.Optional;

/** Checks what a node starts with, and compares it with what is known from before a restart. */
final class Start {

  private final NodeMemory memory;
  private final RaftConfig config;
  private final Storage storage;
  private final Optional<AppliedState> applied;

  Start(NodeMemory memory, RaftConfig config, Storage storage, Optional<AppliedState> applied) {
    this.memory = memory;
    this.config = config;
    this.storage = storage;
    this.applied = applied;
  }

  /** Checks the start, and takes what the storage holds for synced. */
  void check() {
    if (memory.incarnations.contains(config.incarnation())) {
      throw memory.violation(
          HostRule.INCARNATION_IS_NEW,
          "an incarnation that is none of " + memory.incarnations,
          "the node starts with incarnation " + config.incarnation());
    }
    if (memory.running != null) {
      checkKept();
      memory.running.replaced();
    }
    memory.synced.replaceBy(ModelStorage.of(storage));
    memory.unsynced.clear();
    if (storage.snapshot() instanceof SnapshotResult.Available available) {
      SnapshotMetadata snapshot = available.snapshot().getMetadata();
      check("the storage's snapshot", snapshot.getIndex(), snapshot.getConfState());
    }
    applied.ifPresent(this::check);
  }

  private void checkKept() {
    Survivors survivors = new Survivors(memory.synced, memory.unsynced);
    Optional<String> lost = survivors.lost(storage);
    if (lost.isPresent()) {
      throw memory.violation(
          HostRule.RESTARTED_ON_ALL_THAT_WAS_ACKNOWLEDGED,
          Survivors.text(memory.synced),
          "the storage has lost " + lost.get());
    }
    if (survivors.find(storage).isEmpty()) {
      throw memory.violation(
          HostRule.RESTARTED_WITHOUT_A_GAP,
          Survivors.text(memory.synced) + ", and then the oldest of the writes " + memory.unsynced,
          "the storage has " + Survivors.text(storage));
    }
  }

  private void check(AppliedState state) {
    if (memory.running != null && state.index() > memory.given) {
      throw memory.violation(
          HostRule.RESTARTED_NOT_AHEAD,
          "an applied index of at most " + memory.given,
          "the node starts with applied index " + state.index());
    }
    check("the applied state", state.index(), state.confState());
  }

  private void check(String what, long index, ConfState confState) {
    if (!memory.allows(index, confState)) {
      throw memory.violation(
          HostRule.CONFIGURATION_OF_THE_APPLIED_INDEX,
          memory.configurationAt(index),
          what + " at " + index + " has " + Configurations.text(confState));
    }
    if (index > 0) {
      memory.configurations.put(index, confState);
      memory.given = Math.max(memory.given, index);
    }
  }
}
