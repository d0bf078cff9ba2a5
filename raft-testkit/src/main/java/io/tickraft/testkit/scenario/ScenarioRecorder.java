package io.tickraft.testkit.scenario;

import com.google.protobuf.ByteString;
import io.tickraft.core.AppliedState;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.ReadResult;
import io.tickraft.core.Storage;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.oracle.NodeView;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.ReadyView;
import io.tickraft.testkit.scenario.RecordedStep.Input;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Records a simulated run as a scenario: each input of each node in its order, each message that
 * was delivered, and what the hosts did. The scenario contains the effects of time, of the network
 * and of the disks, but not these themselves.
 *
 * <p>Use it as one of the oracles of a {@link io.tickraft.testkit.sim.Simulation}, before the
 * oracles that may throw. A scenario has the state machine {@link
 * io.tickraft.testkit.sim.CommandLog} and the oracles {@link
 * io.tickraft.testkit.oracle.Oracles#all()}, whatever the run had. It does not contain reads of a
 * storage that were answered with {@code NotYet}.
 */
public final class ScenarioRecorder implements Oracle {

  /** A longer run is not written as a scenario: nobody could read it. */
  private static final int MAX_STEPS = 20_000;

  /** A message that was sent. */
  private static final class Sent {
    final Message message;
    final String name;

    /** The position of the step in which it was sent. */
    final int step;

    Sent(Message message, String name, int step) {
      this.message = message;
      this.name = name;
      this.step = step;
    }
  }

  private final List<RecordedStep> steps = new ArrayList<>();
  private final MessageNames names = new MessageNames();

  /** All messages, oldest first, by receiver. */
  private final Map<Long, List<Sent>> sent = new TreeMap<>();

  private final Map<String, Integer> deliveries = new TreeMap<>();
  private final Map<Long, RaftConfig> configurations = new TreeMap<>();
  private final Map<Long, Integer> firstStarts = new TreeMap<>();

  /** Before which step a node has to start, as messages are sent to it that arrive later. */
  private final Map<Long, Integer> neededFrom = new TreeMap<>();

  private final TreeSet<Long> keepingState = new TreeSet<>();

  /** How many Readys of each node are not acknowledged. */
  private final Map<Long, Integer> outstanding = new TreeMap<>();

  /** The last index that the Readys of each node ask to apply, and the last that was applied. */
  private final Map<Long, Long> toApply = new TreeMap<>();

  private final Map<Long, Long> applied = new TreeMap<>();

  private boolean isTooLong;

  /** Creates an empty record. */
  public ScenarioRecorder() {}

  /** What the hosts of the scenario do without commands. */
  public enum Hosts {
    /** Everything, as soon as they can, even if they were slower in the run. */
    AT_ONCE,
    /** What they did at once in the run. There are commands for the rest. */
    AS_RECORDED,
    /** Nothing: there is a command for each of their actions. */
    BY_COMMANDS
  }

  /**
   * Returns the run so far as a scenario without transcripts.
   *
   * @param hosts what the hosts do without commands
   * @return the text of the scenario; empty if nothing was recorded, or more than 20,000 steps
   */
  public Optional<String> text(Hosts hosts) {
    return isTooLong || steps.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ScenarioWriter(steps, neededFrom, deliveries, keepingState, hosts).text());
  }

  // Steps.

  private void begin(long node, Input input) {
    if (steps.size() >= MAX_STEPS) {
      isTooLong = true;
    } else {
      steps.add(new RecordedStep(node, input, isIdle(node)));
    }
  }

  private boolean isIdle(long node) {
    return outstanding.getOrDefault(node, 0) == 0
        && toApply.getOrDefault(node, 0L) <= applied.getOrDefault(node, 0L);
  }

  private @Nullable RecordedStep last() {
    return steps.isEmpty() ? null : steps.get(steps.size() - 1);
  }

  /** Returns the step of a node; a new one if other nodes had inputs since. */
  private RecordedStep step(long node) {
    RecordedStep last = last();
    if (last != null && last.node == node) {
      return last;
    }
    RecordedStep begun = new RecordedStep(node, new Input.None(), false);
    if (isTooLong) {
      return begun;
    }
    steps.add(begun);
    return begun;
  }

  private void call(long node, String name, String text) {
    begin(node, new Input.Call(name, text));
  }

  private void deliver(long node, int ticks, List<String> messages) {
    RecordedStep last = last();
    if (last == null || last.node != node || !last.joins(ticks, messages)) {
      begin(node, new Input.Delivery(ticks, messages));
    }
  }

  // Events.

  @Override
  public void configured(long node, RaftConfig config) {
    configurations.put(node, config);
  }

  @Override
  public void opened(long node, Storage storage) {
    RaftConfig config = configurations.get(node);
    boolean isFirst = firstStarts.putIfAbsent(node, steps.size()) == null;
    outstanding.remove(node);
    long snapshot = StorageOptions.snapshotIndex(storage);
    toApply.put(node, snapshot);
    applied.put(node, snapshot);
    if (config != null) {
      begin(node, new Input.Start(config, isFirst ? StorageOptions.of(storage) : List.of()));
    }
  }

  @Override
  public void resumed(long node, AppliedState state) {
    toApply.put(node, state.index());
    applied.put(node, state.index());
  }

  @Override
  public void crashed(long node, int keptWrites, int keptParts) {
    call(
        node,
        "crash",
        (keptWrites == 0 ? "" : " keep=" + keptWrites)
            + (keptParts == 0 ? "" : " parts=" + keptParts));
  }

  @Override
  public void ticked(long node) {
    deliver(node, 1, List.of());
  }

  @Override
  public void received(long node, Message message) {
    List<Sent> all = sent.getOrDefault(node, List.of());
    for (int i = all.size() - 1; i >= 0; i--) {
      Sent candidate = all.get(i);
      if (isSame(candidate.message, message)) {
        deliveries.merge(candidate.name, 1, Integer::sum);
        if (candidate.step < firstStarts.getOrDefault(node, 0)) {
          neededFrom.merge(node, candidate.step, Math::min);
        }
        deliver(node, 0, List.of(candidate.name));
        return;
      }
    }
    deliver(node, 0, List.of());
  }

  /** Returns whether this is the very message that was sent, not only an equal one. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(Message one, Message other) {
    return one == other;
  }

  @Override
  public void sent(Message message, Storage durable) {
    sent.computeIfAbsent(message.getTo(), id -> new ArrayList<>())
        .add(new Sent(message, names.next(message), Math.max(0, steps.size() - 1)));
  }

  @Override
  public void proposing(long node, List<ByteString> commands) {
    call(node, "propose", CommandText.words(commands));
  }

  @Override
  public void changeProposed(long node, ConfChange change, ConfChangeResult result) {
    call(node, "change", CommandText.of(change, result));
  }

  @Override
  public void readRequested(long node, ByteString context, ReadResult result) {
    call(node, "read", CommandText.words(List.of(context)));
  }

  @Override
  public void transferRequested(long node, long target, TransferResult result) {
    call(node, "transfer", " " + target);
  }

  @Override
  public void campaigning(long node) {
    call(node, "campaign", "");
  }

  @Override
  public void resigning(long node) {
    call(node, "resign", "");
  }

  @Override
  public void leaderForgotten(long node) {
    call(node, "forget-leader", "");
  }

  @Override
  public void stepped(NodeView view) {
    RecordedStep last = last();
    if (last != null && last.node == view.node()) {
      last.actedOn();
    }
  }

  @Override
  public void taken(long node, ReadyView ready, Storage durable) {
    step(node).taken(ready);
    outstanding.merge(node, 1, Integer::sum);
    ready.snapshot().ifPresent(s -> toApply.put(node, s.getMetadata().getIndex()));
    if (!ready.committedEntries().isEmpty()) {
      toApply.put(
          node, ready.committedEntries().get(ready.committedEntries().size() - 1).getIndex());
    }
  }

  @Override
  public void written(long node, ReadyView ready, Storage durable) {
    step(node).written();
  }

  @Override
  public void persisted(long node, ReadyView ready) {
    step(node).acknowledged();
    outstanding.merge(node, -1, Integer::sum);
  }

  @Override
  public void restored(long node, Snapshot snapshot) {
    appliedTo(node, snapshot.getMetadata().getIndex());
  }

  @Override
  public void applied(long node, Entry entry) {
    appliedTo(node, entry.getIndex());
  }

  private void appliedTo(long node, long index) {
    step(node).applied(index);
    applied.put(node, index);
  }

  @Override
  public void stateStored(long node, AppliedState state) {
    keepingState.add(node);
  }

  @Override
  public void compacted(long node, int kept) {
    step(node).compacted(kept);
  }
}
