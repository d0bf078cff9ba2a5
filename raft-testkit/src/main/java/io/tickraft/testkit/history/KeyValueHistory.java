package io.tickraft.testkit.history;

import io.tickraft.testkit.oracle.OracleViolation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks whether the history of a key-value store is linearizable, in linear time and while the
 * operations run. For this, no two puts of a key may have the same value: the result of a get then
 * identifies the put that it has read.
 *
 * <p>All operations on one value of a key, its put and the gets that return it, must come before or
 * after all operations on another value. So the history is not linearizable exactly if, for two
 * values of a key, one was there before an operation on the other began and was there again
 * afterwards (Gibbons and Korach, Testing Shared Memories, 1997). This rule finds stale reads, lost
 * writes, writes that take effect twice and reads that go back in time. Also, no get may return a
 * value that no put has begun to write, or whose put has failed.
 *
 * <p>Each call is an event; the order of the calls is the order of the events.
 */
public final class KeyValueHistory {

  /**
   * An operation that has begun.
   *
   * <p>Pass it to one method, which ends the operation.
   */
  public static final class Begun {
    private final Register register;
    private final long at;
    private final String value;
    private boolean ended;

    private Begun(Register register, long at, String value) {
      this.register = register;
      this.at = at;
      this.value = value;
    }
  }

  private final Map<String, Register> registers = new LinkedHashMap<>();

  /** The operations by the time of their begin: the first one has not ended. */
  private final ArrayDeque<Begun> pending = new ArrayDeque<>();

  /** The number of events so far. */
  private long now;

  /** Creates a history without operations. */
  public KeyValueHistory() {}

  /**
   * A client is about to put a value.
   *
   * @param key the key
   * @param value the value, which is not empty, and which no other put of this key has
   * @return the operation
   * @throws IllegalArgumentException if the value is empty, or another put has it
   */
  public Begun putBegins(String key, String value) {
    Register register = register(key);
    Begun put = begin(register, value);
    register.putBegins(value, put.at);
    return put;
  }

  /**
   * A client is about to get a value.
   *
   * @param key the key
   * @return the operation
   */
  public Begun getBegins(String key) {
    return begin(register(key), "");
  }

  private Register register(String key) {
    return registers.computeIfAbsent(key, Register::new);
  }

  private Begun begin(Register register, String value) {
    Begun begun = new Begun(register, ++now, value);
    pending.addLast(begun);
    return begun;
  }

  /**
   * A put was acknowledged.
   *
   * @param put the operation
   * @throws OracleViolation if the history is not linearizable
   * @throws IllegalArgumentException if the operation has ended before
   */
  public void putEnds(Begun put) {
    ends(put, put.value, "put");
  }

  /**
   * A put certainly has no effect, neither now nor later.
   *
   * @param put the operation
   * @throws OracleViolation if a get has returned the value of the put
   * @throws IllegalArgumentException if the operation has ended before
   */
  public void putFails(Begun put) {
    end(put);
    put.register.putFails(put.value);
  }

  /**
   * A get was answered.
   *
   * @param get the operation
   * @param value the answer; empty if the key has no value
   * @throws OracleViolation if the history is not linearizable
   * @throws IllegalArgumentException if the operation has ended before
   */
  public void getEnds(Begun get, String value) {
    ends(get, value, "get");
  }

  /**
   * A client gives up. A get has no effect; a put may take effect at any later time, or never.
   *
   * @param operation the operation
   * @throws IllegalArgumentException if the operation has ended before
   */
  public void unknown(Begun operation) {
    end(operation);
  }

  private void ends(Begun operation, String value, String action) {
    end(operation);
    long earliest = pending.isEmpty() ? now : pending.getFirst().at;
    operation.register.seen(value, operation.at, now, Math.min(earliest, operation.at), action);
  }

  private void end(Begun operation) {
    if (operation.ended) {
      throw new IllegalArgumentException("an operation ends once");
    }
    now++;
    operation.ended = true;
    while (!pending.isEmpty() && pending.getFirst().ended) {
      pending.removeFirst();
    }
  }

  // A whole history.

  private record Event(long at, boolean isEnd, int operation) {}

  /**
   * Checks a complete history.
   *
   * @param history the history; no two puts of a key have the same value
   * @throws OracleViolation if the history is not linearizable
   * @throws IllegalArgumentException if the value of a put is empty, or two puts of a key have the
   *     same value
   */
  public static void check(History<KeyValueRequest, String> history) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < history.size(); i++) {
      Operation<KeyValueRequest, String> operation = history.operations().get(i);
      events.add(new Event(operation.invokedAt(), false, i));
      if (operation.completion() instanceof Completion.Ok) {
        events.add(new Event(operation.end(), true, i));
      }
    }
    // Of equal times, invocations come first: such operations are concurrent.
    events.sort(Comparator.comparingLong(Event::at).thenComparing(Event::isEnd));
    KeyValueHistory checked = new KeyValueHistory();
    Begun[] begun = new Begun[history.size()];
    for (Event event : events) {
      Operation<KeyValueRequest, String> operation = history.operations().get(event.operation);
      if (event.isEnd) {
        checked.ends(begun[event.operation], operation);
      } else {
        begun[event.operation] = checked.begins(operation);
      }
    }
  }

  private Begun begins(Operation<KeyValueRequest, String> operation) {
    KeyValueRequest input = operation.input();
    Begun begun =
        input instanceof KeyValueRequest.Put put
            ? putBegins(put.key(), put.value())
            : getBegins(input.key());
    if (operation.completion() instanceof Completion.Unknown) {
      unknown(begun);
    } else if (operation.completion() instanceof Completion.Failed) {
      if (input instanceof KeyValueRequest.Put) {
        putFails(begun);
      } else {
        unknown(begun);
      }
    }
    return begun;
  }

  private void ends(Begun begun, Operation<KeyValueRequest, String> operation) {
    if (operation.input() instanceof KeyValueRequest.Put) {
      putEnds(begun);
    } else if (operation.completion() instanceof Completion.Ok<String> ok) {
      getEnds(begun, ok.output());
    }
  }
}
