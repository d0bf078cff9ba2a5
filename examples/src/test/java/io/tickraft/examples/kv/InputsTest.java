package io.tickraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.tickraft.core.MemoryStorage;
import io.tickraft.core.RaftConfig;
import io.tickraft.core.RawNode;
import io.tickraft.core.Ready;
import io.tickraft.core.RoleName;
import io.tickraft.proto.HeartbeatResponse;
import io.tickraft.proto.Message;
import io.tickraft.proto.VoteResponse;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

final class InputsTest {

  private static RawNode leader() {
    MemoryStorage storage = MemoryStorage.bootstrapped(1, 2, 3);
    RawNode node = RawNode.open(RaftConfig.builder(1).preVote(false).build(), storage);
    node.campaign();
    settle(node, storage);
    node.step(
        from2()
            .setVoteResponse(
                VoteResponse.newBuilder().setGranted(VoteResponse.Granted.getDefaultInstance()))
            .build());
    settle(node, storage);
    assertThat(node.role()).isEqualTo(RoleName.LEADER);
    return node;
  }

  private static void settle(RawNode node, MemoryStorage storage) {
    while (node.hasReady()) {
      Ready ready = node.ready();
      storage.persist(ready);
      node.advance(ready);
    }
  }

  private static Message.Builder from2() {
    return Message.newBuilder().setFrom(2).setTo(1).setTerm(2);
  }

  @Test
  void messagesAreDeliveredBeforeAnythingThatMakesTheNodeActOnItsTimeouts() {
    RawNode leader = leader();
    Inputs inputs = new Inputs(new EmbeddedChannel().eventLoop());
    for (int i = 0; i < 9; i++) {
      leader.tick();
    }
    leader.hasReady();

    inputs.unreachable(3);
    inputs.receive(from2().setHeartbeatResponse(HeartbeatResponse.getDefaultInstance()).build());
    leader.tick();
    inputs.deliverTo(RaftNode.of(leader));

    assertThat(leader.role()).isEqualTo(RoleName.LEADER);
  }

  /** A task that goes on for 128 turns, and a client that asks again whenever it has an answer. */
  @Test
  void othersAreReadBetweenTwoTurnsOfALongTask() throws Exception {
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try {
      EventLoop loop = group.next();
      Channel server =
          new ServerBootstrap()
              .group(group)
              .channel(NioServerSocketChannel.class)
              .childHandler(new Echo())
              .bind(InetAddress.getLoopbackAddress(), 0)
              .sync()
              .channel();
      Inputs inputs = new Inputs(loop);
      CountDownLatch turns = new CountDownLatch(128);
      inputs.onWake(
          () -> {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            turns.countDown();
            if (turns.getCount() > 0) {
              inputs.wakeAfterIo();
            }
          });
      int answers = 0;
      int port = ((InetSocketAddress) server.localAddress()).getPort();
      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
        loop.execute(inputs::wakeAfterIo);
        while (turns.getCount() > 0) {
          client.getOutputStream().write(1);
          answers += client.getInputStream().read();
        }
      }
      assertThat(answers).isGreaterThan(10);
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
  }

  @ChannelHandler.Sharable
  @SuppressWarnings("FutureReturnValueIgnored") // A failed write closes the channel.
  private static final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
      ctx.writeAndFlush(bytes, ctx.voidPromise());
    }
  }
}
