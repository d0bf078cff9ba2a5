package io.tickraft.examples.counter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.testkit.history.History;
import io.tickraft.testkit.history.HistoryRecorder;
import io.tickraft.testkit.history.LinearizabilityChecker;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups of real nodes, of both kinds, with sockets, files and threads. */
final class ClusterTest {

  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final List<Long> MEMBERS = List.of(1L, 2L, 3L);

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aReadOnAnyNodeSeesEachWriteThatWasAnswered(boolean isAsync) throws Exception {
    try (TestCluster cluster = new TestCluster(dir, isAsync).found(3)) {
      for (long i = 1; i <= 5; i++) {
        assertThat(cluster.add(i)).isEqualTo(i * (i + 1) / 2);
        for (long id : MEMBERS) {
          assertThat(cluster.get(id)).isEqualTo(i * (i + 1) / 2);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nodesThatAreKilledTogetherKeepWhatWasAnswered(boolean isAsync) throws Exception {
    try (TestCluster cluster = new TestCluster(dir, isAsync).found(3)) {
      for (int restarts = 0; restarts < 3; restarts++) {
        for (int i = 0; i < 7; i++) {
          cluster.add(1); // A snapshot is made after each ten entries.
        }
        for (long id : MEMBERS) {
          cluster.kill(id);
        }
        for (long id : MEMBERS) {
          cluster.start(id);
        }
      }
      assertThat(cluster.get(2)).isEqualTo(21);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aNodeJoinsByASnapshotAndTakesThePlaceOfTheLeader(boolean isAsync) throws Exception {
    try (TestCluster cluster = new TestCluster(dir, isAsync).found(3)) {
      for (int i = 0; i < 25; i++) {
        cluster.add(1);
      }
      cluster.join(4);
      assertThat(cluster.await(4, "GET", ".*")).isEqualTo("REFUSED this node is not a member");
      assertThat(cluster.await(4, "ADD 1", ".*"))
          .isEqualTo("REFUSED NOT_LEADER: no leader is known");

      cluster.await(MEMBERS, "JOIN 4 " + cluster.address(4), "OK voters .1,2,3. learners .4.");
      assertThat(cluster.get(4)).isEqualTo(25);
      assertThat(cluster.ask(4, "STATUS", PATIENCE))
          .matches(".* log 2\\d\\.\\..*"); // Not from the first entry.
      cluster.kill(4);
      cluster.start(4);
      assertThat(cluster.get(4)).isEqualTo(25);

      cluster.await(MEMBERS, "PROMOTE 4", "OK voters .1,2,3,4.");
      long leader = cluster.leader();
      cluster.await(leader, "LEAVE " + leader, "OK voters .*");
      List<Long> others = new ArrayList<>(List.of(1L, 2L, 3L, 4L));
      others.remove(leader);
      cluster.await(others, "ADD 1", "26");
      cluster.await(leader, "GET", "REFUSED .*");

      // The others find each other by the addresses in their state.
      for (long id : List.of(1L, 2L, 3L, 4L)) {
        cluster.kill(id);
      }
      for (long id : others) {
        cluster.start(id);
      }
      cluster.await(others, "ADD 1", "27");
      assertThat(cluster.get(4)).isEqualTo(27);
    }
  }

  /** At the wrong address a process accepts the connection, and says nothing. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theAddressOfANodeThatJoinsCanBeCorrected(boolean isAsync) throws Exception {
    try (TestCluster cluster = new TestCluster(dir, isAsync).found(1);
        ServerSocket wrong = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      cluster.join(2);
      cluster.await(1, "JOIN 2 127.0.0.1:" + wrong.getLocalPort(), "OK .*");
      try (Socket accepted = wrong.accept()) {
        cluster.await(1, "JOIN 2 " + cluster.address(2), "OK .*");
        assertThat(cluster.await(2, "STATUS", ".* learners .2.*")).contains("leader 1");
        assertThat(accepted.isClosed()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLearnerThatDoesNotAnswerAnyMoreIsNotPromoted(boolean isAsync) throws Exception {
    try (TestCluster cluster = new TestCluster(dir, isAsync).found(1)) {
      cluster.add(1);
      cluster.join(2);
      cluster.await(1, "JOIN 2 " + cluster.address(2), "OK .*");
      cluster.await(2, "GET", "1"); // It has caught up.
      cluster.kill(2);
      Thread.sleep(1_000); // Several election timeouts.
      assertThat(cluster.ask(1, "PROMOTE 2", PATIENCE))
          .isEqualTo("REFUSED node 2 has not joined, has not caught up, or is down");
      cluster.start(2);
      cluster.await(1, "PROMOTE 2", "OK voters .1,2.");
    }
  }

  /** More than a node may have open. The nodes' own connections are closed, too, and come back. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void idleClientsDoNotStopAGroup(boolean isAsync) throws Exception {
    List<Socket> idle = new ArrayList<>();
    try (TestCluster cluster = new TestCluster(dir, isAsync).found(3)) {
      cluster.add(1);
      for (long id : MEMBERS) {
        for (int i = 0; i < Network.MAX_CONNECTIONS + 50; i++) {
          idle.add(new Socket(InetAddress.getLoopbackAddress(), cluster.port(id)));
        }
        Socket oldest = idle.get(idle.size() - Network.MAX_CONNECTIONS - 50);
        oldest.setSoTimeout(60_000);
        assertThat(oldest.getInputStream().read()).isEqualTo(-1);
      }
      assertThat(cluster.add(1)).isEqualTo(2);
      for (long id : MEMBERS) {
        assertThat(cluster.get(id)).isEqualTo(2);
      }
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theLeadershipIsHandedOver(boolean isAsync) throws Exception {
    try (TestCluster cluster = new TestCluster(dir, isAsync).found(3)) {
      cluster.add(1);
      long leader = cluster.leader();
      String end = cluster.await(leader, "TRANSFER", "transfer to .*");
      assertThat(end).matches("transfer to (\\d): completed, leader \\1");
      cluster.kill(leader);
      assertThat(cluster.add(1)).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void clientsSeeOneCounterWhileLeadersAreKilled(boolean isAsync) throws Exception {
    try (TestCluster cluster = new TestCluster(dir, isAsync).found(3)) {
      long start = System.nanoTime();
      List<CompletableFuture<History<Long, Long>>> clients = new ArrayList<>();
      for (long client = 0; client < 3; client++) {
        HistoryRecorder<Long, Long> recorder =
            new HistoryRecorder<>(() -> System.nanoTime() - start);
        long number = client;
        clients.add(
            CompletableFuture.supplyAsync(
                () -> asked(cluster, number, recorder), task -> new Thread(task).start()));
      }
      for (int kills = 0; kills < 3; kills++) {
        long leader = cluster.leader();
        cluster.kill(leader);
        cluster.start(leader);
      }
      List<History<Long, Long>> histories = new ArrayList<>();
      for (CompletableFuture<History<Long, Long>> client : clients) {
        histories.add(client.get());
      }
      new LinearizabilityChecker<>(CounterClients.COUNTER).verify(History.merged(histories));
    }
  }

  /** A client that adds and reads, on one node after the other, until it was answered often. */
  private static History<Long, Long> asked(
      TestCluster cluster, long client, HistoryRecorder<Long, Long> recorder) {
    int answers = 0;
    for (int request = 1; answers < 20; request++) {
      long number = request % 3; // 0: a read.
      String line = number == 0 ? "GET" : "ADD " + number;
      HistoryRecorder.Pending<Long, Long> operation = recorder.begin(client, number);
      try {
        String reply = cluster.ask(1 + (client + request) % 3, line, PATIENCE);
        if (reply.matches("\\d+")) {
          operation.ok(Long.valueOf(reply));
          answers++;
        } else if (reply.matches("(REFUSED|LOST) .*")) {
          operation.failed();
          LockSupport.parkNanos(10_000_000);
        }
      } catch (ConnectException e) {
        operation.failed();
        LockSupport.parkNanos(10_000_000);
      } catch (IOException e) {
        // It may be done, or be done later.
      }
    }
    return recorder.history();
  }
}
