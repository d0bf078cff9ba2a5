package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
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
  void aLaterStartGoesByTheDirectory() throws Exception {
    int port = Ports.free(1).get(0);
    String peers = "1=127.0.0.1:" + Ports.free(1).get(0);
    try (ServerProcess first = new ServerProcess(1, port, dir, List.of("--peers", peers))) {
      first.awaitMember();
      first.kill();
    }
    try (ServerProcess again = new ServerProcess(1, port, dir, List.of())) {
      again.awaitMember();
    }
  }

  @Test
  void aTakenPortIsOneLineAndNothingElse() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger(KvNode.class);
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    logger.addAppender(logged);
    logger.setLevel(Level.INFO);
    try {
      assertThat(errorOfTakenPort()).startsWith("kv: cannot listen at 127.0.0.1:").hasLineCount(1);
    } finally {
      logger.setLevel(null);
      logger.detachAppender(logged);
    }
    assertThat(logged.list).isEmpty();
  }

  private String errorOfTakenPort() throws Exception {
    try (TestCluster cluster = new TestCluster(dir, 1, TestCluster.LIMITS);
        ServerSocket taken = new ServerSocket()) {
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), cluster.port(1)));
      PrintStream before = System.err;
      ByteArrayOutputStream lines = new ByteArrayOutputStream();
      System.setErr(new PrintStream(lines, true, StandardCharsets.UTF_8));
      try {
        assertThat(Running.start(List.of(cluster.settings(1)), nodes -> {})).isEqualTo(1);
      } finally {
        System.setErr(before);
      }
      return lines.toString(StandardCharsets.UTF_8);
    }
  }
}
