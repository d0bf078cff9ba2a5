package io.tickraft.testkit.contract;

/**
 * The rules that {@link StorageContract} checks, for a storage and the code that writes to it. The
 * description of a constant names its subject; {@link #text()} is the rule.
 */
public enum StorageRule implements ContractRule {

  // What is there.

  /** The hard state. */
  INITIAL_STATE(
      "initialState() returns the last hard state that was persisted, also if nothing else was"
          + " persisted with it; the default instance if there is none",
      "Storage.initialState"),
  /** The state before anything was written. */
  EMPTY_STORAGE(
      "an empty storage has first index 1, last index 0, term(0) = 0, and the default instances as"
          + " hard state and snapshot",
      "Storage.firstIndex, lastIndex, term, initialState and snapshot"),
  /** The first index. */
  FIRST_INDEX(
      "firstIndex() is one above the last compacted index; 1 if nothing was compacted",
      "Storage.firstIndex"),
  /** The last index. */
  LAST_INDEX(
      "lastIndex() is the index of the last entry; firstIndex() - 1 if there is none",
      "Storage.lastIndex"),
  /** The terms of the entries. */
  TERM("term(index) returns the term of each entry in the log; 0 for index 0", "Storage.term"),
  /** The term of the last compacted entry. */
  TERM_OF_LAST_COMPACTED(
      "after compaction up to index c, or a snapshot at c, term(c) still returns the term of entry"
          + " c",
      "Storage"),

  // Reading entries.

  /** The entries themselves. */
  ENTRIES_AS_PERSISTED("entries() returns the entries that were persisted", "Storage.entries"),
  /** Which entries are returned. */
  ENTRIES_FROM_LO_WITHOUT_GAP(
      "entries(lo, hi, maxBytes) returns the entries at lo, lo + 1 and so on without a gap, and"
          + " none at or above hi",
      "Storage.entries"),
  /** The first entry is returned whatever its size. */
  ENTRIES_AT_LEAST_ONE(
      "entries() returns at least one entry: the first is returned whatever its size",
      "Storage.entries"),
  /** The limit of a result. */
  ENTRIES_WITHIN_LIMIT(
      "the serialized sizes of the entries in a result add up to at most maxBytes, unless the"
          + " result is one entry",
      "Storage.entries"),
  /** When the answer is Compacted. */
  ENTRIES_COMPACTED(
      "entries() answers Compacted exactly if lo is below firstIndex()",
      "Storage.EntriesResult.Compacted"),
  /** Answers with NotYet. */
  ENTRIES_AVAILABLE_AT_LAST(
      "what was answered with NotYet becomes available: always at once when a node is opened",
      "Storage.entries, Storage.snapshot"),
  /** A result is not changed by later writes. */
  RESULT_NEVER_CHANGES(
      "the list of entries in a result never changes", "Storage.EntriesResult.Available"),

  // Snapshots.

  /** The snapshot reaches the first entry of the log. */
  SNAPSHOT_COVERS_COMPACTED(
      "the index of snapshot() is from firstIndex() - 1 to the applied index", "Storage.snapshot"),
  /** The metadata of a snapshot. */
  SNAPSHOT_METADATA(
      "the metadata of snapshot() has the term of the entry at its index, and the configuration"
          + " after that entry",
      "Storage.snapshot, AppliedState"),

  // Writing.

  /** Entries replace the rest of the log. */
  SUFFIX_REPLACED(
      "the entries of a Ready replace everything that the storage holds from the first entry's"
          + " index on",
      "Ready.entries"),
  /** A snapshot replaces the log. */
  LOG_REPLACED_BY_SNAPSHOT(
      "the snapshot of a Ready replaces the whole log, whether the log ends before its index or"
          + " after it",
      "Ready.snapshot"),
  /** Compaction removes no more than it was asked to. */
  COMPACTION_WITHIN_BOUND(
      "compaction removes entries only up to an index that is applied and that snapshot() covers",
      "Storage"),

  // Restarts.

  /** A restart loses nothing. */
  RESTART_KEEPS_ALL(
      "after a clean restart the storage holds all that was persisted", "Storage, Ready"),
  /** A crash loses nothing that was synced. */
  CRASH_KEEPS_WHAT_WAS_SYNCED(
      "what was synced survives a crash: a Ready with mustSync(), and everything before it",
      "Ready.mustSync"),
  /** A crash leaves no gap. */
  CRASH_KEEPS_A_PREFIX(
      "of the writes that were not synced, a crash keeps the oldest ones: each is written"
          + " atomically, or as snapshot, entries and hard state in this order",
      "Ready, step 2"),

  // In general.

  /** Reading does not fail. */
  NO_EXCEPTION("a call with arguments in their range does not throw, nor return null", "Storage"),
  /** A node can be opened. */
  NODE_OPENS("a node can be opened on what the storage holds after a start", "RawNode.open");

  private final String text;
  private final String source;

  StorageRule(String text, String source) {
    this.text = text;
    this.source = source;
  }

  @Override
  public String text() {
    return text;
  }

  @Override
  public String source() {
    return "Javadoc of " + source;
  }
}
