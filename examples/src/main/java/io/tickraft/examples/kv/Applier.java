package io.tickraft.examples.kv;

import io.tickraft.core.Ready;
import io.tickraft.examples.kv.store.KvMachine;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Snapshot;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/**
 * Gives what the Raft node has committed to the map, some of it at a time. A thousand short
 * commands may change a gigabyte of values: a node that applied them in one go would answer no
 * heartbeat meanwhile, and the group would elect another leader.
 */
final class Applier {

  /**
   * What one Ready has given.
   *
   * @param entries what is left of its entries, at least one
   * @param configuration the configuration after them, if the last is a membership change
   */
  private record Batch(List<Entry> entries, Optional<ConfState> configuration) {
    Batch after(int count) {
      return new Batch(entries.subList(count, entries.size()), configuration);
    }
  }

  private final KvMachine machine;
  private final Proposals proposals;
  private final Runnable onMembers;
  private final Runnable wake;
  private final ArrayDeque<Batch> left = new ArrayDeque<>();

  /**
   * Creates it with nothing to apply.
   *
   * @param machine the map
   * @param proposals is told each reply
   * @param onMembers called when the members have changed
   * @param wake schedules another run of the loop, for what is left
   */
  Applier(KvMachine machine, Proposals proposals, Runnable onMembers, Runnable wake) {
    this.machine = machine;
    this.proposals = proposals;
    this.onMembers = onMembers;
    this.wake = wake;
  }

  /** Takes what a Ready gives to the state machine. It must be persisted. */
  void take(RaftNode node, Ready ready) {
    ready.snapshot().ifPresent(snapshot -> restore(node, snapshot, ready.confState()));
    if (!ready.committedEntries().isEmpty()) {
      left.add(new Batch(ready.committedEntries(), ready.confState()));
    }
  }

  /** The snapshot covers what was given before it and is not applied. */
  private void restore(RaftNode node, Snapshot snapshot, Optional<ConfState> configuration) {
    left.clear();
    machine.restore(snapshot);
    proposals.restored(snapshot.getMetadata().getIndex());
    node.applied(snapshot.getMetadata().getIndex());
    configuration.ifPresent(changed -> onMembers.run());
  }

  /**
   * Applies what was taken, for a while.
   *
   * @return whether the Raft node may have something more to do at once
   */
  boolean apply(RaftNode node) {
    if (left.isEmpty()) {
      return false;
    }
    long start = System.nanoTime();
    while (!left.isEmpty() && System.nanoTime() - start < RaftLoop.TURN_NANOS) {
      applySome(left.remove());
    }
    node.applied(machine.appliedIndex());
    if (!left.isEmpty()) {
      wake.run();
    }
    return left.isEmpty();
  }

  private void applySome(Batch batch) {
    int count = machine.apply(batch.entries, batch.configuration, proposals);
    if (count < batch.entries.size()) {
      left.addFirst(batch.after(count));
    } else if (batch.configuration.isPresent()) {
      onMembers.run();
    }
  }
}
