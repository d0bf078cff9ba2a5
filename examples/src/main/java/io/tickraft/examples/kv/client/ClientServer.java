package io.tickraft.examples.kv.client;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.tickraft.examples.kv.command.Reply;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.net.Later;
import io.tickraft.examples.kv.net.Listener;
import io.tickraft.examples.kv.net.RepeatedLines;
import io.tickraft.examples.kv.net.Tls;
import io.tickraft.examples.kv.net.Uncaught;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves clients on the node's event loop. */
// A failed write or close closes the channel.
@SuppressWarnings("FutureReturnValueIgnored")
public final class ClientServer implements ConnectedClients {

  private static final Logger LOG = LoggerFactory.getLogger(ClientServer.class);

  /** The time in which a client must have done its part of TLS's handshake. */
  private static final long HANDSHAKE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final byte[] TOO_MANY_CLIENTS =
      "-ERR max number of clients reached\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Node node;
  private final CommandTable commands;
  private final Logins logins;
  private final ClientLimits limits;
  private final Users users;
  private final Optional<Tls> tls;
  private final EventLoop loop;
  private final LongSupplier nanoClock;
  private final MemoryBudget memory;
  private final RepeatedLines lines;

  /** All sockets, with the listening one. */
  private final ChannelGroup channels;

  private final Map<Long, ClientConnection> connections = new LinkedHashMap<>();
  private List<ClientConnection> unflushed = new ArrayList<>();
  private CommandListener listener = CommandListener.NONE;
  private long lastId;
  private long failures;
  private boolean closed;

  /** Identifies lines of the log. */
  private record Line(String host, String what) {}

  /**
   * Creates the server; {@link #listen} starts it.
   *
   * @param node the node that processes requests
   * @param limits what clients may take of the node
   * @param users who may do what
   * @param tls the TLS of all connections; empty for none
   * @param loop the node's event loop
   * @param background runs long work
   */
  public ClientServer(
      Node node,
      ClientLimits limits,
      Users users,
      Optional<Tls> tls,
      EventLoop loop,
      Executor background) {
    this(node, limits, users, tls, loop, background, System::nanoTime);
  }

  /** Creates the server without TLS, and with another clock. */
  ClientServer(
      Node node,
      ClientLimits limits,
      Users users,
      EventLoop loop,
      Executor background,
      LongSupplier nanoClock) {
    this(node, limits, users, Optional.empty(), loop, background, nanoClock);
  }

  private ClientServer(
      Node node,
      ClientLimits limits,
      Users users,
      Optional<Tls> tls,
      EventLoop loop,
      Executor background,
      LongSupplier nanoClock) {
    this.tls = tls;
    this.node = node;
    this.limits = limits;
    this.users = users;
    this.loop = loop;
    this.nanoClock = nanoClock;
    this.memory =
        new MemoryBudget(limits.memoryBytes(), limits.memoryBytesEach(), limits.maxClients(), loop);
    this.lines = new RepeatedLines(nanoClock);
    this.channels = new DefaultChannelGroup(loop);
    this.logins = new Logins(users, loop, background);
    this.commands = new CommandTable(node, limits, logins, this, nanoClock);
  }

  /** Has a listener learn of each request that is answered. Called before {@link #listen}. */
  public void observe(CommandListener newListener) {
    listener = newListener;
  }

  /**
   * Listens for clients.
   *
   * @throws IOException if it cannot; the message says where and why
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public void listen(HostAndPort address) throws IOException, InterruptedException {
    channels.add(Listener.listen(address, loop, this::accept));
    loop.execute(this::checkEverySecond);
  }

  void accept(Channel channel) {
    boolean isLocal =
        channel.remoteAddress() instanceof InetSocketAddress remote
            && remote.getAddress().isLoopbackAddress();
    accept(channel, isLocal);
  }

  /** Serves a client, which may do more if it is on this machine. */
  void accept(Channel channel, boolean isLocal) {
    channels.add(channel);
    if (connections.size() >= limits.maxClients()) {
      channel
          .writeAndFlush(Unpooled.wrappedBuffer(TOO_MANY_CLIENTS))
          .addListener(ChannelFutureListener.CLOSE);
      return;
    }
    lastId++;
    long now = nanoClock.getAsLong();
    Session session = new Session(lastId, address(channel), isLocal, users, now);
    ClientConnection connection = new ClientConnection(channel, this, session, memory, now);
    connections.put(session.id(), connection);
    channel.pipeline().addLast(connection);
    tls.ifPresent(secure -> secure.fromClient(channel, HANDSHAKE_NANOS));
  }

  private static String address(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress remote
        ? remote.getAddress().getHostAddress() + ":" + remote.getPort()
        : String.valueOf(channel.remoteAddress());
  }

  // For the connections.

  Node node() {
    return node;
  }

  CommandTable commands() {
    return commands;
  }

  ClientLimits limits() {
    return limits;
  }

  long nanoTime() {
    return nanoClock.getAsLong();
  }

  boolean isIdle(long idleNanos) {
    return limits.idleSeconds() > 0 && idleNanos >= TimeUnit.SECONDS.toNanos(limits.idleSeconds());
  }

  boolean hasWaited(long waitedNanos) {
    return waitedNanos >= TimeUnit.MILLISECONDS.toNanos(limits.waitMillis());
  }

  void answered(String command, Reply reply, long receivedNanos) {
    listener.answered(command, Outcome.of(reply), receivedNanos);
  }

  /** Logs what a client did, at most once a minute for each host. */
  void warn(Session session, String what) {
    long count = lines.count(new Line(session.host(), what));
    if (count > 0) {
      LOG.warn(
          "node {}: client {} {}{}",
          node.status().id(),
          session.address(),
          what,
          count == 1 ? "" : " (" + count + " times since the last such line)");
    }
  }

  /** Logs why a connection ends, unless the network or the client is the reason. */
  void failed(Session session, Throwable cause) {
    if (Uncaught.reportIfFatal(cause)) {
      return;
    }
    boolean isOutside = cause instanceof IOException || Tls.problem(cause).isPresent();
    failures += isOutside ? 0 : 1;
    if (isOutside) {
      LOG.debug("node {}: client {}: {}", node.status().id(), session.address(), cause.toString());
    } else if (lines.count(new Line("", cause.getClass().getName())) > 0) {
      LOG.error(
          "node {}: client {}: the connection has failed",
          node.status().id(),
          session.address(),
          cause);
    }
  }

  /** {@return the number of connections that ended by a fault of this server} */
  long failures() {
    return failures;
  }

  void closed(long id) {
    ClientConnection connection = connections.remove(id);
    if (connection != null) {
      connection.session().close();
      logins.closed(connection.session());
      commands.closed(connection.session());
    }
  }

  void flushLater(ClientConnection connection) {
    unflushed.add(connection);
  }

  /** Flushes all answers since the last call. */
  public void flush() {
    if (!unflushed.isEmpty()) {
      List<ClientConnection> batch = unflushed;
      unflushed = new ArrayList<>();
      batch.forEach(ClientConnection::flush);
    }
  }

  // Time.

  private void checkEverySecond() {
    if (!closed) {
      check();
      Later.runSeconds(loop, 1, this::checkEverySecond);
    }
  }

  /** Ends what takes too long. */
  void check() {
    long now = nanoClock.getAsLong();
    List.copyOf(connections.values()).forEach(connection -> connection.check(now));
  }

  // What commands say about the clients.

  @Override
  public int count() {
    return connections.size();
  }

  @Override
  public long heldBytes() {
    return connections.values().stream().mapToLong(ClientConnection::heldBytes).sum();
  }

  /** {@return the answers that the clients have not read yet, in bytes} */
  public long owedBytes() {
    return connections.values().stream().mapToLong(ClientConnection::owedBytes).sum();
  }

  @Override
  public String list() {
    long now = nanoClock.getAsLong();
    StringBuilder text = new StringBuilder();
    connections.values().forEach(connection -> append(connection, now, text));
    return text.toString();
  }

  private static void append(ClientConnection connection, long now, StringBuilder text) {
    Session session = connection.session();
    text.append("id=").append(session.id());
    text.append(" addr=").append(session.address());
    text.append(" name=").append(session.name().toStringUtf8());
    text.append(" age=").append(TimeUnit.NANOSECONDS.toSeconds(now - session.startNanos()));
    text.append(" idle=").append(TimeUnit.NANOSECONDS.toSeconds(connection.idleNanos(now)));
    text.append(" db=0 multi=");
    text.append(session.transaction().map(queue -> queue.operations().size()).orElse(-1));
    text.append(" omem=").append(connection.owedBytes());
    text.append(" tot-mem=").append(connection.heldBytes());
    text.append(" cmd=").append(session.lastCommand().toLowerCase(Locale.ROOT));
    text.append(" user=").append(session.userName());
    text.append(" resp=").append(session.isResp3() ? 3 : 2).append('\n');
  }

  /** Flushes all answers and closes all connections. */
  public void close() {
    closed = true;
    flush();
    for (Channel channel : channels) {
      channel.close();
    }
  }
}
