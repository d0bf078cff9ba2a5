package io.tickraft.testkit.oracle;

import com.google.protobuf.ByteString;
import io.tickraft.core.AppliedState;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.ReadResult;
import io.tickraft.core.Storage;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Several oracles as one: passes each event to all of them, in their order. */
public final class Oracles implements Oracle {

  private final List<Oracle> oracles;

  /**
   * Makes one oracle of several.
   *
   * @param oracles the oracles; one that another one uses comes before it
   */
  public Oracles(List<Oracle> oracles) {
    this.oracles = List.copyOf(oracles);
  }

  /** {@return all oracles of this package, which have seen nothing yet} */
  public static Oracles all() {
    GhostLogs logs = new GhostLogs();
    CommittedLog committed = new CommittedLog(logs);
    ConfigurationHistory history = new ConfigurationHistory(logs, committed);
    Disks disks = new Disks();
    return new Oracles(
        List.of(
            logs,
            disks,
            new ElectionSafety(),
            new LogMatching(logs),
            new Monotonicity(),
            committed,
            history,
            new CommitByCounting(logs),
            new CommitQuorum(logs, history, disks),
            new ElectionQuorum(logs, history, disks),
            new Votes(),
            new OneChangeAtATime(logs),
            new LeaderCompleteness(logs, committed),
            new StateMachineSafety(logs, committed),
            new DurablePromises(),
            new ReadyContract(logs, history),
            new LeaderProgress(disks),
            new RequestIds(),
            new Reads(committed),
            new ReadQuorum(history),
            new Transfers(history)));
  }

  /** {@return the oracles, in their order} */
  List<Oracle> parts() {
    return oracles;
  }

  @Override
  public void begun(LongSupplier clock) {
    each(oracle -> oracle.begun(clock));
  }

  @Override
  public void configured(long node, RaftConfig config) {
    each(oracle -> oracle.configured(node, config));
  }

  @Override
  public void opened(long node, Storage storage) {
    each(oracle -> oracle.opened(node, storage));
  }

  @Override
  public void resumed(long node, AppliedState applied) {
    each(oracle -> oracle.resumed(node, applied));
  }

  @Override
  public void crashed(long node, int keptWrites, int keptParts) {
    each(oracle -> oracle.crashed(node, keptWrites, keptParts));
  }

  @Override
  public void ticked(long node) {
    each(oracle -> oracle.ticked(node));
  }

  @Override
  public void received(long node, Message message) {
    each(oracle -> oracle.received(node, message));
  }

  @Override
  public void proposing(long node, List<ByteString> commands) {
    each(oracle -> oracle.proposing(node, commands));
  }

  @Override
  public void proposed(long node, ProposeResult result) {
    each(oracle -> oracle.proposed(node, result));
  }

  @Override
  public void changeProposed(long node, ConfChange change, ConfChangeResult result) {
    each(oracle -> oracle.changeProposed(node, change, result));
  }

  @Override
  public void readRequested(long node, ByteString context, ReadResult result) {
    each(oracle -> oracle.readRequested(node, context, result));
  }

  @Override
  public void transferRequested(long node, long target, TransferResult result) {
    each(oracle -> oracle.transferRequested(node, target, result));
  }

  @Override
  public void campaigning(long node) {
    each(oracle -> oracle.campaigning(node));
  }

  @Override
  public void resigning(long node) {
    each(oracle -> oracle.resigning(node));
  }

  @Override
  public void leaderForgotten(long node) {
    each(oracle -> oracle.leaderForgotten(node));
  }

  @Override
  public void stepped(NodeView view) {
    each(oracle -> oracle.stepped(view));
  }

  @Override
  public void appended(long node, List<Entry> entries) {
    each(oracle -> oracle.appended(node, entries));
  }

  @Override
  public void snapshotInstalled(long node, Snapshot snapshot) {
    each(oracle -> oracle.snapshotInstalled(node, snapshot));
  }

  @Override
  public void restored(long node, Snapshot snapshot) {
    each(oracle -> oracle.restored(node, snapshot));
  }

  @Override
  public void taken(long node, ReadyView ready, Storage durable) {
    each(oracle -> oracle.taken(node, ready, durable));
  }

  @Override
  public void written(long node, ReadyView ready, Storage durable) {
    each(oracle -> oracle.written(node, ready, durable));
  }

  @Override
  public void persisted(long node, ReadyView ready) {
    each(oracle -> oracle.persisted(node, ready));
  }

  @Override
  public void sent(Message message, Storage durable) {
    each(oracle -> oracle.sent(message, durable));
  }

  @Override
  public void applied(long node, Entry entry) {
    each(oracle -> oracle.applied(node, entry));
  }

  @Override
  public void stateStored(long node, AppliedState applied) {
    each(oracle -> oracle.stateStored(node, applied));
  }

  @Override
  public void compacted(long node, int kept) {
    each(oracle -> oracle.compacted(node, kept));
  }

  private void each(Consumer<Oracle> event) {
    oracles.forEach(event);
  }
}
