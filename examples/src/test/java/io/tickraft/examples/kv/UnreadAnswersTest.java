package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.examples.kv.client.ClientLimits;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.Jedis;

/** Clients that send many requests before they read an answer, over sockets that fill up. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class UnreadAnswersTest {

  /** An answer that does not come within this time does not come. */
  private static final int TIMEOUT_MILLIS = 10_000;

  private static final NodeSettings.Limits LIMITS =
      new NodeSettings.Limits(50, 3_000, ClientLimits.of(10_000), 64L << 20);

  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource({"PING, +PONG, 100_000", "SET key value, +OK, 50_000", "GET large, $10000, 500"})
  void whoReadsLateGetsAllAnswersAndOthersAreServedMeanwhile(
      String request, String answer, String count) throws Exception {
    int requests = Integer.parseInt(count.replace("_", ""));
    TestCluster cluster = new TestCluster(dir, 1, LIMITS);
    cluster.start(1);
    try (cluster;
        Socket late = new Socket(InetAddress.getLoopbackAddress(), cluster.port(1))) {
      cluster.awaitLeader();
      try (Jedis other = cluster.client(1)) {
        other.set("large", "x".repeat(10_000));
        Thread sender = send(late, request, requests);
        for (int i = 0; i < 10; i++) {
          assertThat(other.set("other", "value " + i)).isEqualTo("OK");
          TimeUnit.MILLISECONDS.sleep(100);
        }
        late.setSoTimeout(TIMEOUT_MILLIS);
        assertThat(answers(late.getInputStream(), answer, requests)).isEqualTo(requests);
        sender.join();
      }
    }
  }

  private static Thread send(Socket socket, String request, int count) {
    byte[] requests = (request + "\r\n").repeat(count).getBytes(StandardCharsets.US_ASCII);
    Thread sender =
        new Thread(
            () -> {
              try {
                socket.getOutputStream().write(requests);
              } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    sender.start();
    return sender;
  }

  /** Counts the lines that begin an answer, until all are there or no more come. */
  private static int answers(InputStream in, String answer, int wanted) throws Exception {
    StringBuilder line = new StringBuilder();
    byte[] bytes = new byte[64 << 10];
    int answers = 0;
    while (answers < wanted) {
      int read;
      try {
        read = in.read(bytes);
      } catch (SocketTimeoutException e) {
        return answers;
      }
      for (int i = 0; i < read; i++) {
        if (bytes[i] == '\n') {
          answers += line.toString().equals(answer + "\r") ? 1 : 0;
          line.setLength(0);
        } else {
          line.append((char) bytes[i]);
        }
      }
    }
    return answers;
  }
}
