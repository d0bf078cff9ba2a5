package io.tickraft.testkit.history;

import io.tickraft.testkit.oracle.OracleViolation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of one key, for {@link KeyValueHistory}. Times are numbers of events.
 *
 * <p>A value is <em>there</em> for certain when the first operation on it has ended. It is
 * <em>replaced</em> by another value if an operation on the other one has begun after that; an
 * operation that begins after the other value was there must not see it.
 */
final class Register {

  private static final long NEVER = Long.MAX_VALUE;

  /** A value of the key. */
  private static final class Value {
    final String text;

    /** The latest begin of an operation on it that has ended, or of its put. */
    long lastBegin;

    /** The first end of an operation on it. */
    long there = NEVER;

    /** When the value that replaces it was there, the earliest of them. */
    long replaced = NEVER;

    /** The value that replaces it. */
    @Nullable Value by;

    /** The begin of the operation on that value that shows it. */
    long byBegin;

    /** Whether no operation on it may end any more. */
    boolean isOver;

    boolean isFailed;

    Value(String text, long begin) {
      this.text = text;
      this.lastBegin = begin;
    }

    @Override
    public String toString() {
      return text.isEmpty() ? "no value" : text;
    }
  }

  private final String key;
  private final Map<String, Value> values = new LinkedHashMap<>();

  /** The values that were there and that operations may still end on, by the time they came. */
  private final List<Value> active = new ArrayList<>();

  Register(String key) {
    this.key = key;
    Value none = new Value("", 0);
    none.there = 0;
    values.put("", none);
    active.add(none);
  }

  void putBegins(String value, long begin) {
    if (values.putIfAbsent(value, new Value(value, begin)) != null) {
      throw new IllegalArgumentException(
          "key " + key + ": no two puts have the same value, and none is empty: '" + value + "'");
    }
  }

  void putFails(String text) {
    Value value = valueOf(text);
    value.isFailed = true;
    if (value.there != NEVER) {
      throw violation("a get has returned " + text + " at " + value.there + ", whose put failed");
    }
  }

  private Value valueOf(String text) {
    Value value = values.get(text);
    if (value == null) {
      throw violation("a get returns " + text + ", which no put has begun to write");
    }
    return value;
  }

  /**
   * An operation has ended that has seen or put a value.
   *
   * @param begin when it began
   * @param end the time of its end, which is now
   * @param earliest the earliest begin of this operation and all that have not ended
   */
  void seen(String text, long begin, long end, long earliest, String action) {
    Value value = valueOf(text);
    if (value.isFailed) {
      throw violation("a get returns " + text + ", whose put failed");
    }
    if (value.isOver || value.replaced < begin) {
      throw replaced(value, begin, end, action);
    }
    if (value.there == NEVER) {
      value.there = end;
      active.add(value);
    }
    if (begin >= value.lastBegin) {
      value.lastBegin = begin;
    }
    replaceOthers(value);
    active.removeIf(
        other -> {
          other.isOver = other.replaced < earliest;
          return other.isOver;
        });
  }

  /** Marks the values that were there before an operation on this one began. */
  private void replaceOthers(Value value) {
    for (Value other : active) {
      if (other != value && other.there < value.lastBegin && value.there < other.replaced) {
        other.replaced = value.there;
        other.by = value;
        other.byBegin = value.lastBegin;
      }
    }
  }

  private OracleViolation replaced(Value value, long begin, long end, String action) {
    return violation(
        "a "
            + action
            + " from "
            + begin
            + " to "
            + end
            + (action.equals("put") ? " writes " : " returns ")
            + value
            + ", which was there at "
            + value.there
            + "; then "
            + value.by
            + ", with an operation begun at "
            + value.byBegin
            + ", was there at "
            + value.replaced
            + ", before this "
            + action
            + " began");
  }

  private OracleViolation violation(String evidence) {
    return new OracleViolation("linearizability", "key " + key + ": " + evidence);
  }
}
