package io.tickraft.examples.kv.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens for connections, of clients or of other nodes. */
public final class Listener {

  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

  private Listener() {}

  /**
   * Listens for connections.
   *
   * @param address the address to listen at
   * @param loop the event loop of the connections
   * @param accept sets up each new connection
   * @return the listening socket
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public static Channel listen(HostAndPort address, EventLoop loop, Consumer<Channel> accept)
      throws InterruptedException {
    return new ServerBootstrap()
        .group(loop)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .handler(new Failures(address))
        .childHandler(new Initializer(accept))
        .bind(address.host(), address.port())
        .sync()
        .channel();
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
      Uncaught.reportIfFatal(cause);
      long count = lines.count(cause.getClass());
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
