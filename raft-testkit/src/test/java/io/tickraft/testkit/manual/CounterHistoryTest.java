package io.tickraft.testkit.manual;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tickraft.testkit.history.HistoryRecorder;
import io.tickraft.testkit.history.LinearizabilityChecker;
import io.tickraft.testkit.oracle.OracleViolation;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** The manual's histories. */
final class CounterHistoryTest {

  /** A client of a counter that a group has. */
  private interface Client {
    long call(String request) throws TimeoutException;
  }

  private static void check(Client one, Client other) {
    long start = System.nanoTime();
    var recorder = new HistoryRecorder<String, Long>(() -> System.nanoTime() - start);

    ask(recorder, 1, one, "increment");
    ask(recorder, 2, other, "increment");
    ask(recorder, 1, one, "get");

    new LinearizabilityChecker<>(new CounterClients().model()).verify(recorder.history());
  }

  static void ask(HistoryRecorder<String, Long> recorder, int id, Client client, String request) {
    var operation = recorder.begin(id, request);
    try {
      operation.ok(client.call(request));
    } catch (TimeoutException e) {
      operation.unknown(); // It may have been done, or be done later.
    }
  }

  @Test
  void aCounterPasses() {
    Counter counter = new Counter();
    Client client = request -> request.equals("get") ? counter.value : ++counter.value;
    check(client, client);
  }

  @Test
  void whatBecameOfARequestThatTimedOutIsOpen() {
    Counter counter = new Counter();
    Client client = request -> request.equals("get") ? counter.value : ++counter.value;
    Client cutOff =
        request -> {
          throw new TimeoutException();
        };
    check(client, cutOff);
  }

  @Test
  void aClientThatSeesAnOldValueFails() {
    Counter counter = new Counter();
    Client client = request -> request.equals("get") ? 1 : ++counter.value;
    assertThatThrownBy(() -> check(client, client))
        .isInstanceOf(OracleViolation.class)
        .hasMessageContaining("it would return: 2");
  }
}
