package io.tickraft.examples.kv.metrics;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.tickraft.examples.kv.net.GuardedLoop;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.net.Later;
import io.tickraft.examples.kv.net.Listener;
import io.tickraft.examples.kv.net.Uncaught;
import java.io.IOException;
import java.lang.Thread.UncaughtExceptionHandler;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code /metrics}, {@code /healthz} and {@code /readyz} with HTTP, on a thread of its own:
 * it answers although the node is blocked, and says so.
 *
 * <p>One request for each connection, which is closed after 5 seconds in any case. So neither a
 * slow client nor a large request takes more than a few kilobytes.
 */
// A failed write or close closes the channel.
@SuppressWarnings("FutureReturnValueIgnored")
public final class MetricsServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);

  /** The limit of connections. One more is closed at once. */
  static final int MAX_CONNECTIONS = 32;

  private static final int CONNECTION_MILLIS = 5_000;
  private static final int MAX_LINE_BYTES = 1 << 10;
  private static final int MAX_HEADER_BYTES = 8 << 10;

  /** The format of Prometheus in which {@link Metrics} writes. */
  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final String TEXT_TYPE = "text/plain; charset=utf-8";

  private final Metrics metrics;
  private final Health health;
  private final int connectionMillis;
  private final GuardedLoop loop;
  private final Set<Channel> connections = new HashSet<>();

  /**
   * Creates the server; {@link #listen} starts it.
   *
   * @param name the name of its thread
   * @param metrics the metrics and the state of the node
   * @param staleNanos the age of a published state, in nanoseconds, from which on the node counts
   *     as blocked
   * @param handler called with what nobody handles on its thread
   */
  public MetricsServer(
      String name, Metrics metrics, long staleNanos, UncaughtExceptionHandler handler) {
    this(name, metrics, staleNanos, handler, CONNECTION_MILLIS);
  }

  /** Creates the server with another time after which a connection is closed. */
  MetricsServer(
      String name,
      Metrics metrics,
      long staleNanos,
      UncaughtExceptionHandler handler,
      int connectionMillis) {
    this.connectionMillis = connectionMillis;
    this.metrics = metrics;
    this.health = new Health(staleNanos);
    this.loop = GuardedLoop.create(name, handler);
  }

  /**
   * Listens for requests.
   *
   * @throws IOException if it cannot; the message says where and why
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public void listen(HostAndPort address) throws IOException, InterruptedException {
    Listener.listen(address, loop, this::accept);
  }

  private void accept(Channel channel) {
    if (connections.size() == MAX_CONNECTIONS) {
      channel.close();
      return;
    }
    connections.add(channel);
    channel.closeFuture().addListener(Uncaught.reporting(closed -> connections.remove(channel)));
    Later.runMillis(loop, connectionMillis, channel::close);
    HttpDecoderConfig limits =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_LINE_BYTES)
            .setMaxHeaderSize(MAX_HEADER_BYTES);
    channel.pipeline().addLast(new HttpServerCodec(limits), new Requests());
  }

  /** Answers the first request of a connection, and ignores what follows. */
  private final class Requests extends SimpleChannelInboundHandler<HttpObject> {

    private boolean answered;

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
      if (!answered && part instanceof HttpRequest request) {
        answered = true;
        ctx.channel().config().setAutoRead(false);
        ctx.writeAndFlush(answer(request)).addListener(ChannelFutureListener.CLOSE);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      Uncaught.reportIfFatal(cause);
      LOG.debug("a request for metrics has failed", cause);
      ctx.close();
    }
  }

  private FullHttpResponse answer(HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      return text(HttpResponseStatus.BAD_REQUEST, "The request is damaged or too large.\n");
    }
    // The codec leaves out the body of an answer to HEAD.
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      return text(HttpResponseStatus.METHOD_NOT_ALLOWED, "Only GET and HEAD are served.\n");
    }
    String uri = request.uri();
    int query = uri.indexOf('?');
    return switch (query < 0 ? uri : uri.substring(0, query)) {
      case "/metrics" -> response(HttpResponseStatus.OK, METRICS_TYPE, metrics.text());
      case "/healthz" -> verdict(health.liveProblem(metrics.state(), System.nanoTime()));
      case "/readyz" -> verdict(health.readyProblem(metrics.state(), System.nanoTime()));
      default ->
          text(HttpResponseStatus.NOT_FOUND, "There is /metrics, /healthz and /readyz only.\n");
    };
  }

  private static FullHttpResponse verdict(Optional<String> problem) {
    return problem.isEmpty()
        ? text(HttpResponseStatus.OK, "ok\n")
        : text(HttpResponseStatus.SERVICE_UNAVAILABLE, problem.get() + "\n");
  }

  private static FullHttpResponse text(HttpResponseStatus status, String text) {
    return response(status, TEXT_TYPE, text);
  }

  private static FullHttpResponse response(HttpResponseStatus status, String type, String text) {
    ByteBuf body = Unpooled.buffer(ByteBufUtil.utf8Bytes(text));
    ByteBufUtil.writeUtf8(body, text);
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, type)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    return response;
  }

  /** Ends all connections, and waits until they have ended. */
  @Override
  public void close() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
