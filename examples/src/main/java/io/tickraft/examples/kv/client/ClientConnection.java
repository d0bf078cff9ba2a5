package io.tickraft.examples.kv.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.tickraft.examples.kv.command.Errors;
import io.tickraft.examples.kv.command.Reply;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The connection of one client: passes its requests to the commands, and sends the answers in the
 * order of the requests. Used on the node's event loop.
 *
 * <p>A client may send requests without waiting for answers. It gets the same answers as if it had
 * waited for each. Consecutive reads are processed together, and so are consecutive writes. But a
 * read does not start before all earlier writes are answered: it does not go through the log, so it
 * might not see them. And a write does not start before all earlier reads are done: they must not
 * see it.
 *
 * <p>A read is done when its answer can be sent. So a client that does not read its answers makes
 * the server hold only the one that is being sent. While the client holds as much memory as it may,
 * its next requests are not read.
 */
// A failed close closes the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class ClientConnection extends SimpleChannelInboundHandler<ByteBuf> {

  /** The number of pending answers at which no more requests are read. */
  private static final int MAX_PENDING = 10_000;

  /** After this time without a byte sent or received, memory is not held for a client any more. */
  static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** Known answers up to this size are sent whether there is room for them or not. */
  private static final int SMALL_ANSWER_BYTES = 1_024;

  /** How requests of a browser begin: a web page could make it write to this server. */
  private static final Set<String> BROWSER_WORDS = Set.of("POST", "HOST:");

  private final Channel channel;
  private final ClientServer server;
  private final Session session;
  private final MemoryBudget.Account account;
  private final RequestReader reader;
  private final ReplyWriter writer;
  private final Activity activity;

  /** The bytes that are received and not read yet. */
  private final ArrayDeque<ByteBuf> input = new ArrayDeque<>();

  /** The requests that are not answered yet, in their order. */
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();

  /** The reads and writes that have not started, in their order. */
  private final ArrayDeque<Pending> deferred = new ArrayDeque<>();

  /** The kind of the reads or writes that were started last. */
  private CommandSpec.Access current = CommandSpec.Access.NONE;

  /** When bytes were last received. */
  private long receivedNanos;

  private boolean reading;
  private boolean starting;
  private boolean sending;
  private boolean unflushed;

  /** Whether what does not fit into the memory is refused now, because it has waited long. */
  private boolean impatient;

  /** A request that is not answered yet. */
  private final class Pending implements Runnable {
    final String command;
    final Action action;
    final Answer answer = new Answer(this);
    final boolean resp3;
    final long sinceNanos = receivedNanos;

    /** The memory that was taken for the request and its answer. */
    long bytes;

    /** The part of it that was taken for the answer. */
    long reserved;

    Pending(String command, Action action, long bytes) {
      this.command = command;
      this.action = action;
      this.bytes = bytes;
      this.resp3 = session.isResp3();
    }

    /** A client that logs in with HELLO may switch the protocol, and sends nothing meanwhile. */
    boolean isResp3() {
      return action instanceof Action.Call ? session.isResp3() : resp3;
    }

    /** Called when the request is answered. */
    @Override
    public void run() {
      Optional<Reply> known = answer.known();
      if (known.isPresent()) {
        pay(known.get());
      }
      progress();
    }

    private void pay(Reply known) {
      long needed = Math.max(0, ReplyEncoder.maxSize(known) - reserved);
      if (needed <= SMALL_ANSWER_BYTES) {
        account.add(needed);
      } else if (!account.take(needed)) {
        answer.replace(Errors.REPLY_TOO_LARGE);
        return;
      }
      bytes += needed;
    }
  }

  ClientConnection(
      Channel channel, ClientServer server, Session session, MemoryBudget budget, long nowNanos) {
    this.channel = channel;
    this.server = server;
    this.session = session;
    this.account = budget.open(this::resume);
    ClientLimits limits = server.limits();
    this.reader = new RequestReader(account, limits.maxValueBytes(), limits.maxRequestBytes());
    this.writer = new ReplyWriter(channel, account, this::resume);
    this.activity = new Activity(nowNanos);
  }

  Session session() {
    return session;
  }

  long heldBytes() {
    return account.held();
  }

  long owedBytes() {
    return writer.owed();
  }

  long idleNanos(long nowNanos) {
    return activity.idleNanos(nowNanos);
  }

  // Requests.

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
    receivedNanos = server.nanoTime();
    activity.happened(receivedNanos);
    input.add(bytes.retain());
    readOn();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    flush();
    ctx.fireChannelReadComplete();
  }

  /** Reads requests from the received bytes, as far as the limits allow. */
  private void readOn() {
    if (reading) {
      return; // A request was answered at once, within the loop below, which continues.
    }
    reading = true;
    try {
      while (!input.isEmpty() && mayTake()) {
        Optional<Request> request = reader.next(input.peek());
        if (request.isPresent()) {
          take(request.get());
        } else if (reader.needsMemory()) {
          if (impatient) {
            reader.refuse(Refusals.NO_MEMORY);
          } else {
            awaitMemory();
            break;
          }
        } else {
          input.remove().release();
        }
      }
    } catch (ProtocolException e) {
      session.end();
      add(CommandTable.UNKNOWN, Action.reply(Reply.err("Protocol error: " + e.getMessage())), 0);
    } finally {
      reading = false;
    }
    if (session.isEnding()) {
      releaseInput();
    }
    // What is not read stays in the client's and this machine's sockets.
    channel.config().setAutoRead(input.isEmpty());
  }

  private boolean mayTake() {
    if (session.isEnding()
        || session.isLoggingIn()
        || pending.size() >= MAX_PENDING
        || !writer.isReady()) {
      return false;
    }
    if (account.room() == 0 && !impatient) {
      awaitMemory();
      return false;
    }
    return true;
  }

  private void take(Request request) {
    String name = request.name();
    if (BROWSER_WORDS.contains(name)) {
      account.release(request.bytes());
      server.warn(session, "speaks HTTP: closed, because a web page could send commands so");
      session.end();
      channel.close();
      return;
    }
    activity.goesOn();
    long queued = queuedBytes();
    Action action = server.commands().action(request, session);
    // What is queued for a transaction is held until EXEC is answered.
    add(session.lastCommand(), action, request.bytes() + queued - queuedBytes());
  }

  private long queuedBytes() {
    return session.transaction().map(TransactionQueue::heldBytes).orElse(0L);
  }

  private void add(String command, Action action, long bytes) {
    Pending request = new Pending(command, action, bytes);
    pending.addLast(request);
    if (action.access() == CommandSpec.Access.NONE) {
      start(request);
    } else {
      deferred.addLast(request);
      startDeferred();
    }
  }

  private void startDeferred() {
    if (starting) {
      return; // A request was answered at once, within the loop below, which continues.
    }
    starting = true;
    for (Pending next = deferred.peek(); next != null && mayStart(next); next = deferred.peek()) {
      if (!reserve(next)) {
        break;
      }
      deferred.remove();
      if (!next.answer.isComplete()) {
        current = next.action.access();
        start(next);
      }
    }
    starting = false;
  }

  private boolean mayStart(Pending next) {
    return next.action.access() == current || next == pending.peek();
  }

  /** Takes the memory for the answer to a write: it will be known before it can be sent. */
  private boolean reserve(Pending next) {
    long needed =
        next.action instanceof Action.Write write
            ? write.command().maxReplyBytes(server.limits().maxValueBytes())
            : 0;
    if (needed == 0) {
      return true;
    }
    if (account.take(needed)) {
      next.bytes += needed;
      next.reserved = needed;
      return true;
    }
    if (impatient && next == pending.peek()) {
      next.answer.complete(Refusals.NO_MEMORY);
      return true;
    }
    awaitMemory();
    return false;
  }

  private void start(Pending request) {
    if (request.action instanceof Action.Immediate immediate) {
      request.answer.complete(immediate.reply());
    } else if (request.action instanceof Action.Read read) {
      server.node().read(read.query(), request.answer);
    } else if (request.action instanceof Action.Write write) {
      server.node().write(write.command(), write.key(), request.answer);
    } else if (request.action instanceof Action.Call call) {
      call.start().accept(request.answer);
    }
  }

  // Answers.

  /** Called when a request is answered: sends what can be sent, and starts what has waited. */
  private void progress() {
    send();
    startDeferred();
    if (!reading && !input.isEmpty()) {
      readOn();
    }
  }

  /** Sends all complete answers up to the first pending one, as far as the client reads them. */
  private void send() {
    if (sending) {
      return;
    }
    sending = true;
    for (Pending first = pending.peek();
        first != null && first.answer.isComplete() && writer.isReady();
        first = pending.peek()) {
      Reply reply = first.answer.reply(account.room() + first.bytes);
      if (reply == Errors.REPLY_TOO_LARGE && first.answer.known().isEmpty()) {
        if (writer.owed() > 0) {
          writer.flush();
          if (writer.owed() == 0) {
            continue;
          }
          break;
        }
        if (account.isForOthers() && !impatient) {
          awaitMemory();
          break;
        }
      }
      activity.goesOn();
      pending.remove();
      account.release(first.bytes);
      writer.write(reply, first.isResp3());
      server.answered(first.command, reply, first.sinceNanos);
      if (!unflushed) {
        unflushed = true;
        server.flushLater(this);
      }
    }
    sending = false;
  }

  /** Flushes the answers written so far. */
  void flush() {
    if (unflushed) {
      unflushed = false;
      if (session.isEnding() && pending.isEmpty()) {
        writer.flushAndClose();
      } else {
        writer.flush();
      }
    }
  }

  private void awaitMemory() {
    activity.waits(server.nanoTime());
    account.await();
  }

  /** Called when the client has read answers, or others have released memory. */
  private void resume() {
    progress();
    flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (channel.isWritable()) {
      resume();
    }
  }

  // Time.

  /** Called every second: ends what takes too long. */
  void check(long nowNanos) {
    if (writer.hasSentSinceLastCall()) {
      activity.happened(nowNanos);
    }
    long idleNanos = activity.idleNanos(nowNanos);
    if (server.isIdle(idleNanos) || (idleNanos >= STALL_NANOS && holdsUp())) {
      channel.close();
    } else if (server.hasWaited(activity.waitedNanos(nowNanos))) {
      impatient = true;
      resume();
      impatient = false;
    }
  }

  /** Returns whether the client makes the server hold memory, and only it can change that. */
  private boolean holdsUp() {
    return writer.owed() > 0
        || (pending.isEmpty() && (reader.isInside() || account.isBeyondShare()));
  }

  // The end.

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    session.end();
    releaseInput();
    deferred.clear();
    writer.close();
    account.close();
    server.closed(session.id());
    ctx.fireChannelInactive();
  }

  private void releaseInput() {
    input.forEach(ByteBuf::release);
    input.clear();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    server.failed(session, cause);
    ctx.close();
  }
}
