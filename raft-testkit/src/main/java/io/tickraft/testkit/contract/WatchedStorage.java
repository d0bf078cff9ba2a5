package io.tickraft.testkit.contract;

import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import io.tickraft.proto.HardState;
import io.tickraft.proto.SnapshotMetadata;
import java.util.List;

/**
 * The storage of a watched node: compares each answer that the node gets with what the host has
 * persisted.
 */
final class WatchedStorage implements Storage {

  private final Storage storage;
  private final HostWatch watch;
  private final NodeMemory memory;
  private final Applies applies;

  /** Whether the node is open: before, it reads what was persisted when it was opened. */
  private boolean isOpen;

  /** The first index when the present call read the storage first; 0: it has not. */
  private long firstInCall;

  /** The last result, and its entries when it was returned. */
  private List<Entry> lastResult = List.of();

  private Entry[] lastEntries = {};

  WatchedStorage(Storage storage, HostWatch watch, NodeMemory memory, Applies applies) {
    this.storage = storage;
    this.watch = watch;
    this.memory = memory;
    this.applies = applies;
  }

  /** {@return the storage itself} */
  Storage unwatched() {
    return storage;
  }

  /** The node reads only what is acknowledged from now on. */
  void opened() {
    isOpen = true;
    firstInCall = 0;
  }

  // What the node reads.

  @Override
  public HardState initialState() {
    return storage.initialState();
  }

  @Override
  public long firstIndex() {
    long first = storage.firstIndex();
    checkFirst(first);
    return first;
  }

  @Override
  public long lastIndex() {
    return storage.lastIndex();
  }

  @Override
  public long term(long index) {
    noteFirst();
    long term = storage.term(index);
    ModelStorage due = memory.synced;
    if (isOpen && index >= due.firstIndex() - 1 && index <= due.lastIndex()) {
      check(
          term == due.term(index),
          StorageRule.TERM,
          "entry " + index + " of term " + due.term(index),
          "term(" + index + ") returned " + term);
    }
    return term;
  }

  @Override
  public EntriesResult entries(long lo, long hi, long maxBytes) {
    noteFirst();
    EntriesResult result = storage.entries(lo, hi, maxBytes);
    if (isOpen) {
      watch.guarded(() -> checkEntries(result, lo, hi, maxBytes));
    }
    return result;
  }

  private void checkEntries(EntriesResult result, long lo, long hi, long maxBytes) {
    checkLastResult();
    String call = "entries(" + lo + ", " + hi + ", " + maxBytes + ")";
    if (result instanceof EntriesResult.Compacted) {
      check(
          lo < storage.firstIndex(),
          StorageRule.ENTRIES_COMPACTED,
          "not Compacted: the first index is " + storage.firstIndex(),
          call + " answers Compacted");
    }
    if (result instanceof EntriesResult.Available available) {
      List<Entry> entries = available.entries();
      check(
          !entries.isEmpty(),
          StorageRule.ENTRIES_AT_LEAST_ONE,
          "at least entry " + lo,
          call + " returned none");
      checkEach(entries, call, lo, hi, maxBytes);
      lastResult = entries;
      lastEntries = entries.toArray(Entry[]::new);
    }
  }

  private void checkEach(List<Entry> entries, String call, long lo, long hi, long maxBytes) {
    long bytes = 0;
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (entry.getIndex() != lo + i || entry.getIndex() >= hi) {
        throw memory.violation(
            StorageRule.ENTRIES_FROM_LO_WITHOUT_GAP,
            lo + i < hi ? "entry " + (lo + i) : "no entry from " + hi + " on",
            call + " returned entry " + entry.getIndex() + " at position " + i);
      }
      bytes += entry.getSerializedSize();
      checkPersisted(entry, call);
    }
    check(
        entries.size() == 1 || bytes <= maxBytes,
        StorageRule.ENTRIES_WITHIN_LIMIT,
        "one entry, or several of at most " + maxBytes + " bytes",
        call + " returned " + entries.size() + " entries of " + bytes + " bytes");
  }

  private void checkPersisted(Entry entry, String call) {
    ModelStorage due = memory.synced;
    long index = entry.getIndex();
    if (index >= due.firstIndex() && index <= due.lastIndex()) {
      Entry persisted = due.entry(index);
      if (!persisted.equals(entry)) {
        throw memory.violation(
            StorageRule.ENTRIES_AS_PERSISTED,
            "entry "
                + index
                + " of term "
                + persisted.getTerm()
                + " with "
                + persisted.getData().size()
                + " bytes of data",
            call
                + " returned one of term "
                + entry.getTerm()
                + " with "
                + entry.getData().size()
                + " bytes of data, or with other data");
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // Cheap; a storage that changes a list puts others in.
  private void checkLastResult() {
    boolean isSame = lastResult.size() == lastEntries.length;
    for (int i = 0; isSame && i < lastEntries.length; i++) {
      isSame = lastResult.get(i) == lastEntries[i];
    }
    check(
        isSame,
        StorageRule.RESULT_NEVER_CHANGES,
        "the list of an earlier result, with " + lastEntries.length + " entries",
        "the list has changed, and has " + lastResult.size() + " entries");
  }

  @Override
  public SnapshotResult snapshot() {
    SnapshotResult result = storage.snapshot();
    if (isOpen && result instanceof SnapshotResult.Available available) {
      watch.guarded(() -> checkSnapshot(available.snapshot().getMetadata()));
    }
    return result;
  }

  private void checkSnapshot(SnapshotMetadata metadata) {
    long index = metadata.getIndex();
    long first = storage.firstIndex();
    check(
        index >= first - 1 && index <= applies.given(),
        StorageRule.SNAPSHOT_COVERS_COMPACTED,
        "an index from " + (first - 1) + " to the applied index, at most " + applies.given(),
        "snapshot() returned one at " + index);
    check(
        memory.allows(index, metadata.getConfState()),
        StorageRule.SNAPSHOT_METADATA,
        memory.configurationAt(index),
        "snapshot() returned one with " + Configurations.text(metadata.getConfState()));
  }

  // Compaction.

  private void noteFirst() {
    if (isOpen && firstInCall == 0) {
      checkFirst(storage.firstIndex());
    }
  }

  /** A call of the node is over: the log must not have been compacted meanwhile. */
  void callEnded() {
    if (firstInCall > 0) {
      checkFirst(storage.firstIndex());
      firstInCall = 0;
    }
  }

  private void checkFirst(long first) {
    if (!isOpen) {
      return;
    }
    boolean installs = memory.unsynced.stream().anyMatch(r -> r.snapshot().isPresent());
    check(
        first == firstInCall || firstInCall == 0 || installs,
        HostRule.NOT_COMPACTED_DURING_A_CALL,
        "first index " + firstInCall + " until the call is over",
        "the first index is " + first);
    firstInCall = first;
    check(
        first - 1 <= applies.compactable(),
        HostRule.COMPACTED_AFTER_APPLIED,
        "a first index of at most " + (applies.compactable() + 1),
        "the first index is " + first);
    memory.synced.compact(Math.min(first - 1, memory.synced.lastIndex()));
  }

  private void check(boolean holds, ContractRule rule, String expected, String happened) {
    if (!holds) {
      watch.guarded(
          () -> {
            throw memory.violation(rule, expected, happened);
          });
    }
  }
}
