package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** What once killed a server: clients that make it hold much more than its heap of 256 MB. */
class ClientMemoryInProcessTest {

  private static final byte[] MEGABYTE = new byte[1 << 20];

  @TempDir private Path dir;

  @Test
  void aServerWithASmallHeapOutlivesClientsThatWantMore() throws Exception {
    List<Integer> ports = Ports.free(2);
    List<String> options = List.of("--peers", "1=127.0.0.1:" + ports.get(1));
    try (ServerProcess server = new ServerProcess(1, ports.get(0), dir, options)) {
      server.awaitMember();
      try (Jedis other = Client.connect(server.port())) {
        other.set("large".getBytes(StandardCharsets.US_ASCII), MEGABYTE);
        List<Socket> sockets = new ArrayList<>();
        try {
          for (int i = 0; i < 4; i++) {
            sockets.add(send(server, request("GET", "large").repeat(1_500)));
          }
          serves(other);
          mgetIsRefused(server);
          serves(other);
          for (int i = 0; i < 30; i++) {
            sockets.add(sendLargeSetsAndGets(server));
          }
          serves(other);
        } finally {
          for (Socket socket : sockets) {
            socket.close();
          }
        }
        serves(other);
        assertThat(other.strlen("large")).isEqualTo(MEGABYTE.length);
      }
    }
  }

  private static void serves(Jedis other) {
    for (int i = 0; i < 20; i++) {
      assertThat(other.set("small", "value" + i)).isEqualTo("OK");
      assertThat(other.get("small")).isEqualTo("value" + i);
    }
  }

  /** Sends requests, and never reads an answer. */
  private static Socket send(ServerProcess server, String requests) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.getOutputStream().write(requests.getBytes(StandardCharsets.ISO_8859_1));
    return socket;
  }

  /** As much as the server takes in half a second. */
  private static Socket sendLargeSetsAndGets(ServerProcess server) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    String set = "*3\r\n$3\r\nSET\r\n$5\r\nlarge\r\n$1048576\r\n";
    Thread writer =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < 50; i++) {
                  socket.getOutputStream().write(set.getBytes(StandardCharsets.ISO_8859_1));
                  socket.getOutputStream().write(MEGABYTE);
                  socket.getOutputStream().write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
                  socket
                      .getOutputStream()
                      .write(request("GET", "large").getBytes(StandardCharsets.ISO_8859_1));
                }
              } catch (IOException e) {
                // The test has closed the socket.
              }
            });
    writer.setDaemon(true);
    writer.start();
    return socket;
  }

  private static void mgetIsRefused(ServerProcess server) throws IOException {
    String[] words = new String[12_001];
    Arrays.fill(words, "large");
    words[0] = "MGET";
    try (Socket socket = send(server, request(words))) {
      InputStream in = socket.getInputStream();
      assertThat(new String(in.readNBytes(4), StandardCharsets.US_ASCII)).isEqualTo("-OOM");
    }
  }

  private static String request(String... words) {
    StringBuilder bytes = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      bytes.append("$").append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    return bytes.toString();
  }
}
