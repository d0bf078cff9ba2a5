package io.tickraft.examples.kv.peer;

import static io.tickraft.examples.kv.peer.TestFrames.HEARTBEAT;
import static io.tickraft.examples.kv.peer.TestFrames.INSTALL;
import static io.tickraft.examples.kv.peer.TestFrames.chunk;
import static io.tickraft.examples.kv.peer.TestFrames.end;
import static io.tickraft.examples.kv.peer.TestFrames.frame;
import static io.tickraft.examples.kv.peer.TestFrames.message;
import static io.tickraft.examples.kv.peer.TestFrames.pairs;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Identity;
import io.tickraft.proto.Append;
import io.tickraft.proto.Message;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What another node must not send: node 1 refuses or closes the connection with a reason, and
 * nothing else changes. The fields of a hello are in {@link HelloTest}.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class WrongFramesTest {

  private static final String NOT_A_HELLO = "this is a node of a tickraft key-value cluster";
  private static final String DAMAGED =
      "the snapshot is damaged: wrong number of pairs or wrong checksum";

  @TempDir static Path dir;
  private static NodeOne one;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    one = new NodeOne(dir);
  }

  @AfterAll
  static void stop() {
    one.close();
  }

  @AfterEach
  void nothingHasChanged() throws Exception {
    assertThat(one.host.messages).isEmpty();
    assertThat(one.host.snapshots).isEmpty();
    assertThat(one.clientAddress(2).map(HostAndPort::port)).isNotEqualTo(Optional.of(0));
  }

  private static ByteBuf text(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }

  /** A frame of the handshake. */
  private static ByteBuf handshake(int kind, byte... body) {
    return Unpooled.buffer().writeInt(1 + body.length).writeByte(kind).writeBytes(body);
  }

  static Stream<Arguments> firstFrames() {
    return Stream.of(
        Arguments.of("of HTTP", text("GET / HTTP/1.1\r\n\r\n"), NOT_A_HELLO),
        Arguments.of("of Redis", text("*1\r\n$4\r\nPING\r\n"), NOT_A_HELLO),
        Arguments.of("too long", Unpooled.buffer().writeInt(1 << 20), NOT_A_HELLO),
        Arguments.of("of negative length", Unpooled.buffer().writeInt(-1), NOT_A_HELLO),
        Arguments.of(
            "empty", Unpooled.buffer().writeInt(0), "a frame of kind 0 instead of a hello"),
        Arguments.of("without a body", handshake(Handshake.HELLO), NOT_A_HELLO),
        Arguments.of(
            "a message",
            handshake(Frames.MESSAGE, HEARTBEAT.toByteArray()),
            "a frame of kind 4 instead of a hello"),
        Arguments.of(
            "a welcome",
            Handshake.welcome(ByteBufAllocator.DEFAULT, 7002),
            "a frame of kind 2 instead of a hello"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("firstFrames")
  void aFirstFrameThatIsNoHelloIsRefused(String what, ByteBuf frame, String why) throws Exception {
    try (Caller caller = one.call()) {
      caller.say(frame).assertRefused(why);
    }
  }

  /** As a node of version 2 says it, which has no checksum either. */
  @Test
  void aNodeOfAnotherVersionIsToldSo() throws Exception {
    for (int version : new int[] {2, 4, 255}) {
      ByteBuf hello = Handshake.hello(ByteBufAllocator.DEFAULT, one.hello(Hello.Use.MESSAGES));
      hello.setByte(Integer.BYTES + 1 + 3, version);
      try (Caller caller = one.call()) {
        caller
            .say(hello)
            .assertRefused(
                "this node speaks version 3 of the protocol between nodes, and the caller version "
                    + version);
      }
    }
  }

  private static Message.Builder heartbeat() {
    return HEARTBEAT.toBuilder();
  }

  static Stream<Arguments> messageFrames() {
    return Stream.of(
        Arguments.of(
            message(heartbeat().setFrom(3).build()),
            "node 2 sent a message from node 3 to node 1 in group 1"),
        Arguments.of(
            message(heartbeat().setFrom(1).build()),
            "node 2 sent a message from node 1 to node 1 in group 1"),
        Arguments.of(
            message(heartbeat().clearFrom().build()),
            "node 2 sent a message from node 0 to node 1 in group 1"),
        Arguments.of(
            message(heartbeat().setFrom(-2).build()),
            "node 2 sent a message from node -2 to node 1 in group 1"),
        Arguments.of(
            message(heartbeat().setTo(3).build()),
            "node 2 sent a message from node 2 to node 3 in group 1"),
        Arguments.of(
            message(heartbeat().setGroup(2).build()),
            "node 2 sent a message from node 2 to node 1 in group 2"),
        Arguments.of(
            message(
                HEARTBEAT.toBuilder().setFrom(3).setAppend(Append.getDefaultInstance()).build()),
            "node 2 sent a message from node 3 to node 1 in group 1"),
        Arguments.of(message(INSTALL), "a snapshot on a connection for messages"),
        Arguments.of(chunk(pairs("a", "1")), "a frame of kind 5 on a connection for messages"),
        Arguments.of(end(0, ByteString.EMPTY), "a frame of kind 6 on a connection for messages"),
        Arguments.of(frame(0, new byte[0]), "a frame of kind 0 on a connection for messages"),
        Arguments.of(frame(255, new byte[9]), "a frame of kind -1 on a connection for messages"),
        Arguments.of(frame(Frames.KEEP_ALIVE, new byte[2]), "2 bytes in a frame that has 0"),
        Arguments.of(
            frame(Frames.MESSAGE, new byte[0]),
            "node 2 sent a message from node 0 to node 0 in group 0"),
        Arguments.of(message(HEARTBEAT).setByte(20, 0x55), "a damaged frame: wrong checksum"),
        Arguments.of(
            message(HEARTBEAT).setByte(0, 1), "a damaged frame: wrong checksum of its header"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("messageFrames")
  void aWrongFrameClosesAConnectionForMessages(ByteBuf frame, String why) throws Exception {
    try (Caller two = one.welcome(Hello.Use.MESSAGES)) {
      two.say(frame).say(HEARTBEAT).assertClosed(why);
    }
  }

  @Test
  void whatIsNoMessageClosesTheConnection() throws Exception {
    try (Caller two = one.welcome(Hello.Use.MESSAGES)) {
      two.say(frame(Frames.MESSAGE, new byte[] {1, 2, 3}));
      ByteBuf closed = two.hear();
      assertThat(closed.readByte()).isEqualTo(Frames.CLOSED);
      assertThat(Frames.readClosed(closed)).startsWith("a message that is not one: ");
    }
  }

  private static Message install(String members) {
    Message.Builder install = INSTALL.toBuilder();
    install
        .getInstallSnapshotBuilder()
        .getSnapshotBuilder()
        .setData(ByteString.copyFromUtf8(members));
    return install.build();
  }

  static Stream<Arguments> snapshots() {
    ByteString some = pairs("a", "1");
    String noMembers = "the data of the InstallSnapshot is not the members of a group";
    String first = "the first frame of a snapshot must be its InstallSnapshot";
    String one = "a connection for a snapshot must carry exactly one InstallSnapshot";
    ByteBuf begin = message(INSTALL);
    return Stream.of(
        snapshot(DAMAGED, begin.copy(), chunk(some), end(2, some)),
        snapshot(DAMAGED, begin.copy(), chunk(some), end(-1, some)),
        snapshot(DAMAGED, begin.copy(), chunk(some), end(1, pairs("a", "2"))),
        snapshot(
            "a part of a snapshot is not pairs of keys and values",
            begin.copy(),
            chunk(ByteString.copyFromUtf8("what is this?"))),
        snapshot(
            "a part of a snapshot is not pairs of keys and values",
            begin.copy(),
            chunk(pairs("a key without a value"))),
        snapshot(one, begin.copy(), begin.copy()),
        snapshot(one, message(HEARTBEAT)),
        snapshot(first, chunk(some)),
        snapshot(first, end(0, ByteString.EMPTY)),
        snapshot("3 bytes in a frame that has 16", begin.copy(), frame(Frames.END, new byte[3])),
        snapshot("a frame of kind 8 in a snapshot", frame(Frames.KEEP_ALIVE, new byte[0])),
        snapshot("a frame of kind 7 in a snapshot", frame(Frames.RECEIVED, new byte[0])),
        snapshot(
            "node 2 sent a message from node 3 to node 1 in group 1",
            message(INSTALL.toBuilder().setFrom(3).build())),
        snapshot(
            "node 2 sent a message from node 2 to node 1 in group 2",
            message(INSTALL.toBuilder().setGroup(2).build())),
        snapshot(noMembers, message(install(""))),
        snapshot(noMembers, message(install("1,2;1=h:1;;"))),
        snapshot(noMembers, message(install("1,2;1=h:0;"))),
        snapshot(noMembers, message(install("1,2;1=h:70000;"))),
        snapshot(noMembers, message(install("1,2;0=h:1;"))),
        snapshot(noMembers, message(install("-1,2;1=h:1;"))),
        snapshot(noMembers, message(install("1,2;1=h:1;0"))),
        snapshot(noMembers, message(install("1,x;1=h:1;"))),
        snapshot("a damaged frame: wrong checksum", chunk(some).setByte(14, 0x55)));
  }

  private static Arguments snapshot(String why, ByteBuf... frames) {
    return Arguments.of(why, List.of(frames));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("snapshots")
  void aWrongSnapshotIsDropped(String why, List<ByteBuf> frames) throws Exception {
    try (Caller two = one.welcome(Hello.Use.SNAPSHOT)) {
      for (ByteBuf frame : frames) {
        two.say(frame);
      }
      two.assertClosed(why);
    }
  }

  /** Each answer of node 2 ends the call, and node 1 calls again. */
  @Test
  void aWrongAnswerToAHelloEndsTheCallAndChangesNothing() throws Exception {
    HostAndPort listening = one.address(2);
    List<ByteBuf> answers =
        List.of(
            Handshake.welcome(ByteBufAllocator.DEFAULT, 0),
            Handshake.welcome(ByteBufAllocator.DEFAULT, 70_000),
            Handshake.welcome(ByteBufAllocator.DEFAULT, -1),
            Handshake.welcome(ByteBufAllocator.DEFAULT, 7002).setByte(8, 0),
            handshake(Handshake.WELCOME, (byte) 1),
            handshake(Handshake.WELCOME, new byte[9]),
            handshake(Handshake.HELLO),
            handshake(Handshake.REFUSED),
            text("HTTP/1.1 400 Bad Request\r\n\r\n"),
            message(HEARTBEAT),
            Unpooled.buffer().writeInt(0));
    try (ServerSocket two =
        new ServerSocket(listening.port(), 1, InetAddress.getLoopbackAddress())) {
      one.onLoop(() -> one.peers.meetMembers());
      for (ByteBuf answer : answers) {
        try (Caller call = new Caller(two.accept())) {
          assertThat(call.hearHandshake().readByte()).isEqualTo(Handshake.HELLO);
          call.say(answer).assertEnd();
        }
        assertThat(one.clientAddress(9)).isEmpty();
      }
    }
  }

  @Test
  void aHelloWithAPortThatNoNodeHasIsRefused() throws Exception {
    for (int port : new int[] {0, 70_000}) {
      Hello hello =
          new Hello(
              Hello.Use.MESSAGES,
              new Identity("kv", 1, 9),
              1,
              List.of(1L, 2L),
              one.address(2),
              port);
      try (Caller caller = one.call()) {
        caller.hello(hello).assertRefused("a port for clients is from 1 to 65535: " + port);
      }
      assertThat(one.clientAddress(9)).isEmpty();
    }
  }
}
