package io.tickraft.testkit.fuzz;

import com.google.protobuf.ByteString;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftText;
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
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Schedule;
import io.tickraft.testkit.text.StepText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes a readable transcript of a run: a line for each input of a node, with its effects, and a
 * line for each choice of the run that is not 0.
 *
 * <pre>
 *            choice  step 4: crash or start 1
 *   1.700 s  node 2  8 ticks: candidate in term 2, votes for 2
 *   1.700 s  node 3  2→3 Vote t2 last (1,1) commit (1,1): follower in term 2, votes for 2
 * </pre>
 *
 * <p>The ticks of a node are counted, and shown when one of them changes something. Heartbeats and
 * their responses are left out if they change nothing. A message is shown where it is received.
 *
 * <p>Use it as an observer of a {@link Trial}, or as one of the oracles of a {@link
 * io.tickraft.testkit.sim.Simulation}, before the oracles that may throw.
 */
public final class RunTranscript implements Oracle {

  /** The highest number of lines that are kept; of a longer run, the last lines are kept. */
  public static final int MAX_LINES = 20_000;

  /** What is happening to a node: an input and its effects so far. */
  private static final class Step {
    final long at;
    final long node;
    final String input;

    /** Whether the step gets a line only if it changes something. */
    final boolean isRoutine;

    final List<String> effects = new ArrayList<>();
    final List<Entry> applied = new ArrayList<>();

    Step(long at, long node, String input, boolean isRoutine) {
      this.at = at;
      this.node = node;
      this.input = input;
      this.isRoutine = isRoutine;
    }

    boolean hasEffects() {
      return !effects.isEmpty() || !applied.isEmpty();
    }
  }

  private static final String TICK = "";

  private final Choices choices;
  private LongSupplier clock = () -> 0;

  /** How many choices are written down. */
  private int choicesTold;

  private final ArrayDeque<String> lines = new ArrayDeque<>();
  private long linesDropped;

  private final Map<Long, NodeView> views = new TreeMap<>();

  /** The ticks of each node since its last line. */
  private final Map<Long, Integer> ticks = new TreeMap<>();

  /** When each node has taken its last Ready, in virtual milliseconds. */
  private final Map<Long, Long> taken = new TreeMap<>();

  /** The step that is not written down yet. */
  private @Nullable Step step;

  /**
   * Creates an empty transcript.
   *
   * @param choices the choices that the run makes
   */
  public RunTranscript(Choices choices) {
    this.choices = choices;
  }

  /**
   * {@return all lines so far; of a run with more than {@value #MAX_LINES} lines, the last ones}
   */
  public List<String> lines() {
    end();
    tellChoices();
    return List.copyOf(lines);
  }

  /**
   * Returns the last lines, and how many come before them.
   *
   * @param max the highest number of lines
   * @return the lines, each with a line break
   */
  public String last(int max) {
    List<String> all = lines();
    int left = Math.max(0, all.size() - max);
    long before = linesDropped + left;
    return (before == 0 ? "" : "(" + before + " earlier lines are left out)\n")
        + all.subList(left, all.size()).stream()
            .map(line -> line + "\n")
            .collect(Collectors.joining());
  }

  /** Returns whether the run has reported anything. */
  boolean hasBegun() {
    return !views.isEmpty() || !lines.isEmpty();
  }

  /** {@return the virtual time of the last event, in milliseconds since the start} */
  public long millis() {
    return clock.getAsLong();
  }

  // Writing.

  private void add(String line) {
    if (lines.size() == MAX_LINES) {
      lines.removeFirst();
      linesDropped++;
    }
    lines.addLast(line);
  }

  private void tellChoices() {
    for (Schedule.Choice choice : choices.recordFrom(choicesTold)) {
      choicesTold++;
      add("           choice  " + choice);
    }
  }

  /** Begins a step, which ends the one before. */
  private Step begin(long node, String input, boolean isRoutine) {
    end();
    tellChoices();
    Step begun = new Step(clock.getAsLong(), node, input, isRoutine);
    step = begun;
    return begun;
  }

  /** Returns the step of a node; a new one if nothing but time has caused what happens. */
  private Step step(long node) {
    return step != null && step.node == node && step.at == clock.getAsLong()
        ? step
        : begin(node, "", true);
  }

  private void end() {
    Step ended = step;
    step = null;
    if (ended == null || (ended.isRoutine && !ended.hasEffects())) {
      return;
    }
    if (!ended.applied.isEmpty()) {
      ended.effects.add(StepText.applied(ended.applied));
    }
    List<String> inputs = new ArrayList<>();
    Integer ticked = ticks.remove(ended.node);
    if (ticked != null) {
      inputs.add(ticked == 1 ? "1 tick" : ticked + " ticks");
    }
    if (!ended.input.isEmpty()) {
      inputs.add(ended.input);
    }
    String input = inputs.isEmpty() ? "later" : String.join("; ", inputs);
    add(
        String.format(Locale.ROOT, "%7.3f s  node %d  ", ended.at / 1000.0, ended.node)
            + input
            + (ended.effects.isEmpty() ? "" : ": " + String.join(", ", ended.effects)));
  }

  // Events.

  @Override
  public void begun(LongSupplier newClock) {
    clock = newClock;
  }

  @Override
  public void opened(long node, Storage storage) {
    end();
    views.remove(node);
    ticks.remove(node);
    begin(
        node,
        "starts with "
            + RaftText.of(storage.initialState())
            + ", last index "
            + storage.lastIndex(),
        false);
  }

  @Override
  public void crashed(long node, int keptWrites, int keptParts) {
    end();
    views.remove(node);
    ticks.remove(node);
    begin(
        node,
        "crashes"
            + (keptWrites == 0 ? "" : ", keeps unsynced writes: " + keptWrites)
            + (keptParts == 0 ? "" : ", and of the next one parts: " + keptParts),
        false);
  }

  @Override
  public void ticked(long node) {
    begin(node, TICK, true);
    ticks.merge(node, 1, Integer::sum);
  }

  @Override
  public void received(long node, Message message) {
    begin(node, RaftText.of(message), message.hasHeartbeat() || message.hasHeartbeatResponse());
  }

  @Override
  public void proposing(long node, List<ByteString> commands) {
    begin(
        node,
        "proposes "
            + commands.stream().limit(4).map(RaftText::of).collect(Collectors.joining(", "))
            + (commands.size() > 4 ? ", …" : ""),
        false);
  }

  @Override
  public void proposed(long node, ProposeResult result) {
    step(node).effects.add(StepText.of(result));
  }

  @Override
  public void changeProposed(long node, ConfChange change, ConfChangeResult result) {
    begin(node, "proposes " + RaftText.of(change), false).effects.add(StepText.of(result));
  }

  @Override
  public void readRequested(long node, ByteString context, ReadResult result) {
    begin(node, "asks for read " + RaftText.of(context), false).effects.add(StepText.of(result));
  }

  @Override
  public void transferRequested(long node, long target, TransferResult result) {
    begin(node, "asks for a transfer to " + target, false).effects.add(StepText.of(result));
  }

  @Override
  public void campaigning(long node) {
    begin(node, "is told to campaign", false);
  }

  @Override
  public void resigning(long node) {
    begin(node, "is told to resign", false);
  }

  @Override
  public void leaderForgotten(long node) {
    begin(node, "is told to forget its leader", false);
  }

  @Override
  public void stepped(NodeView view) {
    List<String> changes = StepText.changes(views.put(view.node(), view), view);
    if (!changes.isEmpty()) {
      step(view.node()).effects.addAll(changes);
    }
  }

  @Override
  public void appended(long node, List<Entry> entries) {
    step(node).effects.add("writes " + RaftText.of(entries));
  }

  @Override
  public void snapshotInstalled(long node, Snapshot snapshot) {
    step(node).effects.add("writes " + RaftText.of(snapshot));
  }

  @Override
  public void taken(long node, ReadyView ready, Storage durable) {
    taken.put(node, clock.getAsLong());
    ready.readStates().forEach(read -> step(node).effects.add(RaftText.of(read)));
    ready.outcomes().forEach(outcome -> step(node).effects.add(RaftText.of(outcome)));
  }

  @Override
  public void written(long node, ReadyView ready, Storage durable) {
    long now = clock.getAsLong();
    if (step == null || step.node != node || step.at != now) {
      // Only a slow disk is worth a line.
      begin(node, "has written Ready #" + ready.number(), taken.getOrDefault(node, now) == now);
    }
  }

  @Override
  public void restored(long node, Snapshot snapshot) {
    step(node).effects.add("restores " + RaftText.of(snapshot));
  }

  @Override
  public void applied(long node, Entry entry) {
    step(node).applied.add(entry);
  }

  @Override
  public void compacted(long node, int kept) {
    step(node).effects.add("takes a snapshot");
  }
}
