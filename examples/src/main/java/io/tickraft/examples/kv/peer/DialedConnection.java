package io.tickraft.examples.kv.peer;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.tickraft.examples.kv.net.Initializer;
import io.tickraft.examples.kv.net.Later;
import io.tickraft.examples.kv.net.Tls;
import io.tickraft.examples.kv.net.Uncaught;
import io.tickraft.examples.kv.peer.RefusedException.Kind;
import io.tickraft.examples.kv.store.Identity;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A connection that this node opens to another one: sends a hello, and waits for the welcome. */
// A failed write or close closes the channel, and channelInactive handles that.
@SuppressWarnings("FutureReturnValueIgnored")
abstract class DialedConnection extends SimpleChannelInboundHandler<ByteBuf> {

  private static final String FRAMES = "frames";

  private final Hello hello;
  private final PeerSettings settings;
  private final KeepAlive.Side side;
  private boolean welcome;
  private boolean closing;
  private String reason = "closed by the other side";
  private Optional<String> refusal = Optional.empty();

  /**
   * Creates the connection; {@link #dial} opens it.
   *
   * @param side whether this side sends signs of life, and whether it expects them
   */
  DialedConnection(Hello hello, PeerSettings settings, KeepAlive.Side side) {
    this.hello = hello;
    this.settings = settings;
    this.side = side;
  }

  /**
   * Opens the connection. Exactly one call of {@link #ended} follows, during this call or later.
   *
   * @param address the address of the other node
   * @param loop the event loop of the connection, that this is called on
   * @param mark the limits of the bytes that wait to be sent
   */
  final void dial(NodeAddress address, EventLoop loop, WriteBufferWaterMark mark) {
    address.resolve(loop, resolved -> connect(resolved, loop, mark));
  }

  private void connect(InetSocketAddress address, EventLoop loop, WriteBufferWaterMark mark) {
    if (address.isUnresolved()) {
      ended("unknown host " + address.getHostString());
      return;
    }
    new Bootstrap()
        .group(loop)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis())
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, mark)
        .handler(new Initializer(this::setUp))
        .connect(address)
        .addListener(
            Uncaught.reporting(
                connected -> {
                  if (!connected.isSuccess()) {
                    ended(String.valueOf(connected.cause().getMessage()));
                  }
                }));
  }

  private void setUp(Channel channel) {
    channel.pipeline().addLast(Handshake.decoder(), this);
    settings.tls().ifPresent(tls -> tls.toNode(channel, settings.silenceNanos()));
  }

  /**
   * Half of an election timeout: when packets get through again, TCP would try only a second later.
   */
  private int connectMillis() {
    return Math.max(1, (int) TimeUnit.NANOSECONDS.toMillis(settings.silenceNanos() / 2));
  }

  /** Called when the other node has accepted the hello. */
  abstract void welcomed(ChannelHandlerContext ctx, int clientPort);

  /** Called for each frame after the welcome that is no sign of life. */
  abstract void frame(ChannelHandlerContext ctx, byte kind, ByteBuf body) throws RefusedException;

  /**
   * Called when the connection could not be opened, or is closed.
   *
   * @param why the reason, for the log
   */
  abstract void ended(String why);

  /** {@return why the other node has refused the hello; empty if it has not} */
  final Optional<String> refusal() {
    return refusal;
  }

  @Override
  public final void channelActive(ChannelHandlerContext ctx) {
    ctx.writeAndFlush(Handshake.hello(ctx.alloc(), hello));
    Later.run(ctx.executor(), settings.silenceNanos(), () -> checkWelcome(ctx));
  }

  private void checkWelcome(ChannelHandlerContext ctx) {
    if (!welcome) {
      close(ctx, "no welcome in time");
    }
  }

  @Override
  protected final void channelRead0(ChannelHandlerContext ctx, ByteBuf in) {
    if (closing) {
      return;
    }
    try {
      byte kind = in.isReadable() ? in.readByte() : 0;
      if (!welcome) {
        handshake(ctx, kind, in);
      } else if (kind == Frames.CLOSED) {
        close(ctx, "refused: " + Frames.readClosed(in));
      } else if (kind == Frames.KEEP_ALIVE) {
        Frames.checkEmpty(in);
      } else {
        frame(ctx, kind, in);
      }
    } catch (RefusedException e) {
      close(ctx, e.why());
    }
  }

  private void handshake(ChannelHandlerContext ctx, byte kind, ByteBuf in) throws RefusedException {
    switch (kind) {
      case Handshake.WELCOME -> {
        settings.checkCertificate(
            ctx.channel(), new Identity(hello.from().cluster(), hello.from().group(), hello.to()));
        int clientPort = Handshake.readWelcome(in);
        welcome = true;
        ChannelPipeline pipeline = ctx.pipeline();
        pipeline.replace(LengthFieldBasedFrameDecoder.class, FRAMES, new FrameDecoder());
        pipeline.addBefore(FRAMES, null, new KeepAlive(side, settings.silenceNanos()));
        welcomed(ctx, clientPort);
      }
      case Handshake.REFUSED -> {
        String why = Handshake.readRefused(in);
        refusal = Optional.of(why);
        close(ctx, "refused: " + why);
      }
      default ->
          throw new RefusedException(
              Kind.HELLO, "a frame of kind " + kind + " instead of a welcome");
    }
  }

  /** Closes the connection, for a reason that {@link #ended} gets. */
  final void close(ChannelHandlerContext ctx, String why) {
    if (!closing) {
      closing = true;
      reason = why;
      ctx.close();
    }
  }

  @Override
  public final void channelInactive(ChannelHandlerContext ctx) {
    ended(reason);
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Uncaught.reportIfFatal(cause);
    Throwable why = cause.getCause() instanceof RefusedException ? cause.getCause() : cause;
    close(ctx, Tls.problem(cause).orElse(String.valueOf(why.getMessage())));
  }
}
