package io.tickraft.examples.kv.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.nio.NioIoOps;
import io.netty.channel.nio.NioSelectableChannelIoHandle;
import io.tickraft.examples.kv.Ports;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing that is thrown on an event loop is only a line of Netty's in the log. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class GuardedLoopTest {

  private final BlockingQueue<Throwable> reported = new LinkedBlockingQueue<>();
  private final GuardedLoop loop =
      GuardedLoop.create("guarded", (thread, why) -> reported.add(why));

  @AfterEach
  void stop() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private static void fail() {
    throw new OutOfMemoryError("none left");
  }

  private void assertReported() throws InterruptedException {
    assertThat(reported.take()).isInstanceOf(OutOfMemoryError.class).hasMessage("none left");
  }

  @Test
  void whatATaskThrowsIsReportedAndTheLoopGoesOn() throws Exception {
    loop.execute(GuardedLoopTest::fail);
    assertReported();
    loop.lazyExecute(GuardedLoopTest::fail);
    loop.submit(() -> {}).sync();
    assertReported();
    Later.run(loop, 0, GuardedLoopTest::fail);
    assertReported();
  }

  @Test
  void whatAListenerThrowsIsReported() throws Exception {
    loop.submit(() -> {}).addListener(Uncaught.reporting(done -> fail()));
    assertReported();
  }

  @Test
  void anErrorInAHandlerIsReportedAndAnExceptionIsNot() throws Exception {
    HostAndPort address = address();
    Throwable[] thrown = {new IllegalStateException("a fault"), new OutOfMemoryError("none left")};
    int[] connections = new int[1];
    Listener.listen(
        address,
        loop,
        channel -> channel.pipeline().addLast(new Failing(thrown[connections[0]++])));
    for (Throwable each : thrown) {
      try (Socket socket = new Socket(address.host(), address.port())) {
        assertThat(socket.getInputStream().read()).as(each.toString()).isEqualTo(-1);
      }
    }
    assertReported();
    assertThat(reported).isEmpty();
  }

  @Test
  void anErrorWhileAConnectionIsSetUpIsReported() throws Exception {
    HostAndPort address = address();
    Channel listening = Listener.listen(address, loop, channel -> fail());
    try (Socket socket = new Socket(address.host(), address.port())) {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    assertReported();
    // The listening socket itself: for example, memory is used up while it accepts a connection.
    listening.pipeline().fireExceptionCaught(new OutOfMemoryError("none left"));
    assertReported();
  }

  private static HostAndPort address() {
    return new HostAndPort("127.0.0.1", Ports.free(1).get(0));
  }

  /** Throws when it is connected, and handles that as the handlers of the server do. */
  // A failed close closes the channel, too.
  @SuppressWarnings("FutureReturnValueIgnored")
  private static final class Failing extends ChannelInboundHandlerAdapter {

    private final Throwable thrown;

    Failing(Throwable thrown) {
      this.thrown = thrown;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      if (thrown instanceof Error e) {
        throw e;
      }
      throw (RuntimeException) thrown;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      Uncaught.reportIfFatal(cause);
      ctx.close();
    }
  }

  @Test
  @SuppressWarnings("try") // The loop closes it.
  void aThreadThatEndsByItselfIsReported() throws Exception {
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    loop.register(
            new NioSelectableChannelIoHandle<>(pipe.source()) {
              @Override
              protected void handle(Pipe.SourceChannel channel, SelectionKey key) {
                throw new OutOfMemoryError("none left");
              }
            })
        .sync()
        .getNow()
        .submit(NioIoOps.READ);
    pipe.sink().write(ByteBuffer.allocate(1));
    assertThat(reported.take()).hasMessageContaining("the thread of the event loop has ended");
    assertThat(loop.isTerminated()).isTrue();
    assertThatThrownBy(() -> loop.execute(() -> {})).isNotNull();
  }

  @Test
  void aLoopThatIsShutDownIsNoFailure() {
    loop.submit(() -> {}).syncUninterruptibly();
    stop();
    assertThat(reported).isEmpty();
  }
}
