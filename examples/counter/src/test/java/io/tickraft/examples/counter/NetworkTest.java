package io.tickraft.examples.counter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.Message;
import io.tickraft.proto.MessageCodec;
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

  /** The begin of a connection of node 2. */
  private static byte[] hello(long group) throws IOException {
    ByteArrayOutputStream hello = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(hello);
    out.write(0);
    out.writeLong(group);
    out.writeLong(2);
    out.writeUTF("127.0.0.1:1");
    return hello.toByteArray();
  }

  /** The begin of a connection of node 2, and a frame of this size with these bytes. */
  private static byte[] frame(int size, int checksum, byte[] message) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(frame);
    out.write(hello(7));
    out.writeInt(size);
    out.writeInt(checksum);
    out.write(message);
    return frame.toByteArray();
  }

  private static byte[] frame(byte[] message) throws IOException {
    return frame(message.length, CounterLog.checksum(message, 0, message.length), message);
  }

  /** A heartbeat of a later term: a node that receives it is no leader any more. */
  private static byte[] heartbeat(long from) {
    return new MessageCodec()
        .encode(
            Message.newBuilder()
                .setFrom(from)
                .setTo(1)
                .setTerm(9)
                .setGroup(7)
                .setHeartbeat(Heartbeat.getDefaultInstance())
                .build());
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
      byte[] message = heartbeat(2);
      int checksum = CounterLog.checksum(message, 0, message.length);
      isClosedAfter(cluster, hello(8)); // Of another group.
      isClosedAfter(cluster, frame(-1, 0, new byte[0]));
      isClosedAfter(cluster, frame((1 << 20) + 1, 0, new byte[0]));
      isClosedAfter(cluster, frame(new byte[100])); // No message.
      isClosedAfter(cluster, frame(heartbeat(3))); // Of another node.
      isClosedAfter(cluster, frame(message.length, checksum + 1, message));
      isClosedAfter(cluster, "x".repeat(201).getBytes(StandardCharsets.UTF_8));
      assertThat(cluster.ask(1, "ADD 1", PATIENCE)).isEqualTo("1"); // It leads, as before.
    }
  }

  @Test
  void aWholeMessageOfTheSenderIsReceived() throws IOException {
    try (TestCluster cluster = new TestCluster(dir, false).found(1)) {
      cluster.add(0);
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), cluster.port(1))) {
        socket.getOutputStream().write(frame(heartbeat(2)));
        assertThat(cluster.await(1, "STATUS", "node 1: .* in term (9|1\\d).*")).isNotEmpty();
      }
    }
  }
}
