package io.tickraft.testkit.contract;

import io.tickraft.core.Storage;
import io.tickraft.core.Storage.EntriesResult;
import io.tickraft.core.Storage.SnapshotResult;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.HardState;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Compares the answers of a tested storage with those of the model. */
final class StorageCheck {

  /** How often a storage is asked for what it answers with NotYet. */
  private static final int MAX_ATTEMPTS = 1_000;

  private final TestedStore store;
  private final Storage storage;
  private final ModelStorage model;

  /** The configurations, by the first index at which each holds. */
  private final TreeMap<Long, ConfState> configurations;

  private final long applied;

  /** What was done last, for messages. */
  private final String action;

  /** The rule that a wrong state breaks; empty: the rule of the answer that shows it. */
  private final Optional<StorageRule> broken;

  /**
   * Prepares a comparison.
   *
   * @param action what was done last, for messages
   * @param broken the rule that a wrong state breaks; empty: the rule of the answer that shows it
   */
  StorageCheck(
      TestedStore store,
      ModelStorage model,
      Map<Long, ConfState> configurations,
      long applied,
      String action,
      Optional<StorageRule> broken) {
    this.store = store;
    this.storage = store.storage();
    this.model = model;
    this.configurations = new TreeMap<>(configurations);
    this.applied = applied;
    this.action = action;
    this.broken = broken;
  }

  /** Checks all answers. */
  void all() {
    hardState();
    firstAndLast();
    firstEntry();
    terms();
    entries();
    snapshot();
  }

  // What is there.

  private void hardState() {
    HardState found = answer("initialState()", storage::initialState);
    HardState due = model.initialState();
    check(
        found.equals(due),
        broken.orElse(StorageRule.INITIAL_STATE),
        "a hard state with term "
            + due.getTerm()
            + ", vote "
            + due.getVote()
            + " and commit "
            + due.getCommit(),
        "initialState() has term "
            + found.getTerm()
            + ", vote "
            + found.getVote()
            + " and commit "
            + found.getCommit());
  }

  private void firstAndLast() {
    long last = answer("lastIndex()", storage::lastIndex);
    check(
        last == model.lastIndex(),
        broken.orElse(StorageRule.LAST_INDEX),
        "last index " + model.lastIndex(),
        "lastIndex() returned " + last);
    long first = answer("firstIndex()", storage::firstIndex);
    check(
        first == model.firstIndex(),
        broken.orElse(StorageRule.FIRST_INDEX),
        "first index " + model.firstIndex(),
        "firstIndex() returned " + first);
  }

  /** Entries are available from the first index on, and are compacted below it. */
  private void firstEntry() {
    long first = model.firstIndex();
    if (first <= model.lastIndex()) {
      compacted(first, false);
    }
    if (first > 1) {
      compacted(first - 1, true);
    }
  }

  private void compacted(long lo, boolean due) {
    String call = "entries(" + lo + ", " + (lo + 1) + ", 1)";
    EntriesResult result = answer(call, () -> storage.entries(lo, lo + 1, 1));
    check(
        result instanceof EntriesResult.Compacted == due,
        StorageRule.ENTRIES_COMPACTED,
        (due ? "" : "not ") + "Compacted: the first index is " + model.firstIndex(),
        call + " answers " + result.getClass().getSimpleName());
  }

  private void terms() {
    long base = model.firstIndex() - 1;
    term(base, base == 0 ? StorageRule.EMPTY_STORAGE : StorageRule.TERM_OF_LAST_COMPACTED);
    for (long i = base + 1; i <= model.lastIndex(); i++) {
      term(i, broken.orElse(StorageRule.TERM));
    }
  }

  private void term(long index, StorageRule rule) {
    long term = answer("term(" + index + ")", () -> storage.term(index));
    check(
        term == model.term(index),
        rule,
        "entry " + index + " of term " + model.term(index),
        "term(" + index + ") returned " + term);
  }

  // Entries.

  private void entries() {
    long first = model.firstIndex();
    long last = model.lastIndex();
    if (last < first) {
      return;
    }
    long middle = first + (last - first) / 2;
    for (long lo : new long[] {first, middle, last}) {
      entries(lo, last + 1, Long.MAX_VALUE);
      entries(lo, lo + 1, Long.MAX_VALUE);
      long size = model.entry(lo).getSerializedSize();
      entries(lo, last + 1, 1);
      entries(lo, last + 1, size);
      if (lo < last) {
        long next = model.entry(lo + 1).getSerializedSize();
        entries(lo, last + 1, size + next - 1);
        entries(lo, last + 1, size + next);
        entries(lo, lo + 2, Long.MAX_VALUE);
      }
    }
    whole(first, last);
  }

  /** Reads the whole log in parts, as long as the storage returns fewer entries than there are. */
  private void whole(long first, long last) {
    for (long next = first; next <= last; ) {
      next += entries(next, last + 1, Long.MAX_VALUE).size();
    }
  }

  /** Reads entries, checks the result, and returns it. */
  List<Entry> entries(long lo, long hi, long maxBytes) {
    String call = "entries(" + lo + ", " + hi + ", " + maxBytes + ")";
    EntriesResult result = available(call, () -> storage.entries(lo, hi, maxBytes));
    check(
        !(result instanceof EntriesResult.NotYet),
        StorageRule.ENTRIES_AVAILABLE_AT_LAST,
        "the entries, at the latest when asked " + MAX_ATTEMPTS + " times",
        call + " answers NotYet");
    check(
        result instanceof EntriesResult.Available,
        StorageRule.ENTRIES_COMPACTED,
        "entries: the first index is " + model.firstIndex(),
        call + " answers Compacted");
    List<Entry> entries = ((EntriesResult.Available) result).entries();
    check(
        !entries.isEmpty(),
        StorageRule.ENTRIES_AT_LEAST_ONE,
        "at least entry " + lo + ", which has " + model.entry(lo).getSerializedSize() + " bytes",
        call + " returned none");
    compare(call, lo, hi, entries);
    long bytes = entries.stream().mapToLong(Entry::getSerializedSize).sum();
    check(
        entries.size() == 1 || bytes <= maxBytes,
        StorageRule.ENTRIES_WITHIN_LIMIT,
        "one entry, or several of at most " + maxBytes + " bytes",
        call + " returned " + entries.size() + " entries of " + bytes + " bytes");
    return entries;
  }

  private void compare(String call, long lo, long hi, List<Entry> entries) {
    check(
        entries.size() <= hi - lo,
        StorageRule.ENTRIES_FROM_LO_WITHOUT_GAP,
        "at most the entries " + lo + " to " + (hi - 1),
        call + " returned " + entries.size() + " entries");
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      check(
          entry.getIndex() == lo + i,
          StorageRule.ENTRIES_FROM_LO_WITHOUT_GAP,
          "entry " + (lo + i) + " at position " + i + " of the result",
          call + " returned entry " + entry.getIndex() + " there");
      Entry due = model.entry(lo + i);
      check(
          entry.equals(due),
          broken.orElse(StorageRule.ENTRIES_AS_PERSISTED),
          "entry " + text(due),
          call + " returned entry " + text(entry));
    }
  }

  private static String text(Entry entry) {
    String type = entry.getType().name();
    return entry.getIndex()
        + " of term "
        + entry.getTerm()
        + ", type "
        + type
        + ", with "
        + entry.getData().size()
        + " bytes of data";
  }

  // Snapshots.

  private void snapshot() {
    SnapshotResult result = available("snapshot()", storage::snapshot);
    check(
        result instanceof SnapshotResult.Available,
        StorageRule.ENTRIES_AVAILABLE_AT_LAST,
        "the snapshot, at the latest when asked " + MAX_ATTEMPTS + " times",
        "snapshot() answers NotYet");
    Snapshot snapshot = ((SnapshotResult.Available) result).snapshot();
    if (model.lastIndex() == 0) {
      check(
          snapshot.equals(Snapshot.getDefaultInstance()),
          StorageRule.EMPTY_STORAGE,
          "the default instance",
          "snapshot() returned one with "
              + text(snapshot.getMetadata())
              + ", and "
              + snapshot.getData().size()
              + " bytes of data");
      return;
    }
    SnapshotMetadata metadata = snapshot.getMetadata();
    long index = metadata.getIndex();
    check(
        index >= model.firstIndex() - 1 && index <= applied,
        StorageRule.SNAPSHOT_COVERS_COMPACTED,
        "a snapshot at an index from " + (model.firstIndex() - 1) + " to " + applied,
        "snapshot() returned one with " + text(metadata));
    check(
        metadata.getTerm() == model.term(index)
            && metadata.getConfState().equals(configurations.floorEntry(index).getValue()),
        StorageRule.SNAPSHOT_METADATA,
        "term "
            + model.term(index)
            + " and "
            + text(configurations.floorEntry(index).getValue())
            + " at index "
            + index,
        "snapshot() returned one with " + text(metadata));
  }

  private static String text(SnapshotMetadata metadata) {
    return "index "
        + metadata.getIndex()
        + ", term "
        + metadata.getTerm()
        + " and "
        + text(metadata.getConfState());
  }

  private static String text(ConfState confState) {
    return "the voters " + confState.getVotersList() + ", learners " + confState.getLearnersList();
  }

  // Calls.

  private <R> R available(String call, Supplier<@Nullable R> asked) {
    R result = answer(call, asked);
    for (int i = 1; i < MAX_ATTEMPTS && isNotYet(result); i++) {
      store.awaitAnswer();
      result = answer(call, asked);
    }
    return result;
  }

  private static boolean isNotYet(Object result) {
    return result instanceof EntriesResult.NotYet || result instanceof SnapshotResult.NotYet;
  }

  private <R> R answer(String call, Supplier<@Nullable R> asked) {
    @Nullable R result;
    try {
      result = asked.get();
    } catch (RuntimeException e) {
      ContractViolation violation =
          violation(StorageRule.NO_EXCEPTION, "an answer to " + call, call + " threw " + e);
      violation.initCause(e);
      throw violation;
    }
    if (result == null) {
      throw violation(StorageRule.NO_EXCEPTION, "an answer to " + call, call + " returned null");
    }
    return result;
  }

  private void check(boolean holds, StorageRule rule, String expected, String happened) {
    if (!holds) {
      throw violation(rule, expected, happened);
    }
  }

  private ContractViolation violation(StorageRule rule, String expected, String happened) {
    return new ContractViolation("the storage", rule, expected, happened + ", " + action);
  }
}
