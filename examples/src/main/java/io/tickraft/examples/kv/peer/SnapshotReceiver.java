package io.tickraft.examples.kv.peer;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.tickraft.examples.kv.net.Later;
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

  private final KvMachine machine;
  private final PeerHost host;
  private final EventLoop background;
  private final Runnable onEnd;

  // Used only on the background loop.
  private final MessageCodec codec = new MessageCodec();
  private final CRC32C crc = new CRC32C();
  private Message message = Message.getDefaultInstance();
  private @Nullable SnapshotStaging staging;
  private long lastFrameNanos = System.nanoTime();

  SnapshotReceiver(KvMachine machine, PeerHost host, EventLoop background, Runnable onEnd) {
    this.machine = machine;
    this.host = host;
    this.background = background;
    this.onEnd = onEnd;
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
      ctx.close();
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
            process(ctx, frame);
            ctx.read();
          } catch (IOException | RuntimeException e) {
            exceptionCaught(ctx, e);
          } finally {
            frame.release();
          }
        });
  }

  private void process(ChannelHandlerContext ctx, ByteBuf in) throws IOException {
    lastFrameNanos = System.nanoTime();
    byte kind = in.readByte();
    switch (kind) {
      case Frames.MESSAGE -> begin(Frames.readMessage(in, codec));
      case Frames.CHUNK -> add(Frames.readChunk(in));
      case Frames.END -> end(ctx, in.readLong(), in.readLong());
      default -> throw new IOException("a frame of kind " + kind + " in a snapshot");
    }
  }

  private void begin(Message install) throws IOException {
    if (staging != null || !install.hasInstallSnapshot()) {
      throw new IOException("a connection for a snapshot must carry exactly one InstallSnapshot");
    }
    try {
      Members.decode(install.getInstallSnapshot().getSnapshot().getData());
    } catch (IllegalArgumentException e) {
      throw new IOException("the data of the InstallSnapshot is not the members of a group", e);
    }
    message = install;
    staging = machine.stage();
  }

  private void add(ByteString pairs) throws IOException {
    crc.update(pairs.asReadOnlyByteBuffer());
    begun().add(pairs);
  }

  private void end(ChannelHandlerContext ctx, long pairs, long sum) throws IOException {
    SnapshotStaging complete = begun();
    if (pairs != complete.size() || sum != crc.getValue()) {
      throw new IOException("the snapshot is damaged: wrong number of pairs or wrong checksum");
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
    ctx.writeAndFlush(Frames.received(ctx.alloc())).addListener(ChannelFutureListener.CLOSE);
  }

  private SnapshotStaging begun() throws IOException {
    if (staging == null) {
      throw new IOException("the first frame of a snapshot must be its InstallSnapshot");
    }
    return staging;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    background.execute(
        () -> {
          if (staging != null) {
            staging.abandon();
            staging = null;
          }
          onEnd.run();
        });
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.warn("node {}: a snapshot from another node failed: {}", message.getTo(), cause.toString());
    ctx.close();
  }
}
