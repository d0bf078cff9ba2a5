package io.tickraft.examples.kv;

import io.tickraft.testkit.history.History;
import io.tickraft.testkit.history.HistoryRecorder;
import io.tickraft.testkit.history.KeyValueHistory;
import io.tickraft.testkit.history.KeyValueRequest;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A client that reads, each time on another node, what {@link Writer}s write. It knows between
 * which values the counter must be: whatever was acknowledged before it asked is in it, and nothing
 * older than what any reader has seen. The values of the keys are checked {@linkplain #checkAll at
 * the end}.
 */
final class Reader implements Runnable {

  /** What all readers have seen and done. */
  static final class Account {
    private final AtomicLong seen = new AtomicLong();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

    long reads() {
      return reads.get();
    }

    /** Reads that ended with an error, which is no wrong answer. */
    long failed() {
      return failed.get();
    }

    Collection<String> wrong() {
      return wrong;
    }
  }

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final IntFunction<Jedis> connect;
  private final List<Integer> ports;
  private final List<Writer> writers;
  private final Account account;
  private final long number;
  private final Random random;
  private final HistoryRecorder<KeyValueRequest, String> recorder =
      new HistoryRecorder<>(System::nanoTime);
  private final Map<Integer, Jedis> connections = new HashMap<>();
  private volatile boolean stopped;

  Reader(
      IntFunction<Jedis> connect,
      List<Integer> ports,
      List<Writer> writers,
      Account account,
      long seed) {
    this.connect = connect;
    this.ports = ports;
    this.writers = writers;
    this.account = account;
    this.number = seed;
    this.random = new Random(seed);
  }

  /** Checks that what all of them have seen is linearizable, once they have stopped. */
  static void checkAll(List<Writer> writers, List<Reader> readers) {
    KeyValueHistory.check(
        History.merged(
            Stream.concat(
                    writers.stream().map(Writer::history),
                    readers.stream().map(reader -> reader.recorder.history()))
                .toList()));
  }

  void stop() {
    stopped = true;
  }

  @Override
  public void run() {
    while (!stopped) {
      int port = ports.get(random.nextInt(ports.size()));
      try {
        Jedis jedis = connections.computeIfAbsent(port, connect::apply);
        readCounter(jedis, port);
        readValue(jedis);
      } catch (JedisException e) {
        account.failed.incrementAndGet();
        disconnect(port);
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
    List.copyOf(connections.keySet()).forEach(this::disconnect);
  }

  private void disconnect(int port) {
    Jedis jedis = connections.remove(port);
    if (jedis != null) {
      jedis.close();
    }
  }

  private void readCounter(Jedis jedis, int port) {
    long atLeast =
        Math.max(account.seen.get(), writers.stream().mapToLong(Writer::increments).sum());
    String value = jedis.get(Writer.COUNTER);
    long atMost = writers.stream().mapToLong(Writer::begunIncrements).sum();
    long counter = value == null ? 0 : Long.parseLong(value);
    if (counter < atLeast || counter > atMost) {
      account.wrong.add(
          "counter at %d: %d, not %d to %d".formatted(port, counter, atLeast, atMost));
    }
    account.seen.accumulateAndGet(counter, Math::max);
    account.reads.incrementAndGet();
  }

  /** Reads what was acknowledged last, or what is being written. */
  private void readValue(Jedis jedis) {
    Writer writer = writers.get(random.nextInt(writers.size()));
    String key = random.nextBoolean() ? writer.lastAcknowledged() : writer.lastBegun();
    if (!key.isEmpty()) {
      HistoryRecorder.Pending<KeyValueRequest, String> get =
          recorder.begin(number, new KeyValueRequest.Get(key));
      String value = jedis.get(key);
      get.ok(value == null ? "" : value);
      account.reads.incrementAndGet();
    }
  }
}
