package io.tickraft.examples.kv.peer;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.tickraft.examples.kv.net.Later;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * The heartbeat of a connection between nodes: sends a frame in each fifth of an election timeout,
 * and closes the connection if nothing has come for a whole one.
 *
 * <p>TCP alone notices only after minutes that the other side does not get anything, and then
 * continues only after seconds when it does again. Raft's heartbeats do not show it either: each
 * connection carries messages in one direction only.
 */
// A failed write closes the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class KeepAlive extends ChannelInboundHandlerAdapter {

  private static final int BEATS = 5;

  /** What one side of a connection does. */
  enum Side {
    SENDS(true, false),
    LISTENS(false, true),
    SENDS_AND_LISTENS(true, true);

    private final boolean sends;
    private final boolean listens;

    Side(boolean sends, boolean listens) {
      this.sends = sends;
      this.listens = listens;
    }
  }

  private final Side side;
  private final long silenceNanos;
  private boolean heard;

  /**
   * The number of beats since something came. Beats are counted, instead of time: a node that was
   * blocked for long reads what has come meanwhile before its next beat.
   */
  private int silentBeats;

  KeepAlive(Side side, long silenceNanos) {
    this.side = side;
    this.silenceNanos = silenceNanos;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    next(ctx);
  }

  private void next(ChannelHandlerContext ctx) {
    Later.run(ctx.executor(), silenceNanos / BEATS, () -> beat(ctx));
  }

  private void beat(ChannelHandlerContext ctx) {
    if (!ctx.channel().isActive()) {
      return;
    }
    silentBeats = heard ? 0 : silentBeats + 1;
    heard = false;
    if (side.listens && silentBeats >= BEATS) {
      ctx.fireExceptionCaught(
          new IOException(
              "nothing came for " + TimeUnit.NANOSECONDS.toMillis(silenceNanos) + " ms"));
      return;
    }
    if (side.sends) {
      ctx.writeAndFlush(Frames.keepAlive(ctx.alloc()));
    }
    next(ctx);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object bytes) {
    heard = true;
    ctx.fireChannelRead(bytes);
  }
}
