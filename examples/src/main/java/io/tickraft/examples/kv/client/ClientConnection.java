package io.tickraft.examples.kv.client;

import com.google.protobuf.ByteString;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.redis.RedisMessage;
import io.tickraft.examples.kv.command.Reply;
import java.util.ArrayDeque;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of one client: passes its requests to the commands, and sends the answers in the
 * order of the requests. Used on the node's event loop.
 *
 * <p>A client may send requests without waiting for answers. It gets the same answers as if it had
 * waited for each. Consecutive reads are processed together, and so are consecutive writes. But a
 * read does not start before all earlier writes are answered: it does not go through the log, so it
 * might not see them. And a write does not start before all earlier reads are answered: they must
 * not see it.
 */
// A failed write or close closes the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class ClientConnection extends SimpleChannelInboundHandler<RedisMessage> {

  private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

  /** The number of pending answers at which no more requests are read. */
  private static final int MAX_PENDING = 10_000;

  private final long id;
  private final Channel channel;
  private final ClientServer server;
  private final RequestAssembler assembler;

  /** The answers that are not sent yet, in the order of their requests. */
  private final ArrayDeque<Answer> pending = new ArrayDeque<>();

  private final ArrayDeque<Deferred> deferred = new ArrayDeque<>();

  /** The kind of the reads or writes that were started last. */
  private CommandSpec.Access current = CommandSpec.Access.NONE;

  private boolean starting;
  private ByteString name = ByteString.EMPTY;
  private boolean unflushed;
  private boolean ending;

  /** A read or a write that has not started. */
  private record Deferred(Request request, CommandSpec.Access access, Answer answer) {}

  ClientConnection(long id, Channel channel, ClientServer server, RequestAssembler assembler) {
    this.id = id;
    this.channel = channel;
    this.server = server;
    this.assembler = assembler;
  }

  long id() {
    return id;
  }

  ByteString name() {
    return name;
  }

  void rename(ByteString newName) {
    name = newName;
  }

  /** Closes the connection when all requests up to now are answered. */
  void end() {
    ending = true;
  }

  // Requests.

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, RedisMessage piece) {
    if (ending) {
      return;
    }
    try {
      Optional<Request> request = assembler.add(piece);
      if (request.isPresent()) {
        take(request.get());
      }
    } catch (ProtocolException e) {
      refuse(String.valueOf(e.getMessage()));
    }
    if (pending.size() >= MAX_PENDING) {
      channel.config().setAutoRead(false);
    }
  }

  private void take(Request request) {
    CommandSpec.Access access = server.commands().access(request);
    Answer answer = addPending();
    if (access == CommandSpec.Access.NONE) {
      server.commands().handle(request, this, answer);
    } else {
      deferred.addLast(new Deferred(request, access, answer));
      startDeferred();
    }
  }

  private void startDeferred() {
    if (starting) {
      return; // A request was answered at once, within the loop below, which continues.
    }
    starting = true;
    for (Deferred next = deferred.peek(); next != null && mayStart(next); next = deferred.peek()) {
      deferred.remove();
      current = next.access;
      server.commands().handle(next.request, this, next.answer);
    }
    starting = false;
  }

  private boolean mayStart(Deferred next) {
    return next.access == current || next.answer == pending.peek();
  }

  private Answer addPending() {
    Answer answer = new Answer(this::answered);
    pending.addLast(answer);
    return answer;
  }

  private void refuse(String problem) {
    ending = true;
    addPending().complete(Reply.err("Protocol error: " + problem));
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    flush();
    ctx.fireChannelReadComplete();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof DecoderException && !ending) {
      // The decoder's message is not that of Redis; the position in the request determines it.
      refuse(assembler.isInside() ? "invalid bulk length" : "invalid multibulk length");
      flush();
    } else {
      LOG.debug("client {}: {}", id, cause.toString());
      ctx.close();
    }
  }

  // Answers.

  /** Called when an answer is complete: sends all complete answers up to the first pending one. */
  private void answered() {
    for (Answer first = pending.peek();
        first != null && first.reply().isPresent();
        first = pending.peek()) {
      pending.remove();
      channel.write(Replies.toMessage(first.reply().get()), channel.voidPromise());
      if (!unflushed) {
        unflushed = true;
        server.flushLater(this);
      }
    }
    startDeferred();
  }

  /** Flushes the answers written so far. */
  void flush() {
    if (unflushed) {
      unflushed = false;
      if (ending && pending.isEmpty()) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      } else {
        channel.flush();
      }
    }
    adjustReading();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    adjustReading();
  }

  /** Stops reading requests from a client that does not read its answers. */
  private void adjustReading() {
    boolean read = channel.isWritable() && pending.size() < MAX_PENDING / 2;
    boolean hold = !channel.isWritable() || pending.size() >= MAX_PENDING;
    if (read && !channel.config().isAutoRead()) {
      channel.config().setAutoRead(true);
    } else if (hold) {
      channel.config().setAutoRead(false);
    }
  }
}
