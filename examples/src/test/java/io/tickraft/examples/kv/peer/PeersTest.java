package io.tickraft.examples.kv.peer;

import static io.tickraft.examples.kv.peer.TestFrames.HEARTBEAT;
import static io.tickraft.examples.kv.peer.TestFrames.INSTALL;
import static io.tickraft.examples.kv.peer.TestFrames.chunk;
import static io.tickraft.examples.kv.peer.TestFrames.end;
import static io.tickraft.examples.kv.peer.TestFrames.pairs;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.tickraft.core.SnapshotStatus;
import io.tickraft.examples.kv.Ports;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Identity;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.InstallSnapshot;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
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

/** The connections of node 1; the test is node 2, on plain sockets. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PeersTest {

  private static final long IMPATIENT_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  @TempDir Path dir;

  private NodeOne one;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    one = new NodeOne(dir);
  }

  /** Starts again, with an election timeout that a test can wait for. */
  private void startImpatient() throws IOException, InterruptedException {
    one.close();
    one = new NodeOne(dir.resolve("impatient"), 1, Optional.empty(), IMPATIENT_NANOS);
  }

  @AfterEach
  void stop() {
    one.close();
  }

  @Test
  void messagesArriveAfterAHelloAndTheAddressForClientsIsKnown() throws Exception {
    try (Caller two = one.welcome(Hello.Use.MESSAGES)) {
      two.say(HEARTBEAT).say(HEARTBEAT);
      assertThat(one.host.messages.take()).isEqualTo(HEARTBEAT);
      assertThat(one.host.messages.take()).isEqualTo(HEARTBEAT);
      assertThat(one.clientAddress(2)).contains(new HostAndPort("127.0.0.1", 7002));
      assertThat(one.clientAddress(3)).isEmpty();
    }
  }

  /** The node's next call to the one who listens, without those of connections that failed. */
  private static Hello heard(ServerSocket listening) throws Exception {
    try (Socket call = listening.accept()) {
      DataInputStream in = new DataInputStream(call.getInputStream());
      byte[] frame = new byte[in.readInt()];
      in.readFully(frame);
      ByteBuf bytes = Unpooled.wrappedBuffer(frame);
      assertThat(bytes.readByte()).isEqualTo(Handshake.HELLO);
      return Hello.readFrom(bytes);
    }
  }

  @Test
  void membersAreCalledWhereTheReplicatedStateSaysTheyAre() throws Exception {
    try (ServerSocket two = listenAsTwo()) {
      one.onLoop(() -> one.peers.meetMembers());
      assertThat(heard(two))
          .isEqualTo(
              new Hello(
                  Hello.Use.MESSAGES,
                  new Identity("kv", 1, 1),
                  2,
                  List.of(1L, 2L),
                  one.address(1),
                  7001));
    }
  }

  @Test
  void aCallerThatIsNotKnownIsCalledBackWhereItSaysThatItListens() throws Exception {
    int port = Ports.free(1).get(0);
    try (ServerSocket seven = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        Caller caller = one.call()) {
      caller
          .hello(
              new Hello(
                  Hello.Use.MESSAGES,
                  new Identity("kv", 1, 7),
                  1,
                  List.of(1L, 2L),
                  new HostAndPort("127.0.0.1", port),
                  7007))
          .assertWelcome()
          .say(HEARTBEAT.toBuilder().setFrom(7).build());
      assertThat(heard(seven).to()).isEqualTo(7);
      assertThat(one.host.messages.take().getFrom()).isEqualTo(7);
      assertThat(one.clientAddress(7)).contains(new HostAndPort("127.0.0.1", 7007));
    }
    // It hangs up, and is nobody any more.
    while (one.clientAddress(7).isPresent()) {
      Thread.sleep(10);
    }
  }

  @Test
  void whoIsRemovedIsTalkedToForAWhileAndNotLetInAgain() throws Exception {
    try (Caller two = one.welcome(Hello.Use.MESSAGES)) {
      one.onLoop(() -> removeTwo());
      two.say(HEARTBEAT);
      assertThat(one.host.messages.take()).isEqualTo(HEARTBEAT);
      two.assertEnd();
      assertThat(one.clientAddress(2)).isEmpty();
    }
    try (Caller two = one.call()) {
      two.hello(one.hello(Hello.Use.MESSAGES)).assertRefused("node 2 was removed from the group");
    }
  }

  private void removeTwo() {
    Entry removal =
        Entry.newBuilder().setIndex(2).setTerm(2).setType(EntryType.ENTRY_TYPE_CONF_CHANGE).build();
    one.peers.meetMembers();
    one.store
        .machine()
        .apply(
            List.of(removal),
            Optional.of(ConfState.newBuilder().addVoters(1).build()),
            (entry, reply) -> {});
    one.peers.meetMembers();
  }

  @Test
  void aSnapshotIsHandedOverWhenItIsCompleteAndNotBefore() throws Exception {
    ByteString first = pairs("a", "1", "b", "2");
    ByteString second = pairs("c", "3");
    try (Caller sender = one.welcome(Hello.Use.SNAPSHOT)) {
      sender.say(INSTALL).say(chunk(first)).say(chunk(second));
      assertThat(one.host.snapshots.poll(200, TimeUnit.MILLISECONDS)).isNull();
      sender.say(end(3, first.concat(second)));
      Message snapshot = one.host.snapshots.take();
      assertThat(snapshot.getInstallSnapshot().getSnapshot().getMetadata())
          .isEqualTo(INSTALL.getInstallSnapshot().getSnapshot().getMetadata());
      assertThat(snapshot.getInstallSnapshot().getSnapshot().getData().size()).isPositive();
      assertThat(one.host.stagings.take().size()).isEqualTo(3);
      assertThat(sender.hear().readByte()).isEqualTo(Frames.RECEIVED);
      sender.assertEnd();
    }
  }

  @Test
  void whatCannotBeSentIsReported() throws Exception {
    Message toTwo = HEARTBEAT.toBuilder().setFrom(1).setTo(2).build();
    one.onLoop(() -> one.peers.meetMembers());
    one.onLoop(() -> one.peers.send(List.of(toTwo)));
    assertThat(one.host.unreachable.take()).isEqualTo(2);
  }

  @Test
  void aSnapshotThatCannotBeSentIsReportedAndTheLogNoLongerHeldForIt() throws Exception {
    long index = one.store.machine().applied().index();
    Message toTwo = snapshotToTwo(index);
    assertThat(
            one.onLoop(
                () -> {
                  one.peers.meetMembers();
                  one.peers.send(List.of(toTwo));
                  return one.peers.compactableIndex();
                }))
        .isEqualTo(index);
    assertThat(one.host.statuses.take()).isEqualTo(SnapshotStatus.IN_PROGRESS);
    assertThat(one.host.statuses.take()).isEqualTo(SnapshotStatus.FAILED);
    while (one.onLoop(one.peers::compactableIndex) != Long.MAX_VALUE) {
      Thread.sleep(10);
    }
  }

  private static Message snapshotToTwo(long index) {
    return Message.newBuilder()
        .setFrom(1)
        .setTo(2)
        .setTerm(5)
        .setInstallSnapshot(
            InstallSnapshot.newBuilder()
                .setAttempt(NodeOne.ATTEMPT)
                .setSnapshot(
                    Snapshot.newBuilder()
                        .setMetadata(SnapshotMetadata.newBuilder().setIndex(index))))
        .build();
  }

  @Test
  void aSnapshotToANodeThatFallsSilentFailsSoon() throws Exception {
    startImpatient();
    Message toTwo = snapshotToTwo(one.store.machine().applied().index());
    try (ServerSocket two = listenAsTwo()) {
      one.onLoop(
          () -> {
            one.peers.meetMembers();
            one.peers.send(List.of(toTwo));
          });
      assertThat(one.host.statuses.take()).isEqualTo(SnapshotStatus.IN_PROGRESS);
      // One is for messages, and one for the snapshot.
      try (Caller first = new Caller(two.accept());
          Caller second = new Caller(two.accept())) {
        first.say(Handshake.welcome(ByteBufAllocator.DEFAULT, 7002));
        second.say(Handshake.welcome(ByteBufAllocator.DEFAULT, 7002));
        assertThat(one.host.statuses.poll(10, TimeUnit.SECONDS)).isEqualTo(SnapshotStatus.FAILED);
      }
    }
  }

  @Test
  void aConnectionIsKeptAliveInBothDirections() throws Exception {
    startImpatient();
    try (Caller two = one.welcome(Hello.Use.MESSAGES)) {
      for (int i = 0; i < 10; i++) {
        assertThat(two.hearAny().readByte()).isEqualTo(Frames.KEEP_ALIVE);
        two.say(Frames.keepAlive(ByteBufAllocator.DEFAULT));
      }
      two.say(HEARTBEAT);
      assertThat(one.host.messages.take()).isEqualTo(HEARTBEAT);
    }
  }

  @Test
  void aCallerThatFallsSilentIsHungUpOn() throws Exception {
    startImpatient();
    try (Caller two = one.welcome(Hello.Use.MESSAGES)) {
      long start = System.nanoTime();
      two.assertEnd();
      assertThat(System.nanoTime() - start)
          .isBetween(IMPATIENT_NANOS * 9 / 10, IMPATIENT_NANOS * 10);
    }
  }

  @Test
  void anotherNodeThatFallsSilentIsCalledAgain() throws Exception {
    startImpatient();
    try (ServerSocket two = listenAsTwo()) {
      one.onLoop(() -> one.peers.meetMembers());
      // Says nothing at all, falls silent after the welcome, and says something until it is asked.
      heard(two);
      try (Caller silent = new Caller(two.accept())) {
        assertThat(silent.hearHandshake().readByte()).isEqualTo(Handshake.HELLO);
        silent.assertEnd();
      }
      try (Caller silent = new Caller(two.accept())) {
        silent.say(Handshake.welcome(ByteBufAllocator.DEFAULT, 7002));
        assertThat(silent.hearHandshake().readByte()).isEqualTo(Handshake.HELLO);
        silent.assertEnd();
      }
      try (Caller alive = new Caller(two.accept())) {
        alive.say(Handshake.welcome(ByteBufAllocator.DEFAULT, 7002));
        assertThat(alive.hearHandshake().readByte()).isEqualTo(Handshake.HELLO);
        for (int i = 0; i < 10; i++) {
          alive.say(Frames.keepAlive(ByteBufAllocator.DEFAULT));
          assertThat(alive.hearAny().readByte()).isEqualTo(Frames.KEEP_ALIVE);
        }
        assertThat(one.clientAddress(2)).contains(new HostAndPort("127.0.0.1", 7002));
      }
    }
  }

  private ServerSocket listenAsTwo() throws IOException {
    return new ServerSocket(one.address(2).port(), 1, InetAddress.getLoopbackAddress());
  }

  @Test
  void aNewConnectionOfANodeTakesThePlaceOfTheOneBefore() throws Exception {
    for (Hello.Use use : Hello.Use.values()) {
      try (Caller dead = one.welcome(use);
          Caller next = one.welcome(use)) {
        dead.assertEnd();
        assertThat(next.hearAny().readByte()).isEqualTo(Frames.KEEP_ALIVE);
      }
    }
    assertThat(one.clientAddress(2)).contains(new HostAndPort("127.0.0.1", 7002));
  }

  @Test
  void whoDoesNotIntroduceItselfIsHungUpOnInTime() throws Exception {
    startImpatient();
    try (Caller stranger = one.call()) {
      stranger.assertEnd();
    }
  }

  @Test
  void manyConnectionsWithoutAHelloDoNotKeepTheNodesOut() throws Exception {
    List<Caller> strangers = new ArrayList<>();
    try {
      for (int i = 0; i <= Callers.MAX_STRANGERS; i++) {
        strangers.add(one.call());
      }
      strangers.get(0).assertEnd();
      one.welcome(Hello.Use.MESSAGES).close();
    } finally {
      for (Caller stranger : strangers) {
        stranger.close();
      }
    }
  }

  @Test
  void callersThatAreNotMembersAreLimited() throws Exception {
    List<Caller> guests = new ArrayList<>();
    try {
      for (long id = 3; id < 3 + Callers.MAX_GUESTS; id++) {
        guests.add(one.call().hello(guest(id)).assertWelcome());
        for (Caller guest : id % 5 == 0 ? guests : List.<Caller>of()) {
          guest.say(Frames.keepAlive(ByteBufAllocator.DEFAULT));
        }
      }
      one.call().hello(guest(999)).assertRefused("too many callers are not members of the group");
      one.call().hello(guest(3)).assertWelcome().close();
      one.welcome(Hello.Use.MESSAGES).close();
    } finally {
      for (Caller guest : guests) {
        guest.close();
      }
    }
  }

  private Hello guest(long id) {
    return new Hello(
        Hello.Use.MESSAGES, new Identity("kv", 1, id), 1, List.of(), one.address(2), 7002);
  }
}
