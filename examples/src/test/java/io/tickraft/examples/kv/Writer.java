package io.tickraft.examples.kv;

import io.tickraft.testkit.history.History;
import io.tickraft.testkit.history.HistoryRecorder;
import io.tickraft.testkit.history.KeyValueRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/**
 * A client that writes, one thing after the other, each under a key of its own, and keeps account
 * of what it was told: a write is acknowledged only if its first attempt was.
 */
final class Writer implements Runnable {

  /** A counter that all writers share: what is applied twice shows there. */
  static final String COUNTER = "counter";

  private static final int INCREMENT_EACH = 8;

  private final IntFunction<Jedis> connect;
  private final int number;
  private final List<Integer> ports;
  private final HistoryRecorder<KeyValueRequest, String> recorder =
      new HistoryRecorder<>(System::nanoTime);
  private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
  private final AtomicLong begunIncrements = new AtomicLong();
  private final AtomicLong increments = new AtomicLong();
  private final AtomicLong unknownIncrements = new AtomicLong();
  private final AtomicLong unknown = new AtomicLong();
  private volatile String lastAcknowledged = "";
  private volatile String lastBegun = "";
  private volatile boolean stopped;
  private int target;
  private @Nullable Jedis jedis;

  Writer(IntFunction<Jedis> connect, int number, List<Integer> ports) {
    this.connect = connect;
    this.number = number;
    this.ports = ports;
  }

  @Override
  public void run() {
    target = ports.get(0);
    for (long n = 1; !stopped; n++) {
      String key = "writer" + number + "-" + n;
      String value = valueOf(key);
      if (n % INCREMENT_EACH == 0) {
        begunIncrements.incrementAndGet();
        (increment() ? increments : unknownIncrements).incrementAndGet();
      } else if (set(key, value)) {
        acknowledged.put(key, value);
        lastAcknowledged = key;
      } else {
        unknown.incrementAndGet();
      }
    }
    disconnect();
  }

  /** What the key has, once it is written. */
  static String valueOf(String key) {
    return "value of " + key;
  }

  void stop() {
    stopped = true;
  }

  Map<String, String> acknowledged() {
    return acknowledged;
  }

  /** The key that was acknowledged last; empty if there is none. */
  String lastAcknowledged() {
    return lastAcknowledged;
  }

  /** The key that is being written, or was written last; empty if there is none. */
  String lastBegun() {
    return lastBegun;
  }

  /** Its writes, once it has stopped. */
  History<KeyValueRequest, String> history() {
    return recorder.history();
  }

  long begunIncrements() {
    return begunIncrements.get();
  }

  long increments() {
    return increments.get();
  }

  long unknownIncrements() {
    return unknownIncrements.get();
  }

  long unknown() {
    return unknown.get();
  }

  /** Returns whether the first attempt was acknowledged; otherwise tries until one is. */
  private boolean set(String key, String value) {
    // Nobody else writes this key, so that attempts which take effect late do no harm.
    HistoryRecorder.Pending<KeyValueRequest, String> put =
        recorder.begin(number, new KeyValueRequest.Put(key, value));
    lastBegun = key;
    boolean first = true;
    while (!attempt(client -> client.set(key, value).equals("OK"))) {
      first = false;
      if (stopped) {
        return false;
      }
    }
    put.ok("");
    return first && !stopped;
  }

  /** Returns whether the only attempt was acknowledged. */
  private boolean increment() {
    return attempt(client -> client.incr(COUNTER) > 0);
  }

  @FunctionalInterface
  private interface Attempt {
    boolean by(Jedis client);
  }

  private boolean attempt(Attempt attempt) {
    try {
      if (jedis == null) {
        jedis = connect.apply(target);
      }
      return attempt.by(jedis);
    } catch (JedisMovedDataException e) {
      disconnect();
      target = e.getTargetNode().getPort();
    } catch (JedisException e) {
      disconnect();
      target = ports.get((ports.indexOf(target) + 1) % ports.size());
      pause();
    }
    return false;
  }

  private void disconnect() {
    if (jedis != null) {
      jedis.close();
      jedis = null;
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
