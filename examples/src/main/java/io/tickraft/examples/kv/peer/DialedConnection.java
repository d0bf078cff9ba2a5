package io.tickraft.examples.kv.peer;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.net.Later;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A connection that this node opens to another one: sends a hello, and waits for the welcome. */
// A failed write or close closes the channel, and channelInactive handles that.
@SuppressWarnings("FutureReturnValueIgnored")
abstract class DialedConnection extends SimpleChannelInboundHandler<ByteBuf> {

  private static final int CONNECT_MILLIS = 2_000;
  private static final long WELCOME_SECONDS = 5;

  private final Hello hello;
  private boolean welcome;
  private String reason = "closed by the other side";

  DialedConnection(Hello hello) {
    this.hello = hello;
  }

  /**
   * Opens the connection. Exactly one call of {@link #ended} follows, during this call or later.
   *
   * @param address the address of the other node
   * @param loop the event loop of the connection
   * @param resolver an event loop that may block on the name service
   * @param mark the limits of the bytes that wait to be sent
   */
  final void dial(
      HostAndPort address, EventLoop loop, EventLoop resolver, WriteBufferWaterMark mark) {
    resolver.execute(
        () -> {
          InetSocketAddress resolved = new InetSocketAddress(address.host(), address.port());
          loop.execute(() -> connect(resolved, loop, mark));
        });
  }

  private void connect(InetSocketAddress address, EventLoop loop, WriteBufferWaterMark mark) {
    if (address.isUnresolved()) {
      ended("unknown host " + address.getHostString());
      return;
    }
    new Bootstrap()
        .group(loop)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, mark)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(Frames.decoder(), DialedConnection.this);
              }
            })
        .connect(address)
        .addListener(
            (ChannelFuture connected) -> {
              if (!connected.isSuccess()) {
                ended(String.valueOf(connected.cause().getMessage()));
              }
            });
  }

  /** Called when the other node has accepted the hello. */
  abstract void welcomed(ChannelHandlerContext ctx, int clientPort);

  /** Called for each frame after the welcome. */
  abstract void frame(ChannelHandlerContext ctx, byte kind, ByteBuf body);

  /**
   * Called when the connection could not be opened, or is closed.
   *
   * @param why the reason, for the log
   */
  abstract void ended(String why);

  @Override
  public final void channelActive(ChannelHandlerContext ctx) {
    ctx.writeAndFlush(Frames.hello(ctx.alloc(), hello));
    Later.runSeconds(ctx.executor(), WELCOME_SECONDS, () -> checkWelcome(ctx));
  }

  private void checkWelcome(ChannelHandlerContext ctx) {
    if (!welcome) {
      close(ctx, "no welcome after " + WELCOME_SECONDS + " s");
    }
  }

  @Override
  protected final void channelRead0(ChannelHandlerContext ctx, ByteBuf in) {
    byte kind = in.readByte();
    if (welcome) {
      frame(ctx, kind, in);
    } else if (kind == Frames.WELCOME) {
      welcome = true;
      welcomed(ctx, in.readInt());
    } else if (kind == Frames.REFUSED) {
      close(ctx, "refused: " + in.toString(StandardCharsets.UTF_8));
    } else {
      close(ctx, "no welcome, but a frame of kind " + kind);
    }
  }

  /** Closes the connection, for a reason that {@link #ended} gets. */
  final void close(ChannelHandlerContext ctx, String why) {
    reason = why;
    ctx.close();
  }

  @Override
  public final void channelInactive(ChannelHandlerContext ctx) {
    ended(reason);
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext ctx, @Nullable Throwable cause) {
    close(ctx, String.valueOf(cause));
  }
}
