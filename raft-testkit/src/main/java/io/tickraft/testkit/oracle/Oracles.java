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
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Several oracles as one: passes each event to all of them, in order. */
public final class Oracles implements Oracle {

  private static final Listeners TICKED = new Listeners("ticked", long.class);
  private static final Listeners RECEIVED = new Listeners("received", long.class, Message.class);
  private static final Listeners STEPPED = new Listeners("stepped", NodeView.class);
  private static final Listeners APPENDED = new Listeners("appended", long.class, List.class);
  private static final Listeners TAKEN =
      new Listeners("taken", long.class, ReadyView.class, Storage.class);
  private static final Listeners WRITTEN =
      new Listeners("written", long.class, ReadyView.class, Storage.class);
  private static final Listeners PERSISTED =
      new Listeners("persisted", long.class, ReadyView.class);
  private static final Listeners SENT = new Listeners("sent", Message.class, Storage.class);
  private static final Listeners APPLIED = new Listeners("applied", long.class, Entry.class);
  private static final Listeners LOST = new Listeners("lost", Message.class);
  private static final Listeners LINKS_CHANGED = new Listeners("linksChanged", BiPredicate.class);

  private final List<Oracle> oracles;

  // Those that listen to the frequent events, each in the order of all.
  private final Oracle[] ticked;
  private final Oracle[] received;
  private final Oracle[] stepped;
  private final Oracle[] appended;
  private final Oracle[] taken;
  private final Oracle[] written;
  private final Oracle[] persisted;
  private final Oracle[] sent;
  private final Oracle[] applied;
  private final Oracle[] lost;
  private final Oracle[] linksChanged;

  /**
   * Makes one oracle of several.
   *
   * @param oracles the oracles; an oracle that another one uses must come before that one
   */
  public Oracles(List<Oracle> oracles) {
    List<Oracle> parts = new ArrayList<>();
    for (Oracle oracle : oracles) {
      if (oracle instanceof Oracles several) {
        parts.addAll(several.oracles);
      } else {
        parts.add(oracle);
      }
    }
    this.oracles = List.copyOf(parts);
    this.ticked = TICKED.of(parts);
    this.received = RECEIVED.of(parts);
    this.stepped = STEPPED.of(parts);
    this.appended = APPENDED.of(parts);
    this.taken = TAKEN.of(parts);
    this.written = WRITTEN.of(parts);
    this.persisted = PERSISTED.of(parts);
    this.sent = SENT.of(parts);
    this.applied = APPLIED.of(parts);
    this.lost = LOST.of(parts);
    this.linksChanged = LINKS_CHANGED.of(parts);
  }

  /** {@return new instances of all oracles of this package} */
  public static Oracles all() {
    GhostLogs logs = new GhostLogs();
    CommittedLog committed = new CommittedLog(logs);
    ConfigurationHistory history = new ConfigurationHistory(logs, committed);
    Disks disks = new Disks();
    ElectionSafety elections = new ElectionSafety();
    LeaderProgress progress = new LeaderProgress(disks);
    return new Oracles(
        List.of(
            logs,
            disks,
            elections,
            new KnownLeaders(elections),
            new RoleTransitions(),
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
            progress,
            new AppendFlow(),
            new Acknowledgements(logs, disks),
            new CommittedStays(logs, committed),
            new PreVotes(history),
            new LeadersInTime(logs),
            new MessageContents(logs, committed, elections, progress),
            new Limits(),
            new UnchangedReadys(),
            new RequestIds(),
            new Reads(committed),
            new ReadQuorum(history),
            new Transfers(history)));
  }

  /** {@return the oracles, in their order} */
  public List<Oracle> parts() {
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
    for (Oracle oracle : ticked) {
      oracle.ticked(node);
    }
  }

  @Override
  public void received(long node, Message message) {
    for (Oracle oracle : received) {
      oracle.received(node, message);
    }
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
    for (Oracle oracle : stepped) {
      oracle.stepped(view);
    }
  }

  @Override
  public void appended(long node, List<Entry> entries) {
    for (Oracle oracle : appended) {
      oracle.appended(node, entries);
    }
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
    for (Oracle oracle : taken) {
      oracle.taken(node, ready, durable);
    }
  }

  @Override
  public void written(long node, ReadyView ready, Storage durable) {
    for (Oracle oracle : written) {
      oracle.written(node, ready, durable);
    }
  }

  @Override
  public void persisted(long node, ReadyView ready) {
    for (Oracle oracle : persisted) {
      oracle.persisted(node, ready);
    }
  }

  @Override
  public void sent(Message message, Storage durable) {
    for (Oracle oracle : sent) {
      oracle.sent(message, durable);
    }
  }

  @Override
  public void applied(long node, Entry entry) {
    for (Oracle oracle : applied) {
      oracle.applied(node, entry);
    }
  }

  @Override
  public void stateStored(long node, AppliedState applied) {
    each(oracle -> oracle.stateStored(node, applied));
  }

  @Override
  public void compacted(long node, int kept) {
    each(oracle -> oracle.compacted(node, kept));
  }

  @Override
  public void lost(Message message) {
    for (Oracle oracle : lost) {
      oracle.lost(message);
    }
  }

  @Override
  public void linksChanged(BiPredicate<Long, Long> carries) {
    for (Oracle oracle : linksChanged) {
      oracle.linksChanged(carries);
    }
  }

  private void each(Consumer<Oracle> event) {
    oracles.forEach(event);
  }
}
