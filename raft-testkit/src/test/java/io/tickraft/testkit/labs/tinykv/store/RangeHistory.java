package io.tickraft.testkit.labs.tinykv.store;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What clients have seen of a range of keys that only one of them writes, and whether it is
 * linearizable.
 *
 * <p>One writer that waits for each answer puts the states of its range into one order, and every
 * read must have seen one of these states. Then a history is linearizable exactly if
 *
 * <ul>
 *   <li>no read sees a state that no write has made, or that of a write that had not begun when the
 *       read ended (no phantoms);
 *   <li>no read sees a state from before a write that had ended when the read began (for the
 *       writer: it reads its own writes);
 *   <li>no read sees an earlier state than one that had ended when it began (reads are monotone).
 * </ul>
 *
 * <p>Ranges do not touch, and a history is linearizable if each of its parts is (Herlihy and Wing,
 * 1990). As each state has a hash that is the sum over its keys, a write costs no more than itself,
 * and a read no more than what it has found and the writes that went on meanwhile.
 */
final class RangeHistory {

  /** A write of the range. */
  private record Write(String key, String value) {}

  /**
   * A read that goes on.
   *
   * @param written how many writes had ended when it began
   * @param seen the latest state that a read had seen when it began
   */
  record Read(int written, int seen) {}

  private static final String DELETED = "";

  private final List<Write> writes = new ArrayList<>();
  private final List<Long> hashes = new ArrayList<>(List.of(0L));
  private final TreeMap<String, String> newest = new TreeMap<>();
  private int written;
  private int seen;

  // Writes. State i is that after the first i of them.

  void putBegins(String key, String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("value: empty");
    }
    begins(new Write(key, value));
  }

  void deleteBegins(String key) {
    begins(new Write(key, DELETED));
  }

  private void begins(Write write) {
    String before = newest.getOrDefault(write.key, DELETED);
    newest.put(write.key, write.value);
    hashes.add(hashes.get(writes.size()) - hash(write.key, before) + hash(write.key, write.value));
    writes.add(write);
  }

  /** All writes that have begun have ended. */
  void writesEnd() {
    written = writes.size();
  }

  // Reads.

  Read readBegins() {
    return new Read(written, seen);
  }

  /** A read of the whole range has ended. */
  void readEnds(Read read, List<KeyValue> found) {
    long hash = 0;
    String last = "";
    for (KeyValue entry : found) {
      if (entry.key().compareTo(last) <= 0) {
        throw violation("a range in its order", "finds " + entry.key() + " after " + last);
      }
      last = entry.key();
      hash += hash(entry.key(), entry.value());
    }
    // The earliest state that it may have seen leaves the most to the reads after it.
    for (int state = Math.max(read.written, read.seen); state <= writes.size(); state++) {
      if (hashes.get(state) == hash) {
        seen = Math.max(seen, state);
        return;
      }
    }
    throw explained(read, found, hash);
  }

  private AssertionError explained(Read read, List<KeyValue> found, long hash) {
    int state = hashes.lastIndexOf(hash);
    if (state < 0) {
      return violation(
          "no phantoms", "finds " + found + ", which " + writes.size() + " writes have never made");
    }
    if (state < read.written) {
      return violation(
          "the newest write",
          "finds the state before " + writes.get(state) + ", which had ended when it began");
    }
    return violation(
        "monotone reads",
        "finds the state before " + writes.get(state) + ", which an earlier read has seen");
  }

  private static AssertionError violation(String promise, String evidence) {
    return new AssertionError(promise + " is violated: a read " + evidence);
  }

  /**
   * FNV-1a, mixed so that sums of hashes are not equal by chance; 0 for a key that is not there.
   */
  private static long hash(String key, String value) {
    if (value.equals(DELETED)) {
      return 0;
    }
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < key.length(); i++) {
      hash = (hash ^ key.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ 0xffff) * 0x100000001b3L;
    for (int i = 0; i < value.length(); i++) {
      hash = (hash ^ value.charAt(i)) * 0x100000001b3L;
    }
    long z = hash;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
