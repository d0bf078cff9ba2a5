package io.tickraft.examples.kv.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.tickraft.examples.kv.peer.RefusedException.Kind;
import io.tickraft.proto.Message;
import io.tickraft.proto.MessageCodec;

/** Receives the messages of another node, on a connection that it has opened. */
// A failed write or close closes the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class MessageReceiver extends SimpleChannelInboundHandler<ByteBuf> {

  private final Hello hello;
  private final PeerHost host;
  private final Complaints complaints;
  private final MessageCodec codec = new MessageCodec();
  private boolean ended;

  MessageReceiver(Hello hello, PeerHost host, Complaints complaints) {
    this.hello = hello;
    this.host = host;
    this.complaints = complaints;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ByteBuf in) {
    if (ended) {
      return;
    }
    try {
      byte kind = in.readByte();
      switch (kind) {
        case Frames.MESSAGE -> host.receive(checked(Frames.readMessage(in, codec)));
        case Frames.KEEP_ALIVE -> Frames.checkEmpty(in);
        default -> throw Frames.unexpected(kind, "on a connection for messages");
      }
    } catch (RefusedException e) {
      refuse(ctx, e);
    }
  }

  private Message checked(Message message) throws RefusedException {
    hello.check(message);
    if (message.hasInstallSnapshot()) {
      throw new RefusedException(Kind.SNAPSHOT, "a snapshot on a connection for messages");
    }
    return message;
  }

  private void refuse(ChannelHandlerContext ctx, RefusedException refused) {
    if (!ended) {
      ended = true;
      complaints.refuse(ctx, refused);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause.getCause() instanceof RefusedException refused) {
      refuse(ctx, refused); // The FrameDecoder has found a damaged frame.
    } else {
      complaints.failed(ctx.channel(), cause);
      ctx.close();
    }
  }
}
