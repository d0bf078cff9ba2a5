package io.tickraft.examples.kv.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Identity;
import io.tickraft.examples.kv.store.Members;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HelloTest {

  private static final Identity ME = new Identity("kv", 1, 2);
  private static final HostAndPort ADDRESS = new HostAndPort("::1", 17001);
  private static final List<Long> FOUNDERS = List.of(1L, 2L, 3L);

  /** Node 3 was removed. */
  private static final Members MEMBERS =
      new Members(FOUNDERS, new TreeMap<>(), new TreeSet<>(List.of(3L)));

  private static Hello hello(String cluster, long group, long from, long to, Long... founders) {
    return new Hello(
        Hello.Use.MESSAGES,
        new Identity(cluster, group, from),
        to,
        List.of(founders),
        ADDRESS,
        7001);
  }

  @Test
  void aHelloIsReadAsItWasWritten() throws RefusedException {
    Hello hello =
        new Hello(Hello.Use.SNAPSHOT, new Identity("ä b", 7, 9), 4, FOUNDERS, ADDRESS, 7003);
    ByteBuf bytes = Unpooled.buffer();
    hello.writeTo(bytes);
    assertThat(Hello.readFrom(bytes)).isEqualTo(hello);
  }

  @Test
  void whoMeansThisNodeIsWelcome() throws RefusedException {
    hello("kv", 1, 1, 2, 1L, 2L, 3L).check(ME, MEMBERS);
    // A member that this node has not heard of yet, or the leader of a group that it will join.
    hello("kv", 1, 7, 2, 1L, 2L, 3L).check(ME, MEMBERS);
    hello("kv", 1, 7, 2, 1L, 2L, 3L).check(ME, Members.NONE);
    hello("kv", 1, 7, 2).check(ME, MEMBERS);
  }

  static Stream<Arguments> strangers() {
    return Stream.of(
        Arguments.of(hello("x", 1, 1, 2, 1L, 2L, 3L), "this is cluster 'kv', not 'x'"),
        Arguments.of(hello("kv", 2, 1, 2, 1L, 2L, 3L), "this is group 1, not 2"),
        Arguments.of(hello("kv", 1, 1, 3, 1L, 2L, 3L), "this is node 2, not 3"),
        Arguments.of(hello("kv", 1, 2, 2, 1L, 2L, 3L), "node 2 cannot call node 2"),
        Arguments.of(
            hello("kv", 1, 1, 2, 1L, 2L, 3L, 4L),
            "the first voters were [1, 2, 3] here, and [1, 2, 3, 4] for node 1"),
        Arguments.of(hello("kv", 1, 3, 2, 1L, 2L, 3L), "node 3 was removed from the group"));
  }

  @ParameterizedTest
  @MethodSource("strangers")
  void whoMeansAnotherIsToldSo(Hello hello, String refusal) {
    assertThatThrownBy(() -> hello.check(ME, MEMBERS)).hasMessage(refusal);
  }

  @Test
  void aHelloThatEndsTooEarlyIsRefused() {
    ByteBuf bytes = Unpooled.buffer();
    hello("kv", 1, 3, 2, 1L, 2L, 3L).writeTo(bytes);
    for (int length = 0; length < bytes.readableBytes(); length++) {
      ByteBuf cut = bytes.copy(0, length);
      assertThatThrownBy(() -> Hello.readFrom(cut)).isInstanceOf(RefusedException.class);
      if (length >= 2 * Integer.BYTES && length < bytes.readableBytes() - "v".length()) {
        ByteBuf summed = summed(bytes.copy(0, length));
        assertThatThrownBy(() -> Hello.readFrom(summed)).isInstanceOf(RefusedException.class);
      }
    }
  }

  @Test
  void eachFlippedBitOfAHelloIsNoticed() {
    ByteBuf bytes = Unpooled.buffer();
    hello("kv", 1, 3, 2, 1L, 2L, 3L).writeTo(bytes);
    for (int bit = 0; bit < bytes.readableBytes() * Byte.SIZE; bit++) {
      ByteBuf damaged = bytes.copy();
      int i = bit / Byte.SIZE;
      damaged.setByte(i, damaged.getByte(i) ^ 1 << bit % Byte.SIZE);
      assertThatThrownBy(() -> Hello.readFrom(damaged)).isInstanceOf(RefusedException.class);
    }
  }

  /** Makes the last four bytes the sum of the others. */
  private static ByteBuf summed(ByteBuf hello) {
    int sum = hello.writerIndex() - Integer.BYTES;
    return hello.setInt(sum, Handshake.crc(hello, 0, sum));
  }

  @FunctionalInterface
  private interface Change {
    void of(ByteBuf hello);
  }

  private static Arguments wrong(String why, Change change) {
    ByteBuf bytes = Unpooled.buffer();
    hello("kv", 1, 3, 2, 1L, 2L, 3L).writeTo(bytes);
    change.of(bytes);
    return Arguments.of(why, bytes);
  }

  /** The places of the fields: use 4, group 5, from 13, to 21, port 29, count 33, bytes 37. */
  static Stream<Arguments> wrongFields() {
    String port = "a port for clients is from 1 to 65535: ";
    String early = "a hello that ends too early";
    String order = "a hello whose first voters are not ids in ascending order";
    return Stream.of(
        wrong("unknown use of a connection: 2", hello -> hello.setByte(4, 2)),
        wrong("a hello with group 0", hello -> hello.setLong(5, 0)),
        wrong("a hello with group -1", hello -> hello.setLong(5, -1)),
        wrong("a hello with node 0", hello -> hello.setLong(13, 0)),
        wrong("a hello with node -9", hello -> hello.setLong(13, -9)),
        wrong("a hello with node 0", hello -> hello.setLong(21, 0)),
        wrong(port + "0", hello -> hello.setInt(29, 0)),
        wrong(port + "-1", hello -> hello.setInt(29, -1)),
        wrong(port + "70000", hello -> hello.setInt(29, 70_000)),
        wrong("a hello with -1 first voters", hello -> hello.setInt(33, -1)),
        wrong("a hello with 1001 first voters", hello -> hello.setInt(33, 1_001)),
        wrong(early, hello -> hello.setInt(33, 1_000)),
        wrong(early, hello -> hello.setInt(37, -1)),
        wrong(early, hello -> hello.setInt(37, Integer.MAX_VALUE)),
        wrong(early, hello -> hello.setInt(37, hello.readableBytes() - 41 - 3 * 8 - 4 + 1)),
        wrong(order, hello -> hello.setLong(41, 0)),
        wrong(order, hello -> hello.setLong(41, 2)),
        wrong(order, hello -> hello.setLong(41, -1)),
        wrong(
            "a hello without an address: no host", hello -> hello.setBytes(65, bytes(":17001111"))),
        wrong(
            "a hello without an address: not host:port: ????:??0101",
            hello -> hello.setBytes(65, bytes("\n\t\r\0:\n\n01"))),
        wrong(
            "a hello without an address: a port is from 1 to 65535: 0",
            hello -> hello.setBytes(65, bytes("[::1]:00000"))),
        wrong(
            "a hello with a name that no cluster has",
            hello ->
                hello
                    .setInt(37, hello.readableBytes() - 41 - 3 * 8 - 4)
                    .setBytes(65, bytes("[::1]:0007001"))),
        wrong(
            "a hello with a name that no cluster has",
            hello -> hello.setBytes(hello.writerIndex() - 6, bytes("  "))),
        wrong("a hello with a name that no cluster has", hello -> hello.writeBytes(new byte[200])));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongFields")
  void aFieldThatNoNodeHasIsRefused(String why, ByteBuf hello) {
    summed(hello);
    assertThatThrownBy(() -> Hello.readFrom(hello))
        .isInstanceOf(RefusedException.class)
        .hasMessage(why);
  }

  @Test
  void aNameFromOutsideWritesNoSecondLineIntoTheLog() {
    assertThatThrownBy(
            () -> hello("kv'\nnode 1: all is well\u001b[31m", 1, 1, 2).check(ME, MEMBERS))
        .hasMessage("this is cluster 'kv', not 'kv'?node 1: all is well?[31m'");
  }
}
