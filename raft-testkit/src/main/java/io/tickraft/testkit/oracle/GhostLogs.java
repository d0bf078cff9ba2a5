package io.tickraft.testkit.oracle;

import com.google.protobuf.ByteString;
import io.tickraft.core.Storage;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the whole log of each node, including compacted entries, as one hash for each prefix.
 * Two logs are equal up to an index exactly if their hashes at that index are equal (except with
 * probability 2^-64). Other oracles use it. It checks only that each log is contiguous and that
 * terms never fall.
 */
final class GhostLogs implements Oracle {

  private static final String PROMISE = "log contiguity";

  /** A prefix of a log: the term of its last entry and the hash of all its entries. */
  record Prefix(long term, long hash) {}

  static final Prefix START = new Prefix(0, 0x2545f4914f6cdd1dL);

  private static final Prefix[] NONE = {};

  private final ByNode<List<Prefix>> logs = new ByNode<>(node -> new ArrayList<>(List.of(START)));

  /**
   * By index: the first prefix that any node had, of each term of the last entry. A snapshot names
   * only its last entry; this gives its prefix.
   */
  private final List<Prefix[]> byIndex = new ArrayList<>();

  /** The membership changes that any node has appended, by index and term. */
  private final TreeMap<Long, Map<Long, ByteString>> changes = new TreeMap<>();

  /** Makes an oracle that has seen nothing yet. */
  GhostLogs() {}

  @Override
  public void opened(long node, Storage storage) {
    long base = storage.firstIndex() - 1;
    List<Prefix> log = logs.of(node);
    if (base > 0) {
      replaceBy(node, log, base, storage.term(base));
    } else {
      truncate(log, 1);
    }
    if (storage.lastIndex() > base
        && storage.entries(base + 1, storage.lastIndex() + 1, Long.MAX_VALUE)
            instanceof Storage.EntriesResult.Available available) {
      appended(node, available.entries());
    }
  }

  @Override
  public void appended(long node, List<Entry> entries) {
    List<Prefix> log = log(node);
    int first = (int) entries.get(0).getIndex();
    if (first < 1 || first > log.size()) {
      throw new OracleViolation(
          PROMISE,
          "node " + node + " appends from " + first + " to a log that ends at " + last(node));
    }
    truncate(log, first);
    for (Entry entry : entries) {
      if (entry.getIndex() != log.size()) {
        throw new OracleViolation(
            PROMISE,
            "node " + node + " appends entry " + entry.getIndex() + " instead of " + log.size());
      }
      Prefix before = log.get(log.size() - 1);
      if (entry.getTerm() < before.term) {
        throw new OracleViolation(
            PROMISE, "node " + node + " appends an entry of a lower term at " + entry.getIndex());
      }
      log.add(remember(entry.getIndex(), entry.getTerm(), hash(before.hash, entry)));
      if (entry.getType() == EntryType.ENTRY_TYPE_CONF_CHANGE) {
        changes
            .computeIfAbsent(entry.getIndex(), i -> new TreeMap<>())
            .put(entry.getTerm(), entry.getData());
      }
    }
  }

  @Override
  public void snapshotInstalled(long node, Snapshot snapshot) {
    SnapshotMetadata metadata = snapshot.getMetadata();
    replaceBy(node, log(node), metadata.getIndex(), metadata.getTerm());
  }

  private void replaceBy(long node, List<Prefix> log, long index, long term) {
    if (index < log.size() && log.get((int) index).term == term) {
      truncate(log, (int) index + 1);
      return;
    }
    Prefix end = first(index, term);
    if (end == null) {
      // This oracle has seen no node append the entry: the group, or the oracle, starts there.
      end = remember(index, term, mix(index, term));
    }
    // The node never had the entries in between. Fill in prefixes that no other log has.
    truncate(log, (int) Math.min(log.size(), index));
    while (log.size() < index) {
      log.add(new Prefix(0, mix(node, log.size())));
    }
    log.add(end);
  }

  /** Returns a prefix, which is remembered if it is the first one of its index and term. */
  private Prefix remember(long index, long term, long hash) {
    while (byIndex.size() <= index) {
      byIndex.add(NONE);
    }
    Prefix first = first(index, term);
    if (first != null) {
      return first.hash == hash ? first : new Prefix(term, hash);
    }
    Prefix[] known = byIndex.get((int) index);
    Prefix[] all = Arrays.copyOf(known, known.length + 1);
    Prefix added = new Prefix(term, hash);
    all[known.length] = added;
    byIndex.set((int) index, all);
    return added;
  }

  private static void truncate(List<Prefix> log, int size) {
    if (size < log.size()) {
      log.subList(size, log.size()).clear();
    }
  }

  private List<Prefix> log(long node) {
    List<Prefix> log = logs.get(node);
    if (log == null) {
      throw new IllegalStateException("this oracle has not seen node " + node + " being opened");
    }
    return log;
  }

  /** {@return the last index that the node has written} */
  long last(long node) {
    return log(node).size() - 1L;
  }

  /**
   * {@return the prefix of a node's log that ends at an index; call only if {@link #has} is true}
   */
  Prefix at(long node, long index) {
    return log(node).get((int) index);
  }

  /** {@return whether a node's log, including its compacted part, reaches an index} */
  boolean has(long node, long index) {
    return index < log(node).size();
  }

  /** {@return the first prefix that any node had with this last entry; null: none had it} */
  @Nullable Prefix first(long index, long term) {
    if (index < byIndex.size()) {
      for (Prefix prefix : byIndex.get((int) index)) {
        if (prefix.term == term) {
          return prefix;
        }
      }
    }
    return null;
  }

  /** {@return the serialized membership change in an entry; null: it has none} */
  @Nullable ByteString change(long index, long term) {
    Map<Long, ByteString> atIndex = changes.get(index);
    return atIndex == null ? null : atIndex.get(term);
  }

  /**
   * {@return whether the node's log has a membership change after an index, up to another index}
   */
  boolean hasChange(long node, long above, long upTo) {
    if (changes.isEmpty() || above >= upTo || above >= changes.lastKey()) {
      return false;
    }
    long last = Math.min(upTo, last(node));
    Map.Entry<Long, Map<Long, ByteString>> next = changes.higherEntry(above);
    while (next != null && next.getKey() <= last) {
      if (next.getValue().containsKey(at(node, next.getKey()).term)) {
        return true;
      }
      next = changes.higherEntry(next.getKey());
    }
    return false;
  }

  /** {@return the hash of a log up to an entry} */
  static long hash(long before, Entry entry) {
    long hash = mix(before, entry.getTerm());
    hash = mix(hash, entry.getTypeValue());
    ByteString data = entry.getData();
    for (int i = 0; i < data.size(); i++) {
      hash = hash * 1099511628211L + data.byteAt(i);
    }
    return mix(hash, data.size());
  }

  private static long mix(long hash, long number) {
    long z = (hash ^ number) + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
