package io.tickraft.examples.kv.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.examples.kv.net.HostAndPort;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class MetricsServerTest {

  private final Metrics metrics = new Metrics(100);
  private final MetricsServer server =
      new MetricsServer(
          "test-metrics", metrics, TimeUnit.SECONDS.toNanos(60), (thread, why) -> {}, 1_000);
  private int port;

  @BeforeEach
  void listen() throws Exception {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    server.listen(new HostAndPort("127.0.0.1", port));
  }

  @AfterEach
  void close() {
    server.close();
    metrics.close();
  }

  private Socket connect() throws Exception {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws Exception {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Everything up to the end of the connection. */
  private static String readAll(Socket socket) throws Exception {
    InputStream in = socket.getInputStream();
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  private String exchange(String request) throws Exception {
    try (Socket socket = connect()) {
      send(socket, request);
      return readAll(socket);
    }
  }

  @Test
  void metricsAreATextForPrometheus() throws Exception {
    assertThat(exchange("GET /metrics?x=y HTTP/1.1\r\nHost: h\r\n\r\n"))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n")
        .contains("connection: close\r\n")
        .contains("\n# TYPE tickraft_elections_won_total counter\n");
  }

  @Test
  void aNodeThatIsNotReadyIsUnavailableWithOneSentence() throws Exception {
    assertThat(exchange("GET /readyz HTTP/1.1\r\n\r\n"))
        .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
        .endsWith("\r\n\r\nThe node is starting.\n");
    assertThat(exchange("GET /healthz HTTP/1.0\r\n\r\n")).contains(" 503 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/readyz", "/healthz", "/metrics"})
  void aRequestForTheHeadIsAnsweredWithoutTheBody(String path) throws Exception {
    String get = exchange("GET " + path + " HTTP/1.1\r\n\r\n");
    String head = exchange("HEAD " + path + " HTTP/1.1\r\n\r\n");
    assertThat(head).endsWith("\r\n\r\n").startsWith(get.lines().findFirst().orElseThrow());
    assertThat(head).containsPattern("content-length: [1-9]");
  }

  @Test
  void whatIsNotServedIsRefused() throws Exception {
    assertThat(exchange("GET / HTTP/1.1\r\n\r\n")).contains(" 404 ", "/metrics");
    assertThat(exchange("POST /metrics HTTP/1.1\r\nContent-Length: 1\r\n\r\nx")).contains(" 405 ");
    assertThat(exchange("SET key value\r\n\r\n")).contains(" 400 ");
  }

  @Test
  void aRequestIsBounded() throws Exception {
    assertThat(exchange("GET /" + "x".repeat(2_000) + " HTTP/1.1\r\n\r\n")).contains(" 400 ");
    assertThat(exchange("GET /metrics HTTP/1.1\r\nX: " + "x".repeat(9_000) + "\r\n\r\n"))
        .contains(" 400 ");
  }

  @Test
  void clientsThatSendNothingDoNotShutOthersOutForLong() throws Exception {
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < MetricsServer.MAX_CONNECTIONS; i++) {
      silent.add(connect());
    }
    assertThat(unserved()).isTrue();
    for (Socket socket : silent) {
      assertThat(readAll(socket)).isEmpty();
      socket.close();
    }
    assertThat(exchange("GET /metrics HTTP/1.1\r\n\r\n")).contains(" 200 ");
  }

  /** Whether one more connection is closed without an answer. */
  private boolean unserved() throws Exception {
    try {
      return exchange("GET /metrics HTTP/1.1\r\n\r\n").isEmpty();
    } catch (SocketException e) {
      return true; // Reset, because the server has not read the request.
    }
  }
}
