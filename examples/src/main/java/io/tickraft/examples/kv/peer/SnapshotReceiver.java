package io.tickraft.examples.kv.peer;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.tickraft.examples.kv.net.Later;
import io.tickraft.examples.kv.peer.RefusedException.Kind;
import io.tickraft.examples.kv.store.KvMachine;
import io.tickraft.examples.kv.store.Members;
import io.tickraft.examples.kv.store.SnapshotStaging;
import io.tickraft.proto.Message;
import io.tickraft.proto.MessageCodec;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives one snapshot from another node: stages its pairs beside the map, and passes the
 * InstallSnapshot to the host only when all pairs are durable.
 *
 * <p>Frames are read on the node's event loop, one read at a time. Each is processed on the
 * background loop before the next read, so a slow disk delays only the sender.
 */
// A failed write or close closes the channel, and channelInactive handles that.
@SuppressWarnings("FutureReturnValueIgnored")
final class SnapshotReceiver extends SimpleChannelInboundHandler<ByteBuf> {

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotReceiver.class);

  /** The time without a frame after which the connection is closed. */
  private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(15);

  private final Hello hello;
  private final KvMachine machine;
  private final PeerHost host;
  private final EventLoop background;
  private final Complaints complaints;

  // Used only on the background loop.
  private final MessageCodec codec = new MessageCodec();
  private final CRC32C crc = new CRC32C();
  private Message message = Message.getDefaultInstance();
  private @Nullable SnapshotStaging staging;
  private boolean ended;
  private long lastFrameNanos = System.nanoTime();

  SnapshotReceiver(
      Hello hello, KvMachine machine, PeerHost host, EventLoop background, Complaints complaints) {
    this.hello = hello;
    this.machine = machine;
    this.host = host;
    this.background = background;
    this.complaints = complaints;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    // One read at a time, after the data of the previous one is written.
    ctx.channel().config().setAutoRead(false);
    ctx.read();
    background.execute(() -> watch(ctx));
  }

  private void watch(ChannelHandlerContext ctx) {
    if (System.nanoTime() - lastFrameNanos > STALL_NANOS) {
      fail(ctx, refused("nothing came for 15 s"));
    } else if (ctx.channel().isActive()) {
      Later.runSeconds(background, 1, () -> watch(ctx));
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ByteBuf in) {
    ByteBuf frame = in.retain();
    background.execute(
        () -> {
          try {
            if (!ended) {
              process(ctx, frame);
              ctx.read();
            }
          } catch (RefusedException e) {
            fail(ctx, e);
          } finally {
            frame.release();
          }
        });
  }

  private void process(ChannelHandlerContext ctx, ByteBuf in) throws RefusedException {
    lastFrameNanos = System.nanoTime();
    byte kind = in.readByte();
    switch (kind) {
      case Frames.MESSAGE -> begin(Frames.readMessage(in, codec));
      case Frames.CHUNK -> add(Frames.readChunk(in));
      case Frames.END -> end(ctx, Frames.readEnd(in));
      default -> throw Frames.unexpected(kind, "in a snapshot");
    }
  }

  private void begin(Message install) throws RefusedException {
    hello.check(install);
    if (staging != null || !install.hasInstallSnapshot()) {
      throw refused("a connection for a snapshot must carry exactly one InstallSnapshot");
    }
    try {
      Members.decode(install.getInstallSnapshot().getSnapshot().getData());
    } catch (IllegalArgumentException e) {
      throw refused("the data of the InstallSnapshot is not the members of a group");
    }
    message = install;
    staging = machine.stage();
  }

  private static RefusedException refused(String why) {
    return new RefusedException(Kind.SNAPSHOT, why);
  }

  private void add(ByteString pairs) throws RefusedException {
    SnapshotStaging begun = begun();
    crc.update(pairs.asReadOnlyByteBuffer());
    try {
      begun.add(pairs);
    } catch (IOException e) {
      throw refused("a part of a snapshot is not pairs of keys and values");
    }
  }

  private void end(ChannelHandlerContext ctx, Frames.End end) throws RefusedException {
    SnapshotStaging complete = begun();
    if (end.pairs() != complete.size() || end.crc() != crc.getValue()) {
      throw refused("the snapshot is damaged: wrong number of pairs or wrong checksum");
    }
    ByteString data = complete.complete(message.getInstallSnapshot().getSnapshot().getData());
    Message.Builder install = message.toBuilder();
    install.getInstallSnapshotBuilder().getSnapshotBuilder().setData(data);
    LOG.info(
        "node {}: received a snapshot at {} from node {}",
        message.getTo(),
        message.getInstallSnapshot().getSnapshot().getMetadata().getIndex(),
        message.getFrom());
    host.snapshotReceived(install.build(), complete);
    staging = null;
    ended = true;
    ctx.writeAndFlush(Frames.received(ctx.alloc())).addListener(ChannelFutureListener.CLOSE);
  }

  private SnapshotStaging begun() throws RefusedException {
    if (staging == null) {
      throw refused("the first frame of a snapshot must be its InstallSnapshot");
    }
    return staging;
  }

  private void fail(ChannelHandlerContext ctx, RefusedException refused) {
    if (!ended) {
      ended = true;
      complaints.refuse(ctx, refused);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    background.execute(
        () -> {
          ended = true;
          if (staging != null) {
            staging.abandon();
            staging = null;
          }
        });
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause.getCause() instanceof RefusedException refused) {
      background.execute(() -> fail(ctx, refused)); // The FrameDecoder has found a damaged frame.
    } else {
      complaints.failed(ctx.channel(), cause);
      ctx.close();
    }
  }
}
