package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tickraft.examples.kv.net.HostAndPort;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/** How nodes of this process start and end. */
@Isolated
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RunningTest {

  @TempDir Path dir;

  @Test
  void whoStopsTheNodesBeforeThereIsALeaderIsToldNothing() throws Exception {
    try (TestCluster cluster = new TestCluster(dir, 3, TestCluster.LIMITS)) {
      boolean[] announced = new boolean[1];
      int code =
          Running.start(
              // One of three never leads.
              List.of(cluster.settings(1)),
              nodes -> {
                nodes.forEach(KvNode::close);
                Running.awaitLeader(nodes);
                announced[0] = true;
              });
      assertThat(code).isZero();
      assertThat(announced[0]).isFalse();
    }
  }

  @Test
  void aSignalStopsANodeWithoutAFailureAndALaterStartGoesByTheDirectory() throws Exception {
    int port = Ports.free(1).get(0);
    String peers = "1=127.0.0.1:" + Ports.free(1).get(0);
    try (ServerProcess first = new ServerProcess(1, port, dir, List.of("--peers", peers))) {
      first.awaitMember();
      assertThat(first.terminate()).isZero();
    }
    try (ServerProcess again = new ServerProcess(1, port, dir, List.of())) {
      again.awaitMember();
    }
  }

  /** What is logged about nodes, from INFO on. */
  private static final class Lines implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.tickraft.examples.kv");
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    Lines() {
      appender.start();
      logger.addAppender(appender);
      logger.setLevel(Level.INFO);
    }

    List<String> written() {
      return List.copyOf(appender.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Override
    public void close() {
      logger.setLevel(null);
      logger.detachAppender(appender);
    }
  }

  @Test
  void aTakenPortIsOneLineAndNothingElse() throws Exception {
    try (TestCluster cluster = new TestCluster(dir, 1, TestCluster.LIMITS)) {
      NodeSettings settings = cluster.settings(1);
      for (HostAndPort taken : List.of(settings.peers(), settings.clients())) {
        assertCannotListen(settings, taken);
      }
    }
  }

  private void assertCannotListen(NodeSettings settings, HostAndPort taken) throws Exception {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(taken.host(), taken.port()));
      assertCannotStart(settings, "cannot listen at " + taken + ": Address already in use");
    }
  }

  @Test
  void onePortForClientsAndPeersIsOneTooFew() throws Exception {
    try (TestCluster cluster = new TestCluster(dir, 1, TestCluster.LIMITS)) {
      NodeSettings settings = cluster.settings(1);
      NodeSettings both = listening(settings, settings.peers());
      assertCannotStart(both, "cannot listen at " + settings.peers() + ": Address already in use");
    }
  }

  @Test
  void aHostThatIsNotKnownIsOneLineAndNothingElse() throws Exception {
    try (TestCluster cluster = new TestCluster(dir, 1, TestCluster.LIMITS)) {
      NodeSettings unknown = listening(cluster.settings(1), new HostAndPort("no.invalid", 7001));
      assertCannotStart(unknown, "cannot listen at no.invalid:7001: no such host");
    }
  }

  private static NodeSettings listening(NodeSettings settings, HostAndPort clients) {
    return new NodeSettings(
        settings.identity(),
        settings.dir(),
        settings.founders(),
        settings.peers(),
        clients,
        settings.security(),
        settings.limits());
  }

  /** The directory does not belong to the node afterwards: its id may have been mistyped, too. */
  private static void assertCannotStart(NodeSettings settings, String why) throws Exception {
    PrintStream before = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try (Lines lines = new Lines()) {
      assertThat(Running.start(List.of(settings), nodes -> {})).isEqualTo(1);
      assertThat(lines.written()).isEmpty();
    } finally {
      System.setErr(before);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo("kv: " + why + "\n");
    assertThat(settings.dir()).doesNotExist();
  }

  @Test
  void otherMembersThanThoseOfTheDirectoryAreALineThatNamesBoth() throws Exception {
    try (TestCluster cluster = new TestCluster(dir, 1, TestCluster.LIMITS);
        Lines lines = new Lines()) {
      cluster.start(1);
      cluster.awaitLeader();
      cluster.stop(1);
      assertThat(lines.written()).noneMatch(line -> line.contains("these count"));
      NodeSettings before = cluster.settings(1);
      restart(cluster, Map.of(1L, before.peers(), 2L, new HostAndPort("h", 1)), before.peers());
      TestCluster.await(
          "a line",
          () ->
              lines
                  .written()
                  .contains(
                      "node 1: started for the members {1=%s, 2=h:1}, but %s has {1=%s}: these count,"
                              .formatted(before.peers(), before.dir(), before.peers())
                          + " and only RAFT commands change them"));
    }
  }

  @Test
  void aNodeThatListensElsewhereThanTheOthersLookIsALineThatNamesBoth() throws Exception {
    try (TestCluster cluster = new TestCluster(dir, 1, TestCluster.LIMITS);
        Lines lines = new Lines()) {
      cluster.start(1);
      cluster.awaitLeader();
      cluster.stop(1);
      HostAndPort known = cluster.peerAddress(1);
      HostAndPort here = new HostAndPort("127.0.0.1", Ports.free(1).get(0));
      restart(cluster, Map.of(), here);
      TestCluster.await(
          "a line about --peer-address",
          () ->
              lines
                  .written()
                  .contains(
                      "node 1: listens at %s, but the other nodes look for it at %s: start it without --join and --peer-address, or change its address with RAFT.ADDNODE"
                          .formatted(here, known)));
      cluster.stop(1);
      restart(cluster, Map.of(), new HostAndPort("0.0.0.0", known.port()));
      cluster.awaitLeader();
      cluster.stop(1);
      assertThat(lines.written()).noneMatch(line -> line.contains("listens at 0.0.0.0"));
      restart(cluster, Map.of(1L, here), here);
      TestCluster.await(
          "a line about --peers",
          () ->
              lines
                  .written()
                  .contains(
                      "node 1: started for the members {1=%s}, but %s has {1=%s}: these count, and only RAFT commands change them; yet this node listens at %s, as --peers says"
                          .formatted(here, cluster.settings(1).dir(), known, here)));
    }
  }

  private static void restart(
      TestCluster cluster, Map<Long, HostAndPort> founders, HostAndPort here) throws Exception {
    NodeSettings before = cluster.settings(1);
    cluster.start(
        new NodeSettings(
            before.identity(),
            before.dir(),
            founders,
            here,
            before.clients(),
            new NodeSettings.Security(Optional.empty(), false, true),
            before.limits()));
  }

  @Test
  void anAddressThatChangesIsALineOnEachNode() throws Exception {
    try (TestCluster cluster = TestCluster.started(dir, TestCluster.LIMITS);
        Lines lines = new Lines()) {
      HostAndPort moved = new HostAndPort("127.0.0.1", Ports.free(1).get(0));
      cluster.order("RAFT.ADDNODE", "2", moved.toString());
      for (int id = 1; id <= 3; id++) {
        String line =
            "node %d: the address of node 2 was changed from %s to %s"
                .formatted(id, cluster.peerAddress(2), moved);
        if (id != 2) { // It may not learn of the change any more.
          TestCluster.await("a line", () -> lines.written().contains(line));
        }
      }
    }
  }

  @Test
  void aRemovedNodeSaysSoAndIsNotNamedToClients() throws Exception {
    String removed =
        "node 2: removed from the group for good, serves no clients: stop it, and delete its"
            + " directory";
    try (TestCluster cluster = new TestCluster(dir, 2, TestCluster.LIMITS);
        Lines lines = new Lines()) {
      cluster.start(1);
      cluster.start(2);
      cluster.order("RAFT.REMOVENODE", "2");
      TestCluster.await("a line", () -> lines.written().contains(removed));
      cluster.stop(2);
      cluster.start(2);
      TestCluster.await(
          "a second line", () -> Collections.frequency(lines.written(), removed) == 2);
      assertThat(Running.awaitServing(cluster.running()))
          .extracting(KvNode::clientPort)
          .containsExactly(cluster.port(1));
    }
  }
}
