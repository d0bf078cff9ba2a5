package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;

/**
 * A pattern of Redis: {@code *} stands for any bytes, {@code ?} for one byte, {@code [a-c_]} for
 * one of some, {@code [^a]} for another one, and a backslash makes the next byte stand for itself.
 */
final class Glob {

  /** Matching takes at most as many steps as pattern and key have bytes, multiplied. */
  static final int MAX_BYTES = 128;

  private final ByteString pattern;

  /** Where {@link #matchesOne} left off in the pattern. */
  private int next;

  /**
   * Creates a pattern.
   *
   * @throws IllegalArgumentException if it is longer than {@link #MAX_BYTES}
   */
  Glob(ByteString pattern) {
    if (pattern.size() > MAX_BYTES) {
      throw new IllegalArgumentException("a pattern has at most " + MAX_BYTES + " bytes");
    }
    this.pattern = pattern;
  }

  boolean matches(ByteString key) {
    int p = 0;
    int k = 0;
    // After the last star: if the rest does not match, the star stands for one byte more. Earlier
    // stars need not be tried again: the last one can stand for whatever they could.
    int afterStar = -1;
    int starEnd = 0;
    while (k < key.size() || p < pattern.size()) {
      if (p < pattern.size() && pattern.byteAt(p) == '*') {
        p++;
        afterStar = p;
        starEnd = k;
      } else if (k < key.size() && p < pattern.size() && matchesOne(p, key.byteAt(k))) {
        p = next;
        k++;
      } else if (afterStar >= 0 && starEnd < key.size()) {
        starEnd++;
        p = afterStar;
        k = starEnd;
      } else {
        return false;
      }
    }
    return true;
  }

  private boolean matchesOne(int at, byte c) {
    byte first = pattern.byteAt(at);
    next = at + 1;
    if (first == '?') {
      return true;
    }
    if (first == '[') {
      return matchesClass(c);
    }
    return (first == '\\' && next < pattern.size() ? pattern.byteAt(next++) : first) == c;
  }

  /** As in Redis, a class that is not closed ends with the pattern. */
  private boolean matchesClass(byte c) {
    boolean negated = next < pattern.size() && pattern.byteAt(next) == '^';
    next += negated ? 1 : 0;
    boolean found = false;
    while (next < pattern.size() && pattern.byteAt(next) != ']') {
      int from = element();
      int to = from;
      if (next + 1 < pattern.size()
          && pattern.byteAt(next) == '-'
          && pattern.byteAt(next + 1) != ']') {
        next++;
        to = element();
      }
      int value = c & 0xff;
      found |= Math.min(from, to) <= value && value <= Math.max(from, to);
    }
    next++;
    return found != negated;
  }

  private int element() {
    if (pattern.byteAt(next) == '\\' && next + 1 < pattern.size()) {
      next++;
    }
    return pattern.byteAt(next++) & 0xff;
  }
}
