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
 * The connection of one client: its requests go to the commands, and the answers back in their
 * order. Belongs to the node's event loop.
 *
 * <p>A client that does not wait for answers still gets them as if each request had waited for the
 * one before. Reads that follow each other are under way together, and so are writes. But a read
 * does not begin before the writes before it are answered, as it does not go through the log and
 * would not see them; and a write not before the reads before it, which must not see it.
 */
// Whatever goes wrong with a write or a close closes the channel, and that is listened for.
@SuppressWarnings("FutureReturnValueIgnored")
final class ClientConnection extends SimpleChannelInboundHandler<RedisMessage> {

  private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

  /** How many answers may be owed before no more requests are read. */
  private static final int MAX_OWED = 10_000;

  private final long id;
  private final Channel channel;
  private final ClientServer server;
  private final RequestAssembler assembler;
  private final ArrayDeque<Answer> owed = new ArrayDeque<>();
  private final ArrayDeque<Deferred> deferred = new ArrayDeque<>();
  private CommandSpec.Access underWay = CommandSpec.Access.NONE;
  private boolean beginning;
  private ByteString name = ByteString.EMPTY;
  private boolean unflushed;
  private boolean ending;

  /** A read or a write that has not begun. */
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

  /** Ends the connection when all that was asked for until now is answered. */
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
    if (owed.size() >= MAX_OWED) {
      channel.config().setAutoRead(false);
    }
  }

  private void take(Request request) {
    CommandSpec.Access access = server.commands().access(request);
    Answer answer = owe();
    if (access == CommandSpec.Access.NONE) {
      server.commands().handle(request, this, answer);
    } else {
      deferred.addLast(new Deferred(request, access, answer));
      beginWhatMay();
    }
  }

  private void beginWhatMay() {
    if (beginning) {
      return; // An answer came at once: the loop below goes on.
    }
    beginning = true;
    for (Deferred next = deferred.peek(); next != null && mayBegin(next); next = deferred.peek()) {
      deferred.remove();
      underWay = next.access;
      server.commands().handle(next.request, this, next.answer);
    }
    beginning = false;
  }

  private boolean mayBegin(Deferred next) {
    return next.access == underWay || next.answer == owed.peek();
  }

  private Answer owe() {
    Answer answer = new Answer(this::answered);
    owed.addLast(answer);
    return answer;
  }

  private void refuse(String problem) {
    ending = true;
    owe().complete(Reply.err("Protocol error: " + problem));
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    flush();
    ctx.fireChannelReadComplete();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof DecoderException && !ending) {
      // The decoder does not say in Redis's words what it does not like; where it was says enough.
      refuse(assembler.isInside() ? "invalid bulk length" : "invalid multibulk length");
      flush();
    } else {
      LOG.debug("client {}: {}", id, cause.toString());
      ctx.close();
    }
  }

  // Answers.

  /** One of the answers that are owed is there. */
  private void answered() {
    for (Answer first = owed.peek();
        first != null && first.reply().isPresent();
        first = owed.peek()) {
      owed.remove();
      channel.write(Replies.toMessage(first.reply().get()), channel.voidPromise());
      if (!unflushed) {
        unflushed = true;
        server.flushLater(this);
      }
    }
    beginWhatMay();
  }

  /** Sends what is answered. */
  void flush() {
    if (unflushed) {
      unflushed = false;
      if (ending && owed.isEmpty()) {
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

  /** A client that does not take its answers is not asked for more requests. */
  private void adjustReading() {
    boolean read = channel.isWritable() && owed.size() < MAX_OWED / 2;
    boolean hold = !channel.isWritable() || owed.size() >= MAX_OWED;
    if (read && !channel.config().isAutoRead()) {
      channel.config().setAutoRead(true);
    } else if (hold) {
      channel.config().setAutoRead(false);
    }
  }
}
