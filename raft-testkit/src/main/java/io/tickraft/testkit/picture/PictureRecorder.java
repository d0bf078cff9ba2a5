package io.tickraft.testkit.picture;

import com.google.protobuf.ByteString;
import io.tickraft.core.AppliedState;
import io.tickraft.core.ConfChangeResult;
import io.tickraft.core.ProposeResult;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RaftText;
import io.tickraft.core.ReadResult;
import io.tickraft.core.Storage;
import io.tickraft.core.TransferResult;
import io.tickraft.proto.Append;
import io.tickraft.proto.AppendResponse;
import io.tickraft.proto.ConfChange;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.testkit.oracle.NodeView;
import io.tickraft.testkit.oracle.Oracle;
import io.tickraft.testkit.oracle.ReadyView;
import io.tickraft.testkit.picture.Step.Kind;
import io.tickraft.testkit.sim.Choices;
import io.tickraft.testkit.sim.Schedule;
import io.tickraft.testkit.text.StepText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Records a run for its {@link Picture}: each step of each node with the node's state after it, the
 * messages, the links that are cut, and the requests of clients.
 *
 * <p>Use it as an observer of a {@link io.tickraft.testkit.fuzz.Trial}, as one of the oracles of a
 * {@link io.tickraft.testkit.sim.Simulation}, before the oracles that may throw, or in {@link
 * io.tickraft.testkit.scenario.Scenario#play(PictureRecorder)}. It is too slow for many runs, as it
 * reads the storages after each write. A recorder is for one run.
 */
public final class PictureRecorder implements Oracle {

  /**
   * The highest number of steps that are kept; of a longer run, the last steps are kept. Ticks that
   * change nothing and send nothing are not steps.
   */
  public static final int MAX_STEPS = 20_000;

  /** The highest number of entries whose contents are kept: of more, the first ones. */
  private static final int MAX_ENTRIES = 20_000;

  private static final long NO_TIME = -1;

  private final Optional<Choices> choices;
  private final int maxSteps;
  private LongSupplier clock = () -> NO_TIME;

  /** How many choices are told. */
  private int choicesTold;

  /** What is told before the next step. */
  private final List<String> notes = new ArrayList<>();

  private final ArrayDeque<Step> steps = new ArrayDeque<>();

  /** The number of the next step. */
  private int nextStep;

  /** The step that has not ended yet. */
  private @Nullable Step step;

  private final Map<Long, RecordedNode> nodes = new TreeMap<>();

  /** The states of the nodes before the first step that is kept. */
  private final Map<Long, NodeState> firstStates = new TreeMap<>();

  private final ArrayDeque<SentMessage> messages = new ArrayDeque<>();
  private int messagesSent;

  /** The messages that are kept, oldest first, by receiver. */
  private final Map<Long, ArrayDeque<SentMessage>> messagesTo = new TreeMap<>();

  private final List<LinkChange> linkChanges = new ArrayList<>();
  private @Nullable BiPredicate<Long, Long> links;

  /** Whether the links may have changed since the last step. */
  private boolean haveLinksChanged;

  private final ClientOperations operations = new ClientOperations();

  /** The contents of entries, by term and index. */
  private final Map<String, String> entries = new TreeMap<>();

  /** Creates a recorder of a run whose choices are not shown. */
  public PictureRecorder() {
    this(Optional.empty(), MAX_STEPS);
  }

  /**
   * Creates a recorder that also shows the choices of the run that are not 0.
   *
   * @param choices the choices that the run makes
   */
  public PictureRecorder(Choices choices) {
    this(Optional.of(choices), MAX_STEPS);
  }

  PictureRecorder(Optional<Choices> choices, int maxSteps) {
    this.choices = choices;
    this.maxSteps = maxSteps;
  }

  /**
   * Adds a line that is shown before the next step, such as the command of a scenario.
   *
   * @param text the line
   */
  public void note(String text) {
    end();
    notes.add(text);
  }

  /** {@return whether nothing was recorded yet} */
  public boolean isEmpty() {
    return steps.isEmpty() && step == null;
  }

  /**
   * {@return what happens in the run so far, as {@link
   * io.tickraft.testkit.fuzz.RunTranscript#lines()}} The picture shows these lines beside the
   * diagram.
   */
  public List<String> lines() {
    finish();
    return TextTwin.lines(new ArrayList<>(steps), notes);
  }

  // What a picture needs.

  /** Ends the last step; events may still follow. */
  void finish() {
    end();
    tellChoices();
    tellLinks();
  }

  List<Step> steps() {
    return new ArrayList<>(steps);
  }

  /** Returns how many steps are not kept. */
  int dropped() {
    return steps.isEmpty() ? 0 : steps.getFirst().number;
  }

  /** Returns what is told after the last step. */
  List<String> lastNotes() {
    return Collections.unmodifiableList(notes);
  }

  List<SentMessage> messages() {
    return new ArrayList<>(messages);
  }

  List<LinkChange> linkChanges() {
    return Collections.unmodifiableList(linkChanges);
  }

  List<ClientOperation> operations() {
    return operations.all();
  }

  Map<String, String> entries() {
    return Collections.unmodifiableMap(entries);
  }

  Map<Long, NodeState> firstStates() {
    return Collections.unmodifiableMap(firstStates);
  }

  /** Returns the settings of each node, in words. */
  Map<Long, String> settings() {
    Map<Long, String> settings = new TreeMap<>();
    nodes.forEach((id, node) -> settings.put(id, node.settings));
    return settings;
  }

  // Steps.

  private RecordedNode node(long id) {
    return nodes.computeIfAbsent(id, unknown -> new RecordedNode());
  }

  private Step begin(long node, Kind kind, String input, boolean isRoutine) {
    end();
    tellChoices();
    tellLinks();
    Step begun = new Step(nextStep, clock.getAsLong(), node, kind, input, isRoutine);
    step = begun;
    return begun;
  }

  private boolean isInStep(long node) {
    return step != null && step.node == node && step.at == clock.getAsLong();
  }

  /** Returns the step of a node; a new one if nothing but time has caused what happens. */
  private Step step(long node) {
    if (step == null || !isInStep(node)) {
      return begin(node, Kind.LATER, "", true);
    }
    if (step.isWordless) {
      step.isWordless = false;
      tellChoices();
    }
    return step;
  }

  /** As {@link #step}, for what a transcript has no word for. */
  private Step wordlessStep(long node) {
    if (step != null && isInStep(node)) {
      return step;
    }
    Step begun = begin(node, Kind.LATER, "", true);
    begun.isWordless = true;
    return begun;
  }

  private void end() {
    Step ended = step;
    step = null;
    if (ended == null) {
      return;
    }
    if (!ended.applied.isEmpty()) {
      ended.effects.add(StepText.applied(ended.applied));
      ended.applied.clear(); // Only their text is kept.
    }
    RecordedNode node = node(ended.node);
    NodeState before = node.state;
    ended.after = node.capture();
    ended.isEffective = ended.sent > 0 || !ended.effects.isEmpty() || !ended.after.equals(before);
    if (!ended.isHidden()) {
      ended.ticks = node.ticks;
      node.ticks = 0;
    } else if (ended.message == null && !ended.isEffective) {
      return;
    }
    ended.notes = List.copyOf(notes);
    notes.clear();
    nextStep++;
    steps.addLast(ended);
    if (steps.size() > maxSteps) {
      dropFirst();
    }
  }

  private void dropFirst() {
    Step dropped = steps.removeFirst();
    firstStates.put(dropped.node, dropped.after);
    int first = dropped.number + 1;
    while (!messages.isEmpty() && messages.getFirst().step < first) {
      SentMessage old = messages.removeFirst();
      messagesTo.getOrDefault(old.message.getTo(), new ArrayDeque<>()).removeFirst();
    }
    operations.forgetBefore(first);
    while (linkChanges.size() > 1 && linkChanges.get(1).step() <= first) {
      linkChanges.remove(0);
    }
  }

  private void tellChoices() {
    choices.ifPresent(
        made -> {
          for (Schedule.Choice choice : made.recordFrom(choicesTold)) {
            choicesTold++;
            notes.add("choice  " + choice);
          }
        });
  }

  private void tellLinks() {
    if (!haveLinksChanged || links == null) {
      return;
    }
    haveLinksChanged = false;
    List<Long> cut = new ArrayList<>();
    for (long from : nodes.keySet()) {
      for (long to : nodes.keySet()) {
        if (from != to && !links.test(from, to)) {
          cut.add(from);
          cut.add(to);
        }
      }
    }
    List<Long> before =
        linkChanges.isEmpty() ? List.of() : linkChanges.get(linkChanges.size() - 1).cut();
    if (!cut.equals(before)) {
      linkChanges.add(new LinkChange(nextStep, clock.getAsLong(), cut));
    }
  }

  /** Records an event that a real node has logged, at a time in milliseconds. */
  void logged(long at, long node, String text, boolean isStart) {
    clock = () -> at;
    Step logged = begin(node, isStart ? Kind.START : Kind.EVENT, text, false);
    RecordedNode recorded = node(node);
    recorded.logged(
        isStart
            ? LoggedState.started(recorded.state)
            : LoggedState.after(recorded.state, node, logged.input));
    end();
  }

  // Events: start, crash and inputs.

  @Override
  public void begun(LongSupplier newClock) {
    clock = newClock;
  }

  @Override
  public void configured(long node, RaftConfig config) {
    end();
    node(node).settings = SettingsText.of(config);
  }

  @Override
  public void opened(long node, Storage storage) {
    end();
    node(node).opened(storage);
    Step begun =
        begin(
            node,
            Kind.START,
            "starts with "
                + RaftText.of(storage.initialState())
                + ", last index "
                + storage.lastIndex(),
            false);
    begun.touches(storage.lastIndex(), storage.lastIndex());
  }

  @Override
  public void crashed(long node, int keptWrites, int keptParts) {
    end();
    node(node).crashed();
    Step begun =
        begin(
            node,
            Kind.CRASH,
            "crashes"
                + (keptWrites == 0 ? "" : ", keeps unsynced writes: " + keptWrites)
                + (keptParts == 0 ? "" : ", and of the next one parts: " + keptParts),
            false);
    operations.crashed(node, begun.number);
  }

  @Override
  public void ticked(long node) {
    begin(node, Kind.TICK, "", true);
    node(node).ticks++;
  }

  @Override
  public void received(long node, Message message) {
    Step begun =
        begin(
            node,
            Kind.MESSAGE,
            RaftText.of(message),
            message.hasHeartbeat() || message.hasHeartbeatResponse());
    find(node, message)
        .ifPresent(
            sent -> {
              sent.deliveries.add(begun.number);
              begun.message = sent;
            });
    touch(begun, message);
    operations.carried(node, message, begun.number);
  }

  private static void touch(Step step, Message message) {
    if (message.hasAppend()) {
      Append append = message.getAppend();
      long prev = append.getPrev().getIndex();
      step.touches(
          append.getEntriesCount() == 0 ? prev : prev + 1, prev + append.getEntriesCount());
      step.touches(prev, prev);
    } else if (message.hasAppendResponse()) {
      AppendResponse response = message.getAppendResponse();
      long index =
          response.hasAccepted()
              ? response.getAccepted().getMatch()
              : response.getRejected().getPrevIndex();
      step.touches(index, index);
    } else if (message.hasInstallSnapshot()) {
      long index = message.getInstallSnapshot().getSnapshot().getMetadata().getIndex();
      step.touches(index, index);
    }
  }

  /** Finds the message that has arrived: the very one, or one that was changed on the way. */
  private Optional<SentMessage> find(long receiver, Message message) {
    Optional<SentMessage> same = latest(receiver, message, true);
    if (same.isPresent()) {
      return same;
    }
    Optional<SentMessage> changed = latest(receiver, message, false);
    changed.ifPresent(sent -> sent.isChanged = true);
    return changed;
  }

  private Optional<SentMessage> latest(long receiver, Message message, boolean isSame) {
    var newestFirst = messagesTo.getOrDefault(receiver, new ArrayDeque<>()).descendingIterator();
    while (newestFirst.hasNext()) {
      SentMessage sent = newestFirst.next();
      if (isSame ? sent.is(message) : sent.deliveries.isEmpty() && sent.resembles(message)) {
        return Optional.of(sent);
      }
    }
    return Optional.empty();
  }

  @Override
  public void proposing(long node, List<ByteString> commands) {
    begin(node, Kind.PROPOSAL, "proposes " + ClientOperations.words(commands), false);
    operations.proposing(commands);
  }

  @Override
  public void proposed(long node, ProposeResult result) {
    Step at = step(node);
    at.effects.add(StepText.of(result));
    operations.proposed(node, result, at.number);
  }

  @Override
  public void changeProposed(long node, ConfChange change, ConfChangeResult result) {
    Step begun = begin(node, Kind.CHANGE, "proposes " + RaftText.of(change), false);
    begun.effects.add(StepText.of(result));
    operations.changeProposed(node, change, result, begun.number);
  }

  @Override
  public void readRequested(long node, ByteString context, ReadResult result) {
    Step begun = begin(node, Kind.READ, "asks for read " + RaftText.of(context), false);
    begun.effects.add(StepText.of(result));
    operations.readRequested(node, context, result, begun.number);
  }

  @Override
  public void transferRequested(long node, long target, TransferResult result) {
    Step begun = begin(node, Kind.TRANSFER, "asks for a transfer to " + target, false);
    begun.effects.add(StepText.of(result));
    operations.transferRequested(node, target, result, begun.number);
  }

  @Override
  public void campaigning(long node) {
    begin(node, Kind.ORDER, "is told to campaign", false);
  }

  @Override
  public void resigning(long node) {
    begin(node, Kind.ORDER, "is told to resign", false);
  }

  @Override
  public void leaderForgotten(long node) {
    begin(node, Kind.ORDER, "is told to forget its leader", false);
  }

  // Events: what a node and its host do.

  @Override
  public void stepped(NodeView view) {
    RecordedNode node = node(view.node());
    NodeView before = node.view();
    node.stepped(view);
    List<String> changes = StepText.changes(before, view);
    if (!changes.isEmpty()) {
      Step changed = step(view.node());
      changed.effects.addAll(changes);
      if (before != null && view.commitIndex() > before.commitIndex()) {
        changed.touches(before.commitIndex() + 1, view.commitIndex());
      }
    }
  }

  @Override
  public void appended(long node, List<Entry> appended) {
    Step writing = step(node);
    writing.effects.add("writes " + RaftText.of(appended));
    writing.touches(appended.get(0).getIndex(), appended.get(appended.size() - 1).getIndex());
    for (Entry entry : appended) {
      if (entries.size() < MAX_ENTRIES) {
        entries.putIfAbsent(entry.getTerm() + "," + entry.getIndex(), RaftText.of(entry));
      }
    }
  }

  @Override
  public void snapshotInstalled(long node, Snapshot snapshot) {
    Step writing = step(node);
    writing.effects.add("writes " + RaftText.of(snapshot));
    writing.touches(snapshot.getMetadata().getIndex(), snapshot.getMetadata().getIndex());
  }

  @Override
  public void taken(long node, ReadyView ready, Storage durable) {
    RecordedNode recorded = node(node);
    recorded.takenAt = clock.getAsLong();
    recorded.written(durable);
    if (ready.hardState().isPresent()) {
      wordlessStep(node);
    }
    ready
        .readStates()
        .forEach(
            read -> {
              Step at = step(node);
              at.effects.add(RaftText.of(read));
              operations.ended(node, read, at.number);
            });
    ready
        .outcomes()
        .forEach(
            outcome -> {
              Step at = step(node);
              at.effects.add(RaftText.of(outcome));
              operations.ended(node, outcome, at.number);
            });
  }

  @Override
  public void written(long node, ReadyView ready, Storage durable) {
    long now = clock.getAsLong();
    RecordedNode recorded = node(node);
    if (step == null || step.isWordless || !isInStep(node)) {
      // Only a slow disk is worth a line.
      boolean isAtOnce = recorded.takenAt == null || recorded.takenAt == now;
      begin(node, Kind.WRITTEN, "has written Ready #" + ready.number(), isAtOnce);
    }
    recorded.written(durable);
  }

  @Override
  public void sent(Message message, Storage durable) {
    Step sending = wordlessStep(message.getFrom());
    sending.sent++;
    SentMessage sent = new SentMessage(messagesSent++, message, sending.number);
    messages.addLast(sent);
    operations.carried(message.getFrom(), message, sending.number);
    messagesTo.computeIfAbsent(message.getTo(), id -> new ArrayDeque<>()).addLast(sent);
  }

  @Override
  public void restored(long node, Snapshot snapshot) {
    step(node).effects.add("restores " + RaftText.of(snapshot));
  }

  @Override
  public void applied(long node, Entry entry) {
    Step applying = step(node);
    applying.applied.add(entry);
    applying.touches(entry.getIndex(), entry.getIndex());
    operations.applied(node, entry, applying.number);
  }

  @Override
  public void stateStored(long node, AppliedState applied) {
    node(node).written();
  }

  @Override
  public void compacted(long node, int kept) {
    step(node).effects.add("takes a snapshot");
    node(node).written();
  }

  // Events: the network.

  @Override
  public void lost(Message message) {
    latest(message.getTo(), message, true).ifPresent(sent -> sent.losses.add(nextStep));
  }

  @Override
  public void linksChanged(BiPredicate<Long, Long> carries) {
    links = carries;
    haveLinksChanged = true;
  }
}
