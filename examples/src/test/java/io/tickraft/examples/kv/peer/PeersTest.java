package io.tickraft.examples.kv.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.tickraft.core.SnapshotStatus;
import io.tickraft.examples.kv.Ports;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Identity;
import io.tickraft.examples.kv.store.Members;
import io.tickraft.examples.kv.store.NodeStore;
import io.tickraft.examples.kv.store.SnapshotStaging;
import io.tickraft.proto.ConfState;
import io.tickraft.proto.Entry;
import io.tickraft.proto.EntryType;
import io.tickraft.proto.Heartbeat;
import io.tickraft.proto.InstallSnapshot;
import io.tickraft.proto.Message;
import io.tickraft.proto.Snapshot;
import io.tickraft.proto.SnapshotMetadata;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The connections of node 1; the test is node 2, on plain sockets. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PeersTest {

  private static final Message HEARTBEAT =
      Message.newBuilder()
          .setFrom(2)
          .setTo(1)
          .setTerm(5)
          .setGroup(1)
          .setHeartbeat(Heartbeat.newBuilder().setRound(3))
          .build();

  private static final long ATTEMPT = 7;

  @TempDir Path dir;

  private final List<Integer> ports = Ports.free(2);
  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final Recorder host = new Recorder();
  private NodeStore store;
  private Peers peers;
  private EventLoop loop;

  /** Writes down what the connections tell. */
  private static final class Recorder implements PeerHost {
    final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    final BlockingQueue<Long> unreachable = new LinkedBlockingQueue<>();
    final BlockingQueue<SnapshotStatus> statuses = new LinkedBlockingQueue<>();
    final BlockingQueue<Message> snapshots = new LinkedBlockingQueue<>();
    final BlockingQueue<SnapshotStaging> stagings = new LinkedBlockingQueue<>();

    @Override
    public void receive(Message message) {
      messages.add(message);
    }

    @Override
    public void unreachable(long peer) {
      unreachable.add(peer);
    }

    @Override
    public void snapshotStatus(long peer, long attempt, SnapshotStatus status) {
      assertThat(attempt).isEqualTo(ATTEMPT);
      statuses.add(status);
    }

    @Override
    public void snapshotReceived(Message message, SnapshotStaging staging) {
      stagings.add(staging);
      snapshots.add(message);
    }
  }

  @Test
  void aRefusalIsWorthALineWhenItIsAnotherOneForTheSameCaller() {
    assertThat(peers.isNewRefusal(2, "removed")).isTrue();
    assertThat(peers.isNewRefusal(3, "removed")).isTrue();
    assertThat(peers.isNewRefusal(2, "removed")).isFalse();
    assertThat(peers.isNewRefusal(3, "removed")).isFalse();
    assertThat(peers.isNewRefusal(2, "another group")).isTrue();
    for (long id = 4; id <= 200; id++) {
      peers.isNewRefusal(id, "removed");
    }
    assertThat(peers.isNewRefusal(3, "removed")).as("forgotten, as there are too many").isTrue();
  }

  @BeforeEach
  void start() throws InterruptedException {
    Identity me = new Identity("kv", 1, 1);
    store = NodeStore.open(dir, me, Members.founders(Map.of(1L, address(0), 2L, address(1))));
    loop = loops.next();
    peers =
        new Peers(
            new PeerSettings(me, address(0), 7001), store.machine(), host, loop, loops.next());
    peers.listen();
  }

  @AfterEach
  void stop() throws InterruptedException {
    loop.submit(peers::close).await();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).await();
    store.close();
  }

  private HostAndPort address(int position) {
    return new HostAndPort("127.0.0.1", ports.get(position));
  }

  /** Node 2, as far as it is needed: says frames, and hears them. */
  private final class Two implements AutoCloseable {
    private final Socket socket;

    Two() throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), ports.get(0));
    }

    Two say(ByteBuf frame) throws IOException {
      byte[] bytes = new byte[frame.readableBytes()];
      frame.readBytes(bytes);
      frame.release();
      socket.getOutputStream().write(bytes);
      return this;
    }

    Two hello(Hello.Use use) throws IOException {
      say(
          Frames.hello(
              ByteBufAllocator.DEFAULT,
              new Hello(use, new Identity("kv", 1, 2), 1, List.of(1L, 2L), address(1), 7002)));
      return this;
    }

    /** Returns the next frame, kind and all; empty at the end of the connection. */
    ByteBuf hear() throws IOException {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      try {
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        return Unpooled.wrappedBuffer(frame);
      } catch (EOFException | SocketException e) {
        return Unpooled.EMPTY_BUFFER;
      }
    }

    Two welcomed() throws IOException {
      ByteBuf frame = hear();
      assertThat(frame.readByte()).isEqualTo(Frames.WELCOME);
      assertThat(frame.readInt()).isEqualTo(7001);
      return this;
    }

    void assertClosed() throws IOException {
      assertThat(hear().readableBytes()).isZero();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static ByteBuf message(Message message) {
    return Frames.message(ByteBufAllocator.DEFAULT, message);
  }

  private static Message install() {
    return Message.newBuilder()
        .setFrom(2)
        .setTo(1)
        .setTerm(5)
        .setGroup(1)
        .setInstallSnapshot(
            InstallSnapshot.newBuilder()
                .setAttempt(1)
                .setSnapshot(
                    Snapshot.newBuilder()
                        .setMetadata(SnapshotMetadata.newBuilder().setIndex(9).setTerm(5))
                        .setData(Members.NONE.encode())))
        .build();
  }

  private static ByteString pairs(String... keysAndValues) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    for (String text : keysAndValues) {
      out.writeByteArrayNoTag(text.getBytes(StandardCharsets.UTF_8));
    }
    out.flush();
    return ByteString.copyFrom(bytes.toByteArray());
  }

  private static ByteBuf chunk(ByteString pairs) {
    return Frames.chunk(ByteBufAllocator.DEFAULT, pairs);
  }

  private static ByteBuf end(long pairs, ByteString all) {
    CRC32C crc = new CRC32C();
    crc.update(all.toByteArray());
    return Frames.end(ByteBufAllocator.DEFAULT, pairs, crc.getValue());
  }

  @Test
  void messagesArriveAfterAHelloAndTheAddressForClientsIsKnown() throws Exception {
    try (Two two = new Two()) {
      two.hello(Hello.Use.MESSAGES).welcomed().say(message(HEARTBEAT)).say(message(HEARTBEAT));
      assertThat(host.messages.take()).isEqualTo(HEARTBEAT);
      assertThat(host.messages.take()).isEqualTo(HEARTBEAT);
      assertThat(loop.submit(() -> peers.clientAddress(2)).get())
          .contains(new HostAndPort("127.0.0.1", 7002));
      assertThat(loop.submit(() -> peers.clientAddress(3)).get()).isEmpty();
    }
  }

  /** The node's next call to the one who listens, without those of connections that failed. */
  private static Hello heard(ServerSocket listening) throws Exception {
    try (Socket call = listening.accept()) {
      DataInputStream in = new DataInputStream(call.getInputStream());
      byte[] frame = new byte[in.readInt()];
      in.readFully(frame);
      ByteBuf bytes = Unpooled.wrappedBuffer(frame);
      assertThat(bytes.readByte()).isEqualTo(Frames.HELLO);
      return Hello.readFrom(bytes);
    }
  }

  @Test
  void membersAreCalledWhereTheReplicatedStateSaysTheyAre() throws Exception {
    try (ServerSocket two = new ServerSocket(ports.get(1), 1, InetAddress.getLoopbackAddress())) {
      loop.submit(peers::meetMembers).await();
      assertThat(heard(two))
          .isEqualTo(
              new Hello(
                  Hello.Use.MESSAGES,
                  new Identity("kv", 1, 1),
                  2,
                  List.of(1L, 2L),
                  address(0),
                  7001));
    }
  }

  @Test
  void aCallerThatIsNotKnownIsCalledBackWhereItSaysThatItListens() throws Exception {
    int port = Ports.free(1).get(0);
    try (ServerSocket seven = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        Two caller = new Two()) {
      caller
          .say(
              Frames.hello(
                  ByteBufAllocator.DEFAULT,
                  new Hello(
                      Hello.Use.MESSAGES,
                      new Identity("kv", 1, 7),
                      1,
                      List.of(1L, 2L),
                      new HostAndPort("127.0.0.1", port),
                      7007)))
          .welcomed()
          .say(message(HEARTBEAT.toBuilder().setFrom(7).build()));
      assertThat(heard(seven).to()).isEqualTo(7);
      assertThat(host.messages.take().getFrom()).isEqualTo(7);
      assertThat(clientAddress(7)).contains(new HostAndPort("127.0.0.1", 7007));
    }
    // It hangs up, and is nobody any more.
    while (clientAddress(7).isPresent()) {
      Thread.sleep(10);
    }
  }

  private Optional<HostAndPort> clientAddress(long id) throws Exception {
    return loop.submit(() -> peers.clientAddress(id)).get();
  }

  @Test
  void whoIsRemovedIsTalkedToForAWhileAndNotLetInAgain() throws Exception {
    try (Two two = new Two()) {
      two.hello(Hello.Use.MESSAGES).welcomed();
      loop.submit(this::removeTwo).await();
      two.say(message(HEARTBEAT));
      assertThat(host.messages.take()).isEqualTo(HEARTBEAT);
      two.assertClosed();
      assertThat(clientAddress(2)).isEmpty();
    }
    try (Two two = new Two()) {
      ByteBuf refused = two.hello(Hello.Use.MESSAGES).hear();
      assertThat(refused.readByte()).isEqualTo(Frames.REFUSED);
      assertThat(refused.toString(StandardCharsets.UTF_8))
          .isEqualTo("node 2 was removed from the group");
    }
  }

  private void removeTwo() {
    Entry removal =
        Entry.newBuilder().setIndex(2).setTerm(2).setType(EntryType.ENTRY_TYPE_CONF_CHANGE).build();
    peers.meetMembers();
    store
        .machine()
        .apply(
            List.of(removal),
            Optional.of(ConfState.newBuilder().addVoters(1).build()),
            (entry, reply) -> {});
    peers.meetMembers();
  }

  @Test
  void withoutAHelloNothingIsTaken() throws Exception {
    try (Two two = new Two()) {
      two.say(message(HEARTBEAT)).assertClosed();
    }
    try (Two two = new Two()) {
      two.say(Unpooled.copiedBuffer("GET / HTTP/1.1\r\n\r\n", StandardCharsets.US_ASCII))
          .assertClosed();
    }
    assertThat(host.messages).isEmpty();
  }

  @Test
  void aSnapshotWithoutItsDataIsNotTaken() throws Exception {
    try (Two two = new Two()) {
      two.hello(Hello.Use.MESSAGES).welcomed().say(message(install())).assertClosed();
    }
    assertThat(host.messages).isEmpty();
  }

  @Test
  void aSnapshotIsHandedOverWhenItIsCompleteAndNotBefore() throws Exception {
    ByteString one = pairs("a", "1", "b", "2");
    ByteString two = pairs("c", "3");
    try (Two sender = new Two()) {
      sender.hello(Hello.Use.SNAPSHOT).welcomed().say(message(install()));
      sender.say(chunk(one)).say(chunk(two));
      assertThat(host.snapshots.poll(200, TimeUnit.MILLISECONDS)).isNull();
      sender.say(end(3, one.concat(two)));
      Message snapshot = host.snapshots.take();
      assertThat(snapshot.getInstallSnapshot().getSnapshot().getMetadata())
          .isEqualTo(install().getInstallSnapshot().getSnapshot().getMetadata());
      assertThat(snapshot.getInstallSnapshot().getSnapshot().getData().size()).isPositive();
      assertThat(host.stagings.take().size()).isEqualTo(3);
      assertThat(sender.hear().readByte()).isEqualTo(Frames.RECEIVED);
      sender.assertClosed();
    }
  }

  @Test
  void onlyOneSnapshotIsReceivedAtATime() throws Exception {
    try (Two first = new Two()) {
      first.hello(Hello.Use.SNAPSHOT).welcomed();
      try (Two second = new Two()) {
        ByteBuf refused = second.hello(Hello.Use.SNAPSHOT).hear();
        assertThat(refused.readByte()).isEqualTo(Frames.REFUSED);
        assertThat(refused.toString(StandardCharsets.UTF_8))
            .isEqualTo("node 1 is receiving another snapshot already");
        second.assertClosed();
      }
    }
    awaitWelcome().close();
  }

  @Test
  void aDamagedOrBrokenSnapshotIsDroppedAndTheNextOneWelcome() throws Exception {
    ByteString some = pairs("a", "1");
    List<List<ByteBuf>> broken =
        List.of(
            List.of(message(install()), chunk(some)),
            List.of(message(install()), chunk(some), end(2, some)),
            List.of(message(install()), chunk(some), end(1, pairs("a", "2"))),
            List.of(message(install()), chunk(ByteString.copyFromUtf8("what is this?"))),
            List.of(message(install()), message(install())),
            List.of(message(HEARTBEAT)),
            List.of(chunk(some)),
            List.of(end(0, ByteString.EMPTY)));
    for (List<ByteBuf> frames : broken) {
      try (Two two = awaitWelcome()) {
        for (ByteBuf frame : frames) {
          two.say(frame);
        }
      }
    }
    awaitWelcome().close();
    assertThat(host.snapshots).isEmpty();
  }

  /** Tries until what was before is cleared away. */
  private Two awaitWelcome() throws IOException, InterruptedException {
    while (true) {
      Two two = new Two();
      if (two.hello(Hello.Use.SNAPSHOT).hear().readByte() == Frames.WELCOME) {
        return two;
      }
      two.close();
      Thread.sleep(10);
    }
  }

  @Test
  void whatCannotBeSentIsReported() throws Exception {
    Message toTwo = HEARTBEAT.toBuilder().setFrom(1).setTo(2).build();
    loop.submit(peers::meetMembers).await();
    loop.submit(() -> peers.send(List.of(toTwo))).await();
    assertThat(host.unreachable.take()).isEqualTo(2);
  }

  @Test
  void aSnapshotThatCannotBeSentIsReportedAndTheLogNoLongerHeldForIt() throws Exception {
    long index = store.machine().applied().index();
    Message toTwo =
        Message.newBuilder()
            .setFrom(1)
            .setTo(2)
            .setTerm(5)
            .setInstallSnapshot(
                InstallSnapshot.newBuilder()
                    .setAttempt(ATTEMPT)
                    .setSnapshot(
                        Snapshot.newBuilder()
                            .setMetadata(SnapshotMetadata.newBuilder().setIndex(index))))
            .build();
    assertThat(
            loop.submit(
                    () -> {
                      peers.meetMembers();
                      peers.send(List.of(toTwo));
                      return peers.compactableIndex();
                    })
                .get())
        .isEqualTo(index);
    assertThat(host.statuses.take()).isEqualTo(SnapshotStatus.IN_PROGRESS);
    assertThat(host.statuses.take()).isEqualTo(SnapshotStatus.FAILED);
    while (loop.submit(peers::compactableIndex).get() != Long.MAX_VALUE) {
      Thread.sleep(10);
    }
  }
}
