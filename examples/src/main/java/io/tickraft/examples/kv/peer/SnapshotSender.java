package io.tickraft.examples.kv.peer;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.WriteBufferWaterMark;
import io.tickraft.core.SnapshotStatus;
import io.tickraft.examples.kv.net.Later;
import io.tickraft.examples.kv.store.MapView;
import io.tickraft.proto.Message;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one snapshot to another node, on its own connection: reads the map as fast as the other
 * node receives it. Used on the background loop.
 */
// A failed write or close closes the channel, and DialedConnection handles that.
@SuppressWarnings("FutureReturnValueIgnored")
final class SnapshotSender extends DialedConnection {

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotSender.class);
  static final WriteBufferWaterMark QUEUE = new WriteBufferWaterMark(1 << 20, 2 << 20);
  private static final int CHUNK_BYTES = 256 << 10;
  private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The time without progress after which the connection is closed. */
  private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(15);

  private final Message message;
  private final MapView view;
  private final Consumer<SnapshotStatus> progress;
  private final Consumer<Boolean> onEnd;
  private final CRC32C crc = new CRC32C();
  private boolean allSent;
  private boolean received;
  private boolean ended;
  private volatile boolean cancelled;
  private long lastProgressNanos = System.nanoTime();
  private long lastReportNanos = lastProgressNanos;

  /**
   * Creates the sender; {@link #dial} starts it.
   *
   * @param message the InstallSnapshot
   * @param view the map at the snapshot's index; closed at the end
   * @param progress called with the progress, at most once a second, and with the final status
   * @param onEnd called at the end, with whether the other node has received the whole snapshot
   */
  SnapshotSender(
      Hello hello,
      PeerSettings settings,
      Message message,
      MapView view,
      Consumer<SnapshotStatus> progress,
      Consumer<Boolean> onEnd) {
    super(hello, settings, KeepAlive.Side.LISTENS);
    this.message = message;
    this.view = view;
    this.progress = progress;
    this.onEnd = onEnd;
  }

  /** Stops sending: another snapshot follows, or the node stops. May be called on any thread. */
  void cancel() {
    cancelled = true;
  }

  @Override
  void welcomed(ChannelHandlerContext ctx, int clientPort) {
    LOG.info(
        "node {}: sending a snapshot at {} to node {}",
        message.getFrom(),
        view.index(),
        message.getTo());
    ctx.write(Frames.message(ctx.alloc(), message));
    send(ctx);
    watch(ctx);
  }

  private void watch(ChannelHandlerContext ctx) {
    if (cancelled) {
      close(ctx, "cancelled");
    } else if (System.nanoTime() - lastProgressNanos > STALL_NANOS) {
      close(ctx, "no progress");
    } else if (ctx.channel().isActive()) {
      Later.runSeconds(ctx.executor(), 1, () -> watch(ctx));
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    send(ctx);
  }

  private void send(ChannelHandlerContext ctx) {
    while (!allSent && !cancelled && ctx.channel().isWritable()) {
      ByteString chunk = view.nextChunk(CHUNK_BYTES);
      if (chunk.isEmpty()) {
        allSent = true;
        ctx.write(Frames.end(ctx.alloc(), new Frames.End(view.size(), crc.getValue())));
      } else {
        chunk.asReadOnlyByteBufferList().forEach((ByteBuffer part) -> crc.update(part));
        ctx.write(Frames.chunk(ctx.alloc(), chunk));
      }
      // After each chunk: otherwise a small map would be sent only by a later flush.
      ctx.flush();
    }
    lastProgressNanos = System.nanoTime();
    if (lastProgressNanos - lastReportNanos > REPORT_NANOS) {
      lastReportNanos = lastProgressNanos;
      progress.accept(SnapshotStatus.IN_PROGRESS);
    }
  }

  @Override
  void frame(ChannelHandlerContext ctx, byte kind, ByteBuf body) throws RefusedException {
    if (kind != Frames.RECEIVED || !allSent) {
      throw Frames.unexpected(kind, "in answer to a snapshot");
    }
    Frames.checkEmpty(body);
    received = true;
    close(ctx, "done");
  }

  @Override
  void ended(String why) {
    if (ended) {
      return;
    }
    ended = true;
    view.close();
    LOG.info(
        "node {}: snapshot at {} to node {}: {}",
        message.getFrom(),
        view.index(),
        message.getTo(),
        received ? "arrived" : why);
    progress.accept(received ? SnapshotStatus.DELIVERED : SnapshotStatus.FAILED);
    onEnd.accept(received);
  }
}
