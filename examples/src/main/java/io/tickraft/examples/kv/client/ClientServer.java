package io.tickraft.examples.kv.client;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.redis.FixedRedisMessagePool;
import io.netty.handler.codec.redis.RedisDecoder;
import io.netty.handler.codec.redis.RedisEncoder;
import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.net.Listener;
import java.util.ArrayList;
import java.util.List;

/** Serves clients on the node's event loop. */
// A failed write or close closes the channel.
@SuppressWarnings("FutureReturnValueIgnored")
public final class ClientServer {

  /** As in Redis. */
  private static final int MAX_INLINE_BYTES = 64 << 10;

  private final CommandTable commands;
  private final int maxValueBytes;
  private final long maxRequestBytes;
  private final EventLoop loop;
  private final ChannelGroup connections;
  private List<ClientConnection> unflushed = new ArrayList<>();
  private long lastId;

  /**
   * Creates the server; {@link #listen} starts it.
   *
   * @param node the node that processes requests
   * @param maxValueBytes the limit of a key and of a value, in bytes
   * @param maxRequestBytes the limit of all arguments of a request together, in bytes
   * @param loop the node's event loop
   */
  public ClientServer(Node node, int maxValueBytes, long maxRequestBytes, EventLoop loop) {
    this.maxValueBytes = maxValueBytes;
    this.maxRequestBytes = maxRequestBytes;
    this.loop = loop;
    this.connections = new DefaultChannelGroup(loop);
    this.commands = new CommandTable(node, this::connectionCount);
  }

  /**
   * Listens for clients.
   *
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public void listen(HostAndPort address) throws InterruptedException {
    connections.add(Listener.listen(address, loop, this::accept));
  }

  void accept(Channel channel) {
    connections.add(channel);
    lastId++;
    channel
        .pipeline()
        .addLast(
            new RedisDecoder(MAX_INLINE_BYTES, FixedRedisMessagePool.INSTANCE, true),
            new RedisEncoder(FixedRedisMessagePool.INSTANCE),
            new ClientConnection(
                lastId, channel, this, new RequestAssembler(maxValueBytes, maxRequestBytes)));
  }

  private int connectionCount() {
    // The listening socket is among them.
    return connections.size() - 1;
  }

  CommandTable commands() {
    return commands;
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

  /** Flushes all answers and closes all connections. */
  public void close() {
    flush();
    for (Channel channel : connections) {
      channel.close();
    }
  }
}
