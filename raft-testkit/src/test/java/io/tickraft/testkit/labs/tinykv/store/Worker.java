package io.tickraft.testkit.labs.tinykv.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/**
 * A client of the generic test: puts its next key, or scans all its keys and must find just what it
 * has put, in order. Now and then it scans another client's keys, of which it only knows that what
 * it finds must fit into what all have seen so far.
 */
final class Worker {

  /** Between an answer and the next request. */
  static final int MAX_PAUSE_TICKS = 4;

  /** The same where clients are many, so that servers have about as much to do. */
  static final int MAX_PAUSE_TICKS_OF_MANY = 12;

  /** How many of a hundred scans are of another client's keys. */
  static final int FOREIGN_PERCENT = 20;

  private final StoreLab lab;
  private final KvClient client;
  private final int number;
  private final List<RangeHistory> histories;
  private final RangeHistory own;

  /** What the client has put in this round. */
  private final List<KeyValue> put = new ArrayList<>();

  private long puts;
  private int round;
  private boolean stopped = true;

  Worker(StoreLab lab, int number, List<RangeHistory> histories) {
    this.lab = lab;
    this.client = new KvClient(lab, number + 1L);
    this.number = number;
    this.histories = histories;
    this.own = histories.get(number);
  }

  boolean isIdle() {
    return client.isIdle();
  }

  void start() {
    round++;
    stopped = false;
    next();
  }

  void stop() {
    stopped = true;
  }

  private void next() {
    if (stopped) {
      return;
    }
    if (lab.choices().next(1000) < 500) {
      putNext();
    } else if (lab.choices().percent(FOREIGN_PERCENT)) {
      scan(lab.choices().next(histories.size()), this::pause);
    } else {
      scanOwn(this::pause);
    }
  }

  /** Until a tick from which on others send, too, so that servers have several requests at once. */
  private void pause() {
    int began = round;
    int longest = histories.size() > 10 ? MAX_PAUSE_TICKS_OF_MANY : MAX_PAUSE_TICKS;
    long ticks = 1L + lab.choices().next(longest);
    lab.group.later(
        ticks * StoreLab.TICK_MILLIS - lab.group.now() % StoreLab.TICK_MILLIS,
        () -> {
          if (round == began) {
            next();
          }
        });
  }

  private void putNext() {
    // The number in the value is never used again, and so the value tells which put it is from.
    KeyValue entry = new KeyValue(key(number, put.size()), "x " + number + " " + puts++ + " y");
    own.putBegins(entry.key(), entry.value());
    client.write(
        List.of(new Command.Put(entry.key(), entry.value())),
        () -> {
          own.writesEnd();
          put.add(entry);
          lab.totals.puts++;
          pause();
        });
  }

  private void scanOwn(Runnable then) {
    RangeHistory.Read read = own.readBegins();
    client.read(
        range(number),
        found -> {
          own.readEnds(read, found);
          assertThat(found).as("what client %d has put", number).isEqualTo(put);
          lab.totals.scans++;
          then.run();
        });
  }

  private void scan(int whose, Runnable then) {
    RangeHistory.Read read = histories.get(whose).readBegins();
    client.read(
        range(whose),
        found -> {
          histories.get(whose).readEnds(read, found);
          lab.totals.scans++;
          then.run();
        });
  }

  /** Finds each key that was put once and in order. */
  void checkAll() {
    scanOwn(() -> {});
  }

  void deleteAll() {
    if (put.isEmpty()) {
      return;
    }
    put.forEach(entry -> own.deleteBegins(entry.key()));
    client.write(
        put.stream().map(entry -> new Command.Delete(entry.key())).toList(),
        () -> {
          own.writesEnd();
          put.clear();
        });
  }

  private static Command.Scan range(int client) {
    return new Command.Scan(client + " ", client + " ~");
  }

  /** Keys of a client sort by their number, which is below a hundred million. */
  private static String key(int client, int number) {
    return client + " " + Integer.toString(100_000_000 + number).substring(1);
  }
}
