package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import redis.clients.jedis.Jedis;

/**
 * Clients that write and read while something happens to the nodes, and all that they were told.
 */
final class Clients implements AutoCloseable {

  private static final int KEYS_EACH = 1_000;

  private final List<Writer> writers = new ArrayList<>();
  private final List<Reader> readers = new ArrayList<>();
  private final Reader.Account read = new Reader.Account();
  private final List<Thread> threads = new ArrayList<>();

  /**
   * Makes clients, which do nothing yet.
   *
   * @param connect connects to a port
   * @param ports those of the nodes; a list that may change while the clients run
   */
  Clients(IntFunction<Jedis> connect, List<Integer> ports, int writers, int readers) {
    for (int i = 0; i < writers; i++) {
      this.writers.add(new Writer(connect, i, ports));
    }
    for (int i = 0; i < readers; i++) {
      this.readers.add(new Reader(connect, ports, this.writers, read, writers + i));
    }
  }

  /** Starts clients of nodes without TLS. */
  static Clients started(List<Integer> ports, int writers, int readers) {
    Clients clients = new Clients(Client::connect, ports, writers, readers);
    clients.start();
    return clients;
  }

  void start() {
    writers.forEach(writer -> threads.add(new Thread(writer)));
    readers.forEach(reader -> threads.add(new Thread(reader)));
    threads.forEach(Thread::start);
  }

  /** Stops all of them, and waits until they have stopped. */
  void stop() throws InterruptedException {
    writers.forEach(Writer::stop);
    readers.forEach(Reader::stop);
    for (Thread thread : threads) {
      thread.join();
    }
    threads.clear();
  }

  @Override
  public void close() {
    try {
      stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How many writes were acknowledged. */
  long writes() {
    return writers.stream().mapToLong(writer -> writer.acknowledged().size()).sum();
  }

  /** How many reads were answered. */
  long reads() {
    return read.reads();
  }

  /** Waits until so many writes were acknowledged. */
  void awaitWrites(long count) throws InterruptedException {
    TestCluster.await(count + " writes", () -> writes() >= count);
  }

  /** Checks, once they have stopped, that all that they were told is linearizable. */
  void checkAnswers() {
    assertThat(read.wrong()).as("wrong reads").isEmpty();
    Reader.checkAll(writers, readers);
  }

  /** Checks, once they have stopped, that a node has every write that was acknowledged. */
  void checkNothingIsMissing(Jedis jedis) {
    Map<String, String> acknowledged = new HashMap<>();
    writers.forEach(writer -> acknowledged.putAll(writer.acknowledged()));
    List<Map.Entry<String, String>> expected = List.copyOf(acknowledged.entrySet());
    for (int from = 0; from < expected.size(); from += KEYS_EACH) {
      List<Map.Entry<String, String>> some =
          expected.subList(from, Math.min(from + KEYS_EACH, expected.size()));
      assertThat(jedis.mget(some.stream().map(Map.Entry::getKey).toArray(String[]::new)))
          .isEqualTo(some.stream().map(Map.Entry::getValue).toList());
    }
    long increments = writers.stream().mapToLong(Writer::increments).sum();
    long unknown = writers.stream().mapToLong(Writer::unknownIncrements).sum();
    String counter = jedis.get(Writer.COUNTER);
    assertThat(counter == null ? 0 : Long.parseLong(counter))
        .as("a counter of acknowledged increments, and perhaps the %d unknown ones", unknown)
        .isBetween(increments, increments + unknown);
  }

  /** Returns what they were told, in numbers. */
  @Override
  public String toString() {
    return String.format(
        "%d writes acknowledged, %d unknown; %d increments, %d unknown; %d reads, %d failed",
        writes(),
        writers.stream().mapToLong(Writer::unknown).sum(),
        writers.stream().mapToLong(Writer::increments).sum(),
        writers.stream().mapToLong(Writer::unknownIncrements).sum(),
        read.reads(),
        read.failed());
  }
}
