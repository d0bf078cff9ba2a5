package io.tickraft.examples.counter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A node answers wrong requests, closes wrong connections, and goes on. */
final class NetworkTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense | ERROR ADD n, GET, JOIN id host:port, PROMOTE id, LEAVE id, TRANSFER or STATUS",
        "ADD | ERROR ADD n, GET, JOIN id host:port, PROMOTE id, LEAVE id, TRANSFER or STATUS",
        "ADD five | ERROR For input string: \"five\"",
        "ADD 99999999999999999999 | ERROR For input string: \"99999999999999999999\"",
        "JOIN 2 host | ERROR not id=host:port,id=host:port: 2=host",
        "JOIN 2 a=b,c:1 | ERROR not id=host:port,id=host:port: 2=a=b,c:1",
        "JOIN 2 a:99999 | ERROR a port is from 1 to 65535: 2=a:99999",
        "JOIN 2 a:1,1=b:1 | ERROR JOIN is for one node: 2=a:1,1=b:1",
        "JOIN 2 a:1,2=b:1 | ERROR node 2 is named twice: 2=a:1,2=b:1",
        "JOIN 0 host:1 | ERROR not id=host:port,id=host:port: 0=host:1",
        "PROMOTE 0 | ERROR node: an id is at least 1: 0",
        "LEAVE 0 | ERROR node: an id is at least 1: 0",
        "LEAVE 9 | REFUSED .*",
        "LEAVE 1 | REFUSED .*",
        "JOIN 1 127.0.0.1:1 | OK voters .1.", // It stays a voter.
        "PROMOTE 2 | REFUSED node 2 has not joined, has not caught up, or is down",
        "TRANSFER | REFUSED NOT_A_VOTER: ask 127.0.0.1:\\d+"
      })
  void aWrongRequestIsAnswered(String line, String reply) throws IOException {
    try (TestCluster cluster = new TestCluster(dir, false).found(1)) {
      cluster.add(0);
      assertThat(cluster.ask(1, line, PATIENCE)).matches(reply);
      assertThat(cluster.get(1)).isZero();
    }
  }

  @Test
  void aLearnerThatHasNeverAnsweredIsNotPromoted() throws IOException {
    try (TestCluster cluster = new TestCluster(dir, false).found(1)) {
      cluster.add(0);
      assertThat(cluster.ask(1, "JOIN 2 127.0.0.1:1", PATIENCE))
          .isEqualTo("OK voters {1} learners {2}");
      assertThat(cluster.ask(1, "PROMOTE 2", PATIENCE))
          .isEqualTo("REFUSED node 2 has not joined, has not caught up, or is down");
    }
  }

  /** A frame of a peer, as another node would send it. */
  private static byte[] frame(long group, int size, int bytes) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(frame);
    out.write(0);
    out.writeLong(group);
    out.writeLong(2);
    out.writeUTF("127.0.0.1:1");
    out.writeInt(size);
    out.write(new byte[bytes]);
    return frame.toByteArray();
  }

  private static void isClosedAfter(TestCluster cluster, byte[] bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), cluster.port(1))) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.getOutputStream().write(bytes);
      assertThat(isAtEnd(socket)).isTrue();
    }
  }

  private static boolean isAtEnd(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() == -1;
    } catch (SocketException e) {
      return true; // It is closed before the node has read everything.
    }
  }

  @Test
  void aWrongConnectionIsClosed() throws IOException {
    try (TestCluster cluster = new TestCluster(dir, false).found(1)) {
      cluster.add(0);
      isClosedAfter(cluster, frame(8, 100, 0)); // Of another group.
      isClosedAfter(cluster, frame(7, -1, 0));
      isClosedAfter(cluster, frame(7, (1 << 20) + 1, 0));
      isClosedAfter(cluster, frame(7, 100, 100)); // No message.
      isClosedAfter(cluster, "x".repeat(201).getBytes(StandardCharsets.UTF_8));
      assertThat(cluster.add(1)).isEqualTo(1);
    }
  }
}
