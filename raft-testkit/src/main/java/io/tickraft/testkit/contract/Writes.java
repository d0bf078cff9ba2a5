package io.tickraft.testkit.contract;

import io.tickraft.core.Ready;
import io.tickraft.core.Storage;
import io.tickraft.core.Storage.EntriesResult;
import io.tickraft.proto.Entry;
import io.tickraft.proto.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/** The Readys that are taken and not acknowledged, and how far the write of each has got. */
final class Writes {

  /** How many acknowledged Readys are remembered, to tell a second acknowledgement. */
  private static final int REMEMBERED = 64;

  /** A Ready that is not acknowledged. */
  private static final class Outstanding {
    private final Ready ready;

    /** The host has reported its write. */
    private boolean isWritten;

    /** The host has reported a sync of its write. */
    private boolean isSynced;

    Outstanding(Ready ready) {
      this.ready = ready;
    }

    /** Nothing of its write is left to do. */
    boolean isComplete() {
      return !writes(ready) || isSynced || (isWritten && !ready.mustSync());
    }
  }

  private final NodeMemory memory;

  /** Whether all writes are to be reported, and not only from the first report on. */
  private final boolean requiresReports;

  private final Deque<Outstanding> outstanding = new ArrayDeque<>();
  private final Deque<Ready> acknowledged = new ArrayDeque<>();
  private boolean hasReports;

  /** The number of the last Ready that is complete, with all before it; never falls. */
  private long complete;

  Writes(NodeMemory memory, boolean requiresReports) {
    this.memory = memory;
    this.requiresReports = requiresReports;
  }

  /** {@return whether a Ready has anything to persist} */
  static boolean writes(Ready ready) {
    return ready.hardState().isPresent()
        || ready.snapshot().isPresent()
        || !ready.entries().isEmpty();
  }

  /** {@return how many Readys are outstanding, as the node counts them} */
  long count() {
    return outstanding.stream()
        .filter(o -> writes(o.ready) || !o.ready.messagesAfterPersist().isEmpty())
        .count();
  }

  void taken(Ready ready) {
    outstanding.addLast(new Outstanding(ready));
    if (writes(ready)) {
      memory.unsynced.add(ready);
    }
  }

  // Reports.

  /**
   * The host reports that a write is complete.
   *
   * @return the Readys that are complete now, with all before them
   */
  List<Ready> written(Ready ready, boolean synced) {
    hasReports = true;
    if (acknowledged.contains(ready)) {
      checkNothingToWrite(ready);
      return List.of();
    }
    Outstanding reported =
        outstanding.stream()
            .filter(o -> o.ready == ready)
            .findFirst()
            .orElseThrow(() -> notOutstanding(ready, "written"));
    reported.isWritten = true;
    reported.isSynced |= synced;
    return findComplete();
  }

  private void checkNothingToWrite(Ready ready) {
    if (writes(ready)) {
      throw memory.violation(
          HostRule.WRITTEN_BEFORE_ACKNOWLEDGED,
          "written(...) for Ready #" + ready.number() + " before it is acknowledged",
          "it is written after that");
    }
  }

  /** Moves on to the last Ready that is complete, with all before it. */
  private List<Ready> findComplete() {
    List<Ready> news = new ArrayList<>();
    for (Outstanding next : outstanding) {
      if (!next.isComplete()) {
        break;
      }
      if (next.ready.number() > complete) {
        complete = next.ready.number();
        news.add(next.ready);
      }
      if (next.isSynced) {
        sync(next.ready.number());
      }
    }
    return news;
  }

  /** A sync makes all earlier writes durable, too. */
  private void sync(long number) {
    while (!memory.unsynced.isEmpty() && memory.unsynced.get(0).number() <= number) {
      memory.synced.persist(memory.unsynced.remove(0));
    }
  }

  /** {@return whether a Ready and all before it are persisted, as far as the host reports it} */
  boolean isComplete(Ready ready) {
    return ready.number() <= complete || !(hasReports || requiresReports);
  }

  /** Checks that a message may leave. */
  void checkSent(Message message) {
    for (Outstanding waiting : outstanding) {
      if (waiting.ready.number() > complete && contains(waiting.ready, message)) {
        Outstanding missing = firstIncomplete();
        throw memory.violation(
            missing.isWritten ? HostRule.SYNCED_IF_REQUIRED : HostRule.SENT_AFTER_PERSIST,
            "written(...) for Ready #" + waiting.ready.number() + " and all before it",
            message.getBodyCase() + " to " + message.getTo() + " is sent while " + state(missing));
      }
    }
  }

  // An equal message of an earlier Ready may leave.
  @SuppressWarnings("ReferenceEquality")
  private static boolean contains(Ready ready, Message message) {
    for (Message waiting : ready.messagesAfterPersist()) {
      if (waiting == message) {
        return true;
      }
    }
    return false;
  }

  private Outstanding firstIncomplete() {
    return outstanding.stream().filter(o -> o.ready.number() > complete).findFirst().orElseThrow();
  }

  private static String state(Outstanding write) {
    return "Ready #"
        + write.ready.number()
        + (write.isWritten ? " is written, but not synced" : " is not reported as written");
  }

  // Acknowledgements.

  /** Checks that a Ready may be acknowledged. */
  void checkAcknowledged(Ready ready) {
    if (outstanding.stream().noneMatch(o -> o.ready == ready)) {
      throw notOutstanding(ready, "acknowledged");
    }
    if (hasReports || requiresReports) {
      for (Outstanding earlier : outstanding) {
        if (earlier.ready.number() <= ready.number() && !earlier.isComplete()) {
          throw memory.violation(
              earlier.isWritten
                  ? HostRule.SYNCED_IF_REQUIRED
                  : HostRule.WRITTEN_BEFORE_ACKNOWLEDGED,
              "written(...), with a sync if it is required, for each Ready up to #"
                  + ready.number(),
              "Ready #" + ready.number() + " is acknowledged while " + state(earlier));
        }
      }
    }
  }

  /**
   * The host acknowledges a Ready and all before it.
   *
   * @return the Readys that are complete now
   */
  List<Ready> complete(Ready ready) {
    for (Outstanding earlier : outstanding) {
      if (earlier.ready.number() <= ready.number() && !earlier.isComplete()) {
        earlier.isWritten = true;
        earlier.isSynced = earlier.ready.mustSync();
      }
    }
    return findComplete();
  }

  /** {@return the Readys that are acknowledged with this one, oldest first} */
  List<Ready> acknowledged(Ready ready) {
    List<Ready> news = new ArrayList<>();
    while (!outstanding.isEmpty() && outstanding.getFirst().ready.number() <= ready.number()) {
      Ready next = outstanding.removeFirst().ready;
      news.add(next);
      acknowledged.addLast(next);
      if (acknowledged.size() > REMEMBERED) {
        acknowledged.removeFirst();
      }
    }
    return news;
  }

  private ContractViolation notOutstanding(Ready ready, String action) {
    String happened = "Ready #" + ready.number() + " is " + action;
    return acknowledged.contains(ready)
        ? memory.violation(
            HostRule.ACKNOWLEDGED_ONCE_AND_IN_ORDER,
            "a Ready above #" + acknowledged.getLast().number() + ", the last acknowledged one",
            happened + " again")
        : memory.violation(
            HostRule.READY_OF_THIS_NODE,
            "one of the Readys that this node has made and that are not acknowledged: "
                + outstanding.stream().map(o -> "#" + o.ready.number()).toList(),
            happened + ", which is none of them");
  }

  // What the storage holds.

  /** Checks that the storage holds what a Ready and all before it contain. */
  void checkStored(Ready ready, Storage storage) {
    long replacedFrom = Long.MAX_VALUE;
    for (Outstanding write : (Iterable<Outstanding>) outstanding::descendingIterator) {
      Ready written = write.ready;
      if (written.number() <= ready.number()) {
        checkEntries(written, replacedFrom, storage);
      }
      if (written.snapshot().isPresent()) {
        if (written.number() <= ready.number() && replacedFrom == Long.MAX_VALUE) {
          checkSnapshot(written, storage);
        }
        return; // It has replaced all earlier writes.
      }
      if (!written.entries().isEmpty()) {
        replacedFrom = Math.min(replacedFrom, written.entries().get(0).getIndex());
      }
    }
  }

  private void checkSnapshot(Ready ready, Storage storage) {
    long index = ready.snapshot().orElseThrow().getMetadata().getIndex();
    long first = read("firstIndex()", ready, storage::firstIndex);
    if (first <= index) {
      throw notStored(
          ready, "a log that begins at " + (index + 1), "firstIndex() returned " + first);
    }
  }

  /** Checks the first and the last entry that no later Ready replaces. */
  private void checkEntries(Ready ready, long replacedFrom, Storage storage) {
    List<Entry> entries = ready.entries();
    if (entries.isEmpty() || entries.get(0).getIndex() >= replacedFrom) {
      return;
    }
    long from = entries.get(0).getIndex();
    int kept = (int) Math.min(entries.size(), replacedFrom - from);
    long first = read("firstIndex()", ready, storage::firstIndex);
    for (Entry entry : List.of(entries.get(0), entries.get(kept - 1))) {
      long index = entry.getIndex();
      if (index >= first - 1) {
        long term = read("term(" + index + ")", ready, () -> storage.term(index));
        if (term != entry.getTerm()) {
          throw notStored(
              ready,
              "entry " + index + " of term " + entry.getTerm(),
              "term(" + index + ") returned " + term);
        }
      }
    }
    Entry last = entries.get(kept - 1);
    if (last.getIndex() >= first
        && read(
                "entries(" + last.getIndex() + ", ...)",
                ready,
                () -> storage.entries(last.getIndex(), last.getIndex() + 1, Long.MAX_VALUE))
            instanceof EntriesResult.Available available
        && !available.entries().equals(List.of(last))) {
      throw notStored(
          ready,
          "entry " + last.getIndex() + " with " + last.getData().size() + " bytes of data",
          "entries() returned another one");
    }
  }

  private <R> R read(String call, Ready ready, Supplier<R> answer) {
    try {
      return answer.get();
    } catch (RuntimeException e) {
      ContractViolation violation = notStored(ready, "an answer", call + " threw " + e);
      violation.initCause(e);
      throw violation;
    }
  }

  private ContractViolation notStored(Ready ready, String expected, String happened) {
    return memory.violation(
        HostRule.IN_THE_STORAGE_WHEN_ACKNOWLEDGED,
        expected + ", of Ready #" + ready.number(),
        happened + " when the Ready was acknowledged");
  }
}
