package io.tickraft.testkit.contract;

import io.tickraft.core.Ready;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Snapshot;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** What the state machine of a node was given, and what its host reports as applied. */
final class Applies {

  private final NodeMemory memory;
  private final Writes writes;

  /** Whether all that is applied is to be reported, and not only from the first report on. */
  private final boolean requiresReports;

  /** The Readys with snapshots and entries that are not reported as applied, oldest first. */
  private final Deque<Ready> waiting = new ArrayDeque<>();

  /** The last index that was given to the state machine; never falls. */
  private long given;

  /** The last index that is reported as applied; never falls. */
  private long applied;

  /** The last index of a snapshot that was given; 0: none was. */
  private long snapshot;

  private boolean hasReports;

  Applies(NodeMemory memory, Writes writes, boolean requiresReports, long applied) {
    this.memory = memory;
    this.writes = writes;
    this.requiresReports = requiresReports;
    this.applied = applied;
    this.given = applied;
  }

  /**
   * {@return the last index that the state machine is given in a Ready; 0 if it is given nothing}
   */
  static long lastGiven(Ready ready) {
    List<Entry> entries = ready.committedEntries();
    return entries.isEmpty()
        ? ready.snapshot().map(s -> s.getMetadata().getIndex()).orElse(0L)
        : entries.get(entries.size() - 1).getIndex();
  }

  void taken(Ready ready) {
    long last = lastGiven(ready);
    if (last > 0) {
      given = last;
      memory.given = Math.max(memory.given, last);
      waiting.addLast(ready);
    }
    ready.snapshot().ifPresent(s -> snapshot = s.getMetadata().getIndex());
  }

  long given() {
    return given;
  }

  /**
   * {@return the last index up to which the log may be compacted: what the state machine has
   * applied, acknowledged or not. Without reports only what it was given is known, which is more.}
   */
  long compactable() {
    return hasReports || requiresReports ? Math.max(applied, snapshot) : given;
  }

  // Reports.

  /** The state machine is about to apply an entry. */
  void applying(Entry entry) {
    hasReports = true;
    long index = entry.getIndex();
    if (index <= applied) {
      throw memory.violation(
          HostRule.APPLIED_ONCE,
          "entry " + (applied + 1),
          "entry " + index + " is applied again, after entry " + applied);
    }
    if (index > given) {
      throw memory.violation(
          HostRule.APPLIED_AFTER_GIVEN,
          "an entry up to " + given + ", the last one in committedEntries() of a Ready",
          "entry " + index + " is applied");
    }
    Optional<Snapshot> first = waiting.getFirst().snapshot();
    if (first.isPresent() && first.get().getMetadata().getIndex() > applied) {
      throw memory.violation(
          HostRule.APPLIED_WITHOUT_A_GAP,
          "first the snapshot at " + first.get().getMetadata().getIndex(),
          "entry " + index + " is applied");
    }
    if (index != applied + 1) {
      throw memory.violation(
          HostRule.APPLIED_WITHOUT_A_GAP,
          "entry " + (applied + 1),
          "entry " + index + " is applied after entry " + applied);
    }
    checkSame(entry);
    applied = index;
    removeApplied();
  }

  private void checkSame(Entry entry) {
    List<Entry> entries = waiting.getFirst().committedEntries();
    Entry due = entries.get((int) (entry.getIndex() - entries.get(0).getIndex()));
    if (!due.equals(entry)) {
      throw memory.violation(
          HostRule.APPLIED_AS_GIVEN,
          "entry "
              + due.getIndex()
              + " of term "
              + due.getTerm()
              + " as in Ready #"
              + waiting.getFirst().number(),
          "another one, of term " + entry.getTerm() + ", is applied");
    }
  }

  /** The state machine is about to be restored. */
  void restoring(Snapshot restored) {
    hasReports = true;
    long index = restored.getMetadata().getIndex();
    if (index <= applied) {
      throw memory.violation(
          HostRule.APPLIED_ONCE,
          "a snapshot or an entry after " + applied,
          "the snapshot at " + index + " is restored");
    }
    Ready ready =
        waiting.stream()
            .filter(r -> r.snapshot().isPresent())
            .filter(r -> r.snapshot().get().getMetadata().getIndex() == index)
            .findFirst()
            .orElseThrow(
                () ->
                    memory.violation(
                        HostRule.APPLIED_AFTER_GIVEN,
                        "the snapshot of a Ready",
                        "a snapshot at " + index + " is restored, which no Ready contains"));
    // A host may keep the data of snapshots elsewhere.
    if (!ready.snapshot().orElseThrow().getMetadata().equals(restored.getMetadata())) {
      throw memory.violation(
          HostRule.APPLIED_AS_GIVEN,
          "the snapshot of Ready #" + ready.number(),
          "a snapshot with another term or configuration is restored at " + index);
    }
    if (!writes.isComplete(ready)) {
      throw memory.violation(
          HostRule.RESTORED_AFTER_PERSIST,
          "written(...) for Ready #" + ready.number() + " and all before it",
          "its snapshot at " + index + " is restored before that");
    }
    applied = index;
    removeApplied();
  }

  private void removeApplied() {
    while (!waiting.isEmpty() && lastGiven(waiting.getFirst()) <= applied) {
      waiting.removeFirst();
    }
  }

  // Acknowledgements.

  /** The host acknowledges an index as applied. */
  void acknowledged(long index) {
    if (index > given) {
      throw memory.violation(
          HostRule.ACKNOWLEDGED_AFTER_APPLIED,
          "an index up to " + given + ", the last one in a Ready",
          "applied(" + index + ")");
    }
    if (!(hasReports || requiresReports)) {
      applied = Math.max(applied, index);
      removeApplied();
    } else if (index > applied) {
      throw memory.violation(
          HostRule.ACKNOWLEDGED_AFTER_APPLIED,
          "applying(...) or restoring(...) for everything up to " + index,
          "the index is acknowledged, and " + applied + " is the last one that is applied");
    }
  }
}
