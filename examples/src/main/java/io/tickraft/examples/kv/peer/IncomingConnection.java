package io.tickraft.examples.kv.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.tickraft.examples.kv.net.Later;
import io.tickraft.proto.Message;
import io.tickraft.proto.MessageCodec;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A connection that another node has opened: checks the hello, and then receives messages, or
 * replaces itself by the receiver of a snapshot. Used on the node's event loop.
 */
// A failed write or close closes the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class IncomingConnection extends SimpleChannelInboundHandler<ByteBuf> {

  private static final Logger LOG = LoggerFactory.getLogger(IncomingConnection.class);
  private static final long HELLO_SECONDS = 5;

  private final Peers peers;
  private final MessageCodec codec = new MessageCodec();
  private boolean greeted;

  IncomingConnection(Peers peers) {
    this.peers = peers;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    Later.runSeconds(
        ctx.executor(),
        HELLO_SECONDS,
        () -> {
          if (!greeted) {
            ctx.close();
          }
        });
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ByteBuf in) throws IOException {
    byte kind = in.readByte();
    if (greeted && kind == Frames.MESSAGE) {
      Message message = Frames.readMessage(in, codec);
      if (message.hasInstallSnapshot()) {
        throw new IOException("a snapshot without its data");
      }
      peers.host().receive(message);
    } else if (!greeted && kind == Frames.HELLO) {
      greeted = true;
      greet(ctx, in);
    } else {
      throw new IOException("a frame of kind " + kind + " where none is due");
    }
  }

  private void greet(ChannelHandlerContext ctx, ByteBuf in) {
    long from = 0;
    try {
      Hello hello = Hello.readFrom(in);
      from = hello.from().id();
      peers.greet(hello, ctx.channel());
      if (hello.use() == Hello.Use.SNAPSHOT) {
        ctx.pipeline().addLast(peers.receiver(hello));
        ctx.pipeline().remove(this);
      }
      ctx.channel().writeAndFlush(Frames.welcome(ctx.alloc(), peers.settings().clientPort()));
    } catch (Hello.RefusedException e) {
      String why = String.valueOf(e.getMessage());
      // Refusals repeat: log one at WARN only if its reason is new.
      LOG.atLevel(peers.isNewRefusal(from, why) ? Level.WARN : Level.DEBUG)
          .log(
              "node {}: refused a connection from {}: {}",
              peers.settings().me().id(),
              ctx.channel().remoteAddress(),
              why);
      ctx.writeAndFlush(Frames.refused(ctx.alloc(), why)).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("node {}: closes a connection: {}", peers.settings().me().id(), cause.toString());
    ctx.close();
  }
}
