package io.tickraft.examples.kv.peer;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.tickraft.proto.Message;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Random and changed frames: at the port for peers, for messages and for snapshots, and in answer
 * to the node's own calls.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class PeersFuzzTest {

  /** A million take some minutes: {@code -Dtickraft.fuzz.frames=1000000}. */
  private static final int FRAMES = Integer.getInteger("tickraft.fuzz.frames", 20_000);

  private static final int SEED = 10;

  /** No node of another test, which may run at the same time, has this id. */
  private static final long ID = 7_002;

  @TempDir Path dir;

  /** Counts the node's lines in the log by their text without what varies. */
  private static final class Lines extends AppenderBase<ILoggingEvent> {
    private final Map<String, Integer> counts = new TreeMap<>();

    @Override
    protected void append(ILoggingEvent line) {
      // Netty says what no handler has handled.
      if (line.getFormattedMessage().startsWith("node " + ID + ": ")
          || line.getLoggerName().startsWith("io.netty")) {
        counts.merge(line.getMessage(), 1, Integer::sum);
      }
    }

    private synchronized Map<String, Integer> counts() {
      return new TreeMap<>(counts);
    }
  }

  private final Lines lines = new Lines();
  private final Logger logger = logger(Peers.class.getPackageName());
  private final Logger netty = logger("io.netty");

  /** While another test, in another thread, initializes SLF4J, there are only substitutes. */
  private static Logger logger(String name) {
    while (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext)) {
      Thread.onSpinWait();
    }
    return (Logger) LoggerFactory.getLogger(name);
  }

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
    netty.addAppender(lines);
    logger.setAdditive(false);
    logger.setLevel(Level.INFO);
  }

  @AfterEach
  void hangUp() {
    logger.detachAppender(lines);
    netty.detachAppender(lines);
    logger.setLevel(null);
    logger.setAdditive(true);
  }

  @Test
  void theNodeStaysUpAndItsLogShort() throws Exception {
    long start = System.nanoTime();
    try (NodeOne one = new NodeOne(dir, ID, Optional.empty(), NodeOne.PATIENT_NANOS)) {
      long accepted = fuzz(one);
      assertThat(accepted).as("frames that were messages").isGreaterThan(FRAMES / 10);
      one.host.messages.clear();
      one.welcome(Hello.Use.SNAPSHOT).close();
      Message heartbeat = TestFrames.HEARTBEAT.toBuilder().setTo(ID).build();
      try (Caller two = one.welcome(Hello.Use.MESSAGES)) {
        two.say(heartbeat);
        assertThat(one.host.messages.poll(10, TimeUnit.SECONDS)).isEqualTo(heartbeat);
      }
    }
    long minutes = 1 + TimeUnit.NANOSECONDS.toMinutes(System.nanoTime() - start);
    assertThat(lines.counts())
        .containsOnlyKeys(
            "node {}: refused a connection from {}{}: {}", "node {}: no connection to node {}: {}")
        .allSatisfy(
            (text, count) ->
                assertThat((long) count)
                    .as(text)
                    .isLessThanOrEqualTo(minutes * RefusedException.Kind.values().length));
  }

  /** Returns the number of messages that were accepted. */
  private static long fuzz(NodeOne one) throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<Long> answers;
      long accepted;
      try (ServerSocket two =
          new ServerSocket(one.address(2).port(), 10, InetAddress.getLoopbackAddress())) {
        one.onLoop(() -> one.peers.meetMembers());
        answers = thread.submit(() -> answer(two));
        accepted = call(one);
      }
      assertThat(answers.get()).as("answers to calls").isPositive();
      return accepted;
    } finally {
      thread.shutdownNow();
    }
  }

  private static long call(NodeOne one) throws IOException {
    RandomFrames frames = new RandomFrames(SEED, ID);
    long accepted = 0;
    while (frames.frames() < FRAMES) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), one.address(1).port())) {
        send(socket, frames.connection());
      }
      accepted += one.host.messages.size();
      one.host.messages.clear();
    }
    return accepted;
  }

  private static long answer(ServerSocket two) {
    RandomFrames frames = new RandomFrames(SEED + 1, ID);
    while (true) {
      try (Socket socket = two.accept()) {
        send(socket, frames.answer());
      } catch (IOException e) {
        if (two.isClosed()) {
          return frames.frames();
        }
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Sends all, and reads until the node closes the connection. */
  private static void send(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
      InputStream in = socket.getInputStream();
      while (in.read() >= 0) {
        // What the node says is tested elsewhere.
      }
    } catch (IOException e) {
      // The node has closed the connection already.
    }
  }
}
