package io.tickraft.examples.kv.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tickraft.examples.kv.store.Identity;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HelloTest {

  private static final Identity ME = new Identity("kv", 1, 2);
  private static final List<Long> MEMBERS = List.of(1L, 2L, 3L);

  private static Hello hello(String cluster, long group, long from, long to, Long... members) {
    return new Hello(
        Hello.Use.MESSAGES, new Identity(cluster, group, from), to, List.of(members), 7001);
  }

  @Test
  void aHelloIsReadAsItWasWritten() throws Hello.RefusedException {
    Hello hello = new Hello(Hello.Use.SNAPSHOT, new Identity("ä b", 7, 9), 4, MEMBERS, 7003);
    ByteBuf bytes = Unpooled.buffer();
    hello.writeTo(bytes);
    assertThat(Hello.readFrom(bytes)).isEqualTo(hello);
  }

  @Test
  void whoMeansThisNodeIsWelcome() throws Hello.RefusedException {
    hello("kv", 1, 3, 2, 1L, 2L, 3L).check(ME, MEMBERS);
  }

  static Stream<Arguments> strangers() {
    return Stream.of(
        Arguments.of(hello("x", 1, 3, 2, 1L, 2L, 3L), "this is cluster 'kv', not 'x'"),
        Arguments.of(hello("kv", 2, 3, 2, 1L, 2L, 3L), "this is group 1, not 2"),
        Arguments.of(hello("kv", 1, 3, 1, 1L, 2L, 3L), "this is node 2, not 1"),
        Arguments.of(
            hello("kv", 1, 3, 2, 1L, 2L, 3L, 4L),
            "node 3 has the peers [1, 2, 3, 4], and this node [1, 2, 3]"),
        Arguments.of(
            hello("kv", 1, 4, 2, 1L, 2L, 3L),
            "node 4 has the peers [1, 2, 3], and this node [1, 2, 3]"));
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
