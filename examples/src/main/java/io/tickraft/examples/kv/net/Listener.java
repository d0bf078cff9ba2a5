package io.tickraft.examples.kv.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens for connections, of clients or of other nodes. */
public final class Listener {

  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

  private Listener() {}

  /**
   * Checks that this process could listen at all of some addresses. Listens nowhere afterwards, so
   * another process may still take one of them.
   *
   * @throws IOException if it could not; the message says where and why
   */
  public static void check(List<HostAndPort> addresses) throws IOException {
    List<ServerSocketChannel> opened = new ArrayList<>();
    try {
      for (HostAndPort address : addresses) {
        opened.add(open(address)); // All at the same time: two may be the same.
      }
    } finally {
      for (ServerSocketChannel each : opened) {
        each.close();
      }
    }
  }

  private static ServerSocketChannel open(HostAndPort address) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      return channel.bind(new InetSocketAddress(address.host(), address.port()));
    } catch (IOException | UnresolvedAddressException e) {
      channel.close();
      throw failed(address, e);
    }
  }

  private static IOException failed(HostAndPort address, Exception why) {
    String problem = why.getMessage() == null ? "no such host" : why.getMessage();
    return new IOException("cannot listen at " + address + ": " + problem, why);
  }

  /**
   * Listens for connections.
   *
   * @param address the address to listen at
   * @param loop the event loop of the connections
   * @param accept sets up each new connection
   * @return the listening socket
   * @throws IOException if it cannot; the message says where and why
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public static Channel listen(HostAndPort address, EventLoop loop, Consumer<Channel> accept)
      throws IOException, InterruptedException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .handler(new Failures(address))
            .childHandler(new Initializer(accept));
    ChannelFuture bound = bootstrap.bind(address.host(), address.port()).await();
    if (bound.cause() instanceof Exception e) {
      throw failed(address, e);
    }
    return bound.sync().channel();
  }

  /** Handles what prevents the process from accepting connections: too many open files, perhaps. */
  private static final class Failures extends ChannelInboundHandlerAdapter {

    private final HostAndPort address;
    private final RepeatedLines lines = new RepeatedLines(System::nanoTime);

    Failures(HostAndPort address) {
      this.address = address;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      long count = Uncaught.reportIfFatal(cause) ? 0 : lines.count(cause.getClass());
      if (count > 0) {
        LOG.warn(
            "cannot accept connections at {}{}: {}",
            address,
            count == 1 ? "" : ", " + count + " times since the last such line",
            cause.toString());
      }
    }
  }
}
