package io.tickraft.examples.kv.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.tickraft.examples.kv.net.Later;
import io.tickraft.examples.kv.net.RepeatedLines;
import io.tickraft.proto.Message;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Sends the messages of this node to another one. Reopens the connection whenever it is lost. The
 * channel's bounded queue is the only one: messages that do not fit are dropped, because Raft
 * tolerates lost messages better than delayed ones. Used on the node's event loop.
 */
// A failed write or close closes the channel, and DialedConnection handles that.
@SuppressWarnings("FutureReturnValueIgnored")
final class PeerLink {

  private static final Logger LOG = LoggerFactory.getLogger(PeerLink.class);
  private static final WriteBufferWaterMark QUEUE = new WriteBufferWaterMark(16 << 20, 32 << 20);
  private static final long MIN_BACKOFF_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Supplier<Hello> hello;
  private final PeerSettings settings;
  private final NodeAddress address;
  private final EventLoop loop;
  private final IntConsumer onClientPort;
  private final Runnable onUnreachable;
  private final RepeatedLines lines;
  private @Nullable Channel channel;
  private boolean unflushed;
  private boolean closed;
  private long backoffNanos = MIN_BACKOFF_NANOS;
  private String lastProblem = "";
  private Optional<String> lastRefusal = Optional.empty();

  /**
   * Identifies equal lines.
   *
   * @param peer the id of the other node
   * @param isRefusal whether the other node has refused this one
   */
  private record Line(long peer, boolean isRefusal) {}

  PeerLink(
      Supplier<Hello> hello,
      PeerSettings settings,
      NodeAddress address,
      EventLoop loop,
      IntConsumer onClientPort,
      Runnable onUnreachable,
      RepeatedLines lines) {
    this.hello = hello;
    this.settings = settings;
    this.address = address;
    this.loop = loop;
    this.onClientPort = onClientPort;
    this.onUnreachable = onUnreachable;
    this.lines = lines;
  }

  NodeAddress address() {
    return address;
  }

  boolean isConnected() {
    return channel != null;
  }

  /**
   * {@return why the other node has refused this one since it last let it in; empty: it has not}
   */
  Optional<String> lastRefusal() {
    return lastRefusal;
  }

  /** {@return the messages that wait to be sent, in bytes} */
  long owedBytes() {
    ChannelOutboundBuffer out = channel == null ? null : channel.unsafe().outboundBuffer();
    return out == null ? 0 : out.totalPendingWriteBytes();
  }

  void connect() {
    if (!closed) {
      new Connection(hello.get()).dial(address, loop, QUEUE);
    }
  }

  /** Sends a message, or drops it. */
  void send(Message message) {
    Channel to = channel;
    if (to == null || !to.isWritable() || !Frames.fits(message)) {
      onUnreachable.run();
      return;
    }
    to.write(Frames.message(to.alloc(), message), to.voidPromise());
    unflushed = true;
  }

  void flush() {
    if (unflushed && channel != null) {
      channel.flush();
    }
    unflushed = false;
  }

  void close() {
    closed = true;
    if (channel != null) {
      channel.close();
    }
  }

  private void retry(Hello failed, String problem, Optional<String> refusal) {
    if (closed) {
      return;
    }
    lastRefusal = refusal.or(() -> lastRefusal);
    // Log a lost connection, and a problem that lasts, once: nodes do not start at the same time.
    boolean isNews =
        channel != null || (backoffNanos == maxBackoffNanos() && !problem.equals(lastProblem));
    if (isNews && lines.count(new Line(failed.to(), refusal.isPresent())) > 0) {
      // A refusal does not end by itself, and may be the only sign that this node was removed.
      LOG.atLevel(refusal.isPresent() ? Level.WARN : Level.INFO)
          .log("node {}: no connection to node {}: {}", failed.from().id(), failed.to(), problem);
      lastProblem = problem;
    }
    channel = null;
    onUnreachable.run();
    Later.run(loop, backoffNanos, this::connect);
    backoffNanos = Math.min(2 * backoffNanos, maxBackoffNanos());
  }

  /** A quarter of an election timeout: a node that comes back is soon connected again. */
  private long maxBackoffNanos() {
    return Math.max(settings.silenceNanos() / 4, MIN_BACKOFF_NANOS);
  }

  private final class Connection extends DialedConnection {

    private final Hello mine;

    Connection(Hello mine) {
      super(mine, settings, KeepAlive.Side.SENDS_AND_LISTENS);
      this.mine = mine;
    }

    @Override
    void welcomed(ChannelHandlerContext ctx, int clientPort) {
      if (closed) {
        ctx.close();
        return;
      }
      LOG.debug("node {}: connected to node {}", mine.from().id(), mine.to());
      backoffNanos = MIN_BACKOFF_NANOS;
      lastProblem = "";
      lastRefusal = Optional.empty();
      channel = ctx.channel();
      onClientPort.accept(clientPort);
    }

    @Override
    void frame(ChannelHandlerContext ctx, byte kind, ByteBuf body) throws RefusedException {
      throw Frames.unexpected(kind, "on a connection that only this node sends on");
    }

    @Override
    void ended(String why) {
      retry(mine, why, refusal());
    }
  }
}
