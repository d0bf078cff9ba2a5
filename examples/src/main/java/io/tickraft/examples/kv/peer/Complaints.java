package io.tickraft.examples.kv.peer;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.DecoderException;
import io.tickraft.examples.kv.net.RepeatedLines;
import io.tickraft.examples.kv.net.Uncaught;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells why connections from other nodes are refused or closed: the caller, and in the log at most
 * one line a minute for each kind and caller. A caller that is refused tries again and again. May
 * be used on any thread.
 */
final class Complaints {

  private static final Logger LOG = LoggerFactory.getLogger(Complaints.class);

  /**
   * Identifies equal lines.
   *
   * @param kind the kind of the refusal
   * @param caller the host of the caller, without the port: each connection has another one
   */
  private record Line(RefusedException.Kind kind, String caller) {}

  private final long me;
  private final EventLoop loop;
  private final RepeatedLines lines;

  /**
   * Creates it without lines.
   *
   * @param me the id of this node
   * @param loop the event loop that writes the lines
   * @param nanoClock the time in nanoseconds
   */
  Complaints(long me, EventLoop loop, LongSupplier nanoClock) {
    this.me = me;
    this.loop = loop;
    this.lines = new RepeatedLines(nanoClock);
  }

  /** Refuses what came on a connection: logs why, tells the caller, and closes the connection. */
  void refuse(ChannelHandlerContext ctx, RefusedException refused) {
    log(ctx.channel(), refused);
    ctx.writeAndFlush(Frames.closed(ctx.alloc(), refused.why()))
        .addListener(ChannelFutureListener.CLOSE);
  }

  void log(Channel channel, RefusedException refused) {
    SocketAddress address = channel.remoteAddress();
    if (address == null) {
      return; // The caller has hung up already.
    }
    String caller = host(address);
    if (loop.inEventLoop()) {
      write(caller, refused);
    } else {
      loop.execute(() -> write(caller, refused));
    }
  }

  /**
   * Handles what a connection has thrown, on the event loop that writes the lines. If the network
   * is not the reason, this node has a fault: a line with the stack trace, at most once a minute
   * for each kind of fault.
   */
  void failed(Channel channel, Throwable cause) {
    if (Uncaught.reportIfFatal(cause)) {
      return;
    }
    if (cause instanceof IOException || cause instanceof DecoderException) {
      LOG.debug("node {}: closes {}: {}", me, channel, cause.toString());
    } else if (lines.count(cause.getClass()) > 0) {
      LOG.error("node {}: closes {}: it has failed", me, channel, cause);
    }
  }

  private void write(String caller, RefusedException refused) {
    long count = lines.count(new Line(refused.kind(), caller));
    if (count > 0) {
      LOG.warn(
          "node {}: refused a connection from {}{}: {}",
          me,
          caller,
          count == 1 ? "" : ", " + count + " times since the last such line",
          refused.why());
    } else {
      LOG.debug("node {}: refused a connection from {}: {}", me, caller, refused.why());
    }
  }

  private static String host(SocketAddress address) {
    return address instanceof InetSocketAddress internet && !internet.isUnresolved()
        ? internet.getAddress().getHostAddress()
        : String.valueOf(address);
  }
}
