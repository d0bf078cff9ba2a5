package io.tickraft.testkit.oracle;

import io.tickraft.core.AppliedState;
import io.tickraft.core.Outcome;
import io.tickraft.core.Storage;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Message;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the host can count on in every Ready: it is not empty; what may leave before the write is
 * what rests on nothing unwritten, and nothing else waits without need; it asks for a sync exactly
 * if something was promised; it hands out each committed entry once, when it is durable; it ends
 * with a membership change if it holds one, and names the configuration after it.
 */
public final class ReadyContract implements Oracle {

  /** What a node has told its host since it was opened. */
  private static final class Told {
    private long number;
    private HardState hardState;
    private long handedOut;

    /** What was applied when the node was opened. */
    private long openedAt;

    /** The term that the host has acknowledged as written. */
    private long durableTerm;

    Told(HardState hardState, long handedOut) {
      this.hardState = hardState;
      this.handedOut = handedOut;
      this.openedAt = handedOut;
      this.durableTerm = hardState.getTerm();
    }
  }

  private final GhostLogs logs;
  private final ConfigurationHistory history;
  private final Map<Long, Told> nodes = new TreeMap<>();

  /**
   * Judges by what others remember.
   *
   * @param logs told of each event before this
   * @param history told of each event before this
   */
  public ReadyContract(GhostLogs logs, ConfigurationHistory history) {
    this.logs = logs;
    this.history = history;
  }

  @Override
  public void opened(long node, Storage storage) {
    long snapshot =
        storage.snapshot() instanceof Storage.SnapshotResult.Available available
            ? available.snapshot().getMetadata().getIndex()
            : 0;
    nodes.put(node, new Told(storage.initialState(), snapshot));
  }

  @Override
  public void resumed(long node, AppliedState applied) {
    told(node).handedOut = applied.index();
    told(node).openedAt = applied.index();
  }

  private Told told(long node) {
    return nodes.computeIfAbsent(node, n -> new Told(HardState.getDefaultInstance(), 0));
  }

  @Override
  public void taken(long node, ReadyView ready, Storage durable) {
    Told told = told(node);
    told.number++;
    require(node, ready.number() == told.number, "has number " + ready.number());
    require(node, !isEmpty(ready), "is empty");
    HardState before = told.hardState;
    HardState after = ready.hardState().orElse(before);
    require(
        node,
        ready.hardState().isEmpty() || !after.equals(before),
        "has a hard state that is written");
    sync(node, ready, before, after, told.openedAt);
    told.hardState = after;
    messages(node, ready, told);
    handOut(node, ready, told, durable);
  }

  private static boolean isEmpty(ReadyView ready) {
    return ready.hardState().isEmpty()
        && ready.entries().isEmpty()
        && ready.snapshot().isEmpty()
        && ready.messages().isEmpty()
        && ready.messagesAfterPersist().isEmpty()
        && ready.committedEntries().isEmpty()
        && ready.readStates().isEmpty()
        && ready.outcomes().isEmpty();
  }

  private void sync(long node, ReadyView ready, HardState before, HardState after, long openedAt) {
    boolean due =
        !ready.entries().isEmpty()
            || ready.snapshot().isPresent()
            || before.getTerm() != after.getTerm()
            || before.getVote() != after.getVote()
            || logs.hasChange(node, before.getCommit(), after.getCommit())
            // The state machine may have applied a change whose commit was never synced.
            || before.getCommit() < openedAt;
    require(
        node,
        ready.mustSync() == due,
        due ? "does not ask for a sync that is due" : "asks for a sync without need");
  }

  // Messages.

  private static void messages(long node, ReadyView ready, Told told) {
    for (Message message : ready.messages()) {
      require(
          node,
          !isPromise(message) && message.getTerm() <= told.durableTerm,
          "lets " + message.getBodyCase() + " leave before the write");
    }
    for (Message message : ready.messagesAfterPersist()) {
      require(
          node,
          isPromise(message) || told.hardState.getTerm() > told.durableTerm,
          "holds " + message.getBodyCase() + " back without need");
    }
  }

  /** Whether a message says that something is written, whatever the term. */
  private static boolean isPromise(Message message) {
    return switch (message.getBodyCase()) {
      case VOTE, VOTE_RESPONSE -> true;
      case APPEND_RESPONSE ->
          message.getAppendResponse().hasAccepted() || message.getAppendResponse().hasRejected();
      case INSTALL_SNAPSHOT_RESPONSE ->
          message.getInstallSnapshotResponse().hasInstalled()
              || message.getInstallSnapshotResponse().hasRefused();
      default -> false;
    };
  }

  @Override
  public void persisted(long node, ReadyView ready) {
    ready.hardState().ifPresent(written -> told(node).durableTerm = written.getTerm());
  }

  // What is handed out.

  private void handOut(long node, ReadyView ready, Told told, Storage durable) {
    ready.snapshot().ifPresent(s -> told.handedOut = s.getMetadata().getIndex());
    List<Entry> entries = ready.committedEntries();
    boolean hasChange = false;
    for (Entry entry : entries) {
      require(node, !hasChange, "goes on after a membership change");
      hasChange = entry.getType() == EntryType.ENTRY_TYPE_CONF_CHANGE;
      told.handedOut++;
      require(
          node,
          entry.getIndex() == told.handedOut,
          "hands out " + entry.getIndex() + " where " + told.handedOut + " is due");
      require(
          node,
          entry.getIndex() <= durable.lastIndex()
              && (entry.getIndex() < durable.firstIndex()
                  || durable.term(entry.getIndex()) == entry.getTerm()),
          "hands out " + entry.getIndex() + ", which is not on the disk");
    }
    require(
        node,
        ready.confState().isPresent() == (hasChange || ready.snapshot().isPresent()),
        (ready.confState().isPresent() ? "has a" : "lacks the") + " configuration");
    ready.confState().ifPresent(state -> configuration(node, state, told.handedOut));
    boolean impossible = hasChange && history.isImpossible(told.handedOut);
    require(
        node,
        ready.outcomes().stream().anyMatch(Outcome.ChangeImpossible.class::isInstance)
            == impossible,
        impossible ? "hides a change that was impossible" : "reports a change as impossible");
  }

  private void configuration(long node, ConfState state, long index) {
    Members after = history.at(index);
    Members named = Members.of(state);
    if (after != null && !named.equals(after)) {
      throw violation(node, "has the configuration " + named + " instead of " + after);
    }
  }

  private static void require(long node, boolean holds, String otherwise) {
    if (!holds) {
      throw violation(node, otherwise);
    }
  }

  private static OracleViolation violation(long node, String otherwise) {
    return new OracleViolation("Ready contract", "a Ready of node " + node + " " + otherwise);
  }
}
