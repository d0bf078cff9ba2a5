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
  void aHelloIsReadAsItWasWritten() throws Hello.RefusedException {
    Hello hello =
        new Hello(Hello.Use.SNAPSHOT, new Identity("ä b", 7, 9), 4, FOUNDERS, ADDRESS, 7003);
    ByteBuf bytes = Unpooled.buffer();
    hello.writeTo(bytes);
    assertThat(Hello.readFrom(bytes)).isEqualTo(hello);
  }

  @Test
  void whoMeansThisNodeIsWelcome() throws Hello.RefusedException {
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
        Arguments.of(hello("kv", 1, 0, 2, 1L, 2L, 3L), "node 0 cannot call node 2"),
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
  void whatIsNoHelloIsRefused() {
    ByteBuf bytes = Unpooled.buffer();
    hello("kv", 1, 3, 2, 1L, 2L, 3L).writeTo(bytes);
    int fixed = bytes.readableBytes() - "kv".length();
    for (int length = 0; length < fixed; length++) {
      ByteBuf cut = bytes.copy(0, length);
      assertThatThrownBy(() -> Hello.readFrom(cut)).isInstanceOf(Hello.RefusedException.class);
    }
    ByteBuf other =
        Unpooled.wrappedBuffer(
            "GET / HTTP/1.1\r\nHost: somewhere.example.com:80\r\n"
                .getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(() -> Hello.readFrom(other)).isInstanceOf(Hello.RefusedException.class);
  }
}
