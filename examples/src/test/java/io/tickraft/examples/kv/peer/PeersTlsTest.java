package io.tickraft.examples.kv.peer;

import static io.tickraft.examples.kv.peer.TestFrames.HEARTBEAT;
import static io.tickraft.examples.kv.peer.TestFrames.INSTALL;
import static io.tickraft.examples.kv.peer.TestFrames.chunk;
import static io.tickraft.examples.kv.peer.TestFrames.end;
import static io.tickraft.examples.kv.peer.TestFrames.pairs;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBufAllocator;
import io.netty.pkitesting.X509Bundle;
import io.tickraft.examples.kv.TestAuthority;
import io.tickraft.examples.kv.net.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The connections of node 1 with TLS; the test is another node. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PeersTlsTest {

  private static final TestAuthority AUTHORITY = new TestAuthority();
  private static final X509Bundle TWO = AUTHORITY.issue("tickraft:kv/1/2");
  private static final X509Bundle THREE = AUTHORITY.issue("tickraft:kv/1/3");

  /** The first byte of each record of a TLS handshake. */
  private static final int HANDSHAKE_RECORD = 22;

  @TempDir Path dir;
  private NodeOne one;

  @BeforeEach
  void start() throws Exception {
    Tls tls =
        new Tls(
            AUTHORITY.write(dir.resolve("tls"), AUTHORITY.issue("tickraft:kv/1/1")),
            "tickraft:kv/1/1");
    one = new NodeOne(dir.resolve("node-1"), 1, Optional.of(tls), NodeOne.PATIENT_NANOS);
  }

  @AfterEach
  void stop() {
    one.close();
  }

  private Caller call(TestAuthority trusted, X509Bundle certificate) throws IOException {
    return new Caller(
        trusted
            .context(certificate)
            .getSocketFactory()
            .createSocket(InetAddress.getLoopbackAddress(), one.address(1).port()));
  }

  @Test
  void aNodeWithItsCertificateIsWelcome() throws Exception {
    try (Caller two = call(AUTHORITY, TWO)) {
      two.hello(one.hello(Hello.Use.MESSAGES)).assertWelcome().say(HEARTBEAT);
      assertThat(one.host.messages.take()).isEqualTo(HEARTBEAT);
      assertThat(two.hearAny().readByte()).isEqualTo(Frames.KEEP_ALIVE);
    }
  }

  @Test
  void aSnapshotArrives() throws Exception {
    try (Caller two = call(AUTHORITY, TWO)) {
      two.hello(one.hello(Hello.Use.SNAPSHOT)).assertWelcome();
      ByteString pairs = pairs("a", "x".repeat(100_000), "b", "y".repeat(100_000));
      two.say(INSTALL).say(chunk(pairs)).say(chunk(pairs)).say(end(4, pairs.concat(pairs)));
      assertThat(one.host.snapshots.take().getFrom()).isEqualTo(2);
      assertThat(two.hear().readByte()).isEqualTo(Frames.RECEIVED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tickraft:kv/1/3", "tickraft:kv/2/2", "tickraft:other/1/2", "urn:x"})
  void aCertificateDoesNotSpeakForAnotherNode(String uri) throws Exception {
    for (Hello.Use use : Hello.Use.values()) {
      try (Caller stranger = call(AUTHORITY, AUTHORITY.issue(uri))) {
        stranger
            .hello(one.hello(use))
            .assertRefused("the certificate is for [" + uri + "], not for tickraft:kv/1/2");
      }
    }
    assertThat(one.clientAddress(2)).isEmpty();
  }

  @Test
  void aCertificateOfAnotherAuthorityIsNotTaken() throws Exception {
    TestAuthority other = new TestAuthority();
    X509Bundle forged = other.issue("tickraft:kv/1/2");
    try (Caller stranger = call(AUTHORITY, forged)) {
      assertNotAnswered(stranger);
    }
  }

  @Test
  void whoDoesNotUseTlsIsNotAnswered() throws Exception {
    try (Caller stranger = one.call()) {
      assertNotAnswered(stranger);
    }
  }

  private void assertNotAnswered(Caller stranger) throws Exception {
    try {
      stranger.hello(one.hello(Hello.Use.MESSAGES)).say(HEARTBEAT);
      stranger.hearHandshake();
    } catch (IOException e) {
      // The connection was closed meanwhile.
    }
    assertThat(one.clientAddress(2)).isEmpty();
    assertThat(one.host.messages).isEmpty();
  }

  private ServerSocket listenAsTwo(X509Bundle certificate) throws IOException {
    return AUTHORITY
        .context(certificate)
        .getServerSocketFactory()
        .createServerSocket(one.address(2).port(), 10, InetAddress.getLoopbackAddress());
  }

  @Test
  void whoAnswersIsTakenOnlyWithTheCertificateOfTheNodeThatIsCalled() throws Exception {
    try (ServerSocket two = listenAsTwo(THREE)) {
      one.onLoop(() -> one.peers.meetMembers());
      try (Caller call = new Caller(two.accept())) {
        call.hearHandshake();
        call.say(Handshake.welcome(ByteBufAllocator.DEFAULT, 7002)).assertEnd();
      }
      assertThat(one.clientAddress(2)).isEmpty();
    }
    try (ServerSocket two = listenAsTwo(TWO)) {
      try (Caller call = new Caller(two.accept())) {
        call.hearHandshake();
        call.say(Handshake.welcome(ByteBufAllocator.DEFAULT, 7002));
        assertThat(call.hearAny().readByte()).isEqualTo(Frames.KEEP_ALIVE);
      }
      assertThat(one.clientAddress(2)).isPresent();
    }
  }

  @Test
  void nothingIsSentToANodeWithoutTls() throws Exception {
    try (ServerSocket two =
        new ServerSocket(one.address(2).port(), 1, InetAddress.getLoopbackAddress())) {
      one.onLoop(() -> one.peers.meetMembers());
      try (Socket call = two.accept()) {
        assertThat(call.getInputStream().read()).isEqualTo(HANDSHAKE_RECORD);
        call.getOutputStream().write("no TLS here".getBytes(StandardCharsets.US_ASCII));
      }
      try (Socket again = two.accept()) {
        assertThat(again.getInputStream().read()).isEqualTo(HANDSHAKE_RECORD);
      }
    }
  }
}
