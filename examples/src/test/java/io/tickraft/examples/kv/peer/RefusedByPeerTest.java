package io.tickraft.examples.kv.peer;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A node that another one does not let in: it may have been removed while it was down. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RefusedByPeerTest {

  /** No other test has a node of this id, whose lines are in the same log. */
  private static final long ID = 97;

  private static final String WHY = "node 97 was removed from the group";

  /** More calls than it takes until a problem counts as one that lasts. */
  private static final int CALLS = 10;

  @TempDir Path dir;
  private final Logger logger = (Logger) LoggerFactory.getLogger(PeerLink.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void hangUp() {
    logger.detachAppender(lines);
  }

  private List<ILoggingEvent> warnings() {
    return List.copyOf(lines.list).stream()
        .filter(line -> line.getLevel() == Level.WARN)
        .filter(line -> line.getFormattedMessage().startsWith("node " + ID + ":"))
        .toList();
  }

  private static List<Optional<String>> refusals(NodeOne one) throws Exception {
    return one.onLoop(
        () -> {
          List<Optional<String>> refusals = new ArrayList<>();
          one.peers.visitLinks((id, isConnected, owed, refusal) -> refusals.add(refusal));
          return refusals;
        });
  }

  private static void answer(ServerSocket two, ByteBuf answer) throws Exception {
    try (Caller call = new Caller(two.accept())) {
      assertThat(call.hearHandshake().readByte()).isEqualTo(Handshake.HELLO);
      call.say(answer).assertEnd();
    }
  }

  @Test
  void theReasonIsLoggedOnceAsAWarningAndShownUntilItIsLetIn() throws Exception {
    try (NodeOne one = new NodeOne(dir, ID, Optional.empty(), NodeOne.PATIENT_NANOS);
        ServerSocket two =
            new ServerSocket(one.address(2).port(), 1, InetAddress.getLoopbackAddress())) {
      one.onLoop(() -> one.peers.meetMembers());
      assertThat(refusals(one)).containsExactly(Optional.empty());
      for (int i = 0; i < CALLS; i++) {
        answer(two, Handshake.refused(ByteBufAllocator.DEFAULT, WHY));
      }
      two.accept().close(); // What happens to a call after that changes nothing.
      try (Caller call = new Caller(two.accept())) {
        assertThat(refusals(one)).containsExactly(Optional.of(WHY));
        assertThat(warnings())
            .extracting(ILoggingEvent::getFormattedMessage)
            .containsExactly("node 97: no connection to node 2: refused: " + WHY);
        call.hearHandshake();
        call.say(Handshake.welcome(ByteBufAllocator.DEFAULT, 7_002));
        while (one.clientAddress(2).isEmpty()) {
          Thread.sleep(1);
        }
        assertThat(refusals(one)).containsExactly(Optional.empty());
      }
    }
  }
}
