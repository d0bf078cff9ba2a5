package io.tickraft.testkit.sim;

import com.google.protobuf.ByteString;
import io.tickraft.core.AppliedState;
import io.tickraft.core.Digest;
import io.tickraft.core.Ready;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import io.tickraft.testkit.oracle.Oracle;
import java.util.function.Supplier;

/** The state machine of a simulated node, with the index and the configuration of its state. */
final class AppliedMachine {

  private final long node;
  private final Oracle oracle;
  private final Supplier<StateMachine> machines;

  private StateMachine machine;
  private long index;
  private long term;
  private ConfState confState = ConfState.getDefaultInstance();

  /** Creates an empty state machine. */
  AppliedMachine(long node, Oracle oracle, Supplier<StateMachine> machines) {
    this.node = node;
    this.oracle = oracle;
    this.machines = machines;
    this.machine = machines.get();
  }

  /** Returns an independent copy, whose state machine is restored from what this one saves. */
  AppliedMachine copy(Oracle newOracle) {
    AppliedMachine copy = new AppliedMachine(node, newOracle, machines);
    if (index > 0) {
      copy.set(snapshot(applied(), machine.save()));
    }
    return copy;
  }

  /** Adds the state, its index and its configuration. */
  void digest(Digest digest) {
    digest.number(index).number(term).message(confState).bytes(machine.save());
  }

  StateMachine machine() {
    return machine;
  }

  /** Returns the index of the last entry that is applied, from 0. */
  long index() {
    return index;
  }

  /** Returns the index and the configuration as a host stores them together with the state. */
  AppliedState applied() {
    return new AppliedState(index, term, confState);
  }

  /** Returns the index and the configuration with the state. */
  SimDisk.StoredState state() {
    return new SimDisk.StoredState(applied(), machine.save());
  }

  /** Replaces the state machine by a new one with the state of a snapshot. */
  void start(Snapshot snapshot) {
    machine = machines.get();
    set(snapshot);
  }

  /** Replaces the state machine by a new one with a state that was stored. */
  void start(SimDisk.StoredState state) {
    start(snapshot(state.applied(), state.data()));
  }

  private static Snapshot snapshot(AppliedState applied, ByteString data) {
    return Snapshot.newBuilder()
        .setMetadata(
            SnapshotMetadata.newBuilder()
                .setIndex(applied.index())
                .setTerm(applied.term())
                .setConfState(applied.confState()))
        .setData(data)
        .build();
  }

  private void set(Snapshot snapshot) {
    SnapshotMetadata metadata = snapshot.getMetadata();
    if (metadata.getIndex() > 0) {
      machine.restore(snapshot);
    }
    index = metadata.getIndex();
    term = metadata.getTerm();
    confState = metadata.getConfState();
  }

  /**
   * Applies the snapshot and the committed entries of a Ready, up to an index.
   *
   * @return whether all of the Ready is applied
   */
  boolean applyTo(long last, Ready ready) {
    if (ready.snapshot().isPresent()) {
      Snapshot snapshot = ready.snapshot().get();
      long covered = snapshot.getMetadata().getIndex();
      if (covered > last) {
        return false;
      }
      if (covered > index) {
        oracle.restored(node, snapshot);
        set(snapshot);
      }
    }
    for (Entry entry : ready.committedEntries()) {
      if (entry.getIndex() > last) {
        return false;
      }
      if (entry.getIndex() > index) {
        oracle.applied(node, entry);
        machine.apply(entry);
        index = entry.getIndex();
        term = entry.getTerm();
      }
    }
    ready.confState().ifPresent(c -> confState = c);
    return true;
  }
}
