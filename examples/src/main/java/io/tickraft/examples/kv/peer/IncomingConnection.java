package io.tickraft.examples.kv.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.tickraft.examples.kv.net.Later;
import io.tickraft.examples.kv.net.Tls;
import io.tickraft.examples.kv.peer.RefusedException.Kind;
import java.util.Optional;

/**
 * A connection that another node has opened, until its hello has been checked: replaces itself by
 * the receiver of messages or of a snapshot. Used on the node's event loop.
 */
// A failed write or close closes the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class IncomingConnection extends SimpleChannelInboundHandler<ByteBuf> {

  private static final String FRAMES = "frames";

  private final Callers callers;
  private final PeerSettings settings;
  private boolean ended;

  IncomingConnection(Callers callers, PeerSettings settings) {
    this.callers = callers;
    this.settings = settings;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    Later.run(
        ctx.executor(),
        settings.silenceNanos(),
        () -> {
          if (!ctx.isRemoved()) {
            fail(ctx, new RefusedException(Kind.HELLO, "no hello in time"));
          }
        });
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ByteBuf in) {
    if (ended) {
      return;
    }
    try {
      byte kind = in.isReadable() ? in.readByte() : 0;
      if (kind != Handshake.HELLO) {
        throw new RefusedException(Kind.HELLO, "a frame of kind " + kind + " instead of a hello");
      }
      Hello hello = Hello.readFrom(in);
      ChannelInboundHandler receiver = callers.greet(hello, ctx.channel());
      ctx.writeAndFlush(Handshake.welcome(ctx.alloc(), settings.clientPort()));
      ChannelPipeline pipeline = ctx.pipeline();
      pipeline.replace(this, null, receiver);
      pipeline.replace(LengthFieldBasedFrameDecoder.class, FRAMES, new FrameDecoder());
      pipeline.addBefore(FRAMES, null, new KeepAlive(side(hello.use()), settings.silenceNanos()));
    } catch (RefusedException e) {
      refuse(ctx, e);
    }
  }

  private static KeepAlive.Side side(Hello.Use use) {
    return switch (use) {
      case MESSAGES -> KeepAlive.Side.SENDS_AND_LISTENS;
      // The sender may be busy for long. The SnapshotReceiver has a limit of its own.
      case SNAPSHOT -> KeepAlive.Side.SENDS;
    };
  }

  private void refuse(ChannelHandlerContext ctx, RefusedException refused) {
    if (log(ctx, refused)) {
      ctx.writeAndFlush(Handshake.refused(ctx.alloc(), refused.why()))
          .addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** Closes a connection on which nothing can be sent, as it may not have become one of TLS. */
  private void fail(ChannelHandlerContext ctx, RefusedException refused) {
    if (log(ctx, refused)) {
      ctx.close();
    }
  }

  /** Returns whether this is the first reason to end the connection. */
  private boolean log(ChannelHandlerContext ctx, RefusedException refused) {
    if (ended) {
      return false;
    }
    ended = true;
    callers.complaints().log(ctx.channel(), refused);
    return true;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ended = true;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Optional<String> tls = Tls.problem(cause);
    if (tls.isPresent()) {
      fail(ctx, new RefusedException(Kind.TLS, tls.get()));
    } else if (cause instanceof DecoderException) {
      refuse(
          ctx, new RefusedException(Kind.HELLO, "this is a node of a tickraft key-value cluster"));
    } else {
      callers.complaints().failed(ctx.channel(), cause);
      ctx.close();
    }
  }
}
