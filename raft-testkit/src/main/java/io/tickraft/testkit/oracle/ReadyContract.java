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

/**
 * What a host can rely on in each Ready. It is not empty. A message waits for the write exactly if
 * it is a vote request, the answer to one, or the result of an append or a snapshot, or if its term
 * is not durable. A sync is required exactly if the write has entries, a snapshot, a new term or
 * vote, or a commit index that newly covers a membership change. Each committed entry comes once,
 * after it is durable. A membership change is the last committed entry of its Ready, which then has
 * the configuration after the change.
 */
final class ReadyContract implements Oracle {

  /** What the Readys of a node have contained since it was opened. */
  private static final class Contents {
    /** The number of the last Ready. */
    private long number;

    /** The last hard state, persisted or not. */
    private HardState hardState;

    /** The index of the last committed entry or snapshot. */
    private long applying;

    /** The applied index when the node was opened. */
    private long openedAt;

    /** The term whose write the host has acknowledged. */
    private long durableTerm;

    Contents(HardState hardState, long applying) {
      this.hardState = hardState;
      this.applying = applying;
      this.openedAt = applying;
      this.durableTerm = hardState.getTerm();
    }
  }

  private final GhostLogs logs;
  private final ConfigurationHistory history;
  private final ByNode<Contents> nodes =
      new ByNode<>(node -> new Contents(HardState.getDefaultInstance(), 0));

  /**
   * Makes an oracle that has seen nothing yet.
   *
   * @param logs the logs of all nodes; must get each event before this oracle
   * @param history the configurations of the group; must get each event before this oracle
   */
  ReadyContract(GhostLogs logs, ConfigurationHistory history) {
    this.logs = logs;
    this.history = history;
  }

  @Override
  public void opened(long node, Storage storage) {
    long snapshot =
        storage.snapshot() instanceof Storage.SnapshotResult.Available available
            ? available.snapshot().getMetadata().getIndex()
            : 0;
    nodes.put(node, new Contents(storage.initialState(), snapshot));
  }

  @Override
  public void resumed(long node, AppliedState applied) {
    contents(node).applying = applied.index();
    contents(node).openedAt = applied.index();
  }

  private Contents contents(long node) {
    return nodes.of(node);
  }

  @Override
  public void taken(long node, ReadyView ready, Storage durable) {
    Contents contents = contents(node);
    contents.number++;
    if (ready.number() != contents.number) {
      throw violation(node, "has number " + ready.number());
    }
    require(node, !isEmpty(ready), "is empty");
    HardState before = contents.hardState;
    HardState after = ready.hardState().orElse(before);
    require(
        node, ready.hardState().isEmpty() || !after.equals(before), "repeats the last hard state");
    sync(node, ready, before, after, contents.openedAt);
    contents.hardState = after;
    messages(node, ready, contents);
    committedEntries(node, ready, contents, durable);
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
            // The state machine may have applied a change whose commit index was never synced.
            || before.getCommit() < openedAt;
    require(
        node,
        ready.mustSync() == due,
        due ? "does not require a sync that is needed" : "requires a sync that is not needed");
  }

  // Messages.

  private static void messages(long node, ReadyView ready, Contents contents) {
    for (Message message : ready.messages()) {
      if (isPromise(message) || message.getTerm() > contents.durableTerm) {
        throw violation(node, "sends " + message.getBodyCase() + " before the write");
      }
    }
    for (Message message : ready.messagesAfterPersist()) {
      if (!isPromise(message) && contents.hardState.getTerm() <= contents.durableTerm) {
        throw violation(node, "delays " + message.getBodyCase() + " without need");
      }
    }
  }

  /** {@return whether a message depends on more durable state than its term} */
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
    ready.hardState().ifPresent(written -> contents(node).durableTerm = written.getTerm());
  }

  // What to apply.

  private void committedEntries(long node, ReadyView ready, Contents contents, Storage durable) {
    ready.snapshot().ifPresent(s -> contents.applying = s.getMetadata().getIndex());
    List<Entry> entries = ready.committedEntries();
    boolean hasChange = false;
    for (Entry entry : entries) {
      require(node, !hasChange, "has a committed entry after a membership change");
      hasChange = entry.getType() == EntryType.ENTRY_TYPE_CONF_CHANGE;
      contents.applying++;
      if (entry.getIndex() != contents.applying) {
        throw violation(
            node, "has committed entry " + entry.getIndex() + " instead of " + contents.applying);
      }
      if (entry.getIndex() > durable.lastIndex()
          || (entry.getIndex() >= durable.firstIndex()
              && durable.term(entry.getIndex()) != entry.getTerm())) {
        throw violation(node, "has committed entry " + entry.getIndex() + ", which is not durable");
      }
    }
    require(
        node,
        ready.confState().isPresent() == (hasChange || ready.snapshot().isPresent()),
        ready.confState().isPresent() ? "has a configuration" : "lacks the configuration");
    ready.confState().ifPresent(state -> configuration(node, state, contents.applying));
    boolean impossible = hasChange && history.isImpossible(contents.applying);
    require(
        node,
        reportsImpossible(ready) == impossible,
        impossible
            ? "does not report an impossible change"
            : "reports a possible change as impossible");
  }

  private static boolean reportsImpossible(ReadyView ready) {
    for (Outcome outcome : ready.outcomes()) {
      if (outcome instanceof Outcome.ChangeImpossible) {
        return true;
      }
    }
    return false;
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
